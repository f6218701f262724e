"""The schemas of routers with open sessions: from the store, else from the routers themselves, else from folders."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from .device_schema import SchemaFacts, SchemaOrigin
from .dialects import Dialect
from .errors import DocumentError, Problem
from .events import Event, FlightSent, SchemaCompiled, SchemaDownloaded, SchemaKnown
from .netconf.device import Device, Peer
from .netconf.reply import Answer
from .schema import (
    Discovered,
    Discovery,
    RouterSchema,
    SchemaStore,
    StoredSet,
    discover,
    discover_in,
    facts_of,
    text_in,
)

Tell = Callable[[Event], None]


@dataclass(frozen=True, slots=True)
class Unread:
    """A router whose schema is wanted.

    Attributes:
        folder: modules that stand in for those that the router does not give.
        timeout: for each reply, in seconds.
    """

    device: Device
    dialect: Dialect
    timeout: float
    folder: Path | None = None


def learn_schemas(
    routers: Sequence[Unread], store: SchemaStore, tell: Tell, *, refresh: bool = False
) -> tuple[RouterSchema, ...]:
    """The schema of each router; what has to be asked is asked of all at the same time.

    A router whose modules are not to be had gets a schema that says so; nothing is raised for it.

    Args:
        refresh: ask even where the store has an answer.
    """
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
    parts = (peer.capabilities.digest, *router.dialect.subject.roots)
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
    return discover(router.device.peer.capabilities, router.dialect.subject.roots, fallback)


def _kept(router: Unread, found: Discovered, store: SchemaStore, tell: Tell) -> RouterSchema:
    name, kind = router.device.name, router.dialect.kind_of(found.revisions)
    if found.downloaded:
        octets = sum(len(text.yang.encode()) for text in found.downloaded)
        tell(SchemaDownloaded(name, len(found.downloaded), octets))
    if found.missing:
        return RouterSchema(SchemaFacts(why="; ".join(found.missing), platform=kind[0], release=kind[1]))
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
        return RouterSchema(
            SchemaFacts(why=str(error), digest=kept.digest, platform=platform, release=release)
        )
    if compiled:
        tell(SchemaCompiled(name, len(kept.modules.implemented)))
    return RouterSchema(facts_of(model, kept, dialect.subject), model)
