"""The lab's network as a whole: what its routers run, what goes wrong, and the state that follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..tree import Node
from ..vpn_labels import VpnLabels
from .configured import configured
from .core_state import asbr_trees, csg_trees
from .masg_state import MasgState
from .nodes import together
from .routing import CORE_ASBR, CSG, MASGS, Mishaps


@dataclass(frozen=True, slots=True)
class Situation:
    """The network at one moment.

    Attributes:
        running: by role, what each router runs. All roles have to be there.
        labels: by role, which labels each MASG has given to its VPN instances.
    """

    running: Mapping[str, Node]
    labels: Mapping[str, VpnLabels]
    mishaps: Mishaps

    def states(self) -> dict[str, Node]:
        """By role, the state (``config false``) that each router shows beside its configuration."""
        routers = {role: configured(config) for role, config in self.running.items()}
        trees = {
            masg: MasgState(masg, self.running[masg], self.labels, routers, self.mishaps).trees()
            for masg in MASGS
        }
        trees[CORE_ASBR] = asbr_trees(routers, self.mishaps)
        trees[CSG] = csg_trees(routers, self.labels, self.mishaps)
        return {role: together(each) for role, each in trees.items()}
