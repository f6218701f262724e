"""Finding out the modules of a server: which there are, and their texts, no more than is needed.

A generator that yields the operations to send and is sent what came back: it opens no session and no file.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import cast

from lxml import etree

from ..errors import DocumentError, Problem
from ..netconf.capabilities import Capabilities
from ..netconf.reply import Answer
from ..netconf.rpc import Rpc, get_schema
from .closure import Closure, by_name
from .hello import advertised_modules
from .library import library_modules, library_read
from .modules import Header, Module, find_module, header_of

__all__ = ["Discovered", "Discovery", "Text", "advertised_in", "discover", "discover_in", "text_in"]

Discovery = Generator[tuple[Rpc, ...], Sequence[Answer], "Discovered"]
Fallback = Callable[[Module], str | None]
"""The text of a module from elsewhere, None if that place has not that very revision."""


@dataclass(frozen=True, slots=True)
class Text:
    """One module or submodule.

    Attributes:
        name, revision: as its text says; an empty revision is none.
        yang: the text.
        given: by the server itself; else it is from a folder.
    """

    name: str
    revision: str
    yang: str = field(repr=False)
    given: bool = True


@dataclass(frozen=True, slots=True)
class Discovered:
    """What was found out.

    Attributes:
        implemented: the modules of the closure whose nodes can be instantiated, deviation modules among them.
        texts: of all modules and submodules in the closure.
        missing: modules whose text is nowhere to be had, each with the reason. If there is any, nothing can be said of
            the schema.
        absent: roots that the server does not have.
        deviates: by deviation module the schema paths that it deviates, as local names, e.g.
            ``/network-instance/instances/instance/afs/af/static-label``.
        revisions: of all modules that the server advertises, by name.
    """

    implemented: tuple[Module, ...]
    texts: tuple[Text, ...]
    missing: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    deviates: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    revisions: Mapping[str, str] = field(default_factory=dict)

    @property
    def from_folder(self) -> tuple[str, ...]:
        """The modules that the server did not give."""
        return tuple(text.name for text in self.texts if not text.given)

    @property
    def downloaded(self) -> tuple[Text, ...]:
        """What the server gave."""
        return tuple(text for text in self.texts if text.given)


def discover(capabilities: Capabilities, roots: Sequence[str], fallback: Fallback | None = None) -> Discovery:
    """Find out the modules that the roots need.

    Args:
        capabilities: of the server's hello.
        roots: names of the modules whose nodes are of interest.
        fallback: where texts come from that the server does not give.
    """
    advertised = advertised_modules(capabilities.uris)
    if read := library_read(capabilities):
        (answer,) = yield (read,)
        listed = library_modules(answer.reply.data) if answer.ok and answer.reply else ()
        advertised = _joined(advertised, listed)
    return (yield from _found(advertised, roots, fallback, gives=capabilities.monitoring))


def discover_in(folder: Path, roots: Sequence[str]) -> Discovered:
    """Find out the modules in a folder that stands for a router.

    What the router would advertise is in its ``capabilities.xml``; without one, all modules of the folder are its own.

    Raises:
        DocumentError: the ``capabilities.xml`` is not XML, or there is no module at all.
        OSError: the folder cannot be read.
    """
    search = _found(advertised_in(folder), roots, partial(text_in, folder), gives=False)
    try:
        next(search)
    except StopIteration as end:
        return cast("Discovered", end.value)
    raise AssertionError("nothing is to be sent for a folder")


def text_in(folder: Path, module: Module) -> str | None:
    """The text of a module in a folder; None if it is not there."""
    path = find_module([folder], module.name, module.revision)
    return path.read_text(encoding="utf-8", errors="replace") if path else None


def advertised_in(folder: Path) -> tuple[Module, ...]:
    """What the router advertises that a folder stands for; raises as `discover_in` does."""
    file = folder / "capabilities.xml"
    if not file.is_file():
        names = {path.stem.partition("@")[0] for path in folder.iterdir() if path.suffix == ".yang"}
        if not names:
            hint = "Give the folder that holds the modules themselves."
            raise DocumentError(
                [Problem("there is no YANG module in this folder", file=str(folder), hint=hint)]
            )
        return tuple(Module(name) for name in sorted(names))
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
        root = etree.parse(file, parser).getroot()
    except etree.XMLSyntaxError as error:
        line, column = error.position
        problem = Problem(f"this is not XML: {error.msg}", file=str(file), line=line, column=column)
        raise DocumentError([problem]) from error
    return advertised_modules((each.text or "").strip() for each in root.iter("{*}capability"))


def _found(
    advertised: Sequence[Module], roots: Sequence[str], fallback: Fallback | None, *, gives: bool
) -> Discovery:
    search = _Search(Closure(advertised, roots), fallback, gives=gives)
    yield from search.run()
    offered = {module.name: module.revision for module in advertised}
    return replace(search.result(), absent=search.closure.absent, revisions=offered)


def _joined(hello: Iterable[Module], library: Iterable[Module]) -> tuple[Module, ...]:
    """The library knows more, but links deviations less often: what either says of them counts."""
    linked, listed = by_name(hello), by_name(library)
    merged = [
        replace(module, deviations=tuple(dict.fromkeys((*module.deviations, *linked[name].deviations))))
        if name in linked
        else module
        for name, module in listed.items()
    ]
    return (*merged, *(module for name, module in linked.items() if name not in listed))


class _Search:
    """The texts of a closure, flight by flight."""

    def __init__(self, closure: Closure, fallback: Fallback | None, *, gives: bool) -> None:
        self.closure = closure
        self.fallback = fallback
        self.gives = gives
        self.texts: dict[str, Text] = {}
        self.missing: dict[str, str] = {}

    def run(self) -> Generator[tuple[Rpc, ...], Sequence[Answer], None]:
        while wanted := [module for module in self.closure.wanted() if module.name not in self.missing]:
            answers: Sequence[Answer] = ()
            if self.gives:
                answers = yield tuple(_request(module) for module in wanted)
            for position, module in enumerate(wanted):
                self._take(module, answers[position] if self.gives else None)

    def result(self) -> Discovered:
        if self.missing:
            return Discovered((), (), tuple(f"{name} ({why})" for name, why in self.missing.items()))
        reached = self.closure.headers
        return Discovered(
            self.closure.implemented,
            tuple(self.texts[name] for name in sorted(reached)),
            deviates={
                name: tuple(path for paths in header.deviates.values() for path in paths)
                for name, header in sorted(reached.items())
                if header.deviates
            },
        )

    def _take(self, module: Module, answer: Answer | None) -> None:
        text, why = _given(module, answer)
        if text is None and self.fallback is not None and (yang := self.fallback(module)) is not None:
            text, why = _read(module, yang, given=False)
        if text is not None:
            header, self.texts[module.name] = text
            self.closure.take(module, header)
        elif self.closure.is_needed(module):
            self.missing[module.name] = why
        else:
            self.closure.give_up(module)


def _request(module: Module) -> Rpc:
    return get_schema(module.name, version=module.revision or None)


def _given(module: Module, answer: Answer | None) -> tuple[tuple[Header, Text] | None, str]:
    if answer is None:
        return None, "the router has no get-schema"
    if not answer.ok or answer.reply is None or answer.reply.data is None:
        return None, str(answer)
    return _read(module, "".join(answer.reply.data.itertext()), given=True)


def _read(module: Module, yang: str, *, given: bool) -> tuple[tuple[Header, Text] | None, str]:
    """The text with its head, or why it cannot be used: a router may answer with another module or revision."""
    try:
        header = header_of(yang.strip(), Path(f"{module.name}.yang"))
    except DocumentError as error:
        return None, error.what
    if header.name != module.name or (module.revision and header.revision != module.revision):
        return None, f"the text is of {header.name}@{header.revision}"
    return (header, Text(header.name, header.revision, yang.strip(), given=given)), ""
