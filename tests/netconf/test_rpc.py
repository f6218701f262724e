"""Operations as they go on the wire: what RFC 6241 asks for, and nothing silently else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from egresspair.netconf import rpc
from egresspair.netconf.envelope import wrap
from egresspair.netconf.rpc import BASE, Rpc

_N = f"{{{BASE}}}"


def parsed(operation: Rpc) -> etree._Element:
    return etree.fromstring(operation.body)


def children(operation: Rpc) -> dict[str, str | None]:
    return {etree.QName(child).localname: child.text for child in parsed(operation)}


def test_a_confirmed_commit_always_says_confirmed() -> None:
    operation = rpc.commit_confirmed(timeout=600, persist="token")
    assert parsed(operation).tag == f"{_N}commit"
    assert children(operation) == {"confirmed": None, "confirm-timeout": "600", "persist": "token"}


def test_a_confirming_commit_says_whose_it_confirms_and_nothing_else() -> None:
    assert children(rpc.commit_confirming(persist_id="token")) == {"persist-id": "token"}
    assert children(rpc.cancel_commit(persist_id="token")) == {"persist-id": "token"}


@pytest.mark.parametrize(
    ("operation", "name", "inside"),
    [
        (rpc.lock("running"), "lock", "target/running"),
        (rpc.unlock("candidate"), "unlock", "target/candidate"),
        (rpc.validate(), "validate", "source/candidate"),
        (rpc.get_config("running"), "get-config", "source/running"),
        (rpc.copy_config("running", "startup"), "copy-config", "target/startup"),
        (rpc.copy_config("running", "startup"), "copy-config", "source/running"),
    ],
)
def test_an_operation_names_its_datastores(operation: Rpc, name: str, inside: str) -> None:
    root = parsed(operation)
    assert operation.name == str(operation) == name
    assert root.tag == _N + name
    assert root.find("/".join(_N + step for step in inside.split("/"))) is not None


@pytest.mark.parametrize("operation", [rpc.discard_changes(), rpc.close_session()])
def test_some_operations_are_empty(operation: Rpc) -> None:
    assert len(parsed(operation)) == 0


def test_a_filter_keeps_the_namespaces_of_its_content() -> None:
    content = b'<a xmlns="urn:a"><b xmlns="urn:b"><k>1</k></b></a>'
    for operation in (rpc.get_config("running", subtree=content), rpc.get(subtree=content)):
        found = parsed(operation).find(f"{_N}filter")
        assert found is not None
        assert found.get("type") == "subtree"
        assert etree.tostring(found[0], method="c14n") == content


def test_an_edit_carries_its_options_before_its_configuration() -> None:
    config = etree.Element(f"{_N}config")
    operation = rpc.edit_config(
        config, default_operation="none", test_option="test-then-set", error_option="rollback-on-error"
    )
    names = [etree.QName(child).localname for child in parsed(operation)]
    assert names == ["target", "default-operation", "test-option", "error-option", "config"]
    assert [
        etree.QName(child).localname for child in parsed(rpc.edit_config(etree.Element(f"{_N}config")))
    ] == [
        "target",
        "config",
    ]


def test_get_schema_has_the_namespace_of_monitoring() -> None:
    root = parsed(rpc.get_schema("huawei-l3vpn", version="2022-02-14"))
    namespace = "urn:ietf:params:xml:ns:yang:ietf-netconf-monitoring"
    assert root.tag == f"{{{namespace}}}get-schema"
    assert [child.text for child in root] == ["huawei-l3vpn", "2022-02-14"]


def test_the_representation_does_not_show_the_content() -> None:
    assert "secret" not in repr(Rpc("x", b"<x>secret</x>"))


@given(
    body=st.sampled_from(
        [b"<a/>", b'<a xmlns="urn:a"/>', b"<p:a xmlns:p='urn:p'  ><p:b/></p:a>", "<a>é</a>".encode()]
    ),
    message_id=st.integers(min_value=1),
)
def test_the_envelope_changes_no_byte_and_is_well_formed(body: bytes, message_id: int) -> None:
    message = wrap(Rpc("a", body), message_id)
    assert message.count(body) == 1
    root = etree.fromstring(message)
    assert root.tag == f"{_N}rpc"
    assert root.get("message-id") == str(message_id)
    assert len(root) == 1
