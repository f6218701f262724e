"""Which reply belongs to which operation, and what is known of each when a connection is lost. No I/O.

Some threads submit, write and wait, others write and read; the state is behind one condition.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count

from lxml import etree

from .envelope import wrap
from .notification import ROOT, Backlog, Heard
from .reply import Answer, MalformedReply, Outcome, Reply, reply_parser
from .rpc import Rpc

_BEGINNING = 1 << 16


class UnusableMessageError(ValueError):
    """The server sent what belongs to no operation; no later reply can be trusted."""


@dataclass(slots=True)
class Batch:
    """Operations that were submitted together.

    Attributes:
        left: how many have no answer yet.
    """

    left: int


@dataclass(slots=True)
class Operation:
    """One operation on its way.

    Attributes:
        message: what goes on the wire, without framing.
        sent_at: when it was submitted, by the clock of the exchange.
        batch: what it was submitted with.
        written: False as long as surely not a byte of it has left.
        answer: None while there is none.
    """

    rpc: Rpc
    message: bytes
    sent_at: float
    batch: Batch
    written: bool = False
    answer: Answer | None = None


class Exchange:
    """The operations of one session and their answers.

    Args:
        clock: seconds; injected by tests.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        # Taken by itself, not by way of the condition, whose methods a Ctrl-C can interrupt before they release it.
        self._lock = threading.RLock()
        self._changed = threading.Condition(self._lock)
        self._ids = count(1)
        self._waiting: dict[str, Operation] = {}
        self._notifications = Backlog()
        self._parser = reply_parser()
        self._ring: Callable[[], None] = lambda: None
        self._lost = ""

    @property
    def lost(self) -> str:
        """Why the session is over; empty while it is not."""
        return self._lost

    @property
    def busy(self) -> bool:
        """Something was submitted and is not answered."""
        return bool(self._waiting)

    def submit(self, rpcs: Sequence[Rpc]) -> tuple[Operation, ...]:
        """Give each a message-id. After the session was lost they are answered at once as not sent."""
        now = self._clock()
        batch = Batch(len(rpcs))
        with self._lock:
            return tuple(self._admit(rpc, now, batch) for rpc in rpcs)

    def _admit(self, rpc: Rpc, now: float, batch: Batch) -> Operation:
        message_id = next(self._ids)
        operation = Operation(rpc, wrap(rpc, message_id), now, batch)
        if self._lost:
            self._give_up(operation, now)
        else:
            self._waiting[str(message_id)] = operation
        return operation

    def release(self, operations: Sequence[Operation]) -> bool:
        """Mark them as written, before their first byte leaves.

        False if the session was lost: they were answered as not sent, and must not be written.
        """
        with self._lock:
            if self._lost:
                return False
            for operation in operations:
                operation.written = True
            return True

    def receive(self, raw: bytes) -> None:
        """Take one message of the server.

        Raises:
            UnusableMessageError: it is neither a reply to an operation that waits for one nor a notification.
        """
        try:
            reply = Reply.parse(raw, self._parser)
        except MalformedReply as error:
            self._receive_other(raw, error)
            return
        with self._lock:
            if self._settle(reply).left == 0:  # who waits for all of them need not wake up for each
                self._changed.notify_all()

    def _receive_other(self, raw: bytes, error: MalformedReply) -> None:
        if _root_tag(raw) != ROOT:
            raise UnusableMessageError(f"the server's message is no reply: {error}") from error
        with self._lock:
            self._notifications.put(raw)
            self._changed.notify_all()
        self._ring()

    def _settle(self, reply: Reply) -> Batch:
        operation = self._waiting.get(reply.message_id)
        if operation is None or not operation.written:
            raise UnusableMessageError(_nobody_asked(reply))
        del self._waiting[reply.message_id]
        outcome = Outcome.OK if reply.ok else Outcome.ERRORS
        seconds = self._clock() - operation.sent_at
        operation.answer = Answer(operation.rpc, outcome, reply, seconds=seconds)
        operation.batch.left -= 1
        return operation.batch

    def lose(self, reason: str) -> None:
        """The session is over: what was written is unknown, the rest not sent. The first reason stays."""
        with self._lock:
            self._lost = self._lost or reason
            now = self._clock()
            for operation in self._waiting.values():
                self._give_up(operation, now)
            self._waiting.clear()
            self._changed.notify_all()
        self._ring()

    def _give_up(self, operation: Operation, now: float) -> None:
        outcome = Outcome.UNKNOWN if operation.written else Outcome.NOT_SENT
        seconds = now - operation.sent_at
        operation.answer = Answer(operation.rpc, outcome, reason=self._lost, seconds=seconds)
        operation.batch.left -= 1

    def wait(self, operations: Sequence[Operation], timeout: float) -> bool:
        """Wait until all of a batch, or of several, are answered.

        False if one is not, ``timeout`` seconds after the first was sent.
        """
        batches = tuple({id(operation.batch): operation.batch for operation in operations}.values())
        end = min((operation.sent_at for operation in operations), default=self._clock()) + timeout
        with self._lock:
            return self._changed.wait_for(
                lambda: not any(batch.left for batch in batches), max(0.0, end - self._clock())
            )

    def hear(self, timeout: float) -> Heard:
        """The notifications since the last call (RFC 5277); waits for one until the session is lost."""
        with self._lock:
            self._changed.wait_for(lambda: self._notifications or self._lost, timeout)
            return self._notifications.take()

    def on_news(self, ring: Callable[[], None]) -> None:
        """Have ``ring`` called, on whichever thread noticed, after each notification and after the loss."""
        self._ring = ring


def _root_tag(raw: bytes) -> str:
    parser = etree.XMLPullParser(events=("start",), resolve_entities=False, no_network=True)
    try:
        parser.feed(raw[:_BEGINNING])
        return next((str(element.tag) for _, element in parser.read_events()), "")
    except etree.XMLSyntaxError:
        return ""


def _nobody_asked(reply: Reply) -> str:
    """Names the stray reply, and its errors: a server that cannot read a request may answer without an id."""
    said = f"message-id {reply.message_id!r}" if reply.message_id else "no message-id"
    errors = "".join(f"; {error}" for error in reply.errors)
    return f"the server sent a reply with {said}, to which nothing was asked{errors}"
