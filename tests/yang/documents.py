"""Configurations of one VPN instance, built from what a test wants in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from lxml import etree

NETCONF = "urn:ietf:params:xml:ns:netconf:base:1.0"
NI = "urn:huawei:yang:huawei-network-instance"
L3VPN = "urn:huawei:yang:huawei-l3vpn"

Leaves = Mapping[str, str | None]


def vpn_document(leaves: Leaves) -> etree._Element:
    """A ``<config>`` of one instance with one address family.

    ``name``, ``description``, ``auto`` (the global auto RD) and ``target`` (an export target) have places of
    their own; every other key is a leaf of the address family. None leaves a node out.
    """
    given = {name: value for name, value in leaves.items() if value is not None}
    config = etree.Element(f"{{{NETCONF}}}config")
    network_instance = etree.SubElement(config, f"{{{NI}}}network-instance")
    if auto := given.pop("auto", None):
        put(etree.SubElement(network_instance, f"{{{NI}}}global"), NI, "route-distinguisher-auto-ip", auto)
    instances = etree.SubElement(network_instance, f"{{{NI}}}instances")
    instance = etree.SubElement(instances, f"{{{NI}}}instance")
    put(instance, NI, "name", given.pop("name", "vpna"))
    if description := given.pop("description", None):
        put(instance, NI, "description", description)
    family = etree.SubElement(etree.SubElement(instance, f"{{{L3VPN}}}afs"), f"{{{L3VPN}}}af")
    put(family, L3VPN, "type", given.pop("type", "ipv4-unicast"))
    target = given.pop("target", None)
    for name, value in given.items():
        put(family, L3VPN, name, value)
    if target:
        entry = etree.SubElement(
            etree.SubElement(family, f"{{{L3VPN}}}vpn-targets"), f"{{{L3VPN}}}vpn-target"
        )
        put(entry, L3VPN, "value", target)
        put(entry, L3VPN, "type", "export-extcommunity")
    return config


def put(parent: etree._Element, namespace: str, name: str, text: str) -> None:
    etree.SubElement(parent, f"{{{namespace}}}{name}").text = text


def every(**choices: tuple[str | None, ...]) -> Iterator[dict[str, str | None]]:
    """Every combination of the choices."""
    for values in product(*choices.values()):
        yield dict(zip(choices, values, strict=True))
