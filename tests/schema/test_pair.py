"""Plans on a lab pair: what is downloaded and compiled, and what a schema decides before any edit."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from lxml import etree

import egresspair as ep
from egresspair.errors import PlanError
from egresspair.events import SchemaCompiled, SchemaDownloaded, SchemaKnown
from egresspair.inventory import parse_inventory
from egresspair.lab.profiles import Profile
from egresspair.schema import store as store_module
from pair.bench import Bench
from pair.bench import bench as new_bench
from pair.documents import BARE, RD, ROLES, config, intent, intent_of
from pair.rig import MODULES
from yang.documents import L3VPN, NI, put
from yang.models import PLATFORMS, YANG, missing, vendor_folder

BLIND = ["no-get-schema"]


@pytest.fixture(autouse=True)
def forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """What other tests compiled in this process does not count."""
    monkeypatch.setattr(store_module, "_MODELS", {})


def genuine(folder: str, *deviations: str) -> Profile:
    """A router of the lab with the vendor's modules of a platform; the test is skipped where they are absent."""
    platform = next(each for each in PLATFORMS if each.folder == folder)
    if reason := missing(platform):
        pytest.skip(reason)
    return Profile(folder, modules=vendor_folder() / folder, implements=MODULES, deviations=deviations)


def ne40e() -> Profile:
    return genuine("8.22.0/ne40e-x8x16", "huawei-l3vpn-deviations-OC-NE-X8X16")


def atn910c() -> Profile:
    return genuine(
        "8.22.0/atn-910c910d",
        "huawei-l3vpn-deviations-ATN-910C",
        "huawei-network-instance-deviations-ATN-910C",
    )


@contextmanager
def mixed() -> Iterator[Bench]:
    with new_bench(profiles={"master": ne40e(), "backup": atn910c()}) as each:
        yield each


def told(bench: Bench, *kinds: type) -> list[tuple[str, str]]:
    """What was told of schemas: the kind of event, and the router."""
    wanted = kinds or (SchemaKnown, SchemaDownloaded, SchemaCompiled)
    return [
        (type(event).__name__, getattr(event, "device", ""))
        for event in bench.events
        if isinstance(event, wanted)
    ]


def planned(bench: Bench, wanted: ep.Intent | None = None) -> ep.Plan:
    with bench.open(wanted or intent()) as pair:
        return pair.plan(wanted or intent())


def schemas_asked(bench: Bench) -> list[str]:
    return [
        message.name for device in bench.lab for message in device.received if message.name == "get-schema"
    ]


# what is downloaded, and what is known


def test_a_first_plan_downloads_and_compiles_once_for_both() -> None:
    with new_bench() as each:
        planned(each)
        assert told(each, SchemaDownloaded) == [("SchemaDownloaded", name) for name in ("masg-1", "masg-2")]
        assert told(each, SchemaCompiled) == [("SchemaCompiled", "masg-1")]
        each.events.clear()
        each.lab["master"].forget_received()
        each.lab["backup"].forget_received()
        planned(each)
        assert told(each) == [("SchemaKnown", "masg-1"), ("SchemaKnown", "masg-2")]
        assert schemas_asked(each) == []


def test_another_pair_of_the_kind_downloads_nothing() -> None:
    with new_bench() as first:
        planned(first)
    with new_bench() as second:
        planned(second)
        assert told(second) == [("SchemaKnown", "masg-1"), ("SchemaKnown", "masg-2")]
        assert schemas_asked(second) == []


def test_another_kind_is_downloaded() -> None:
    with new_bench() as first:
        planned(first)
    with new_bench(profiles={"backup": "atn"}) as second:
        planned(second)
        assert told(second) == [
            ("SchemaKnown", "masg-1"),
            ("SchemaDownloaded", "masg-2"),
            ("SchemaCompiled", "masg-2"),
        ]


FRESH = """
import sys
import egresspair as ep
events = []
with ep.open_pair(sys.argv[1], inventory=sys.argv[2], observers=[events.append]) as pair:
    pair.plan(ep.load_intent(sys.argv[1]))
print(" ".join(type(e).__name__ for e in events if type(e).__name__.startswith("Schema")))
"""


