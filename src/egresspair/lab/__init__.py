"""An embedded lab: NETCONF devices on the loopback over real SSH, with a fault script.

    with Lab(faults=["backup:commit-confirmed:drop-reply"]) as lab:
        lab.write_inventory(Path("inventory.yaml"))
        ...
        lab["backup"].running

The devices are strict servers by the RFCs (6241, 6242, 6243, 6022, 7895, 7950) that behave like a VRP8 router
where that is known. They know nothing of how this library thinks.
"""

from __future__ import annotations

from .behaviours import BEHAVIOURS, Behaviour
from .device import Device
from .errors import RpcFailed
from .faults import RPC_NAMES
from .holds import Hold
from .lab import Lab
from .network import SCENARIOS, VPNA, Scenario, VpnInstance
from .profiles import ATN, NE40E, PROFILES, Profile
from .surroundings import Received
from .switches import SWITCHES

__all__ = [
    "ATN",
    "BEHAVIOURS",
    "NE40E",
    "PROFILES",
    "RPC_NAMES",
    "SCENARIOS",
    "SWITCHES",
    "VPNA",
    "Behaviour",
    "Device",
    "Hold",
    "Lab",
    "Profile",
    "Received",
    "RpcFailed",
    "Scenario",
    "VpnInstance",
]
