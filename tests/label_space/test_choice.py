"""What auto stands for: legal, free, the same every time, and unmoved by what has nothing to do with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from egresspair.configuration import LabelOwner, LabelUse
from egresspair.intent import Intent, Role
from egresspair.label_space import (
    IdleLabels,
    LabelUses,
    Ranges,
    RouterLabels,
    Settled,
    free_hint,
    settle_labels,
    start_of,
)

NAMES = ("vpna", "vpnb", "vpnc")
NE = Ranges.of([(16, 32783)])
ATN = Ranges.of([(16, 147455)])
NOBODY: Mapping[Role, Mapping[str, int]] = {role: {} for role in Role}


def intent(labels: Mapping[str, object], pair: str = "metro-7") -> Intent:
    vpns = [{"name": name, "static_label": label} for name, label in labels.items()]
    return Intent.model_validate(
        {"pair": pair, "master": "masg-1", "backup": "masg-2", "vpn_instances": vpns}
    )


def router(
    device: str,
    legal: Ranges | None,
    held: Mapping[str, int],
    others: Sequence[int] = (),
    idle: IdleLabels | None = None,
) -> RouterLabels:
    owners = [LabelOwner(name, "ipv4-unicast", label) for name, label in held.items()]
    owners += [LabelOwner("", "", label, LabelUse.INCOMING_LABEL, f"static LSP l{label}") for label in others]
    return RouterLabels(device, legal, LabelUses(tuple(owners), idle))


def settled(
    wanted: Intent,
    *,
    legal: tuple[Ranges | None, Ranges | None] = (NE, NE),
    held: Mapping[Role, Mapping[str, int]] = NOBODY,
    others: tuple[Sequence[int], Sequence[int]] = ((), ()),
    idle: IdleLabels | None = None,
) -> Settled:
    routers = {
        role: router(wanted.router(role), legal[nth], held[role], others[nth], idle)
        for nth, role in enumerate(Role)
    }
    return settle_labels(wanted, routers, held)


def labels(found: Settled) -> dict[str, object]:
    return {vpn.name: vpn.static_label for vpn in found.intent.vpn_instances}


def both(**held: int) -> Mapping[Role, Mapping[str, int]]:
    return dict.fromkeys(Role, held)


def why(found: Settled) -> str:
    (problem,) = found.problems
    return str(problem)


# what both, or one of them, hold


def test_a_label_that_both_hold_is_kept_whatever_else_would_be_found() -> None:
    found = settled(intent({"vpna": "auto"}), held=both(vpna=2001))
    assert labels(found) == {"vpna": 2001}
    assert found.notes == ("vpna: label 2001 is kept: both routers hold it",)


def test_a_label_that_both_hold_is_kept_although_no_range_is_known() -> None:
    assert labels(settled(intent({"vpna": "auto"}), legal=(None, None), held=both(vpna=2001))) == {
        "vpna": 2001
    }


def test_a_label_of_the_master_goes_before_that_of_the_backup() -> None:
    held = {Role.MASTER: {"vpna": 2001}, Role.BACKUP: {"vpna": 3001}}
    assert labels(settled(intent({"vpna": "auto"}), held=held)) == {"vpna": 2001}
    taken = settled(intent({"vpna": "auto"}), held=held, others=((), (2001,)))
    assert labels(taken) == {"vpna": 3001}
    assert taken.notes[0] == "vpna: label 3001 was chosen: masg-2 holds it, and it is free on masg-1"


def test_a_label_that_is_not_legal_on_the_other_router_is_not_taken_over() -> None:
    held = {Role.MASTER: {"vpna": 100000}, Role.BACKUP: {}}
    found = settled(intent({"vpna": "auto"}), legal=(ATN, NE), held=held)
    label = labels(found)["vpna"]
    assert label != 100000
    assert isinstance(label, int)
    assert label in NE


def test_a_label_that_another_vpn_instance_holds_as_well_is_not_kept() -> None:
    held = {Role.MASTER: {"vpna": 2001}, Role.BACKUP: {"vpna": 2001, "vpnz": 2001}}
    found = labels(settled(intent({"vpna": "auto"}), held=held))
    assert found["vpna"] != 2001


# what is new


def test_a_new_label_begins_the_search_where_the_names_say() -> None:
    start = start_of("metro-7", "vpna", NE)
    found = settled(intent({"vpna": "auto"}))
    assert labels(found) == {"vpna": start}
    assert found.notes[0] == f"vpna: label {start} was chosen: free on both routers"
    assert labels(settled(intent({"vpna": "auto"}), others=((start,), (start + 1,)))) == {"vpna": start + 2}


def test_the_same_names_always_give_the_same_label() -> None:
    """A release that searched from somewhere else would move labels that are planned and not applied."""
    assert start_of("metro-7", "vpna", NE) == 11660
    assert start_of("metro-8", "vpna", NE) != start_of("metro-7", "vpna", NE)


def test_the_search_goes_on_from_the_beginning() -> None:
    few = Ranges.of([(16, 20)])
    start = start_of("metro-7", "vpna", few)
    rest = [label for label in few if label >= start]
    assert labels(settled(intent({"vpna": "auto"}), legal=(few, few), others=(rest, ()))) == {"vpna": 16}


def test_only_labels_that_a_router_says_are_idle_are_chosen() -> None:
    idle = IdleLabels(idle=Ranges.of([(500, 501)]), used=Ranges())
    found = settled(intent({"vpna": "auto", "vpnb": "auto"}), idle=idle)
    assert sorted(map(int, map(str, labels(found).values()))) == [500, 501]
    assert not any("does not tell" in note for note in found.notes)


def test_free_is_said_with_a_doubt_where_a_router_does_not_tell() -> None:
    found = settled(intent({"vpna": "auto"}))
    assert "masg-1: does not tell which labels are idle" in found.notes[1]
    assert "masg-2: does not tell which labels are idle" in found.notes[2]


# what cannot be


def test_an_unknown_range_is_said_with_its_router() -> None:
    text = why(settled(intent({"vpna": "auto"}), legal=(NE, None)))
    assert "no label can be chosen for vpna: the range of static labels of masg-2 is not known" in text


def test_ranges_without_a_common_label_are_named() -> None:
    text = why(settled(intent({"vpna": "auto"}), legal=(Ranges.of([(16, 20)]), Ranges.of([(30, 40)]))))
    assert "masg-1 allows 16..20; masg-2 allows 30..40" in text


def test_a_full_router_is_named() -> None:
    few = Ranges.of([(16, 17)])
    text = why(settled(intent({"vpna": "auto"}), legal=(few, NE), others=((16, 17), ())))
    assert "none of 16..17 is free on masg-1" in text
    text = why(settled(intent({"vpna": "auto"}), legal=(few, few), others=((16,), (17,))))
    assert "of 16..17, none is free on both masg-1 and masg-2" in text


def test_the_last_free_label_goes_once() -> None:
    few = Ranges.of([(16, 16)])
    found = settled(intent({"vpna": "auto", "vpnb": "auto"}), legal=(few, few))
    assert labels(found) == {"vpna": 16, "vpnb": "auto"}
    assert found.problems[0].field == "vpn_instances[1].static_label"
    assert "go to other VPN instances of the intent" in why(found)


def test_a_hint_names_a_few() -> None:
    routers = router("masg-1", NE, {"vpnz": 16}), router("masg-2", ATN, {}, others=[18])
    assert free_hint(*routers) == "Labels free on both routers: 17, 19, 20, 21, 22, …"
    assert free_hint(router("masg-1", None, {}), routers[1]) == ""


# in general


@dataclass(frozen=True)
class Site:
    """Two routers with small ranges, and the labels that VPN instances and others hold there."""

    legal: tuple[Ranges, Ranges]
    held: Mapping[Role, Mapping[str, int]]
    others: tuple[list[int], list[int]]

    def settled(self, wanted: Intent) -> Settled:
        return settled(wanted, legal=self.legal, held=self.held, others=self.others)


LABEL = st.integers(16, 40)
SPAN = st.tuples(st.integers(16, 24), st.integers(4, 20)).map(lambda it: Ranges.of([(it[0], it[0] + it[1])]))
HELD = st.dictionaries(st.sampled_from(NAMES), LABEL)
SITES = st.builds(
    Site,
    st.tuples(SPAN, SPAN),
    st.tuples(HELD, HELD).map(lambda it: dict(zip(Role, it, strict=True))),
    st.tuples(st.lists(LABEL, max_size=10), st.lists(LABEL, max_size=10)),
)
WANTED = st.dictionaries(st.sampled_from(NAMES), st.one_of(st.just("auto"), LABEL), min_size=1).filter(
    lambda it: len([v for v in it.values() if v != "auto"]) == len({v for v in it.values() if v != "auto"})
)


@given(SITES, WANTED)
def test_a_chosen_label_is_free_legal_and_nobody_elses(site: Site, wanted: dict[str, object]) -> None:
    found = site.settled(intent(wanted))
    numbers = [label for label in labels(found).values() if label != "auto"]
    assert len(numbers) == len(set(numbers))
    for name, label in labels(found).items():
        if wanted[name] != "auto":
            assert label == wanted[name]
        elif isinstance(label, int):
            kept = all(site.held[role].get(name) == label for role in Role)
            assert kept or all(label in legal for legal in site.legal)
            assert all(label not in others for others in site.others)
            assert all(
                holder == name or held != label for role in Role for holder, held in site.held[role].items()
            )


@given(SITES, WANTED, st.randoms(use_true_random=False))
def test_the_order_in_which_it_is_written_changes_nothing(
    site: Site, wanted: dict[str, object], random: object
) -> None:
    names = list(wanted)
    random.shuffle(names)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    shuffled = {name: wanted[name] for name in names}
    assert labels(site.settled(intent(wanted))) == labels(site.settled(intent(shuffled)))


@given(SITES, WANTED)
def test_once_it_is_in_place_it_stays(site: Site, wanted: dict[str, object]) -> None:
    """Whatever VPN instance is added: the labels that were found and applied are found again."""
    first = labels(site.settled(intent(wanted)))
    placed = {name: label for name, label in first.items() if isinstance(label, int)}
    held = {role: {**site.held[role], **placed} for role in Role}
    # An explicit label may be one that a static LSP holds; such an intent would have been refused.
    clash = any(label in others for label in placed.values() for others in site.others)
    later = Site(site.legal, held, ([], []) if clash else site.others)
    more = {**{name: wanted[name] for name in placed}, "vpn0": "auto", "vpnz": "auto"}
    again = labels(later.settled(intent(more)))
    assert {name: again[name] for name in placed} == placed


@given(st.lists(LABEL, max_size=10), st.integers(41, 60))
def test_what_comes_and_goes_elsewhere_moves_nothing(taken: list[int], newcomer: int) -> None:
    legal = Ranges.of([(16, 60)])
    before = labels(settled(intent({"vpna": "auto"}), legal=(legal, legal), others=(taken, ())))
    after = labels(settled(intent({"vpna": "auto"}), legal=(legal, legal), others=([*taken, newcomer], ())))
    assert before in (after, {"vpna": newcomer})
