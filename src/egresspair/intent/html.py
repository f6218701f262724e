"""An intent as a notebook shows it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .model import Intent, VpnInstance

__all__ = ["intent_html"]

_COLUMNS = (
    "VPN instance",
    "static label",
    "RD on master",
    "RD on backup",
    "import targets",
    "export targets",
)


def intent_html(intent: Intent) -> str:
    """A caption and one row for each VPN instance; everything escaped."""
    head = "".join(f"<th>{name}</th>" for name in _COLUMNS)
    rows = "".join(_row(vpn) for vpn in intent.vpn_instances)
    return f"<table><caption>{_caption(intent)}</caption><tr>{head}</tr>{rows}</table>"


def _caption(intent: Intent) -> str:
    parts = [f"Pair {intent.pair}", f"master {intent.master}", f"backup {intent.backup}"]
    parts += [f"core ASBR {intent.core_asbr}"] if intent.core_asbr else []
    parts += [f"CSG {intent.csg}"] if intent.csg else []
    parts += ["protects " + ", ".join(intent.protected_host_routes)] if intent.protected_host_routes else []
    parts += ["with prerequisites"] if intent.prerequisites else []
    return escape("; ".join(parts))


def _row(vpn: VpnInstance) -> str:
    rds, targets = vpn.route_distinguisher, vpn.vpn_targets
    cells = (
        vpn.name,
        str(vpn.static_label),
        str(rds.master) if rds else "",
        str(rds.backup) if rds else "",
        ", ".join(map(str, targets.import_)) if targets else "",
        ", ".join(map(str, targets.export)) if targets else "",
    )
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"
