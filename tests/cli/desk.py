"""Somebody at a desk: a pair of lab routers, an inventory, intents, and the command."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from lxml import etree

from egresspair.cli import main
from egresspair.lab import Device, Lab

NI = "urn:huawei:yang:huawei-network-instance"
L3VPN = "urn:huawei:yang:huawei-l3vpn"


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Stdout as one JSON document."""
        return json.loads(self.out)


def command(*words: object) -> Ended:
    """Run a command in this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main([str(word) for word in words])
    return Ended(status, out.getvalue(), err.getvalue())


@dataclass
class Desk:
    """A running lab and the files to use it with."""

    lab: Lab
    folder: Path

    @property
    def inventory(self) -> Path:
        return self.folder / "inventory.yaml"

    def intent(self, label: object = 2001, **vpn: object) -> Path:
        """An intent for vpna."""
        values = {
            "pair": "metro-7",
            "master": "masg-1",
            "backup": "masg-2",
            "vpn_instances": [{"name": "vpna", "static_label": label, "route_distinguisher": "200:1", **vpn}],
        }
        return self.written(yaml.safe_dump(values))

    def written(self, text: str, name: str = "intent.yaml") -> Path:
        """A file."""
        file = self.folder / name
        file.write_text(text, encoding="utf-8")
        return file

    def change_inventory(self, *, drop: tuple[str, ...] = (), **fields: object) -> None:
        """Other fields for both devices."""
        values = yaml.safe_load(self.inventory.read_text())
        for entry in values["devices"].values():
            entry.update(fields)
            for name in drop:
                del entry[name]
        self.inventory.write_text(yaml.safe_dump(values))

    def run(self, word: str, file: Path, *options: object) -> Ended:
        """A command that needs the routers."""
        return command(word, file, "-i", self.inventory, *options)

    def apply(self, *options: object, label: object = 2001) -> Ended:
        """Apply the intent with this label, accepting every risk."""
        risks = ("--accept", "interruption", "--accept", "relabel")
        return self.run("apply", self.intent(label), *risks, *options)

    @property
    def labels(self) -> list[int | None]:
        """What running of either router holds for vpna."""
        return [label_of(device) for device in self.lab]

    @property
    def edits(self) -> list[bytes]:
        """Every edit-config that came, as it came."""
        return [each.raw for device in self.lab for each in device.received if each.name == "edit-config"]

    @property
    def running(self) -> list[bytes]:
        return [device.running for device in self.lab]

    @property
    def held(self) -> list[object]:
        """Locks, and commits on trial."""
        return [thing for device in self.lab for thing in (*device.locks, device.pending) if thing]


def label_of(device: Device) -> int | None:
    """The static label of vpna in running."""
    root = etree.fromstring(device.running)
    found = root.findtext(f".//{{{NI}}}instance[{{{NI}}}name='vpna']//{{{L3VPN}}}static-label")
    return None if found is None else int(found)


def vpn(label: int | None = None) -> bytes:
    """The configuration of vpna."""
    leaf = "" if label is None else f"<static-label>{label}</static-label>"
    return (
        f'<network-instance xmlns="{NI}"><instances><instance><name>vpna</name><afs xmlns="{L3VPN}"><af>'
        f"<type>ipv4-unicast</type><route-distinguisher>200:1</route-distinguisher>{leaf}"
        "</af></afs></instance></instances></network-instance>"
    ).encode()


@contextmanager
def desk(folder: Path, **how: Any) -> Iterator[Desk]:
    """A desk. Arguments as for `Lab`."""
    with Lab(**how) as lab:
        made = Desk(lab, folder)
        lab.write_inventory(made.inventory, timeout=10)
        for device in lab:
            device.load(vpn())
        yield made
