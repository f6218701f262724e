"""Replies kept whole."""

from __future__ import annotations

import pytest

from egresspair.netconf.reply import Answer, MalformedReply, Outcome, Reply
from egresspair.netconf.rpc import Rpc

_BASE = b'xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"'
_HUAWEI = (
    b"""<rpc-reply %s message-id="5"><rpc-error>
  <error-type>application</error-type><error-tag>unknown-element</error-tag>
  <error-severity>error</error-severity><error-app-tag>313</error-app-tag>
  <error-path xmlns:ni="urn:huawei:yang:huawei-network-instance">/ni:network-instance</error-path>
  <error-message xml:lang="en">Unexpected element: x.</error-message>
  <error-info xmlns:e="urn:huawei:yang:huawei-ietf-netconf-ext"><e:error-info-code>313</e:error-info-code>
    <e:error-paras><e:error-para>x</e:error-para></e:error-paras></error-info>
</rpc-error></rpc-reply>"""
    % _BASE
)
_DENIED = b"""<nc:rpc-reply xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0" message-id="1"><nc:rpc-error>
  <nc:error-tag>lock-denied</nc:error-tag><nc:error-info><nc:session-id>12</nc:session-id></nc:error-info>
</nc:rpc-error></nc:rpc-reply>"""


def test_an_error_is_kept_with_everything_it_says() -> None:
    reply = Reply.parse(_HUAWEI)
    (error,) = reply.errors
    assert not reply.ok
    assert reply.message_id == "5"
    assert (error.type, error.tag, error.severity, error.app_tag) == (
        "application",
        "unknown-element",
        "error",
        "313",
    )
    assert error.path == "/ni:network-instance"
    assert error.info == (("error-info-code", "313"), ("error-para", "x"))
    assert str(error) == "unknown-element: Unexpected element: x. [/ni:network-instance]"


def test_a_prefix_hides_no_error_and_a_missing_severity_is_an_error() -> None:
    (error,) = Reply.parse(_DENIED).errors
    assert error.session_id == "12"


def test_the_word_rpc_error_in_data_is_no_error() -> None:
    content = b'<data><note xmlns="urn:n">&lt;rpc-error></note><rpc-error xmlns="urn:n"/></data>'
    reply = Reply.parse(b"<rpc-reply %s>%s</rpc-reply>" % (_BASE, content))
    assert reply.ok
    assert reply.data is not None


def test_the_data_of_another_namespace_is_found() -> None:
    schema = b'<data xmlns="urn:ietf:params:xml:ns:yang:ietf-netconf-monitoring">module x {}</data>'
    data = Reply.parse(b"<rpc-reply %s>%s</rpc-reply>" % (_BASE, schema)).data
    assert data is not None
    assert data.text == "module x {}"
    assert Reply.parse(b"<rpc-reply %s><ok/></rpc-reply>" % _BASE).data is None


def test_a_reply_becomes_plain_values_for_looking() -> None:
    content = b'<data><v xmlns="urn:v"><name k="1">a</name><name>b</name></v></data>'
    values = Reply.parse(b'<rpc-reply %s message-id="1">%s</rpc-reply>' % (_BASE, content)).to_dict()
    assert values["rpc-reply"]["data"]["v"]["name"] == [{"@k": "1", "#text": "a"}, "b"]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"<",
        b"<rpc-reply/>",
        b"<hello %s/>" % _BASE,
        b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]><r>&x;</r>',
    ],
)
def test_what_is_no_reply_is_refused(raw: bytes) -> None:
    with pytest.raises(MalformedReply):
        Reply.parse(raw)


def test_an_entity_is_not_expanded_into_a_reply() -> None:
    raw = (
        b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rpc-reply %s><data>&x;</data></rpc-reply>'
        % _BASE
    )
    data = Reply.parse(raw).data
    assert data is not None
    assert not (data.text or "").strip()


def test_an_answer_reads_as_a_sentence() -> None:
    commit = Rpc("commit", b"<commit/>")
    assert (
        str(Answer(commit, Outcome.UNKNOWN, reason="no reply within 30 s"))
        == "commit: unknown (no reply within 30 s)"
    )
    failed = Answer(commit, Outcome.ERRORS, Reply.parse(_DENIED))
    assert str(failed) == "commit: lock-denied"
    assert failed.answered
    assert not failed.ok
