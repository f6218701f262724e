"""A NETCONF session over ncclient's, without its polling, its logging of messages and its silences.

What is kept of ncclient: the thread of a session, the device handler with its hello, the SSH transport.
What is replaced, and why:

- the loop: ncclient looks for something to send every 0.1 s; this one is woken, and only for what cannot be done
  at once. What surely waits for nobody is written on the caller's thread, and read on paramiko's;
- the parser: ncclient's needs quadratic time in the size of a chunk and drops what it cannot parse;
- the listeners: a reply here is an `Answer` to one operation, or the end of the session;
- the logging: ncclient logs every message whole, secrets included. Nothing here logs a message.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

import paramiko
from ncclient import manager
from ncclient.transport.session import HelloHandler
from ncclient.transport.ssh import SSHSession

from .capabilities import Hello
from .direct_transport import DirectTransport
from .exchange import Exchange, Operation
from .framing import Deframer, Framing, frame
from .give_back import give_back
from .inbox import Inbox
from .outbox import Outbox
from .rpc import Rpc, close_session
from .session_end import ENDS, JOIN_SECONDS, SessionLostError, end_transport, reason_of

_READ_BYTES: Final = 1 << 18
_WRITE_BYTES: Final = 1 << 15  # at most a packet's worth, so that little is ever half written
_AT_ONCE_BYTES: Final = 1 << 13  # far less than the kernel's smallest buffer for sending
_SMALL_BYTES: Final = 1 << 16  # what is read on paramiko's thread, which does nothing else meanwhile
_WINDOW_SECONDS: Final = 0.01
_GOODBYE_SECONDS: Final = 0.25
_CLOSED: Final = "the server closed the connection"


class Session(SSHSession):  # type: ignore[misc]  # ncclient is not typed
    """One session: made on an open SSH channel before that is asked for anything; `start_session`, then `submit`.

    `close` at the end.
    """

    def __init__(self, transport: DirectTransport, channel: paramiko.Channel) -> None:
        super().__init__(manager.make_device_handler({"name": "huaweiyang"}))
        self._transport = transport
        self._channel = channel
        self._deframer = Deframer()
        self._outbox = Outbox()
        self._framing = Framing.END_OF_MESSAGE
        self._hello: Hello | None = None
        self._greeted = threading.Event()
        self._bell = threading.Event()
        # Whoever else than the session's thread wants one of them never waits for it, but rings the bell.
        self._reading, self._writing = threading.RLock(), threading.RLock()
        self._failure: Exception | None = None
        self.exchange = Exchange()
        channel.in_buffer = Inbox(self._read_or_wake, self._wake)
        channel.in_stderr_buffer = Inbox(self._wake, self._wake)

    def start_session(self, timeout: float) -> Hello:
        """Exchange hellos.

        Raises:
            SessionLostError: no usable hello within ``timeout`` seconds.
        """
        self._channel.settimeout(0.0)  # who reads must not be kept from writing, nor the other way round
        # Our hello goes first, not in answer: netconfd loses an operation that it reads together with a hello.
        greeting = HelloHandler.build(self.client_capabilities, self._device_handler).encode()
        self._outbox.put(frame(greeting, self._framing))
        self._connected = True
        self.start()
        self._greeted.wait(timeout)
        if self._hello is None:
            raise SessionLostError(self.exchange.lost or f"no <hello> came within {timeout:g} s")
        return self._hello

    def submit(self, rpcs: Sequence[Rpc]) -> tuple[Operation, ...]:
        """Send all operations, in one write if they fit. Does not wait; never raises for a lost session."""
        submitted = self.exchange.submit(rpcs)
        for operation in submitted:
            self._outbox.put(frame(operation.message, self._framing), operation)
        if not self._write_at_once():
            self._wake()
        return submitted

    def close(self) -> None:
        """End the session, politely if nothing is under way. Quick; leaves no thread; may be repeated."""
        if not self.exchange.lost and not self.exchange.busy:
            self.exchange.wait(self.submit([close_session()]), _GOODBYE_SECONDS)
        self.abandon("the session was closed")

    def abandon(self, reason: str) -> None:
        """End the session at once. What is under way becomes unknown for this reason."""
        self.exchange.lose(reason)
        self._closing.set()
        self._wake()
        end_transport(self._transport)
        # The session's thread waits for paramiko's: that one must not wait for it.
        if self.is_alive() and threading.current_thread() not in (self, self._transport):
            self.join(JOIN_SECONDS)

    def run(self) -> None:
        """The loop of the session's thread: everything that is not read and written at once."""
        try:
            self._loop()
        except ENDS as error:
            self.exchange.lose(reason_of(error))
        finally:
            self._end()

    def _loop(self) -> None:
        while not self._closing.is_set():
            if self._failure is not None:
                raise self._failure
            self._write()
            # The peer opens a full window without ringing: look again soon.
            self._bell.wait(_WINDOW_SECONDS if self._outbox else None)
            self._bell.clear()
            self._read()

    def _write_at_once(self) -> bool:
        """On the caller's thread: write where that waits for nobody. True if nothing is left to write."""
        if self._hello is None:
            return False
        try:
            if not self._writing.acquire(blocking=False):
                return False
            block, carried = self._outbox.block(_AT_ONCE_BYTES + 1)
            if 0 < len(block) <= _AT_ONCE_BYTES and self._transport.send_at_once(
                self._channel, block, lambda: self.exchange.release(carried)
            ):
                self._outbox.written(len(block))
        except ENDS as error:
            self._fail(error)
        except BaseException:
            # How much of it has left? Whatever came next might be written twice.
            self.exchange.lose("writing was interrupted")
            self._closing.set()
            self._wake()
            raise
        finally:
            give_back(self._writing)
        return not self._outbox

    def _write(self) -> None:
        with self._writing:
            while self._outbox and self._channel.send_ready() and not self._channel.closed:
                block, carried = self._outbox.block(_WRITE_BYTES)
                if not self.exchange.release(carried):
                    raise SessionLostError(self.exchange.lost)
                # A channel that the peer closed meanwhile may still hold replies: reading them finds the end.
                with suppress(OSError):
                    self._outbox.written(self._channel.send(block))

    def _read_or_wake(self) -> None:
        if not self._read_at_once():
            self._wake()

    def _read_at_once(self) -> bool:
        """On paramiko's thread: read where that sends nothing, waits for nobody and does not take long."""
        if self._hello is None or self.exchange.lost:
            return False
        try:
            if not self._reading.acquire(blocking=False):
                return False
            if not self._little_came():
                return False
            self._receive()
        except Exception as error:  # noqa: BLE001  (the session's thread raises it: paramiko would hide it)
            self._fail(error)
        finally:
            give_back(self._reading)
        return True

    def _little_came(self) -> bool:
        """Neither much to parse, nor so much that receiving it sends the router a new window."""
        size = len(self._channel.in_buffer)
        window_left = self._channel.in_window_threshold - self._channel.in_window_sofar
        return size <= window_left and size + self._deframer.pending <= _SMALL_BYTES

    def _fail(self, error: Exception) -> None:
        """End the session for what a thread met that is not the session's."""
        self.exchange.lose(reason_of(error))
        self._failure = error
        self._wake()

    def _read(self) -> None:
        with self._reading:
            while self._channel.recv_stderr_ready():  # left there, it would use up the window
                self._channel.recv_stderr(_READ_BYTES)
            if self._receive():
                self._wake()  # there may be more, or the end

    def _receive(self) -> bool:
        try:
            received = self._channel.recv(_READ_BYTES)
        except TimeoutError:
            return False
        if not received:
            raise SessionLostError(_CLOSED)
        self._deframer.feed(received)
        while (message := self._deframer.next_message()) is not None:
            self._take(message.lstrip())
        return True

    def _take(self, message: bytes) -> None:
        if self._hello is None:
            self._greet(Hello.parse(message))
        else:
            self.exchange.receive(message)

    def _greet(self, hello: Hello) -> None:
        """RFC 6242, section 4.1: right after the hellos both sides use chunks if both announced base:1.1."""
        if hello.capabilities.base_1_1:
            self._framing = self._deframer.framing = Framing.CHUNKED
        self._hello = hello
        self._greeted.set()

    def _wake(self) -> None:
        self._bell.set()

    def _end(self) -> None:
        self._connected = False
        self.exchange.lose("the session was closed")
        self._greeted.set()
        end_transport(self._transport)
        self._channel.close()
