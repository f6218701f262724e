"""An audit of four routers over SSH: one flight each, nothing but reads, and what cannot be known spoils nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

import egresspair as ep
from cli.desk import command
from egresspair.audit.check import Status
from egresspair.audit.report import AuditReport, Verdict
from egresspair.auditing import audit_pair
from egresspair.errors import InventoryError, NotProtected, UsageError
from egresspair.events import Event, FlightSent

from .paper import Paper, broken, intent
from .site import MODULES, Site, site


@pytest.fixture(autouse=True)
def _password(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SITE_PASSWORD", "secret")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / ".cache"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / ".state"))


def audited(at: Site, wanted: ep.Intent | None = None) -> AuditReport:
    return audit_pair(wanted or intent(), at.inventory, _nobody)


def _nobody(_event: Event) -> None:
    """Nobody is told."""


def test_a_healthy_pair_is_protected() -> None:
    with site(Paper.healthy()) as at:
        report = audited(at)
    assert report.protected, str(report)


def test_each_router_is_asked_in_one_flight_and_only_to_read() -> None:
    events: list[Event] = []
    with site(Paper.healthy()) as at:
        audit_pair(intent(), at.inventory, events.append)
        for name in at.served:
            assert len(at.served[name].requests) == 1
            assert set(at.operations(name)) <= {"get", "get-config", "close-session"}
    flights = [event for event in events if isinstance(event, FlightSent)]
    assert [flight.flight for flight in flights] == ["audit"]
    assert [name for name, _ in flights[0].operations] == ["masg-1", "masg-2", "asbr-1", "csg-1"]


def test_an_open_pair_audits_on_its_own_sessions() -> None:
    with site(Paper.healthy()) as at:
        with ep.open_pair(intent(), inventory=at.inventory) as pair:
            assert pair.audit(intent()).protected
            assert pair.audit(intent()).protected
        assert [len(at.served[name].requests) for name in ("masg-1", "masg-2", "asbr-1", "csg-1")] == [
            1,
            1,
            2,
            2,
        ]


def test_routers_that_the_intent_does_not_name_are_left_alone() -> None:
    with site(Paper.healthy()) as at:
        report = audited(at, intent(core_asbr=None, csg=None))
        assert (at.served["asbr-1"].requests, at.served["csg-1"].requests) == ([], [])
    assert report.verdict is Verdict.NOT_KNOWN


@pytest.mark.parametrize("name", ["masg-1", "masg-2", "asbr-1", "csg-1"])
def test_a_router_that_is_not_reached_leaves_its_checks_unknown(name: str) -> None:
    with site(Paper.healthy()) as at:
        at.move_away(name)
        report = audited(at)
    assert report.verdict is Verdict.NOT_KNOWN
    of_it = [check for check in report if check.device == name]
    assert of_it
    assert {check.status for check in of_it} == {Status.UNKNOWN}
    assert f"{name}: not known: it was not reached" in str(report)


def test_a_router_that_says_nothing_leaves_its_checks_unknown() -> None:
    with site(Paper.healthy(), masg_2={"silent": True}) as at:
        report = audited(at)
    assert report.verdict is Verdict.NOT_KNOWN
    assert {check.status for check in report if check.device == "masg-2"} == {Status.UNKNOWN}


def test_a_module_that_is_not_announced_is_not_asked_for_and_spoils_nothing_else() -> None:
    with site(Paper.healthy(), asbr_1={"lacking": ["mpls-ldp", "bfd"]}) as at:
        report = audited(at)
        asked = b"".join(map(etree.tostring, at.served["asbr-1"].requests[0]))
    assert b"huawei-mpls-ldp" not in asked
    unknown = {check.name for check in report.with_status(Status.UNKNOWN)}
    assert unknown == {"bfd-fast", "bfd-started", "bfd-up"}
    assert "the router does not have the module huawei-mpls" in str(report)


def test_a_server_that_announces_no_modules_is_asked_all_the_same() -> None:
    with site(Paper.healthy(), masg_1={"lacking": MODULES}) as at:
        assert audited(at).protected


def test_a_refused_read_spoils_nothing_else() -> None:
    with site(Paper.healthy(), masg_1={"refusing": ["bgp-lsp", "mpls-res"]}) as at:
        report = audited(at)
    assert {check.name for check in report.with_status(Status.UNKNOWN)} == {
        "ends-here",
        "backup-entry",
    }
    assert "unknown-element" in str(report)


def test_lost_sessions_of_an_open_pair_are_no_error() -> None:
    with site(Paper.healthy()) as at, ep.open_pair(intent(), inventory=at.inventory) as pair:
        for session in list(pair._sessions.open_devices.values()):
            session.close()
        assert pair.audit(intent()).protected


@pytest.mark.parametrize("wrong", [None, "metro-7.yaml", intent(master="masg-9")])
def test_misuse_of_an_open_pair(wrong: object) -> None:
    with site(Paper.healthy()) as at, ep.open_pair(intent(), inventory=at.inventory) as pair:
        with pytest.raises(UsageError):
            pair.audit(wrong)  # type: ignore[arg-type]
        pair.close()
        with pytest.raises(UsageError):
            pair.audit(intent())


def test_a_router_that_the_inventory_lacks_is_the_users_mistake() -> None:
    with site(Paper.healthy()) as at, pytest.raises(InventoryError, match="asbr-9"):
        audited(at, intent(core_asbr="asbr-9"))


def test_the_command_says_protected(tmp_path: Path) -> None:
    with site(Paper.healthy()) as at:
        file, inventory = at.write(tmp_path, intent())
        ended = command("audit", file, "-i", inventory)
    assert (ended.status, ended.err) == (0, "")
    assert ended.out.startswith("Pair metro-7: PROTECTED\n")


def test_the_command_names_the_root_cause_and_what_would_mend_it(tmp_path: Path) -> None:
    with site(broken("no-auto-frr")) as at:
        file, inventory = at.write(tmp_path, intent())
        ended = command("audit", file, "-i", inventory)
        for name in at.served:
            assert "edit-config" not in at.operations(name)
    assert (ended.status, ended.err) == (8, "")
    assert ended.out.startswith("Pair metro-7: NOT PROTECTED (1 root cause)\n")
    assert "<auto-frr>true</auto-frr>" in ended.out
    assert "it was not sent" in ended.out


def test_the_command_shows_each_operation_when_asked(tmp_path: Path) -> None:
    with site(Paper.healthy()) as at:
        file, inventory = at.write(tmp_path, intent())
        ended = command("audit", file, "-i", inventory, "--verbose")
    assert ended.status == 0
    assert "csg-1" in ended.err
    assert "audit -> " in ended.err


def test_the_command_gives_one_json_document(tmp_path: Path) -> None:
    with site(broken("vpn-down")) as at:
        file, inventory = at.write(tmp_path, intent())
        ended = command("audit", file, "-i", inventory, "--json")
    assert ended.status == 8
    document = ended.document
    assert (document["protected"], document["verdict"]) == (False, "not protected")
    cause = document["checks"][document["root_causes"][0]["check"]]
    assert (cause["condition"], cause["device"], cause["subject"]) == (7, "masg-2", "vpna")
    assert cause["evidence"][0]["value"] == "down"


def test_the_command_reports_though_a_masg_is_away(tmp_path: Path) -> None:
    with site(Paper.healthy()) as at:
        at.move_away("masg-2")
        file, inventory = at.write(tmp_path, intent())
        ended = command("audit", file, "-i", inventory)
    assert (ended.status, ended.err) == (8, "")
    assert "NOT KNOWN TO BE PROTECTED" in ended.out


def test_in_a_users_own_tests() -> None:
    with site(Paper.healthy()) as at:
        report = audited(at)
        assert report.raise_for_verdict() is report
    with site(broken("over-gre")) as at:
        report = audited(at)
    with pytest.raises(NotProtected, match="over GRE") as raised:
        report.raise_for_verdict()
    assert raised.value.report is report
    assert raised.value.exit_status == 8