def test_a_fresh_process_downloads_and_compiles_nothing(tmp_path: Path) -> None:
    (tmp_path / "intent.yaml").write_text(yaml.safe_dump(intent().model_dump(mode="json", exclude_none=True)))
    with new_bench() as each:
        each.lab.write_inventory(tmp_path / "inventory.yaml", timeout=10)
        command = [
            sys.executable,
            "-c",
            FRESH,
            *(str(tmp_path / name) for name in ("intent.yaml", "inventory.yaml")),
        ]
        said = []
        for _ in range(2):
            each.lab["master"].forget_received()
            each.lab["backup"].forget_received()
            done = subprocess.run(
                command, env=os.environ, capture_output=True, text=True, check=False, timeout=60
            )
            assert done.returncode == 0, done.stderr
            said.append(done.stdout.split())
        assert said == [
            ["SchemaDownloaded", "SchemaCompiled", "SchemaDownloaded"],
            ["SchemaKnown", "SchemaKnown"],
        ]
        assert schemas_asked(each) == []


# a mixed pair


@pytest.mark.vendor
def test_a_mixed_pair_plans_a_label_from_the_common_range() -> None:
    automatic = intent_of({"name": "vpna", "static_label": "auto", "route_distinguisher": RD})
    with mixed() as each:
        plan = planned(each, automatic)
        (label,) = plan.master.labels.values()
        assert 16 <= label <= 32783
        assert plan.backup.labels == plan.master.labels
        assert [router.view.schema.label_ranges for router in plan] == [((16, 32783),), ((16, 147455),)]
        assert (
            "    NE40E-X8X16: static labels 16..32783 by deviation huawei-l3vpn-deviations-OC-NE-X8X16@"
            in str(plan)
        )
        assert "    ATN-910C: static labels 16..147455 by deviation huawei-l3vpn-deviations-ATN-910C@" in str(
            plan
        )
        assert str(plan).count("; schema given by the router") == 2


@pytest.mark.vendor
def test_a_label_outside_of_one_range_names_router_deviation_range_and_place(tmp_path: Path) -> None:
    file = tmp_path / "metro-7.yaml"
    file.write_text(
        "pair: metro-7\nmaster: masg-1\nbackup: masg-2\nvpn_instances:\n"
        "  - name: vpna\n    static_label: 40000\n    route_distinguisher: '200:1'\n"
    )
    with mixed() as each:
        with pytest.raises(PlanError) as caught:
            planned(each, ep.load_intent(file))
        (problem,) = caught.value.problems
        text = str(problem)
        assert text.startswith("masg-1 vpn_instances[0].static_label (")
        assert f"{file}:6:19): 40000 is outside 16..32783, the range of this NE40E-X8X16" in text
        assert "deviation huawei-l3vpn-deviations-OC-NE-X8X16@2021-05-07" in text
        assert "masg-2" not in text
        each.assert_untouched()


def test_what_is_missing_is_told_once_for_each_router_and_not_as_conditions_of_the_schema(
    tmp_path: Path,
) -> None:
    file = tmp_path / "metro-7.yaml"
    file.write_text(
        "pair: metro-7\nmaster: masg-1\nbackup: masg-2\n"
        "vpn_instances:\n  - {name: new, static_label: 2009}\n  - {name: newer, static_label: 40000}\n"
    )
    with new_bench() as each, pytest.raises(PlanError) as caught:
        planned(each, ep.load_intent(file))
    said = [problem.what for problem in caught.value.problems]
    assert sum("route_distinguisher" in problem.hint for problem in caught.value.problems) == 4
    assert sum("outside 16..32783" in what for what in said) == 2
    assert len(said) == 6
    assert not any("when" in what for what in said)


# what cannot be done is said early


@pytest.mark.vendor
@pytest.mark.parametrize(
    ("folder", "deviations", "why"),
    [
        ("8.20.0/ne40e-x8x16", [], "its huawei-l3vpn@2020-02-25 has no static-label"),
        (
            "8.20.10/atn980b",
            ["huawei-l3vpn-deviations-ATN-980B"],
            "the deviation module huawei-l3vpn-deviations-ATN-980B@2019-03-22 takes static-label away",
        ),
    ],
)
def test_a_router_without_the_leaf_is_refused_before_any_read(
    folder: str, deviations: list[str], why: str
) -> None:
    with new_bench(profiles={"backup": genuine(folder, *deviations)}) as each:
        with pytest.raises(PlanError) as caught:
            planned(each)
        (problem,) = caught.value.problems
        assert problem.where == "masg-2"
        assert f"has no static label for NETCONF: {why}" in problem.what
        assert "only be set on its command line" in problem.hint
        asked = {message.name for device in each.lab for message in device.received}
        assert not asked & {"get-config", "edit-config", "lock", "commit"}
        each.assert_untouched()


# a route distinguisher of the router's own


def automatic_rd() -> bytes:
    """No VPN instance has a route distinguisher; the router makes them up."""
    root = etree.fromstring(config(("vpna", {}), ("bystander", {"route-distinguisher": "200:9"})))
    around = etree.Element(f"{{{NI}}}global")
    put(around, NI, "route-distinguisher-auto-ip", "192.0.2.5")
    root[0].insert(0, around)
    return etree.tostring(root)


