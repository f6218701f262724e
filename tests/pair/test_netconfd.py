"""The main job against two servers that we did not write, read back with a client that we did not write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import egresspair as ep
from egresspair.audit.check import Status
from egresspair.plan import Saving
from egresspair.transaction import Holds
from servers.netconfd import Netconfd, available
from servers.recording import Recorder
from yang.models import PLATFORMS, missing

from .documents import ALL, LABELLED, LSP, RD, config, intent, intent_of
from .rig import (
    DEVIATIONS,
    GENUINE,
    MODULES,
    NOTHING,
    Masked,
    Rig,
    Schemaless,
    Unknown,
    Watched,
    module_folder,
    watched,
)

pytestmark = [
    pytest.mark.netconfd,
    pytest.mark.skipif(available() is not None, reason=str(available())),
]

_ABSENT = missing(next(platform for platform in PLATFORMS if platform.folder == GENUINE))
KINDS = [
    "subset",
    pytest.param(
        "genuine", marks=[pytest.mark.vendor, pytest.mark.skipif(_ABSENT is not None, reason=str(_ABSENT))]
    ),
]
BARE = config(("vpna", {"route-distinguisher": RD}), ("bystander", {"route-distinguisher": "200:9"}))
METRO_7 = """\
pair: metro-7
master: masg-1
backup: masg-2
vpn_instances:
  - name: vpna
    static_label: 99999
