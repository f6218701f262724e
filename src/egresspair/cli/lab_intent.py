"""An intent that goes with a lab."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ..errors import UsageError
from .presets import PresetVpn

if TYPE_CHECKING:
    from ..lab import Lab

_PAIR: Final = "metro-7"
_EXAMPLE: Final = PresetVpn("vpna", "200:1")
_FIRST_LABEL: Final = 2001


def intent_values(lab: Lab, presets: Iterable[PresetVpn]) -> dict[str, Any]:
    """An intent for the lab, as plain values."""
    values: dict[str, Any] = {
        "pair": _PAIR,
        "master": lab["master"].name,
        "backup": lab["backup"].name,
    }
    if not lab.core:
        return {**values, "vpn_instances": list(_vpns(list(presets) or [_EXAMPLE], _FIRST_LABEL))}
    own = _own_vpn()
    return {
        **values,
        "core_asbr": lab["core_asbr"].name,
        "csg": lab["csg"].name,
        "protected_host_routes": ["192.0.2.5/32", "192.0.2.6/32"],
        "vpn_instances": [own, *_vpns(presets, own["static_label"] + 1)],
    }


def _own_vpn() -> dict[str, Any]:
    """The VPN instance that the network with the core has by itself."""
    from ..lab import VPNA  # noqa: PLC0415  (heavy)

    master, backup = VPNA.route_distinguishers
    return {
        "name": VPNA.name,
        "static_label": VPNA.static_label,
        "route_distinguisher": {"master": master, "backup": backup},
        "vpn_targets": {"import": list(VPNA.targets), "export": list(VPNA.targets)},
    }


def _vpns(presets: Iterable[PresetVpn], first_label: int) -> Iterator[dict[str, Any]]:
    for label, each in enumerate(presets, first_label):
        yield {
            "name": each.name,
            "static_label": label,
            "route_distinguisher": each.route_distinguisher,
        }


def write_intent(path: Path, lab: Lab, presets: Iterable[PresetVpn]) -> None:
    """Write it as YAML, to a new file.

    Raises:
        UsageError: there is a file already, or it cannot be written.
    """
    import yaml  # noqa: PLC0415  (heavy)

    try:
        with path.open("x", encoding="utf-8") as file:
            yaml.safe_dump(intent_values(lab, presets), file, sort_keys=False)
    except OSError as error:
        raise UsageError(
            f"cannot be written: {error.strerror}", where=str(path), hint="Choose another with --intent-out."
        ) from error
