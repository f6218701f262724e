"""A NETCONF session over ncclient's, without its polling, its logging of messages and its silences.

What is kept of ncclient: the thread of a session, the device handler with its hello, the SSH transport.
What is replaced, and why:

- the loop: ncclient looks for something to send every 0.1 s; this one is woken;
- the parser: ncclient's needs quadratic time in the size of a chunk and drops what it cannot parse;
- the listeners: a reply here is an `Answer` to one operation, or the end of the session;
- the logging: ncclient logs every message whole, secrets included. Nothing here logs a message.
"""

from __future__ import annotations

import selectors
import socket
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

import paramiko
from ncclient import manager
from ncclient.transport.session import HelloHandler
from ncclient.transport.ssh import SSHSession

from .capabilities import Hello, MalformedHello
from .exchange import Exchange, Operation, UnusableMessageError
from .framing import Deframer, Framing, FramingError, frame
from .outbox import Outbox
from .rpc import Rpc, close_session

_READ_BYTES: Final = 1 << 18
_WRITE_BYTES: Final = 1 << 15  # at most a packet's worth, so that little is ever half written
_WINDOW_SECONDS: Final = 0.01
_GOODBYE_SECONDS: Final = 0.25
_JOIN_SECONDS: Final = 2.0
_CLOSED: Final = "the server closed the connection"


class SessionLostError(Exception):
    """The session ended, or never began; the text says why."""


def end_transport(transport: paramiko.Transport) -> None:
    """Cut the connection and see its thread end."""
    # The shutdown wakes paramiko's reader, which would notice a mere close after 0.1 s.
    with suppress(OSError):
        transport.sock.shutdown(socket.SHUT_RDWR)
    transport.packetizer.complete_handshake()  # stops the timer thread of a handshake that failed
    transport.close()
    transport.sock.close()
    if transport.is_alive() and transport is not threading.current_thread():
        transport.join(_JOIN_SECONDS)


class Session(SSHSession):  # type: ignore[misc]  # ncclient is not typed
    """One session: `start_session` after its SSH channel is open, then `submit`; `close` at the end."""

    def __init__(self, transport: paramiko.Transport, channel: paramiko.Channel) -> None:
        super().__init__(manager.make_device_handler({"name": "huaweiyang"}))
        self._transport = transport
        self._channel = channel
        self._deframer = Deframer()
        self._outbox = Outbox()
        self._framing = Framing.END_OF_MESSAGE
        self._hello: Hello | None = None
        self._greeted = threading.Event()
        self._wakened, self._waker = socket.socketpair()
        self._wakened.settimeout(0)
        self.exchange = Exchange()

    def start_session(self, timeout: float) -> Hello:
        """Exchange hellos.

        Raises:
            SessionLostError: no usable hello within ``timeout`` seconds.
        """
        self._channel.settimeout(0.0)  # one thread reads and writes: neither may keep it from the other
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
        if self.is_alive() and self is not threading.current_thread():
            self.join(_JOIN_SECONDS)

    def run(self) -> None:
        """The loop of the session's thread: everything that is read or written."""
        try:
            self._loop()
        except (SessionLostError, UnusableMessageError, MalformedHello) as error:
            self.exchange.lose(str(error))
        except FramingError as error:
            self.exchange.lose(f"the server broke the framing of messages: {error}")
        except (OSError, EOFError, paramiko.SSHException) as error:
            self.exchange.lose(f"the connection was lost ({error or type(error).__name__})")
        finally:
            self._end()

    def _loop(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._channel, selectors.EVENT_READ)
            selector.register(self._wakened, selectors.EVENT_READ)
            while not self._closing.is_set():
                self._write()
                # The peer opens a full window without a sign that a selector could see: look again soon.
                selector.select(_WINDOW_SECONDS if self._outbox else None)
                with suppress(BlockingIOError):
                    self._wakened.recv(4096)
                self._read()

    def _write(self) -> None:
        while self._outbox and self._channel.send_ready() and not self._channel.closed:
            block, carried = self._outbox.block(_WRITE_BYTES)
            if not self.exchange.release(carried):
                raise SessionLostError(self.exchange.lost)
            # A channel that the peer closed meanwhile may still hold replies: reading them finds the end.
            with suppress(OSError):
                self._outbox.written(self._channel.send(block))

    def _read(self) -> None:
        while self._channel.recv_stderr_ready():  # left there, it would look like something to read for ever
            self._channel.recv_stderr(_READ_BYTES)
        try:
            received = self._channel.recv(_READ_BYTES)
        except TimeoutError:
            return
        if not received:
            raise SessionLostError(_CLOSED)
        self._deframer.feed(received)
        while (message := self._deframer.next_message()) is not None:
            self._take(message.lstrip())

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
        with suppress(OSError):  # closed already, or so full that the loop is awake
            self._waker.send(b"\0")

    def _end(self) -> None:
        self._connected = False
        self.exchange.lose("the session was closed")
        self._greeted.set()
        end_transport(self._transport)
        self._channel.close()
        self._wakened.close()
        self._waker.close()
