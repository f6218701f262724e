"""Four routers of a lab as one network: what each shows follows from what all of them run."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from functools import partial

from .network import Play, Situation
from .router import Router
from .rules import NAME, instances
from .schema import Schema, SchemaNode
from .tree import Node


class CoreNetwork:
    """The network of these routers, by role. Lives on the lab's event loop."""

    def __init__(self, routers: Mapping[str, Router]) -> None:
        self._routers = routers
        self._play = Play(())
        self._states: dict[str, Node] = {}
        self._seen: object = None
        for role, router in routers.items():
            router.network_state = partial(self.state_of, role)

    def play(self, play: Play) -> None:
        """Begin anew: running, startup and labels as they are given, nothing pending, candidates clean.

        Raises:
            RpcFailed: a configuration does not fit the router's modules.
        """
        read = {role: router.configs.read(bytes(play[role])) for role, router in self._routers.items()}
        saved = {
            role: self._routers[role].configs.read(bytes(document)) for role, document in play.startup.items()
        }
        self._play, self._seen = play, None
        for role, router in self._routers.items():
            first = router.vpn_state.labels.first_dynamic
            router.replace(read[role], saved.get(role))
            router.vpn_state.labels = play.mishaps.labels(role, first)
            router.vpn_state.labels.follow(router.running)
            router.vpn_state.status.clear()

    def state_of(self, role: str) -> Node:
        """The state that a router shows, as far as its modules have it."""
        now = self._what_counts()
        if now != self._seen:
            self._states = self._derived()
            self._seen = now
        return self._states[role]

    def _what_counts(self) -> object:
        """Everything that state is derived from: it is derived anew when this has changed."""
        return [(router.running, self._down(role)) for role, router in self._routers.items()]

    def _down(self, role: str) -> set[tuple[str, str]]:
        """The VPN instances of a router that somebody has said to be down."""
        router = self._routers[role]
        names = (instance.leaf(NAME) for instance in instances(router.running))
        return {(role, name) for name in names if router.vpn_state.is_down(name)}

    def _derived(self) -> dict[str, Node]:
        mishaps = deepcopy(self._play.mishaps)
        for role in self._routers:
            mishaps.vpns_down |= self._down(role)
        situation = Situation(
            {role: router.running for role, router in self._routers.items()},
            {role: router.vpn_state.labels for role, router in self._routers.items()},
            mishaps,
        )
        return {
            role: _known(state, self._routers[role].schema, self._routers[role].schema.root)
            for role, state in situation.states().items()
        }


def _known(node: Node, schema: Schema, place: SchemaNode) -> Node:
    """Without the nodes that a router's modules do not have."""
    found = ((child, schema.child(place, child.tag)) for child in node.children)
    return node.holding(_known(child, schema, below) for child, below in found if below is not None)
