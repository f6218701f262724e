"""The number of the last change of running, as VRP8 tells it.

``/cfg:cfg/cfg:config-change/cfg:flow-id``, from 8.20.10.
"""

from __future__ import annotations

from lxml import etree

from .huawei_trial import CFG


def flow_filter() -> bytes:
    """The subtree filter of the number."""
    cfg = etree.Element(etree.QName(CFG, "cfg"), nsmap={None: CFG})
    change = etree.SubElement(cfg, etree.QName(CFG, "config-change"))
    etree.SubElement(change, etree.QName(CFG, "flow-id"))
    return etree.tostring(cfg)


def read_flow(data: etree._Element | None) -> str | None:
    """The number; None where the release does not tell."""
    path = "/".join(f"{{{CFG}}}{step}" for step in ("cfg", "config-change", "flow-id"))
    text = None if data is None else data.findtext(path)
    return (text or "").strip() or None
