"""A server that only exists as answers: a hello, a YANG library, and the texts that get-schema gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

from egresspair.netconf.capabilities import Capabilities
from egresspair.netconf.reply import Answer, Outcome, Reply
from egresspair.netconf.rpc import BASE, Rpc
from egresspair.schema import Discovered
from egresspair.schema.discovery import Fallback, discover

MONITORING = "urn:ietf:params:xml:ns:yang:ietf-netconf-monitoring"
LIBRARY = "urn:ietf:params:xml:ns:yang:ietf-yang-library"
REVISION = "2022-01-01"

GET_SCHEMA = f"{MONITORING}?module=ietf-netconf-monitoring&revision=2010-10-04"
LIBRARY_1_0 = "urn:ietf:params:netconf:capability:yang-library:1.0?module-set-id=7"
LIBRARY_1_1 = "urn:ietf:params:netconf:capability:yang-library:1.1?content-id=7"


def module(name: str, *body: str, revision: str = REVISION, imports: Sequence[str] = ()) -> str:
    """The text of a module; what it imports goes by its own name as prefix."""
    lines = [f'module {name} {{ namespace "urn:x:{name}"; prefix {name};']
    lines += [f"import {other} {{ prefix {other}; }}" for other in imports]
    return "\n".join([*lines, f"revision {revision};", *body, "}"])


def uri(name: str, *, revision: str = REVISION, deviations: str = "", features: str = "") -> str:
    """A module in a hello (RFC 6020, section 5.6.4)."""
    more = f"&features={features}" * bool(features) + f"&deviations={deviations}" * bool(deviations)
    return f"urn:x:{name}?module={name}&revision={revision}{more}"


@dataclass
class Pretended:
    """A server.

    Attributes:
        uris: of its hello, beside base.
        texts: what get-schema gives; any other module is refused.
        library: the content of ``<data>`` when the library is read; None: an error.
        asked: the operations that came, flight by flight; of get-schema ``name@version``, or the name alone.
    """

    uris: Sequence[str]
    texts: Mapping[str, str] = field(default_factory=dict)
    library: str | None = None
    asked: list[list[str]] = field(default_factory=list)

    @property
    def schemas_asked(self) -> list[str]:
        """Every module whose text was wanted, in order."""
        return [each for flight in self.asked for each in flight if each != "get"]

    def discovered(self, *roots: str, fallback: Fallback | None = None) -> Discovered:
        """Play the discovery to its end."""
        capabilities = Capabilities.of(["urn:ietf:params:netconf:base:1.1", *self.uris])
        search = discover(capabilities, roots, fallback)
        answers: Sequence[Answer] | None = None
        while True:
            try:
                flight = next(search) if answers is None else search.send(answers)
            except StopIteration as end:
                result = end.value
                assert isinstance(result, Discovered)
                return result
            self.asked.append([])
            answers = [self._answer(rpc) for rpc in flight]

    def _answer(self, rpc: Rpc) -> Answer:
        operation = etree.fromstring(rpc.body)
        if rpc.name == "get":
            self.asked[-1].append("get")
            return _given(rpc, BASE, self.library) if self.library else _refused(rpc)
        name = operation.findtext(f"{{{MONITORING}}}identifier") or ""
        version = operation.findtext(f"{{{MONITORING}}}version")
        self.asked[-1].append(name if version is None else f"{name}@{version}")
        text = self.texts.get(name)
        return _refused(rpc) if text is None else _text(rpc, text)


def _given(rpc: Rpc, namespace: str, content: str) -> Answer:
    raw = f'<rpc-reply xmlns="{BASE}" message-id="1"><data xmlns="{namespace}">{content}</data></rpc-reply>'
    return Answer(rpc, Outcome.OK, Reply.parse(raw.encode()))


def _text(rpc: Rpc, text: str) -> Answer:
    data = etree.Element(f"{{{MONITORING}}}data")
    data.text = text
    reply = etree.Element(f"{{{BASE}}}rpc-reply")
    reply.append(data)
    return Answer(rpc, Outcome.OK, Reply.parse(etree.tostring(reply)))


def _refused(rpc: Rpc) -> Answer:
    raw = (
        f'<rpc-reply xmlns="{BASE}" message-id="1"><rpc-error><error-type>application</error-type>'
        "<error-tag>invalid-value</error-tag><error-severity>error</error-severity>"
        "<error-message>no such schema</error-message></rpc-error></rpc-reply>"
    )
    return Answer(rpc, Outcome.ERRORS, Reply.parse(raw.encode()))
