"""The genuine modules as a judge of what is read: names, keys, and whole documents."""

from __future__ import annotations

import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from egresspair.dialects.huawei_audit_tree import NAMESPACES
from yang.models import vendor_folder
from yang.statements import data_nodes

NE40E = "8.22.0/ne40e-x8x16"
ATN = "8.22.0/atn-910c910d"
MODULES = tuple(sorted(namespace.rpartition(":")[2] for namespace in NAMESPACES.values()))


def folder(platform: str) -> Path:
    """Where the platform's modules are; skips the test if they are not there."""
    found = vendor_folder() / platform
    if not (found / "huawei-bgp.yang").is_file():
        pytest.skip(f"no genuine modules in {found} (EGRESSPAIR_VENDOR_YANG)")
    return found


@cache
def nodes(platform: str) -> dict[tuple[str, ...], Any]:
    """Every data node of the audit's modules by its names, ``{namespace}name`` each."""
    return data_nodes(folder(platform), MODULES)


@cache
def taken_away(platform: str) -> frozenset[tuple[str, ...]]:
    """Nodes that the platform's deviations say it does not have, by their local names."""
    found = set()
    for file in folder(platform).glob("*-deviations-*.yang"):
        for target, inside in _DEVIATION.findall(file.read_text()):
            if "not-supported" in inside:
                found.add(tuple(step.rpartition(":")[2] for step in target.strip("/").split("/")))
    return frozenset(found)


_DEVIATION = re.compile(r'deviation\s+"([^"]+)"\s*\{(.*?)\n  \}', re.DOTALL)


def missing(subtree: bytes, platform: str) -> list[str]:
    """Nodes of a filter that the platform's deviations take away: VRP refuses a read that names one."""
    gone = taken_away(platform)
    assert gone
    paths = (
        tuple(etree.QName(each).localname for each in (*reversed(list(leaf.iterancestors())), leaf))
        for leaf in etree.fromstring(subtree).iter(etree.Element)
    )
    return ["/".join(path) for path in paths if any(path[:end] in gone for end in range(1, len(path) + 1))]


def complaints(subtree: bytes, platform: str) -> list[str]:
    """What is wrong with a filter: nodes that do not exist, and matches on anything else than a list key."""
    known = nodes(platform)
    wrong = []
    for element in etree.fromstring(subtree).iter(etree.Element):
        path = tuple(str(each.tag) for each in (*reversed(list(element.iterancestors())), element))
        shown = "/".join(etree.QName(name).localname for name in path)
        if path not in known:
            wrong.append(f"{shown} does not exist")
        elif (element.text or "").strip() and not getattr(known[path], "i_is_key", False):
            wrong.append(f"{shown} is no key")
    return wrong


def validate(document: bytes, kind: str, platform: str, scratch: Path) -> str:
    """What libyang says of a document; nothing if it is valid. Skips the test where there is no libyang."""
    tool = shutil.which("yanglint")
    if tool is None:
        pytest.skip("no yanglint (Debian: yang-tools) to validate with")
    modules = _relaxed(platform, scratch)
    file = scratch / "document.xml"
    file.write_bytes(document)
    words = [
        tool,
        "-p",
        str(modules),
        "-t",
        kind,
        *(str(modules / f"{name}.yang") for name in MODULES),
        str(file),
    ]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    said = [line for line in done.stderr.splitlines() if "libyang warn" not in line]
    return "\n".join(said) if done.returncode or said else ""


def _relaxed(platform: str, scratch: Path) -> Path:
    """A copy in which no pattern is too large for PCRE2."""
    copied = scratch / "modules"
    if not copied.exists():
        shutil.copytree(folder(platform), copied)
        policy = copied / "huawei-routing-policy.yang"
        policy.write_text(re.sub(r"\{0,[0-9]+\}", "*", policy.read_text()))
    return copied
