"""Whether a confirmed commit is on trial, as VRP8 tells it: ``/cfg:cfg/cfg:trial-status`` (from 8.21.0)."""

from __future__ import annotations

from lxml import etree

from ..configuration import Trial

CFG = "urn:huawei:yang:huawei-cfg"
MODULE = "huawei-cfg"


def trial_filter() -> bytes:
    """The subtree filter of the trial status."""
    cfg = etree.Element(etree.QName(CFG, "cfg"), nsmap={None: CFG})
    etree.SubElement(cfg, etree.QName(CFG, "trial-status"))
    return etree.tostring(cfg)


def read_trial(data: etree._Element | None) -> Trial | None:
    """The trial status; None where the release does not tell."""
    status = None if data is None else data.find(f"{{{CFG}}}cfg/{{{CFG}}}trial-status")
    word = None if status is None else (status.findtext(f"{{{CFG}}}status") or "").strip()
    if status is None or not word:
        return None
    return Trial(
        pending=word != "inactive", persist_id=(status.findtext(f"{{{CFG}}}persist-id") or "").strip()
    )
