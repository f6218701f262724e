"""What the demo starts from."""

from __future__ import annotations

from typing import Final

from ..presets import PresetVpn

PRESETS: Final = (
    PresetVpn("vpna", "200:1", targets=("200:1",), label_mode="per-route"),
    PresetVpn("vpnb", "200:2", targets=("200:2",)),
    PresetVpn("vpnc", "200:3", on_masgs=False),
)

INTENT: Final = """\
pair: metro-7
master: masg-1                     # the router that the core prefers
backup: masg-2                     # takes over when the master fails
core_asbr: asbr-1                  # sends the traffic to either; it is only read
csg: csg-1                         # where the traffic comes from; it is only read
protected_host_routes: [192.0.2.5/32]
vpn_instances:
  - name: vpna
    static_label: 2001             # the same on both routers
    route_distinguisher: "200:1"
    vpn_targets: {import: ["200:1"], export: ["200:1"]}
  - name: vpnb
    static_label: 2002
    route_distinguisher: "200:2"
  - name: vpnc                     # not on the routers yet
    static_label: 2003
    route_distinguisher: {master: "200:3", backup: "201:3"}
    vpn_targets: {import: ["200:3"], export: ["200:3"]}
"""

CHANGED: Final = INTENT.replace("static_label: 2001", "static_label: 3001")

REFUSAL: Final = "backup:commit-confirmed:refuse"

JOURNAL: Final = "journal.sqlite"

DRAWING: Final = "walk.svg"

ENDED: Final = """\
# The inventory of a demo that has ended: nobody answers at these addresses any more.
# For routers that answer run egresspair lab.
"""
