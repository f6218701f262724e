"""What a router says of the use of its labels: what it does not know is not there, what it refuses is said."""

from __future__ import annotations

import pytest
from lxml import etree

from egresspair.dialects import dialect_named
from egresspair.errors import PlanError, ProtocolError
from egresspair.netconf.reply import Answer, Outcome, Reply
from egresspair.plan.label_reads import LabelAnswers, LabelQuestions
from toy import xml

QUESTIONS = LabelQuestions.of(dialect_named("huawei-vrp"), {"huawei-mpls-static", "huawei-mpls-res"})
NOTHING = etree.Element("data")


def read(*replies: Reply | None) -> LabelAnswers:
    answers = [
        Answer(rpc, Outcome.UNKNOWN if r is None else Outcome.OK if r.ok else Outcome.ERRORS, r)
        for rpc, r in zip(QUESTIONS.rpcs, replies, strict=True)
    ]
    return QUESTIONS.read("masg-1", NOTHING, answers)


def test_configuration_is_asked_of_running_and_state_is_got() -> None:
    assert [rpc.name for rpc in QUESTIONS.rpcs] == ["get-config", "get", "get"]


@pytest.mark.parametrize("tag", ["unknown-namespace", "unknown-element", "bad-element"])
def test_what_a_router_does_not_know_is_not_there_and_spoils_nothing(tag: str) -> None:
    found = read(xml.error(tag), xml.idle((16, 2000), (2002, 32783)), xml.error(tag))
    assert found.uses.idle is not None
    assert str(found.uses.idle.used) == "2001"
    assert found.again == (QUESTIONS.rpcs[1],)
    assert found.gaps == ()


def test_what_a_router_refuses_to_tell_is_said() -> None:
    found = read(xml.error("access-denied", "task mpls-ldp"), xml.nothing(), xml.nothing())
    (gap,) = found.gaps
    assert gap.startswith(
        "masg-1: its static LSPs could not be read (access-denied: task mpls-ldp): a label may"
    )
    assert found.again == QUESTIONS.rpcs[1:]
    assert found.uses.idle is None


@pytest.mark.parametrize("reply", [None, xml.ok()])
def test_no_answer_is_not_taken_for_nobody(reply: Reply | None) -> None:
    with pytest.raises(ProtocolError, match="masg-1"):
        read(xml.nothing(), reply, xml.nothing())


def test_what_cannot_be_read_is_said_with_the_router() -> None:
    with pytest.raises(PlanError, match="masg-1: idle label segment 0: labels 17 to 16 are no segment"):
        read(xml.nothing(), xml.idle((17, 16)), xml.nothing())
