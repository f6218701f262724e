"""The golden cases of ``payloads/``: a folder each, read and rewritten in one form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml
from lxml import etree

import egresspair as ep
from egresspair.payloads import Payload, render_stages

FOLDER = Path(__file__).resolve().parents[2] / "payloads"
ROLES = (ep.Role.MASTER, ep.Role.BACKUP)


@dataclass(frozen=True)
class Case:
    """One folder.

    Attributes:
        folder: with ``intent.yaml``, ``before-ROLE.xml``, and where a router changes ``ROLE.xml`` and
            ``inverse-ROLE.xml``; ``case.yaml`` names the action where it is not ``protect``. A case in stages has
            these files for each stage, behind its number and name; there ``case.yaml`` may say ``staged: true``.
    """

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    @cached_property
    def intent(self) -> ep.Intent:
        return ep.load_intent(self.folder / "intent.yaml")

    @cached_property
    def _said(self) -> Mapping[str, object]:
        file = self.folder / "case.yaml"
        return yaml.safe_load(file.read_text()) if file.exists() else {}

    @property
    def action(self) -> str:
        return str(self._said.get("action", "protect"))

    @property
    def staged(self) -> bool:
        """It takes several transactions."""
        return bool(self._said.get("staged")) or self.intent.prerequisites is not None

    def before(self, role: ep.Role) -> bytes:
        """The running configuration of that router."""
        return (self.folder / f"before-{role}.xml").read_bytes()

    def rendered(self) -> dict[str, str | None]:
        """What the library makes of the case, by file name; None where no file should be."""
        running: Mapping[str, bytes] = {self.intent.router(role): self.before(role) for role in ROLES}
        if not self.staged:
            return self._files("", ep.render(self.intent, running=running, action=self.action))
        stages = render_stages(self.intent, running=running, action=self.action)
        files: dict[str, str | None] = {}
        for number, (name, payloads) in enumerate(stages.items(), 1):
            files |= self._files(f"{number}-{name.replace(' ', '-')}-", payloads)
        return {name: text for name, text in files.items() if text is not None}

    def _files(self, stage: str, payloads: Mapping[str, Payload]) -> dict[str, str | None]:
        return {
            name: text
            for role in ROLES
            for name, text in (
                (f"{stage}{role}.xml", payloads[self.intent.router(role)].edit_config),
                (f"{stage}inverse-{role}.xml", payloads[self.intent.router(role)].inverse),
            )
        }

    def stored(self) -> dict[str, str | None]:
        """What the folder holds of the same files."""
        if self.staged:
            return {file.name: _text(file) for file in sorted(self.folder.glob("[1-9]-*.xml"))}
        return {name: _text(self.folder / name) for name in _GOLDEN}

    def rewrite(self) -> None:
        """Make the folder hold what the library makes of it."""
        for file in self.folder.glob("[1-9]-*.xml"):
            file.unlink()
        for name, text in self.rendered().items():
            if text is None:
                (self.folder / name).unlink(missing_ok=True)
            else:
                (self.folder / name).write_text(for_people(text), "utf-8")


_GOLDEN = tuple(f"{prefix}{role}.xml" for role in ROLES for prefix in ("", "inverse-"))


def cases() -> list[Case]:
    """Every case, by name."""
    return [Case(path.parent) for path in sorted(FOLDER.glob("*/intent.yaml"))]


def _text(file: Path) -> str | None:
    return file.read_text("utf-8") if file.exists() else None


def for_people(document: str | bytes) -> str:
    """The same document with one element a line."""
    root = _parsed(document)
    etree.indent(root)
    return etree.tostring(root, encoding="unicode") + "\n"


def canonical(document: str | bytes | None) -> bytes | None:
    """Canonical XML 1.0 without layout: equal for the same elements, attributes, prefixes and order."""
    return None if document is None else etree.tostring(_parsed(document), method="c14n")


def _parsed(document: str | bytes) -> etree._Element:
    octets = document.encode() if isinstance(document, str) else document
    return etree.fromstring(octets, etree.XMLParser(remove_blank_text=True, resolve_entities=False))
