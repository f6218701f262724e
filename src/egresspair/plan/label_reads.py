"""Who uses which label on a router: what is asked beside the static labels of VPN instances, and what is answered."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

from lxml import etree

from ..dialects import Dialect, LabelRead, UnreadableReply
from ..errors import PlanError, Problem, ProtocolError
from ..label_space import LabelUses
from ..netconf import rpc
from ..netconf.reply import Answer
from ..netconf.rpc import Rpc
from .references import UNKNOWN_MODULE


@dataclass(frozen=True, slots=True)
class LabelAnswers:
    """What a router says of the use of its labels.

    Attributes:
        uses: who holds which, and which are idle.
        again: the operations that were answered, to be repeated under the lock.
        gaps: what could not be read although the router has it, for people.
    """

    uses: LabelUses
    again: tuple[Rpc, ...] = ()
    gaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LabelQuestions:
    """What one router is asked.

    Attributes:
        dialect: its language.
        reads: one operation each. A router without the module says so, and the others are answered all the same.
    """

    dialect: Dialect
    reads: tuple[LabelRead, ...]

    @classmethod
    def of(cls, dialect: Dialect, modules: Container[str]) -> LabelQuestions:
        """Those that make sense on a router that announces these YANG modules."""
        return cls(dialect, dialect.label_reads(modules))

    @property
    def rpcs(self) -> tuple[Rpc, ...]:
        """The operations, in order."""
        return tuple(_rpc(read) for read in self.reads)

    def read(self, device: str, static: etree._Element, answers: Sequence[Answer]) -> LabelAnswers:
        """What the answers say, ``static`` being the ``<data>`` with the static labels of VPN instances.

        Raises:
            ProtocolError: an operation was not answered, or without data.
            PlanError: the data cannot be read.
        """
        data, again, gaps = [static], [], []
        for read, answer in zip(self.reads, answers, strict=True):
            if answer.errors and all(error.tag in UNKNOWN_MODULE for error in answer.errors):
                continue  # a router without that module has nothing of the kind
            if answer.errors:
                gaps.append(_gap(device, read, answer))
                continue
            data.append(data_of(device, answer))
            again.append(answer.rpc)
        try:
            return LabelAnswers(self.dialect.read_label_uses(data), tuple(again), tuple(gaps))
        except UnreadableReply as error:
            raise PlanError([Problem(str(error), device, hint="Nothing was changed.")]) from error


def _rpc(read: LabelRead) -> Rpc:
    if read.state:
        return rpc.get(subtree=read.subtree)
    return rpc.get_config("running", subtree=read.subtree)


def _gap(device: str, read: LabelRead, answer: Answer) -> str:
    said = "; ".join(map(str, answer.errors))
    return f"{device}: its {read.what} could not be read ({said}): a label may be in use there without being seen"


def data_of(device: str, answer: Answer) -> etree._Element:
    """The ``<data>`` of an answer.

    Raises:
        ProtocolError: there is none. An ok without data says nothing: it must not be taken for nothing being there.
    """
    data = answer.reply.data if answer.ok and answer.reply is not None else None
    if data is None:
        what = f"{answer} without data" if answer.ok else str(answer)
        raise ProtocolError(what, where=device, hint="Nothing was changed.")
    return data