@pytest.mark.vendor
def test_an_automatic_route_distinguisher_counts_where_the_schema_says_so() -> None:
    without = intent_of({"name": "vpna", "static_label": 2001})
    with new_bench(dict.fromkeys(ROLES, automatic_rd()), profile=ne40e()) as each:
        plan = planned(each, without)
        assert plan.master.labels == {"vpna": 2001}
        assert b"route-distinguisher" not in (plan.master.edit or pytest.fail("nothing to do")).body


@pytest.mark.vendor
@pytest.mark.parametrize("kind", ["ATN-910C", "NE40E 8.20.10"])
def test_an_automatic_route_distinguisher_does_not_count_elsewhere(kind: str) -> None:
    without = intent_of({"name": "vpna", "static_label": 2001})
    backup = (
        atn910c()
        if kind == "ATN-910C"
        else genuine("8.20.10/ne40e-x8x16", "huawei-l3vpn-deviations-CH-NE-X8X16")
    )
    routers = dict.fromkeys(ROLES, automatic_rd())
    with new_bench(routers, profiles={"master": ne40e(), "backup": backup}) as each:
        with pytest.raises(PlanError) as caught:
            planned(each, without)
        text = str(caught.value)
        assert "masg-2 vpn_instances[0]" in text
        assert "masg-1" not in text
        assert "A route distinguisher that the router makes up does not count here" in text
        each.assert_untouched()


# what is less than it could be


def test_another_family_is_noted() -> None:
    both = etree.fromstring(BARE)
    afs = next(both.iter(f"{{{L3VPN}}}afs"))
    put(etree.SubElement(afs, f"{{{L3VPN}}}af"), L3VPN, "type", "ipv6-unicast")
    with new_bench({"backup": etree.tostring(both)}) as each:
        notes = planned(each).notes
        assert "masg-2: vpna has ipv6-unicast too, which egress protection cannot protect" in notes
        assert not [note for note in notes if note.startswith("masg-1: vpna has")]


def with_modules(bench: Bench, folder: Path) -> ep.Inventory:
    values: dict[str, Any] = bench.lab.inventory(timeout=10)
    for entry in values["devices"].values():
        entry["modules"] = str(folder)
    return parse_inventory(yaml.safe_dump(values))


def test_a_folder_stands_in_where_get_schema_is_missing() -> None:
    with new_bench(switches={"master": BLIND}) as each:
        with each.open(intent(), inventory=with_modules(each, YANG)) as pair:
            plan = pair.plan(intent())
        assert [router.view.schema.label_ranges for router in plan] == [((16, 32783),)] * 2
        assert "schema from a folder of modules, not from the router" in str(plan)
        (note,) = (note for note in plan.notes if "not all its own" in note)
        assert re.match(rf"masg-1: its schema is not all its own \(.* from {re.escape(str(YANG))}\)", note)
        assert told(each, SchemaDownloaded) == [("SchemaDownloaded", "masg-2")]
        with (
            each.open(intent(40000), inventory=with_modules(each, YANG)) as pair,
            pytest.raises(PlanError, match=r"masg-1 .*40000 is outside 16\.\.32783"),
        ):
            pair.plan(intent(40000))


def test_without_get_schema_and_folder_the_plan_says_that_nothing_is_known() -> None:
    with new_bench(switches={"master": BLIND}) as each:
        plan = planned(each)
        assert plan.master.view.schema.label_ranges is None
        (note,) = (note for note in plan.notes if note.startswith("masg-1: its schema is not known"))
        assert "the router has no get-schema" in note


def test_what_a_folder_lent_is_not_remembered_as_the_router_s(tmp_path: Path) -> None:
    with new_bench(switches={"master": BLIND, "backup": BLIND}) as each:
        with each.open(intent(), inventory=with_modules(each, YANG)) as pair:
            pair.plan(intent())
        assert planned(each).master.view.schema.label_ranges is None


@pytest.mark.parametrize("fault", ["refuse", "drop-request", "drop-reply", "garbage"])
def test_a_schema_that_cannot_be_read_lowers_what_is_promised(fault: str) -> None:
    with new_bench() as each:
        each.lab.fault(f"backup:get-schema:{fault}")
        plan = planned(each)
        assert plan.master.view.schema.label_ranges == ((16, 32783),)
        assert plan.backup.view.schema.label_ranges is None
        (note,) = (note for note in plan.notes if note.startswith("masg-2: its schema is not known ("))
        assert "nothing was validated before contact" in note
        again = planned(each)
        assert again.backup.view.schema.label_ranges == ((16, 32783),)
