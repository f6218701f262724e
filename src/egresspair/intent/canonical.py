"""The canonical form of an intent, and its digest.

The form is JSON (RFC 8259) in ASCII, without white space, members sorted by name, what is absent left out:

- ``v``: 1, the number of this form;
- ``pair``, ``master``, ``backup``, ``core_asbr``, ``csg``: as they are;
- ``protected_host_routes``: sorted as texts, each ``a.b.c.d/32``, absent if empty;
- ``vpn_instances``: sorted by name, each with ``name``, ``static_label`` (a number or ``"auto"``),
  ``route_distinguisher`` (``master`` and ``backup``) and ``vpn_targets`` (``import`` and ``export``, each
  sorted, absent if empty);
- ``prerequisites``: what is given of it, lists in their order, absent if it is not there.

Route distinguishers and VPN targets stand in one spelling for all that are equal: a 4-octet AS number above
65535 is a plain decimal, one below is dotted (``0.1:3`` is another value than ``1:3``).
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .model import Intent, VpnInstance

__all__ = ["canonical_form", "digest_of"]


def digest_of(intent: Intent) -> str:
    """SHA-256 of the canonical form, 64 hexadecimal digits."""
    return hashlib.sha256(canonical_form(intent).encode("ascii")).hexdigest()


def canonical_form(intent: Intent) -> str:
    """The text that the digest is taken of."""
    values = {
        "v": 1,
        "pair": intent.pair,
        "master": intent.master,
        "backup": intent.backup,
        "core_asbr": intent.core_asbr,
        "csg": intent.csg,
        "protected_host_routes": sorted(intent.protected_host_routes),
        "vpn_instances": [_vpn(vpn) for vpn in sorted(intent.vpn_instances, key=lambda vpn: vpn.name)],
        "prerequisites": intent.prerequisites
        and intent.prerequisites.model_dump(mode="json", exclude_defaults=True),
    }
    return json.dumps(_present(values), sort_keys=True, separators=(",", ":"))


def _vpn(vpn: VpnInstance) -> dict[str, Any]:
    values: dict[str, Any] = {"name": vpn.name, "static_label": vpn.static_label}
    if rds := vpn.route_distinguisher:
        values["route_distinguisher"] = {"master": rds.master.canonical, "backup": rds.backup.canonical}
    if targets := vpn.vpn_targets:
        values["vpn_targets"] = _present(
            {
                "import": sorted(target.canonical for target in targets.import_),
                "export": sorted(target.canonical for target in targets.export),
            }
        )
    return values


def _present(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in (None, [])}
