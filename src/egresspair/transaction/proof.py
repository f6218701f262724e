"""What has to hold in the confirm window: the audit's own rules on what both routers say before the change and in it.

What the change promises must hold, of the VPN instances that it touches on either router: on both the label assigned
and the VPN instance up; where a label is set, nobody else holding it; where one is taken away, the label free again.
Whatever else a change can influence must not get worse.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TypeVar

from ..audit.check import Check, Finding, Status, fails, holds, unread
from ..audit.facts import Evidence, Fact, Facts, MasgFacts, VpnFacts
from ..audit.rules import RULES
from ..configuration import RouterConfig, VpnState
from ..dialects import AuditAnswer, audit_dialect_named
from ..errors import UsageError
from ..intent import Role
from ..plan import Plan, RouterPlan
from .proven import Proven

T = TypeVar("T")
Key = tuple[str, str, str]
"""Of a check: its name, its router, what of it."""

Standing = Mapping[Key, Status]
Findings = Mapping[str, tuple[Finding, ...]]
"""By the name of the check."""

_RULES = {rule.name: rule for rule in RULES}
_PROMISED = ("label-assigned", "vpn-up")
_COMPARED = ("label-assigned", "vpn-up", "label-owner", "own-link")
"""What a change of VPN instances can influence and a read-back of the configuration does not prove."""
_OWNER = "label-owner"
_OF_OTHERS = frozenset({_OWNER, "own-link"})
"""What the state of the plan's own VPN instances does not tell."""
_ABOUT_LABELS = ("label-assigned", _OWNER)
_KNOWN = (Status.HOLDS, Status.FAILS)
_GONE_WHY = "A label that is still in use cannot be given to anybody else."
_NO_STATE = "the router shows no state of this VPN instance"
_NO_NODE = "the router's schema has no such node"


@dataclass(frozen=True, slots=True)
class Look:
    """What one router said at one moment.

    Attributes:
        config: running, as far as the plan's VPN instances are concerned.
        states: of these; none if they could not be read.
        unread: why they could not; empty if they could.
        answers: to the reads of `RouterPlan.proof`, by name.
        told: it has shown such state in this transaction, now or earlier.
    """

    config: RouterConfig
    states: tuple[VpnState, ...] = ()
    unread: str = ""
    answers: Mapping[str, AuditAnswer] = field(default_factory=dict)
    told: bool = False

    def shows(self, router: RouterPlan) -> bool:
        """There is nothing to wait for: every VPN instance is up and has the label of the plan in use, or none where
        that has none; or the router has never told of such things, and no VPN instance is new.
        """
        if not (self.told or any(map(tells, router.view.states))):
            return all(vpn.family for vpn in router.before.vpns.values())
        wanted = {(vpn.name, vpn.static_label, "up") for vpn in router.after.vpns.values()}
        return {(each.name, each.assigned_label, each.status) for each in self.states} == wanted


Looks = Mapping[Role, Look]


def can_prove(plan: Plan) -> bool:
    """False of a device family that nobody can audit, and of an old plan without its intent."""
    try:
        for router in plan:
            audit_dialect_named(router.view.platform)
    except UsageError:
        return False
    return bool(plan.intent_text)


def judge(plan: Plan, before: Standing | None, present: Looks) -> tuple[Proven, ...]:
    """Every check as it stands, what is promised first.

    Args:
        before: how what is compared stood under the locks; None if nobody looked.
        present: without answers to `RouterPlan.proof`, what depends on them is left out: it was not asked yet.
    """
    unasked = {router.device for router in plan if router.proof and not present[router.role].answers}
    found = _judged(plan, before, present)
    return tuple(p for p in found if p.check.name not in _OF_OTHERS or p.check.device not in unasked)


def standing(plan: Plan, looks: Looks) -> Standing:
    """How the checks stand with which a later look is compared, as far as they are known."""
    found = _compared(plan, _findings(plan, _facts(plan, looks)))
    return {_key(check): check.status for check in found if check.status in _KNOWN}


def _judged(plan: Plan, before: Standing | None, present: Looks) -> tuple[Proven, ...]:
    facts = _facts(plan, present)
    findings = _findings(plan, facts)
    promised = [_promised(plan, check, facts, present) for check in _promises(plan, facts, findings)]
    if not before:
        return tuple(promised)
    told = {_key(each.check) for each in promised}
    others = [
        check for check in _compared(plan, findings) if _key(check) in before and _key(check) not in told
    ]
    return (*promised, *(Proven(check, promised=False, before=before[_key(check)]) for check in others))


def _findings(plan: Plan, facts: Facts) -> Findings:
    return {name: tuple(_RULES[name].judge(plan.intent, facts)) for name in _COMPARED}


def _key(check: Check) -> Key:
    return check.name, check.device, check.subject


# promises


def _promises(plan: Plan, facts: Facts, findings: Findings) -> Iterator[Check]:
    touched = {change.vpn for router in plan for change in router.changes}
    wanted = {(router.device, vpn) for router in plan for vpn in router.labels if vpn in touched}
    for name in _PROMISED:
        for finding in findings[name]:
            if (finding.device, finding.subject) in wanted:
                yield _check(name, finding)
    yield from _sole_holders(plan, facts, findings[_OWNER])
    for router in plan:
        for vpn, label in _given_back(router):
            finding = _gone(router.device, facts.masg(router.role).vpn(vpn), label)
            yield Check("label-gone", None, "the label is free again", _GONE_WHY, finding)


