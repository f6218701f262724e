"""The facts of four routers, read over NETCONF and SSH, with several VPN instances beside each other."""

from __future__ import annotations

from audit.paper import Paper, documents_of, intent
from audit.site import site
from egresspair.audit.facts import Facts
from egresspair.auditing import audit_pair
from egresspair.lab.network import VPNA, VpnInstance, played

HOST_ROUTE = "192.0.2.5/32"

VPNS = ("vpna", "vpnb", "vpnc", "vpne")
"""vpna has the same label on both MASGs, vpnb another one on the backup, vpnc's belongs to vpnd there, and vpne's
routes the backup does not import."""
LABELS = {"vpna": 2001, "vpnb": 2002, "vpnc": 2003, "vpnd": 2004, "vpne": 2005}


def four_routers(*scenarios: str) -> Paper:
    """Healthy but for the labels of vpnb and vpnc and the routes of vpne, and for what scenarios do to vpna."""
    instances = [_instance(vpn, number) for number, vpn in enumerate(("vpnb", "vpnc", "vpne"), 2)]
    play = played(*scenarios, vpns=(VPNA, *instances))
    backup = play["backup"]
    for vpn, label in (("vpnb", "3002"), ("vpnc", "3003")):
        backup.set(f"{_of(vpn)}//l3vpn:static-label", label)
    (vpnd,) = played(vpns=[_instance("vpnd", 4)])["backup"].find(_of("vpnd"))
    backup.add("//ni:instances", vpnd)
    backup.set(f"{_of('vpnd')}//l3vpn:static-label", "2003")
    backup.set(f"{_of('vpne')}//l3vpn:vpn-target[l3vpn:type='import-extcommunity']/l3vpn:value", "9:9")
    return Paper.of(documents_of(play))


def _instance(vpn: str, number: int) -> VpnInstance:
    distinguishers = (f"200:10{number}", f"200:20{number}")
    return VpnInstance(vpn, distinguishers, (f"1:{number}",), LABELS[vpn])


def _of(vpn: str) -> str:
    return f"//ni:instance[ni:name='{vpn}']"


def read(paper: Paper) -> Facts:
    """What an audit of them reads."""
    vpns = [{"name": vpn, "static_label": LABELS[vpn]} for vpn in VPNS]
    with site(paper) as at:
        return audit_pair(
            intent(vpn_instances=vpns, protected_host_routes=[HOST_ROUTE]), at.inventory, lambda _event: None
        ).facts
