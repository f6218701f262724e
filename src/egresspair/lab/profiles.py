"""What kind of router a device of the lab is: its modules and what it says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from egresspair._resources import yang_dir

BasicMode = Literal["report-all", "explicit", "trim"]


CORE: Final = tuple(
    f"huawei-{name}"
    for name in (
        *("ifm", "ip", "routing", "routing-policy", "tunnel-management", "l3vpn-mpls"),
        *("bgp", "bgp-routing-table", "bgp-lsp", "bfd", "mpls", "mpls-ldp", "mpls-static", "mpls-res"),
    )
)
"""What a router speaks beside VPN instances: the way from the core to a MASG, and what can be seen of it."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A kind of router.

    Attributes:
        name: how it is chosen, e.g. ``ne40e``.
        modules: a folder with YANG modules, or several; None stands for the project's own.
        implements: the modules that the device implements; what they import is found by itself.
        deviations: the deviation modules in force; value ranges come from here.
        core_deviations: those of the modules that `with_core` adds.
        basic_mode: the default of with-defaults (RFC 6243, section 2).
    """

    name: str
    modules: Path | tuple[Path, ...] | None = None
    implements: tuple[str, ...] = ("huawei-network-instance", "huawei-l3vpn")
    deviations: tuple[str, ...] = ()
    core_deviations: tuple[str, ...] = ()
    basic_mode: BasicMode = "report-all"

    def with_core(self) -> Profile:
        """The same router that also speaks BGP, MPLS, LDP, BFD, routing, policies, tunnels and interfaces."""
        return replace(
            self,
            name=f"{self.name}-core",
            implements=(*self.implements, *CORE),
            deviations=(*self.deviations, *self.core_deviations),
            core_deviations=(),
        )

    @property
    def folders(self) -> tuple[Path, ...]:
        """Where the modules are."""
        if self.modules is None:
            return (yang_dir(),)
        return (self.modules,) if isinstance(self.modules, Path) else self.modules


def _core_deviations(hardware: str) -> tuple[str, ...]:
    return tuple(f"huawei-{name}-deviations-{hardware}" for name in ("bgp", "ip", "mpls-static"))


NE40E: Final = Profile(
    "ne40e",
    deviations=("huawei-l3vpn-deviations-OC-NE-X8X16",),
    core_deviations=_core_deviations("OC-NE-X8X16"),
)
"""An NE40E-X8/X16 (static labels 16..32783 by its deviations)."""

ATN: Final = Profile(
    "atn",
    deviations=("huawei-network-instance-deviations-ATN-910C", "huawei-l3vpn-deviations-ATN-910C"),
    core_deviations=_core_deviations("ATN-910C"),
)
"""An ATN 910C (static labels 16..147455 by its deviations)."""

PROFILES: Final[Mapping[str, Profile]] = {
    profile.name: profile for profile in (NE40E, ATN, NE40E.with_core(), ATN.with_core())
}


def profile_named(profile: str | Profile) -> Profile:
    """A profile by its name; a `Profile` is returned as it is.

    Raises:
        ValueError: there is none of that name.
    """
    if isinstance(profile, Profile):
        return profile
    if profile not in PROFILES:
        raise ValueError(f"no profile {profile!r}; there are {', '.join(PROFILES)}")
    return PROFILES[profile]