"""
Servers = tuple[Watched, Watched]


@pytest.fixture(scope="module", params=KINDS)
def servers(request: pytest.FixtureRequest) -> Iterator[Servers]:
    with watched(request.param) as master, watched(request.param) as backup:
        yield master, backup


@pytest.fixture(scope="module")
def ours() -> Iterator[Servers]:
    """With the subset modules only, for what does not depend on the modules."""
    with watched("subset") as master, watched("subset") as backup:
        yield master, backup


@pytest.fixture(scope="module", params=KINDS)
def unlike(request: pytest.FixtureRequest) -> Iterator[Servers]:
    """The backup refuses labels that the master takes."""
    with watched(request.param, deviations=False) as master, watched(request.param) as backup:
        yield master, backup


@contextmanager
def started(servers: Servers, recorder: type[Recorder] = Recorder) -> Iterator[Rig]:
    with recorder(servers[0].server) as master, recorder(servers[1].server) as backup:
        rig = Rig(servers, (master, backup))
        rig.edit(NOTHING)
        yield rig


@pytest.fixture
def rig(servers: Servers) -> Iterator[Rig]:
    with started(servers) as rig:
        yield rig


@pytest.fixture
def our_rig(ours: Servers) -> Iterator[Rig]:
    with started(ours) as rig:
        yield rig


@pytest.fixture
def unlike_rig(unlike: Servers) -> Iterator[Rig]:
    with started(unlike, Schemaless) as rig:
        yield rig


@pytest.fixture
def schemaless_rig(servers: Servers) -> Iterator[Rig]:
    with started(servers, Schemaless) as rig:
        yield rig


@pytest.fixture
def unknown_rig(ours: Servers) -> Iterator[Rig]:
    with started(ours, Unknown) as rig:
        yield rig


@pytest.fixture
def masked(ours: Servers) -> Iterator[Rig]:
    """Servers that are not recognised by their hello."""
    with started(ours, Masked) as rig:
        yield rig


def test_both_servers_get_the_label(rig: Rig) -> None:
    wanted = intent(vpn_targets={"import": ["200:1"], "export": ["200:1", "200:2"]})
    result = rig.apply(wanted)
    assert result.ending is ep.Ending.COMMITTED
    assert rig.labels() == [{"vpna": "2001"}] * 2
    assert [running.count(b"<vpn-target>") for running in rig.running()] == [3, 3]
    assert [state.assigned_label for state in result.master.states] == [None]
    assert [router.saving for router in result] == [Saving.NO_STARTUP] * 2
    rig.assert_free()


def test_several_vpn_instances_on_routers_that_have_some(our_rig: Rig) -> None:
    our_rig.edit(BARE)
    wanted = intent_of(
        {"name": "vpna", "static_label": 2001},
        {
            "name": "vpnb",
            "static_label": 2002,
            "route_distinguisher": {"master": "1.1:1", "backup": "192.0.2.1:2"},
        },
    )
    assert our_rig.apply(wanted).ending is ep.Ending.COMMITTED
    assert our_rig.labels() == [{"vpna": "2001", "vpnb": "2002"}] * 2
    assert all(b"bystander" in running for running in our_rig.running())


def test_a_second_run_sends_no_edit(rig: Rig) -> None:
    rig.apply(intent())
    rig.forget_sent()
    before = rig.running()
    assert rig.apply(intent()).ending is ep.Ending.NO_CHANGE
    assert [rig.sent(name) for name in ("edit-config", "commit")] == [[[], []]] * 2
    assert rig.running() == before


def test_the_label_is_taken_away_again(rig: Rig) -> None:
    rig.apply(intent())
    assert rig.apply(intent(), remove=True).ending is ep.Ending.COMMITTED
    assert rig.labels() == [{}, {}]
    assert all(b"<name>vpna</name>" in running for running in rig.running())
    assert rig.apply(intent(), remove=True).ending is ep.Ending.NO_CHANGE
    rig.assert_free()


def test_a_live_label_is_changed(our_rig: Rig) -> None:
    our_rig.apply(intent())
    assert our_rig.apply(intent(3001)).ending is ep.Ending.COMMITTED
    assert our_rig.labels() == [{"vpna": "3001"}] * 2


@pytest.mark.parametrize("done", [0, 1])
def test_one_side_was_done_by_hand(rig: Rig, done: int) -> None:
    rig.edit(BARE)
    rig.edit(LABELLED, done)
    before = rig.running()
    result = rig.apply(intent())
    assert result.ending is ep.Ending.COMMITTED
    assert rig.labels() == [{"vpna": "2001"}] * 2
    assert rig.running()[done] == before[done]
    assert rig.sent("edit-config")[done] == []
    assert len(rig.sent("edit-config")[1 - done]) == 1
    rig.assert_free()


def test_a_label_that_both_refuse_leaves_both_alone(schemaless_rig: Rig) -> None:
    schemaless_rig.edit(BARE)
    assert_refused(schemaless_rig, intent(99999))


def test_a_label_that_both_would_refuse_is_refused_before_contact(rig: Rig) -> None:
    rig.edit(BARE)
    with rig.open(intent(99999)) as pair, pytest.raises(ep.PlanError) as caught:
        pair.plan(intent(99999))
    said = [problem.what.split(",")[0] for problem in caught.value.problems]
    assert said == ["99999 is outside 16..32783"] * 2
    assert rig.sent("lock") == [[], []]


def test_a_label_that_a_server_refuses_is_shown_in_the_file(schemaless_rig: Rig, tmp_path: Path) -> None:
    rig = schemaless_rig
    rig.edit(BARE)
    file = tmp_path / "metro-7.yaml"
    file.write_text(METRO_7)
    with pytest.raises(ep.TransactionAborted) as caught:
        rig.apply(ep.load_intent(file))
    assert caught.value.exit_status == 5
    assert f"masg-1 and masg-2 vpn_instances[0].static_label ({file}:6:19): " in str(caught.value)
    places = [(problem.field, problem.line, problem.column) for problem in caught.value.problems]
    assert places == [(f"{masg} vpn_instances[0].static_label", 6, 19) for masg in ("masg-1", "masg-2")]


def test_a_label_that_one_server_refuses_leaves_both_alone(unlike_rig: Rig) -> None:
    unlike_rig.edit(BARE)
    assert_refused(unlike_rig, intent(32784))


def test_a_live_label_stays_when_one_server_refuses_the_new_one(unlike_rig: Rig) -> None:
    unlike_rig.edit(LABELLED)
    assert_refused(unlike_rig, intent(99999))
    assert unlike_rig.labels() == [{"vpna": "2001"}] * 2


def assert_refused(rig: Rig, wanted: ep.Intent) -> None:
    """Refused by the servers, and while our sessions are still open there is nothing left of it."""
    before = rig.running()
    with rig.open(wanted) as pair:
        plan = pair.plan(wanted)
        with pytest.raises(ep.TransactionAborted, match="refused the change") as caught:
            pair.apply(plan, accept=ALL)
        assert [router.holds for router in caught.value.result] == [Holds.OLD, Holds.OLD]
        assert "masg-2" in caught.value.where
        assert rig.running() == before
        rig.assert_free()
    assert rig.sent("commit") == [[], []]


def test_what_is_shown_is_what_the_servers_were_sent(rig: Rig) -> None:
    rig.edit(BARE, 0)
    with rig.open(intent()) as pair:
        plan = pair.plan(intent())
        pair.apply(plan, accept=ALL)
    shown = [router["edit_config"].encode() for router in plan.to_dict()["routers"]]
    assert rig.sent("edit-config") == [[edit] for edit in shown]
    assert shown[0] != shown[1]


def test_a_server_that_is_known_by_its_hello_is_never_asked_to_validate(our_rig: Rig) -> None:
    our_rig.apply(intent())
    assert our_rig.sent("validate") == [[], []]


def test_an_unknown_liar_is_found_out_repeated_and_remembered(masked: Rig) -> None:
    result = masked.apply(intent())
    assert result.ending is ep.Ending.COMMITTED
    assert masked.labels() == [{"vpna": "2001"}] * 2
    assert [len(edits) for edits in masked.sent("edit-config")] == [2, 2]
    assert [len(validations) for validations in masked.sent("validate")] == [1, 1]
    assert [len(cancels) for cancels in masked.sent("cancel-commit")] == [1, 1]
    assert all("validate" in " ".join(router.notes) for router in result)
    masked.assert_free()
    masked.forget_sent()
    assert masked.apply(intent(3001)).ending is ep.Ending.COMMITTED
    assert [len(edits) for edits in masked.sent("edit-config")] == [1, 1]
    assert masked.sent("validate") == [[], []]


def test_a_liar_that_refuses_the_repetition_too_aborts(unknown_rig: Rig) -> None:
    unknown_rig.edit(BARE)
    assert_refused(unknown_rig, intent(99999))


@pytest.mark.parametrize("role", [0, 1])
@pytest.mark.parametrize("operation", ["edit-config", "commit"])
def test_a_session_that_is_cut_before_the_decision(our_rig: Rig, role: int, operation: str) -> None:
    our_rig.edit(BARE)
    before = our_rig.running()
    cut = our_rig.recorders[role].cut_after(operation)
    with pytest.raises(ep.TransactionAborted) as caught:
        our_rig.apply(intent())
    assert cut.reached.is_set()
    assert [router.holds for router in caught.value.result] == [Holds.OLD, Holds.OLD]
    assert our_rig.running() == before
    our_rig.assert_free()


@pytest.mark.parametrize("role", [0, 1])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_session_that_is_cut_while_it_confirms(our_rig: Rig, role: int, moment: str) -> None:
    our_rig.edit(BARE)
    recorder = our_rig.recorders[role]
    cut = (recorder.cut_before if moment == "before" else recorder.cut_after)("commit", 2)
    assert our_rig.apply(intent()).ending is ep.Ending.COMMITTED
    assert cut.reached.is_set()
    assert our_rig.labels() == [{"vpna": "2001"}] * 2
    our_rig.assert_free()


@pytest.fixture(scope="module")
def with_lsps() -> Iterator[Servers]:
    """With the vendor's module of static LSPs."""
    load = (*MODULES, DEVIATIONS, "huawei-mpls-static", "huawei-mpls-res")
    folder = [module_folder("genuine")]
    with (
        Netconfd(folder, load) as master,
        Netconfd(folder, load) as backup,
        master.plain_ncclient() as one,
        backup.plain_ncclient() as other,
    ):
        yield Watched(master, one), Watched(backup, other)


