"""Routers on paper: documents that answer an audit's reads as a NETCONF server would, and ways to break them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache

from lxml import etree

import egresspair as ep
from egresspair.audit.facts import Facts
from egresspair.audit.report import AuditReport, make_report
from egresspair.dialects import AuditAnswer, AuditRead
from egresspair.dialects.huawei_audit import AUDIT
from egresspair.dialects.huawei_audit_tree import NAMESPACES
from egresspair.lab.network import NAMES as ROUTER_NAMES
from egresspair.lab.network import Play, Situation, overlaid, played
from egresspair.lab.tree import DATA, Node, from_xml, to_bytes

NAMES = tuple(ROUTER_NAMES.values())
VPNS = ["vpna"]
HOST_ROUTES = ["192.0.2.5/32", "192.0.2.6/32"]
UNREAD = AuditAnswer(None, "get: unknown-element")


def intent(**changes: object) -> ep.Intent:
    """The intent of the pair on paper."""
    values: dict[str, object] = {
        "pair": "metro-7",
        "master": "masg-1",
        "backup": "masg-2",
        "core_asbr": "asbr-1",
        "csg": "csg-1",
        "protected_host_routes": HOST_ROUTES,
        "vpn_instances": [{"name": "vpna", "static_label": 2001}],
    }
    present = {name: value for name, value in {**values, **changes}.items() if value is not None}
    return ep.Intent.model_validate(present)


@cache
def _documents(*scenarios: str) -> Mapping[str, tuple[etree._Element, etree._Element]]:
    """By name, what each router of the lab's network shows and has saved when these scenarios have happened."""
    return documents_of(played(*scenarios))


def documents_of(play: Play) -> dict[str, tuple[etree._Element, etree._Element]]:
    """By name, what each router of a network shows (configuration and state), and what it has saved."""
    running = {role: from_xml(document.root) for role, document in play.running.items()}
    labels = {role: play.mishaps.labels(role) for role in running}
    for role, each in labels.items():
        each.follow(running[role])
    states = Situation(running, labels, play.mishaps).states()
    return {
        name: (
            _element(overlaid(running[role], states[role])),
            _element(from_xml(play.startup.get(role, play[role]).root)),
        )
        for role, name in ROUTER_NAMES.items()
    }


def _element(config: Node) -> etree._Element:
    """As it stands in a reply."""
    element = etree.fromstring(to_bytes(config))
    element.tag = DATA
    return element


@dataclass
class Router:
    """One router: what it runs and shows, and what it has saved."""

    name: str
    running: etree._Element
    startup: etree._Element
    dumb: set[str] = field(default_factory=set)

    def answers(self, reads: tuple[AuditRead, ...]) -> dict[str, AuditAnswer]:
        """What it answers; nothing to the reads that it does not understand."""
        return {read.name: UNREAD if read.name in self.dumb else self._answer(read) for read in reads}

    def _answer(self, read: AuditRead) -> AuditAnswer:
        document = self.startup if read.source == "startup" else self.running
        return AuditAnswer(select(document, etree.fromstring(read.subtree)))

    def find(self, path: str) -> list[etree._Element]:
        """Elements of running and startup by XPath with the vendor's prefixes."""
        found = [
            *self.running.xpath(path, namespaces=NAMESPACES),
            *self.startup.xpath(path, namespaces=NAMESPACES),
        ]
        assert found, f"{self.name} has no {path}"
        return found

    def set(self, path: str, value: str) -> None:
        """Change a leaf, in running and startup."""
        for leaf in self.find(path):
            leaf.text = value

    def drop(self, path: str) -> None:
        """Remove elements, from running and startup."""
        for element in self.find(path):
            parent = element.getparent()
            assert parent is not None
            parent.remove(element)

    def add(self, path: str, xml: str) -> None:
        """Put an element into others, in running and startup."""
        for parent in self.find(path):
            parent.append(etree.fromstring(xml))

    def change_running(self, path: str, value: str) -> None:
        """Change a leaf, not saved."""
        for leaf in self.running.xpath(path, namespaces=NAMESPACES):
            leaf.text = value


