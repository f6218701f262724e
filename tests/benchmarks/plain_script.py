"""The script that one would write today over ncclient: one operation after the other, one router after the other.

It locks, edits, validates where that can be trusted, commits on trial, looks, confirms and unlocks. It has no journal,
and does not know what to do when something fails between the two routers.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ncclient import manager

from .measuring import Act
from .places import Place

_NI = "urn:huawei:yang:huawei-network-instance"
_L3VPN = "urn:huawei:yang:huawei-l3vpn"

_CONFIG = f"""<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><network-instance xmlns="{_NI}"><instances>
{{instances}}</instances></network-instance></config>"""
_INSTANCE = f"""<instance><name>{{vpn}}</name><afs xmlns="{_L3VPN}"><af><type>ipv4-unicast</type>
<label-mode>per-instance</label-mode><static-label>{{label}}</static-label></af></afs></instance>"""
_FILTER = f"""<network-instance xmlns="{_NI}"><instances>{{instances}}</instances></network-instance>"""
_NAMED = "<instance><name>{vpn}</name></instance>"


class PlainScript:
    """ncclient as its authors ship it."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._managers: list[Any] = []

    def connect(self) -> None:
        self._managers = [
            manager.connect(
                host=router.host,
                port=router.port,
                username=router.username,
                key_filename=router.key_file,
                hostkey_verify=False,
                allow_agent=False,
                look_for_keys=False,
                timeout=60,
                device_params={"name": "huaweiyang"},
            )
            for router in self._place.routers
        ]

    def disconnect(self) -> None:
        for each in self._managers:
            each.close_session()
        self._managers = []

    close = disconnect

    def prepare(self, labels: dict[str, int]) -> Act:
        """What sets these labels on both routers."""
        config = _CONFIG.format(
            instances="".join(_INSTANCE.format(vpn=vpn, label=label) for vpn, label in labels.items())
        )
        subtree = _filter(labels)
        return lambda: self._change(config, subtree, labels)

    def ask(self, vpns: Iterable[str]) -> Act:
        """One operation on the master."""
        subtree = _filter(vpns)
        return lambda: self._managers[0].get_config("running", filter=("subtree", subtree))

    def _change(self, config: str, subtree: str, labels: dict[str, int]) -> None:
        for router in self._managers:
            router.lock("candidate")
        for router in self._managers:
            router.edit_config(config, target="candidate", test_option="test-then-set")
        if self._place.validates:
            for router in self._managers:
                router.validate("candidate")
        for router in self._managers:
            router.commit(confirmed=True, timeout="120")
        for router in self._managers:
            running = router.get_config("running", filter=("subtree", subtree)).data_xml
            assert all(f">{label}<" in running for label in labels.values()), "the label is not there"
        for router in self._managers:
            router.commit()
        for router in self._managers:
            router.unlock("candidate")


def _filter(vpns: Iterable[str]) -> str:
    return _FILTER.format(instances="".join(_NAMED.format(vpn=vpn) for vpn in vpns))