def _sole_holders(plan: Plan, facts: Facts, found: Iterable[Finding]) -> Iterator[Check]:
    """Of the labels that the change sets: a comparison says nothing of them, since before it they were not there.

    What is not known because it was not asked for is left out: no router was to tell it.
    """
    given = {router.device: (router, set(_given(router))) for router in plan}
    for finding in found:
        router, vpns = given[finding.device]
        refused = bool(router.proof) and not facts.masg(router.role).families.known
        if finding.subject in vpns and (finding.status in _KNOWN or refused):
            yield _check(_OWNER, finding)


def _given(router: RouterPlan) -> Iterator[str]:
    """The VPN instances that get another label than they had, or their first."""
    for vpn, before in router.before.vpns.items():
        if router.after[vpn].static_label not in (None, before.static_label):
            yield vpn


def _given_back(router: RouterPlan) -> Iterator[tuple[str, int]]:
    """The labels that the change takes away, of VPN instances that stay."""
    for vpn, before in router.before.vpns.items():
        after = router.after[vpn]
        if before.static_label is not None and after.static_label is None and after.family:
            yield vpn, before.static_label


def _gone(device: str, vpn: VpnFacts, label: int) -> Finding:
    given = vpn.assigned_label
    missing = unread(device, vpn.name, given)
    if missing:
        return missing
    if given.value == label:
        remedy = "See what keeps the label (display mpls label static available)."
        return fails(device, vpn.name, f"{label} is still in use", given.evidence, remedy=remedy)
    return holds(device, vpn.name, f"{label} is not in use any more", given.evidence)


def _promised(plan: Plan, check: Check, facts: Facts, present: Looks) -> Proven:
    """With what may be expected of its router, where it does not tell."""
    if check.status is not Status.UNKNOWN:
        return Proven(check, promised=True)
    router = next(router for router in plan if router.device == check.device)
    if any(_leaf(node) in _lacking(router) for node in check.finding.evidence):
        return Proven(check, promised=True, silent=True)
    if check.name == _OWNER:  # a router may refuse to list everybody's labels: told, as where it is compared
        return Proven(check, promised=True, silent=True)
    silent = not (present[router.role].told or _shows_state(router, facts.masg(router.role)))
    return Proven(check, promised=True, silent=silent, fresh=not router.before[check.subject].family)


def _shows_state(router: RouterPlan, masg: MasgFacts) -> bool:
    """The router shows state of other VPN instances, or did of these when the plan was made. One that never does offers
    none.
    """
    others = any(family.assigned_label is not None for family in masg.families.value or ())
    return others or any(map(tells, router.view.states))


def _lacking(router: RouterPlan) -> frozenset[str]:
    """The leaves of the state that the router's schema does not have."""
    return frozenset(path.rpartition("/")[2] for path in router.view.schema.no_state)


def _leaf(node: Evidence) -> str:
    return node.path.rpartition("/")[2]


def tells(state: VpnState) -> bool:
    """It says something."""
    return state.assigned_label is not None or state.status is not None


# what must not get worse


def _compared(plan: Plan, findings: Findings) -> Iterator[Check]:
    """Beside promises. What the change takes away on purpose is not compared."""
    gone = {
        (router.device, vpn) for router in plan for vpn in router.before.vpns if not router.after[vpn].family
    }
    freed = {(router.device, vpn) for router in plan for vpn, _ in _given_back(router)}
    for name in _COMPARED:
        left_out = gone | (freed if name in _ABOUT_LABELS else set())
        for finding in findings[name]:
            if (finding.device, finding.subject) not in left_out:
                yield _check(name, finding)


def _check(name: str, finding: Finding) -> Check:
    rule = _RULES[name]
    return Check(rule.name, rule.condition, rule.title, rule.why, finding)


# facts


def _facts(plan: Plan, looks: Looks) -> Facts:
    return Facts(_masg(plan.master, looks[Role.MASTER]), _masg(plan.backup, looks[Role.BACKUP]))


def _masg(router: RouterPlan, look: Look) -> MasgFacts:
    vpns = tuple(router.before.vpns)
    found = _blank(router.view.platform, router.device, router.role, vpns)
    if look.answers:
        found = audit_dialect_named(router.view.platform).read_proof(found, look.answers)
    return replace(found, vpns=tuple(_vpn(vpn, router, look) for vpn in found.vpns))


@lru_cache(maxsize=64)
def _blank(platform: str, device: str, role: Role, vpns: tuple[str, ...]) -> MasgFacts:
    """Nothing is known yet, but where it is to be found."""
    return audit_dialect_named(platform).read_masg(device, role, vpns, {})


def _vpn(vpn: VpnFacts, router: RouterPlan, look: Look) -> VpnFacts:
    """With what every plan reads: the configuration and the state of its VPN instances."""
    config = look.config[vpn.name]
    state = next((each for each in look.states if each.name == vpn.name), VpnState(vpn.name))
    missing = look.unread or ("" if tells(state) else _NO_STATE)
    lacking = _lacking(router)
    label, status = (
        _shown(fact, value, _NO_NODE if _leaf(fact.evidence) in lacking else missing)
        for fact, value in ((vpn.assigned_label, state.assigned_label), (vpn.status, state.status))
    )
    static: Fact[int] = _shown(vpn.static_label, config.static_label, "")
    return replace(vpn, static_label=static, assigned_label=label, status=status)


def _shown(fact: Fact[T], value: T | None, missing: str) -> Fact[T]:
    """The same fact with its value."""
    node = fact.evidence
    if missing:
        return Fact.unknown(node.device, node.path, missing)
    return Fact(value, Evidence(node.device, node.path, "" if value is None else str(value)))
