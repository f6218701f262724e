"""What kind of router a device of the lab is: its modules and what it says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from egresspair._resources import yang_dir

BasicMode = Literal["report-all", "explicit", "trim"]


@dataclass(frozen=True, slots=True)
class Profile:
    """A kind of router.

    Attributes:
        name: how it is chosen, e.g. ``ne40e``.
        modules: a folder with YANG modules, or several; None stands for the project's own.
        implements: the modules that the device implements; what they import is found by itself.
        deviations: the deviation modules in force; value ranges come from here.
        basic_mode: the default of with-defaults (RFC 6243, section 2).
    """

    name: str
    modules: Path | tuple[Path, ...] | None = None
    implements: tuple[str, ...] = ("huawei-network-instance", "huawei-l3vpn")
    deviations: tuple[str, ...] = ()
    basic_mode: BasicMode = "report-all"

    @property
    def folders(self) -> tuple[Path, ...]:
        """Where the modules are."""
        if self.modules is None:
            return (yang_dir(),)
        return (self.modules,) if isinstance(self.modules, Path) else self.modules


NE40E: Final = Profile("ne40e", deviations=("huawei-l3vpn-deviations-OC-NE-X8X16",))
"""An NE40E-X8/X16 (static labels 16..32783 by its deviations)."""

ATN: Final = Profile(
    "atn", deviations=("huawei-network-instance-deviations-ATN-910C", "huawei-l3vpn-deviations-ATN-910C")
)
"""An ATN 910C (static labels 16..147455 by its deviations)."""

PROFILES: Final[Mapping[str, Profile]] = {profile.name: profile for profile in (NE40E, ATN)}


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
