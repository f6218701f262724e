"""The schemas of routers with open sessions: from the store, else from the routers themselves, else from folders."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from lxml import etree

from .device_schema import SchemaFacts, SchemaOrigin
from .dialects import Dialect, dialect_named
from .errors import DocumentError, InventoryError, Problem, UsageError
from .events import (
    Event,
    FlightSent,
    Observer,
    SchemaCompiled,
    SchemaDownloaded,
    SchemaKnown,
    log_event,
    to_all,
)
from .inventory import DeviceEntry, Inventory, load_inventory
from .netconf.device import Device, Peer
from .netconf.reply import Answer
from .schema import (
    Discovered,
    Discovery,
    RouterSchema,
    SchemaStore,
    StoredSet,
    advertising,
    discover,
    discover_in,
    facts_of,
    text_in,
)
from .schema_report import SchemaReport
from .sessions import OpenDevices

Tell = Callable[[Event], None]


@dataclass(frozen=True, slots=True)
class Unread:
    """A router whose schema is wanted.

    Attributes:
        folder: modules that stand in for those that the router does not give.
        timeout: for each reply, in seconds.
        also: modules whose nodes are of interest beside those of the dialect's subject.
    """

    device: Device
    dialect: Dialect
    timeout: float
    folder: Path | None = None
    also: tuple[str, ...] = ()

    @property
    def roots(self) -> tuple[str, ...]:
        """All modules whose nodes are of interest."""
        return (*self.dialect.subject.roots, *self.also)


def learn_schemas(
    routers: Sequence[Unread], store: SchemaStore, tell: Tell, *, refresh: bool = False
) -> tuple[RouterSchema, ...]:
    """The schema of each router; what has to be asked is asked of all at the same time.

    A router whose modules are not to be had gets a schema that says so; nothing is raised for it.

    Args:
        refresh: forget what the store knows of them, and ask.
    """
    if refresh:
        for each in routers:
            store.forget(_identity(each))
    found = [None if refresh else store.recall(_identity(each)) for each in routers]
    asked = _ask([each for each, kept in zip(routers, found, strict=True) if kept is None], tell)
    schemas = []
    for router, kept in zip(routers, found, strict=True):
        if kept is not None:
            tell(SchemaKnown(router.device.name, kept.digest))
            schemas.append(_compiled(router.device.name, router.dialect, kept, store, tell))
        else:
            schemas.append(_kept(router, asked[router.device.name], store, tell))
    return tuple(schemas)


def folder_schema(folder: Path, dialect: Dialect, store: SchemaStore, tell: Tell) -> RouterSchema:
    """The schema of the router that a folder of modules stands for; see `schema.discover_in`.

    Raises:
        DocumentError: the folder does not hold it.
    """
    try:
        found = discover_in(folder, dialect.subject.roots)
    except OSError as error:
        raise DocumentError([Problem(error.strerror or str(error), file=str(folder))]) from error
    if found.missing:
        raise DocumentError([_not_there(folder, what) for what in found.missing])
    kept = store.keep(found, kind=dialect.kind_of(found.revisions))
    model, compiled = store.model(kept)
    if compiled:
        tell(SchemaCompiled(str(folder), len(kept.modules.implemented)))
    return RouterSchema(
        facts_of(model, kept, dialect.subject, origin=SchemaOrigin.FOLDER, why=str(folder)), model
    )


def _not_there(folder: Path, what: str) -> Problem:
    return Problem(
        f"the module {what} is needed and not there", file=str(folder), hint="Put its file into the folder."
    )


def _identity(router: Unread) -> str:
    """Of a kind of router with its software: equal hellos with an id of the library mean equal modules. A hello without
    such an id speaks for its own router alone.
    """
    peer: Peer = router.device.peer
    parts = (peer.capabilities.digest, *router.roots)
    own = () if peer.capabilities.yang_library_id else (peer.host_key,)
    return hashlib.sha256("\n".join((*parts, *own)).encode()).hexdigest()


def _ask(routers: Sequence[Unread], tell: Tell) -> Mapping[str, Discovered]:
    """Run the discoveries side by side, flight by flight."""
    running = {router.device.name: (router, _discovery(router)) for router in routers}
    answers: dict[str, Sequence[Answer]] = {}
    done: dict[str, Discovered] = {}
    while running:
        pending = {}
        for name, (router, discovery) in list(running.items()):
            try:
                rpcs = discovery.send(answers[name]) if name in answers else next(discovery)
            except StopIteration as end:
                done[name] = end.value
                del running[name]
            else:
                tell(FlightSent("schema", ((name, tuple(map(str, rpcs))),)))
                pending[name] = router.device.send(rpcs), router.timeout
        answers = {name: sent.wait(timeout) for name, (sent, timeout) in pending.items()}
    return done


def _discovery(router: Unread) -> Discovery:
    fallback = partial(text_in, router.folder) if router.folder else None
    return discover(router.device.peer.capabilities, router.roots, fallback)


def _kept(router: Unread, found: Discovered, store: SchemaStore, tell: Tell) -> RouterSchema:
    name, kind = router.device.name, router.dialect.kind_of(found.revisions)
    if found.downloaded:
        octets = sum(len(text.yang.encode()) for text in found.downloaded)
        tell(SchemaDownloaded(name, len(found.downloaded), octets))
    if found.missing:
        facts = SchemaFacts(why="; ".join(found.missing), platform=kind[0], release=kind[1])
        return RouterSchema(facts, offers=frozenset(found.revisions))
    own = not found.from_folder
    kept = store.keep(found, server=_identity(router) if own else "", kind=kind)
    schema = _compiled(name, router.dialect, kept, store, tell)
    if own or schema.model is None:
        return schema
    why = f"{', '.join(found.from_folder)} from {router.folder}"
    return replace(schema, facts=replace(schema.facts, origin=SchemaOrigin.FOLDER, why=why))


def _compiled(name: str, dialect: Dialect, kept: StoredSet, store: SchemaStore, tell: Tell) -> RouterSchema:
    try:
        model, compiled = store.model(kept)
    except DocumentError as error:
        platform, release = kept.kind
        facts = SchemaFacts(why=str(error), digest=kept.digest, platform=platform, release=release)
        return RouterSchema(facts, offers=kept.offers)
    if compiled:
        tell(SchemaCompiled(name, len(kept.modules.implemented)))
    return RouterSchema(facts_of(model, kept, dialect.subject), model, kept.offers)


def read_reports(
    names: Sequence[str],
    inventory: Inventory | str | os.PathLike[str],
    *,
    observers: Iterable[Observer] = (),
    folders: bool = False,
    refresh: bool = False,
    into: Path | None = None,
    platform: str = "huawei-vrp",
    store: SchemaStore | None = None,
) -> list[SchemaReport]:
    """The schemas of routers, each read over a session of its own, at the same time; or of folders.

    Args:
        names: in the inventory; or folders, where these are allowed. A folder that exists is a folder.
        refresh: see `learn_schemas`.
        into: a folder to write the modules to, with a ``capabilities.xml``, so that it can stand for the router.
        platform: the dialect of folders.

    Raises:
        InventoryError, UsageError: a router, a folder or a file is not there.
        DeviceUnreachable: a router cannot be reached.
        DocumentError: a folder does not hold what is needed.
    """
    tell, kept = to_all([log_event, *observers]), store or SchemaStore()
    dialect = dialect_named(platform)
    in_folder = [name for name in names if folders and name and Path(name).is_dir()]
    found = {
        name: SchemaReport.of(name, folder_schema(Path(name), dialect, kept, tell), dialect)
        for name in in_folder
    }
    if others := [name for name in dict.fromkeys(names) if name not in found]:
        _refuse_no_folder(others, folders=folders)
        devices = inventory if isinstance(inventory, Inventory) else load_inventory(inventory)
        entries = [_entry(name, devices, folders=folders) for name in others]
        found |= _read(entries, kept, tell, refresh=refresh, into=into)
    return [found[name] for name in names]


def _refuse_no_folder(names: Iterable[str], *, folders: bool) -> None:
    for name in names:
        if folders and os.sep in name:
            raise UsageError(
                "there is no such folder", where=name, hint="Give the path of a folder of YANG modules."
            )


def _entry(name: str, devices: Inventory, *, folders: bool) -> DeviceEntry:
    try:
        return devices.device(name)
    except InventoryError as error:
        if not folders:
            raise
        what = f"'{name}' is neither in the inventory nor a folder"
        raise InventoryError([replace(problem, what=what) for problem in error.problems]) from None


def _read(
    entries: Sequence[DeviceEntry],
    store: SchemaStore,
    tell: Tell,
    *,
    refresh: bool,
    into: Path | None,
) -> dict[str, SchemaReport]:
    with OpenDevices.to(entries) as opened:
        unread = [
            Unread(opened[entry.name], dialect_named(entry.platform), entry.timeout, entry.modules)
            for entry in entries
        ]
        schemas = learn_schemas(unread, store, tell, refresh=refresh)
        if into is not None:
            export(unread[0], schemas[0].facts, store, into)
    return {
        each.device.name: SchemaReport.of(each.device.name, schema, each.dialect)
        for each, schema in zip(unread, schemas, strict=True)
    }


def export(router: Unread, facts: SchemaFacts, store: SchemaStore, folder: Path) -> None:
    """Write the modules of a router, which the store has, to a folder that can stand for it.

    Raises:
        UsageError: the folder cannot be written, or holds modules of another router, or the router did not give all of
            its own.
    """
    kept = store.recall(_identity(router)) if facts.origin is SchemaOrigin.ROUTER else None
    if kept is None:
        hint = "A folder can only stand for a router that gives all its modules."
        raise UsageError(f"its modules are not known ({facts.why})", where=router.device.name, hint=hint)
    root = etree.Element("capabilities")
    for uri in advertising(router.device.peer.capabilities.uris, kept.modules):
        etree.SubElement(root, "capability").text = uri
    files = {file.name: file for file in kept.modules.folders[0].glob("*.yang")}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if others := sorted({file.name for file in folder.glob("*.yang")} - files.keys()):
            what = f"there are modules in it that this router does not have ({', '.join(others)})"
            raise UsageError(what, where=str(folder), hint="Give an empty folder, or take them away.")
        for name, file in files.items():
            (folder / name).write_bytes(file.read_bytes())
        (folder / "capabilities.xml").write_bytes(etree.tostring(root, pretty_print=True))
    except OSError as error:
        raise UsageError(
            error.strerror or str(error), where=str(folder), hint="Is the path right?"
        ) from error