@dataclass
class Paper:
    """The four routers."""

    routers: Mapping[str, Router]

    @classmethod
    def healthy(cls) -> Paper:
        """Everything holds."""
        return cls.of(_documents())

    @classmethod
    def of(cls, documents: Mapping[str, tuple[etree._Element, etree._Element]]) -> Paper:
        """Routers that show and have saved what documents say."""
        return cls(
            {
                name: Router(name, deepcopy(running), deepcopy(startup))
                for name, (running, startup) in documents.items()
            }
        )

    def __getitem__(self, name: str) -> Router:
        return self.routers[name]

    def facts(self, wanted: ep.Intent) -> Facts:
        """What the routers say to the reads of an audit of this intent."""
        vpns = [vpn.name for vpn in wanted.vpn_instances]
        hosts = list(map(str, wanted.protected_host_routes))
        masg, asbr, csg = AUDIT.masg_reads(vpns, hosts), AUDIT.asbr_reads(hosts), AUDIT.csg_reads(vpns)
        return Facts(
            AUDIT.read_masg("masg-1", ep.Role.MASTER, vpns, self["masg-1"].answers(masg)),
            AUDIT.read_masg("masg-2", ep.Role.BACKUP, vpns, self["masg-2"].answers(masg)),
            AUDIT.read_asbr("asbr-1", self["asbr-1"].answers(asbr)) if wanted.core_asbr else None,
            AUDIT.read_csg("csg-1", vpns, self["csg-1"].answers(csg)) if wanted.csg else None,
        )

    def audit(self, wanted: ep.Intent | None = None) -> AuditReport:
        """The report."""
        wanted = wanted or intent()
        return make_report(
            wanted, self.facts(wanted), lambda mends: etree.tostring(AUDIT.mending(mends)).decode()
        )


def shown_by(name: str) -> bytes:
    """All that a router of the healthy network shows, as a ``<data>`` element."""
    return etree.tostring(Paper.healthy()[name].running)


def broken(*what: str | Callable[[Paper], None]) -> Paper:
    """The lab's network in which these scenarios have happened, or in which documents were changed by hand."""
    paper = Paper.of(_documents(*(each for each in what if isinstance(each, str))))
    for change in what:
        if not isinstance(change, str):
            change(paper)
    return paper


def select(document: etree._Element, subtree: etree._Element) -> etree._Element:
    """A ``<data>`` with what a filter selects (RFC 6241, section 6), written apart from any server of ours."""
    data = etree.Element(document.tag)
    for child in document.iterchildren(etree.Element):
        if child.tag == subtree.tag and (found := _selected(child, [subtree])) is not None:
            data.append(found)
    return data


def _selected(node: etree._Element, filters: list[etree._Element]) -> etree._Element | None:
    parts = [part for each in filters if (part := _one(node, each)) is not None]
    return _merged(parts)


def _one(node: etree._Element, each: etree._Element) -> etree._Element | None:
    matching = [child for child in each if len(child) == 0 and (child.text or "").strip()]
    if any((node.findtext(str(match.tag)) or "").strip() != (match.text or "").strip() for match in matching):
        return None
    wanted = [child for child in each if child not in matching]
    if len(each) == 0 or not wanted:
        return deepcopy(node)
    copied = etree.Element(node.tag, nsmap=node.nsmap)
    tags = {match.tag for match in matching}
    for child in node.iterchildren(etree.Element):
        meant = [want for want in wanted if want.tag == child.tag]
        part = deepcopy(child) if child.tag in tags else _selected(child, meant) if meant else None
        if part is not None:
            copied.append(part)
    return copied if len(copied) else None


def _merged(parts: list[etree._Element]) -> etree._Element | None:
    if not parts:
        return None
    first, *others = parts
    for other in others:
        seen = {etree.tostring(child) for child in first}
        for child in other:
            if etree.tostring(child) not in seen:
                first.append(deepcopy(child))
    return first
