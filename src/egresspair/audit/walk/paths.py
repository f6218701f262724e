"""The forwarding model: one packet, router by router, by nothing but their tables (RFC 3031, section 3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from .model import TRANSPORT, Ending, Path, Stack, Step, Verdict, Walk, Walks
from .switching import not_known, returning, switching
from .tables import (
    IMPLICIT_NULL,
    CoreTables,
    Ingress,
    LspEntry,
    MasgTables,
    PrivateLabel,
    PublicLabel,
    Scene,
    Unknown,
    Way,
)

_NOBODY: Final = "where packets enter"
_LOST: Final = frozenset({Verdict.DROPPED, Verdict.WRONG_VPN, Verdict.LOOPED})


def walks_of(scenes: Sequence[Scene]) -> Walks:
    """Walk a packet of every VPN instance of the intent by every host route, and of what else shares the first one.

    Raises:
        ValueError: there is no scene.
    """
    if not scenes:
        raise ValueError("there is no scene to walk in")
    first = scenes[0]
    walks = tuple(_walk(scene, entry) for scene in scenes for entry in scene.entries)
    # What is not known of all is said of the intent's own; what is not known of another alone endangers that one.
    doubtful = set() if any(walk.verdict is Verdict.UNKNOWN for walk in walks) else {Verdict.UNKNOWN}
    others = ((entry, _walk(first, entry)) for entry in first.others)
    endangered = tuple(walk for entry, walk in others if entry.chosen or walk.verdict in _LOST | doubtful)
    return Walks(first.master.device, first.backup.device, walks, endangered)


def walk(scene: Scene, vpn: str) -> Walk:
    """Walk a packet of one VPN instance of the intent, while the master lives and after its death.

    Raises:
        KeyError: it is not one of the intent's.
    """
    return _walk(scene, scene.ingress(vpn))


def _walk(scene: Scene, entry: Ingress) -> Walk:
    before = _Packet(scene, entry, dead="").enter()
    after = _Packet(scene, entry, dead=scene.master.device).enter()
    delays, gaps, detection = switching(scene)
    on_return, more = returning(scene)
    return Walk(
        entry.vpn, entry.family, scene.host_route, before, after, delays, (*gaps, *more), on_return, detection
    )


@dataclass(slots=True)
class _Packet:
    """A packet under way. Each method is one router's act, and goes on with the next router's."""

    scene: Scene
    ingress: Ingress
    dead: str
    steps: list[Step] = field(default_factory=list)
    private: int = 0
    assumed: str = ""

    # where it enters

    def enter(self) -> Path:
        """The CSG pushes the private label, and the label of the BGP LSP, which the core ASBR swaps."""
        ingress = self.ingress
        device = ingress.device or _NOBODY
        if isinstance(ingress.label, Unknown):
            return self._end(Ending.UNKNOWN, device, not_known(ingress.label))
        if isinstance(ingress.carried, Unknown):
            self.assumed = self.assumed or not_known(ingress.carried)
        elif not ingress.carried:
            why = "it goes into a local-ifnet tunnel to its MP-EBGP peer, which cannot carry traffic"
            return self._drop(device, why, (ingress.label,))
        self.private = ingress.label
        core = self.scene.core
        to = "the core ASBR" if isinstance(core, Unknown) else core.device
        self._step(device, f"pushes {self.private}, then the BGP LSP's label", (self.private,), to)
        return self._guess(core) if isinstance(core, Unknown) else self._core(core)

    def _guess(self, core: Unknown) -> Path:
        """No core ASBR was asked: go on as if it sent the packet where it should, and say that it is a guess."""
        self.assumed = not_known(core)
        return self._arrive(self.scene.backup if self.dead else self.scene.master, None)

    # the core ASBR

    def _core(self, core: CoreTables) -> Path:
        if core.hands_on is False:
            why = "it hands no label on towards the CSG, so the BGP LSP does not reach it"
            return self._drop(core.device, why, (self.private,))
        if isinstance(core.hands_on, Unknown):
            self.assumed = self.assumed or not_known(core.hands_on)
        if isinstance(core.installed, Unknown):
            return self._guess(core.installed)
        entry = _entry(core.installed, self.dead)
        if entry is None and not core.installed:
            return self._drop(core.device, f"it has no LSP for {self.scene.host_route}", (self.private,))
        if entry is None:
            return self._converge(core)
        return self._swap(core, entry, "uses the backup entry" if entry.backup else "")

    def _converge(self, core: CoreTables) -> Path:
        """No entry is left: what BGP would install in the end."""
        if isinstance(core.routes, Unknown):
            return self._guess(core.routes)
        entry = _entry(core.routes, self.dead)
        if entry is None:
            why = f"it has no entry left for {self.scene.host_route}, and BGP knows no second labeled route"
            return self._drop(core.device, why, (self.private,))
        return self._swap(core, entry, "uses the second route, once BGP has converged")

    def _swap(self, core: CoreTables, entry: LspEntry, first: str) -> Path:
        if entry.out_label is None:
            return self._drop(core.device, f"its route to {entry.towards} has no label", (self.private,))
        if entry.over_gre:
            why = f"its tunnel to {entry.towards} is GRE, which cannot carry a BGP LSP"
            return self._drop(core.device, why, (self.private,))
        php = entry.out_label == IMPLICIT_NULL
        stack: Stack = (TRANSPORT, self.private) if php else (TRANSPORT, entry.out_label, self.private)
        does = "pops the BGP LSP's label" if php else f"swaps the BGP LSP's label for {entry.out_label}"
        self._step(core.device, ", ".join(filter(None, (first, does))), stack, entry.towards)
        masg = self.scene.masg(entry.towards)
        if masg is None:
            return self._end(Ending.UNKNOWN, entry.towards, f"{entry.towards} is not a router of this pair")
        return self._look_up(masg, "") if php else self._arrive(masg, entry.out_label)

    # a MASG

    def _arrive(self, masg: MasgTables, public: int | None) -> Path:
        """None: the public label is not known, because no core ASBR was asked; a single one is taken for it."""
        if masg.device == self.dead:
            return self._end(Ending.LOOPED, masg.device, "it is dead")
        label = public if public is not None else _only(masg)
        held = None if label is None else masg.public.get(label)
        if label is None or (held is None and masg.public_gap):
            gap = masg.public_gap or Unknown(f"{masg.device}: the public label")
            self.assumed = self.assumed or not_known(gap)
            return self._look_up(masg, "")
        if held is None:
            return self._drop(masg.device, f"it has no LSP with label {label}", (label, self.private))
        return self._stitch(masg, label, held) if held.towards else self._look_up(masg, f"pops {label}, ")

    def _stitch(self, masg: MasgTables, label: int, held: PublicLabel) -> Path:
        towards, swapped = held.towards, held.swapped
        php = swapped is None or swapped == IMPLICIT_NULL
        does = f"pops {label}" if php else f"swaps {label} for {swapped}"
        came_by = any(step.device == masg.device for step in self.steps)
        below: Stack = (self.private,) if swapped is None or php else (swapped, self.private)
        self._step(masg.device, f"{does}, sends it into its tunnel", (TRANSPORT, *below), towards)
        if towards == self.dead:
            return self._end(Ending.LOOPED, masg.device, f"it sends the packet on to {towards}")
        partner = self.scene.masg(towards)
        if partner is None or came_by:
            return self._end(Ending.UNKNOWN, masg.device, f"what {towards} does with label {swapped}")
        return self._look_up(partner, "") if php else self._arrive(partner, swapped)

    def _look_up(self, masg: MasgTables, first: str) -> Path:
        """The private label is the router's own: whoever holds it here gets the packet."""
        if masg.device == self.dead:
            return self._end(Ending.LOOPED, masg.device, "it is dead")
        holders = masg.private.get(self.private, ())
        if not holders and masg.private_gap:
            return self._end(Ending.UNKNOWN, masg.device, not_known(masg.private_gap))
        if not holders:
            return self._drop(
                masg.device, f"nobody holds private label {self.private} there", (self.private,)
            )
        if len(holders) > 1:
            names = " and ".join(sorted(f"{holder.vpn} ({holder.family})" for holder in holders))
            return self._end(Ending.UNKNOWN, masg.device, f"{names} hold label {self.private} there")
        self._step(masg.device, f"{first}looks {self.private} up: {holders[0].vpn}", ())
        return self._customer(masg, holders[0])

    def _customer(self, masg: MasgTables, holder: PrivateLabel) -> Path:
        held = f"private label {self.private} is that of {holder.vpn} ({holder.family}) there"
        if isinstance(holder.up, Unknown):
            return self._end(Ending.UNKNOWN, masg.device, not_known(holder.up))
        if holder.vpn != self.ingress.vpn:
            return self._end(Ending.WRONG_VPN, masg.device, held, holder.vpn)
        if holder.family != self.ingress.family:
            return self._drop(masg.device, held, ())
        if not holder.up:
            return self._drop(masg.device, f"{holder.vpn} is down there", ())
        return self._route(masg, holder)

    def _route(self, masg: MasgTables, holder: PrivateLabel) -> Path:
        if isinstance(holder.way, Unknown):
            return self._end(Ending.UNKNOWN, masg.device, not_known(holder.way))
        if holder.way is Way.NONE:
            return self._drop(masg.device, f"{holder.vpn} has no route to the customer there", ())
        if holder.way is Way.PARTNER:
            return self._by_partner(masg)
        if masg.answers is False:
            why = "answers go into a local-ifnet tunnel to its MP-EBGP peer, which cannot carry traffic"
            return self._drop(masg.device, why, ())
        if isinstance(masg.answers, Unknown):
            self.assumed = self.assumed or not_known(masg.answers)
        if self.assumed:
            return self._end(Ending.UNKNOWN, masg.device, self.assumed, holder.vpn)
        return self._end(Ending.DELIVERED, masg.device, vpn=holder.vpn)

    def _by_partner(self, masg: MasgTables) -> Path:
        partner = self.scene.backup if masg is self.scene.master else self.scene.master
        why = f"{self.ingress.vpn} reaches the customer only by {partner.device}"
        if partner.device == self.dead:
            return self._end(Ending.LOOPED, masg.device, why)
        return self._end(Ending.UNKNOWN, masg.device, why)

    # ending

    def _step(self, device: str, does: str, stack: Stack, to: str = "") -> None:
        self.steps.append(Step(device, does, stack, to))

    def _drop(self, device: str, why: str, stack: Stack) -> Path:
        self._step(device, "drops it", stack)
        return self._end(Ending.DROPPED, device, why)

    def _end(self, ending: Ending, where: str, why: str = "", vpn: str = "") -> Path:
        return Path(tuple(self.steps), ending, where, why, vpn)


def _entry(entries: Sequence[LspEntry], dead: str) -> LspEntry | None:
    """The entry that is used: a primary one whose next hop lives, else a backup."""
    alive = [entry for entry in entries if entry.towards != dead]
    primary = [entry for entry in alive if not entry.backup]
    return next(iter([*primary, *alive]), None)


def _only(masg: MasgTables) -> int | None:
    """The one public label of a MASG, if there is one only."""
    return next(iter(masg.public)) if len(masg.public) == 1 else None