@pytest.mark.vendor
@pytest.mark.skipif(_ABSENT is not None, reason=str(_ABSENT))
def test_a_static_lsp_in_the_way_is_named(with_lsps: Servers) -> None:
    with started(with_lsps) as rig:
        rig.edit(LSP, 1)
        with rig.open(intent()) as pair:
            with pytest.raises(ep.PlanError, match="2001 is the incoming label of static LSP lsp1 on masg-2"):
                pair.plan(intent())
            assert [len(router.uses.owners) for router in pair.labels().routers] == [0, 1]
            assert pair.apply(pair.plan(intent(2002)), accept=ALL).ok
        assert rig.labels() == [{"vpna": "2002"}] * 2


def test_a_server_that_has_the_state_in_its_schema_and_never_shows_it_is_told(our_rig: Rig) -> None:
    """What it promises cannot be known of it: the result says so, for each router."""
    our_rig.edit(BARE)
    with our_rig.open(intent()) as pair:
        plan = pair.plan(intent())
        assert [router.view.schema.no_state for router in plan] == [(), ()]
        result = pair.apply(plan, accept=ALL)
    assert result.ending is ep.Ending.COMMITTED
    unknown = [each for each in result.checks if each.promised]
    assert [each.check.status for each in unknown] == [Status.UNKNOWN] * 4
    for router in result:
        notes = [note for note in router.notes if "cannot be known in the confirm window" in note]
        assert ["check label-assigned" in note for note in notes] == [True, False]
