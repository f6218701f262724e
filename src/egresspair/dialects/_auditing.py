"""What a device family has to know to be audited. A family without it can be planned for, but its facts are unknown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from lxml import etree

from ..audit.facts import AsbrFacts, CsgFacts, MasgFacts
from ..audit.mends import Mend
from ..intent import Role
from ..netconf import rpc
from ..netconf.reply import Answer
from ..netconf.rpc import Rpc

Source = Literal["state", "running", "startup"]


@dataclass(frozen=True, slots=True)
class AuditRead:
    """One filtered read of an audit.

    Attributes:
        name: by which the dialect finds its answer again.
        source: ``state`` is a ``<get>``, the others a ``<get-config>``.
        subtree: the one element inside the filter.
        modules: that the filter names; a router that announces modules, but not all of these, is not asked.
        path: of the topmost node that is asked for, for people.
    """

    name: str
    source: Source
    subtree: bytes = field(repr=False)
    modules: tuple[str, ...]
    path: str

    @property
    def rpc(self) -> Rpc:
        """The operation."""
        if self.source == "state":
            return rpc.get(subtree=self.subtree)
        return rpc.get_config(self.source, subtree=self.subtree)


@dataclass(frozen=True, slots=True)
class AuditAnswer:
    """What came of a read.

    Attributes:
        data: the ``<data>`` element; None if nothing came.
        reason: why nothing came; empty if something did.
        lacking: it was not asked for, since the hello says that there is no such module or datastore.
    """

    data: etree._Element | None
    reason: str = ""
    lacking: bool = False

    @classmethod
    def of(cls, answer: Answer) -> AuditAnswer:
        """An ok without data says nothing: it must not be taken for an empty configuration."""
        data = answer.reply.data if answer.ok and answer.reply is not None else None
        if data is None:
            return cls(None, f"{answer} without data" if answer.ok else str(answer))
        return cls(data)


Answers = Mapping[str, AuditAnswer]
"""By the name of the read. A read without an answer was not asked."""


class AuditDialect(Protocol):
    """The audit of a device family. Every method is a pure function, and no answer makes one raise."""

    def masg_reads(self, vpns: Sequence[str], host_routes: Sequence[str]) -> tuple[AuditRead, ...]:
        """All that is read of a MASG, in one flight."""
        ...

    def proof_reads(self) -> tuple[AuditRead, ...]:
        """What of `masg_reads` any change of a label can influence beside the VPN instances that it is made to."""
        ...

    def route_reads(self, vpns: Sequence[str]) -> tuple[AuditRead, ...]:
        """What of `masg_reads` shows by which way a MASG reaches the CEs; it may be large."""
        ...

    def asbr_reads(self, host_routes: Sequence[str]) -> tuple[AuditRead, ...]:
        """All that is read of a core ASBR, in one flight."""
        ...

    def csg_reads(self, vpns: Sequence[str]) -> tuple[AuditRead, ...]:
        """All that is read of a CSG, in one flight."""
        ...

    def read_masg(self, device: str, role: Role, vpns: Sequence[str], answers: Answers) -> MasgFacts:
        """What a MASG said. What cannot be understood is unknown."""
        ...

    def read_proof(self, masg: MasgFacts, answers: Answers) -> MasgFacts:
        """The same, with what the answers to `proof_reads` and `route_reads` add; any other answer is left out."""
        ...

    def read_asbr(self, device: str, answers: Answers) -> AsbrFacts:
        """What a core ASBR said."""
        ...

    def read_csg(self, device: str, vpns: Sequence[str], answers: Answers) -> CsgFacts:
        """What a CSG said."""
        ...

    def mending(self, mends: Sequence[Mend]) -> etree._Element:
        """The ``<edit-config>`` that would carry these out, for people to read: it is never sent."""
        ...
