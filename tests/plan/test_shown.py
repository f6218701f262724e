"""What a person sees of an intent, a plan and a result: useful as text, escaped as HTML."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lxml import html

from egresspair.intent import Intent
from egresspair.plan import Plan
from egresspair.policy import Policy
from egresspair.transaction import Cause, Ending, Holds, Result, RouterResult

from .views import intent, plan, server, vpn

EVIL = "<script>x</script>"
LABELLED = vpn(static_label=2001)


def evil_intent() -> Intent:
    vpn_instance = {"name": "<script>y", "static_label": 2001, "route_distinguisher": "1:1"}
    names = {"pair": EVIL, "master": "<script>a", "backup": "<b>b", "core_asbr": "<i>c", "csg": "<u>d"}
    return Intent.model_validate({**names, "vpn_instances": [vpn_instance]})


def evil_plan() -> Plan:
    made = plan(evil_intent(), policy=Policy())
    return replace(made, notes=("<script>note",))


def result_of(made: Plan, ending: Ending = Ending.COMMITTED, *notes: str) -> Result:
    routers = [
        RouterResult(router.role, router.device, Holds.NEW, router.saving(save=False), notes=notes)
        for router in made
    ]
    return Result(ending, made, routers[0], routers[1], cause=Cause("<script>cause", where=EVIL))


def assert_escaped(markup: str, *texts: str) -> None:
    root = html.fromstring(markup)
    strange = {"script", "b", "i", "u", "img"}
    assert strange.isdisjoint({str(element.tag) for element in root.iter()})
    shown = " ".join(str(text) for text in root.itertext())
    for text in texts:
        assert text in shown


def test_names_are_escaped_in_an_intent() -> None:
    assert_escaped(evil_intent()._repr_html_(), EVIL, "<script>a", "<b>b", "<i>c", "<u>d", "<script>y")


def test_names_and_notes_are_escaped_in_a_plan() -> None:
    assert_escaped(evil_plan()._repr_html_(), EVIL, "<script>a", "<b>b", "<script>y", "<script>note")


def test_names_and_causes_are_escaped_in_a_result() -> None:
    markup = result_of(evil_plan(), Ending.ABORTED)._repr_html_()
    assert_escaped(markup, "<script>a", "<b>b", "<script>cause", EVIL)


def test_a_plan_as_text() -> None:
    made = plan(intent(3001), vpn(static_label=2001), vpn())
    lines = str(made).splitlines()
    assert lines[0] == f"Plan {made.digest[:12]}: protect pair metro-7"
    for line in (
        "  masg-1 (master, huawei-vrp, guarantee A)",
        "      ~ static-label 2001 -> 3001",
        "  masg-2 (backup, huawei-vrp, guarantee A)",
        "      + static-label 3001",
    ):
        assert line in lines
    assert lines[-1].startswith("WARNING: not saved to startup on masg-1 and masg-2: one reboot would")
    assert sum(line.startswith("Risk interruption: ") for line in lines) == 2


def test_a_removal_as_text() -> None:
    text = str(plan(intent(), vpn(static_label=2009), removal=True))
    assert "      - static-label 2009" in text.splitlines()
    assert "Note: masg-1: vpna holds static label 2009" in text


def test_the_text_names_the_software_where_the_server_told_it() -> None:
    assert "(master, huawei-vrp, guarantee A, VRP 8.22)" in str(plan(profile=server(software="VRP 8.22")))


def test_an_empty_plan_says_that_there_is_nothing_to_do() -> None:
    made = plan(master=LABELLED, backup=LABELLED)
    assert "Nothing to do: both routers already hold what the intent says." in str(made)
    assert "WARNING" not in str(made)
    assert str(made).count("no change") == 2
    assert made._repr_html_().count("no change") == 2


def test_html_tells_what_the_text_tells() -> None:
    made = plan(intent(3001), LABELLED, LABELLED)
    shown = " ".join(str(text) for text in html.fromstring(made._repr_html_()).itertext())
    for part in (
        made.digest[:12],
        "static-label 2001 -> 3001",
        "Risk relabel",
        "Not saved to startup on masg-1",
    ):
        assert part in shown


@pytest.mark.parametrize("ending", list(Ending))
def test_a_result_as_text_begins_with_the_outcome(ending: Ending) -> None:
    text = str(result_of(plan(), ending, "a note"))
    assert text.startswith(f"{ending.value}: ")
    assert "masg-1 (master): new: read back" in text
    assert text.count("    a note") == 2
