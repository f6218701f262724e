"""Four routers in a process of its own: ``python lab_network.py N`` gives both MASGs N other VPN instances.

It prints the inventory as JSON, and ends with its input.
"""

from __future__ import annotations

import json
import sys

from egresspair.lab import Lab

_L3VPN, _NI = "urn:huawei:yang:huawei-l3vpn", "urn:huawei:yang:huawei-network-instance"


def others(count: int) -> bytes:
    """VPN instances with a label each, which differs from all others."""
    instances = "".join(
        f'<instance><name>other-{number}</name><afs xmlns="{_L3VPN}"><af><type>ipv4-unicast</type>'
        f"<route-distinguisher>300:{number}</route-distinguisher><label-mode>per-instance</label-mode>"
        f"<static-label>{10000 + number}</static-label></af></afs></instance>"
        for number in range(count)
    )
    return f'<network-instance xmlns="{_NI}"><instances>{instances}</instances></network-instance>'.encode()


def main(count: int) -> None:
    with Lab(core=True) as lab:
        for role in ("master", "backup"):
            lab[role].edit_as_other(others(count))
        sys.stdout.write(json.dumps(lab.inventory(login="key_file")) + "\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main(int(sys.argv[1]))
