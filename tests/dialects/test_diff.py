"""What has to change, and what stands in the way: told in the words of the intent, with its places."""

from __future__ import annotations

from egresspair.configuration import Change, LabelOwner, LabelUse, Node, RouterConfig, VpnConfig, canonical
from egresspair.diff import Difference, protect, remove
from egresspair.intent import Intent, Role, parse_intent
from egresspair.label_space import IdleLabels, LabelUses, Ranges

TEXT = """pair: metro-7
master: masg-1
backup: masg-2
vpn_instances:
  - name: vpna
    static_label: 2001
    route_distinguisher: {master: "70000:1", backup: "70000:2"}
"""
LOST = TEXT.replace("""    route_distinguisher: {master: "70000:1", backup: "70000:2"}\n""", "")
BARE = VpnConfig("vpna", exists=True, family=True, route_distinguisher="70000:1")


def difference(
    before: VpnConfig = BARE,
    *owners: LabelOwner,
    idle: IdleLabels | None = None,
    text: str = TEXT,
    role: Role = Role.MASTER,
) -> Difference:
    intent = parse_intent(text, name="metro-7.yaml")
    uses = LabelUses(owners, idle)
    return protect(intent, role, intent.router(role), RouterConfig.of([before]), uses)


def problem(found: Difference) -> str:
    (only,) = found.problems
    return str(only)


def test_another_route_distinguisher_is_named_with_both_and_the_place() -> None:
    text = problem(difference(role=Role.BACKUP))
    assert text == (
        "masg-2 vpn_instances[0].route_distinguisher (metro-7.yaml:7:26): 70000:2 is wanted, but VPN instance "
        "vpna on masg-2 has 70000:1. A route distinguisher is never modified: give the router's in the intent, "
        "or none."
    )


def test_another_spelling_is_the_same_route_distinguisher() -> None:
    before = VpnConfig("vpna", exists=True, family=True, route_distinguisher="1.4464:1")
    found = difference(before)
    assert found.problems == ()
    assert Node.ROUTE_DISTINGUISHER not in [change.node for change in found.changes]


def test_a_missing_route_distinguisher_is_asked_for() -> None:
    text = problem(difference(VpnConfig("vpna", exists=True, family=True), text=LOST))
    assert text.startswith(
        "masg-1 vpn_instances[0] (metro-7.yaml:5:5): vpna has no route distinguisher on masg-1"
    )
    assert "Add route_distinguisher" in text


def test_a_label_of_another_vpn_is_refused_with_its_owner() -> None:
    text = problem(difference(BARE, LabelOwner("vpnz", "ipv4-unicast", 2001)))
    assert text.startswith(
        "masg-1 vpn_instances[0].static_label (metro-7.yaml:6:19): 2001 is the static label of VPN instance vpnz"
    )


def test_its_own_label_and_other_labels_are_no_obstacle() -> None:
    owners = LabelOwner("vpna", "ipv4-unicast", 2001), LabelOwner("vpnz", "ipv4-unicast", 2002)
    assert difference(BARE, *owners).problems == ()


def test_a_label_of_a_static_lsp_is_refused_with_its_name() -> None:
    owner = LabelOwner("", "", 2001, LabelUse.INCOMING_LABEL, "static LSP lsp1")
    text = problem(difference(BARE, owner))
    assert "2001 is the incoming label of static LSP lsp1 on masg-1. Choose another label." in text


def test_a_label_that_the_router_has_in_use_is_refused_although_nobody_is_named() -> None:
    in_use = IdleLabels(idle=Ranges.of([(16, 2000)]), used=Ranges.of([(2001, 2001)]))
    assert "2001 is in use, by the router's label state" in problem(difference(idle=in_use))
    own = LabelOwner("vpna", "ipv4-unicast", 2001)
    assert difference(BARE, own, idle=in_use).problems == ()


def test_a_label_still_to_be_found_is_left_alone() -> None:
    found = difference(text=TEXT.replace("2001", "auto"))
    assert found.problems == ()
    assert Node.STATIC_LABEL not in [change.node for change in found.changes]


def test_every_obstacle_is_named() -> None:
    before = VpnConfig("vpna", exists=True, family=True, route_distinguisher="9:9")
    found = difference(before, LabelOwner("vpnz", "ipv4-unicast", 2001))
    assert [each.field for each in found.problems] == [
        "masg-1 vpn_instances[0].route_distinguisher",
        "masg-1 vpn_instances[0].static_label",
    ]


def test_an_intent_made_in_python_has_no_place_and_says_so() -> None:
    intent = Intent.model_validate(parse_intent(TEXT).model_dump())
    found = protect(intent, Role.BACKUP, "masg-2", RouterConfig.of([BARE]), LabelUses())
    assert problem(found).startswith("masg-2 vpn_instances[0].route_distinguisher: 70000:2 is wanted")


def test_a_first_set_up_is_told_in_the_order_in_which_a_person_works() -> None:
    text = TEXT + '    vpn_targets: {import: ["1:1"], export: ["1:1"]}\n'
    of_vpns = list(Node)[: list(Node).index(Node.EXPORT_TARGET) + 1]
    assert [change.node for change in difference(VpnConfig("vpna"), text=text).changes] == of_vpns


def test_a_label_in_place_is_left_alone() -> None:
    before = VpnConfig("vpna", exists=True, family=True, route_distinguisher="70000:1", static_label=2001)
    assert difference(before).changes == ()


def test_a_label_mode_is_changed_with_what_it_was() -> None:
    before = VpnConfig(
        "vpna", exists=True, family=True, route_distinguisher="70000:1", label_mode="per-route"
    )
    assert difference(before).changes == (
        Change("vpna", Node.LABEL_MODE, "per-route", "per-instance"),
        Change("vpna", Node.STATIC_LABEL, None, "2001"),
    )


def removed(label: int | None, text: str = TEXT) -> Difference:
    before = VpnConfig("vpna", exists=True, family=True, static_label=label)
    return remove(parse_intent(text), "masg-1", RouterConfig.of([before]))


def test_a_removal_takes_the_label_that_is_there() -> None:
    assert removed(2001).changes == (Change("vpna", Node.STATIC_LABEL, "2001", None),)
    assert removed(None).changes == ()


def test_a_removal_of_another_label_than_the_intents_is_noted() -> None:
    found = removed(2009)
    assert found.changes == (Change("vpna", Node.STATIC_LABEL, "2009", None),)
    assert found.notes == ("masg-1: vpna holds static label 2009, not 2001 as the intent says",)
    assert removed(2009, TEXT.replace("2001", "auto")).notes == ()


def test_a_change_says_what_it_is() -> None:
    texts = [
        str(Change("a", Node.STATIC_LABEL, None, "16")),
        str(Change("a", Node.STATIC_LABEL, "16", "17")),
        str(Change("a", Node.STATIC_LABEL, "17", None)),
    ]
    assert texts == [
        "added a static-label 16",
        "changed a static-label 16 -> 17",
        "removed a static-label 17",
    ]


def test_what_is_no_route_distinguisher_stands_for_itself() -> None:
    assert canonical("auto") == "auto"
    assert canonical("1.4464:1") == canonical("70000:1") == "70000:1"
