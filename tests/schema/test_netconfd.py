"""Schemas given by servers that we did not write, with the vendor's modules: an NE40E and an ATN 910C."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

import egresspair as ep
from egresspair.errors import PlanError
from egresspair.events import Event, SchemaCompiled, SchemaDownloaded, SchemaKnown
from egresspair.schema import store as store_module
from pair.bench import POLICY
from pair.documents import RD, config, intent, intent_of
from pair.rig import MODULES, NOTHING, Rig, Watched, _entry, at_once
from servers.netconfd import Netconfd, available
from servers.recording import Recorder
from yang.models import PLATFORMS, missing, vendor_folder

KINDS = {
    "8.22.0/ne40e-x8x16": ["huawei-l3vpn-deviations-OC-NE-X8X16"],
    "8.22.0/atn-910c910d": [
        "huawei-l3vpn-deviations-ATN-910C",
        "huawei-network-instance-deviations-ATN-910C",
    ],
}
_WHY = available() or next(
    (why for each in PLATFORMS if each.folder in KINDS and (why := missing(each))), None
)
pytestmark = [
    pytest.mark.netconfd,
    pytest.mark.vendor,
    pytest.mark.skipif(_WHY is not None, reason=str(_WHY)),
]
BARE = config(("vpna", {"route-distinguisher": RD}))


@pytest.fixture(autouse=True)
def forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """What other tests compiled in this process does not count."""
    monkeypatch.setattr(store_module, "_MODELS", {})


@contextmanager
def server(kind: str) -> Iterator[Watched]:
    with (
        Netconfd([vendor_folder() / kind], [*MODULES, *KINDS[kind]]) as running,
        running.plain_ncclient() as session,
    ):
        yield Watched(running, session)


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[Watched, Watched]]:
    """Master an NE40E, backup an ATN 910C."""
    ne40e, atn910c = KINDS
    with server(ne40e) as master, server(atn910c) as backup:
        for each, document in ((master, NOTHING), (master, BARE), (backup, BARE)):
            each.edit(document)
        yield master, backup


@pytest.fixture
def rig(servers: tuple[Watched, Watched]) -> Iterator[Rig]:
    with Recorder(servers[0].server) as master, Recorder(servers[1].server) as backup:
        yield Rig(servers, (master, backup))


def planned(rig: Rig, wanted: ep.Intent, events: list[Event] | None = None) -> ep.Plan:
    observers = [] if events is None else [events.append]
    with ep.open_pair(
        wanted,
        inventory=rig._inventory(),
        policy=POLICY,
        memory=rig.memory,
        journal=rig.journal,
        observers=observers,
    ) as pair:
        return pair.plan(wanted)


def told(events: list[Event]) -> list[tuple[str, str]]:
    kinds = (SchemaKnown, SchemaDownloaded, SchemaCompiled)
    return [(type(event).__name__, event.device) for event in events if isinstance(event, kinds)]


def test_from_an_empty_cache_both_are_downloaded_and_then_known(rig: Rig) -> None:
    events: list[Event] = []
    plan = planned(rig, intent(), events)
    assert told(events) == [
        ("SchemaDownloaded", "masg-1"),
        ("SchemaCompiled", "masg-1"),
        ("SchemaDownloaded", "masg-2"),
        ("SchemaCompiled", "masg-2"),
    ]
    assert [router.view.schema.label_ranges for router in plan] == [((16, 32783),), ((16, 147455),)]
    assert [router.view.schema.platform for router in plan] == ["NE40E-X8X16", "ATN-910C"]
    for recorder in rig.recorders:
        asked = recorder.operations("get-schema")
        assert asked
        assert len(set(asked)) == len(asked)
        assert not [each for each in asked if b"yuma" in each]
    rig.forget_sent()
    events.clear()
    assert planned(rig, intent(), events).digest == plan.digest
    assert told(events) == [("SchemaKnown", "masg-1"), ("SchemaKnown", "masg-2")]
    assert rig.sent("get-schema") == [[], []]


FRESH = """
import sys
import egresspair as ep
events = []
with ep.open_pair(sys.argv[1], inventory=sys.argv[2], observers=[events.append]) as pair:
    pair.plan(ep.load_intent(sys.argv[1]))
print(" ".join(type(e).__name__ for e in events if type(e).__name__.startswith("Schema")))
"""


def test_a_second_process_downloads_and_compiles_nothing(rig: Rig, tmp_path: Path) -> None:
    (tmp_path / "intent.yaml").write_text(yaml.safe_dump(intent().model_dump(mode="json", exclude_none=True)))
    names = zip(("masg-1", "masg-2"), rig.recorders, strict=True)
    devices = {name: _entry(recorder) for name, recorder in names}
    (tmp_path / "inventory.yaml").write_text(yaml.safe_dump({"devices": devices}))
    command = [
        sys.executable,
        "-c",
        FRESH,
        *(str(tmp_path / name) for name in ("intent.yaml", "inventory.yaml")),
    ]
    said = []
    for _ in range(2):
        rig.forget_sent()
        done = subprocess.run(
            command, env=os.environ, capture_output=True, text=True, check=False, timeout=120
        )
        assert done.returncode == 0, done.stderr
        said.append(done.stdout.split())
    assert said == [["SchemaDownloaded", "SchemaCompiled"] * 2, ["SchemaKnown", "SchemaKnown"]]
    assert rig.sent("get-schema") == [[], []]


def test_a_second_router_of_the_kind_downloads_nothing(servers: tuple[Watched, Watched]) -> None:
    with (
        server("8.22.0/ne40e-x8x16") as twin,
        Recorder(servers[0].server) as known,
        Recorder(twin.server) as second,
    ):
        twin.edit(BARE)
        first: list[Event] = []
        planned(Rig(servers, (known, second)), intent(), first)
        compiled = [each for each in told(first) if each[0] == "SchemaCompiled"]
        assert compiled == [("SchemaCompiled", "masg-1")]
        again: list[Event] = []
        with Recorder(twin.server) as anew:
            planned(Rig(servers, (known, anew)), intent(), again)
            assert told(again) == [("SchemaKnown", "masg-1"), ("SchemaKnown", "masg-2")]
            assert anew.operations("get-schema") == []


def test_a_mixed_pair_gets_a_label_from_the_common_range(rig: Rig) -> None:
    automatic = intent_of({"name": "vpna", "static_label": "auto", "route_distinguisher": RD})
    result = rig.apply(automatic)
    assert result.ending is ep.Ending.COMMITTED
    (master,), (backup,) = (found.values() for found in rig.labels())
    assert master == backup
    assert 16 <= int(master) <= 32783
    rig.apply(automatic, remove=True)
    assert at_once(Watched.running, rig.servers)[0].count(b"static-label") == 0


def test_a_label_outside_of_one_range_is_refused_before_any_edit(rig: Rig) -> None:
    with pytest.raises(PlanError) as caught:
        planned(rig, intent(40000))
    (problem,) = caught.value.problems
    assert "masg-1 vpn_instances[0].static_label: 40000 is outside 16..32783" in str(problem)
    assert "range of this NE40E-X8X16 (deviation huawei-l3vpn-deviations-OC-NE-X8X16@2021-05-07" in str(
        problem
    )
    assert rig.sent("edit-config") == [[], []]
    assert rig.sent("lock") == [[], []]
