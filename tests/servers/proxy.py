"""A TCP proxy that can be told to misbehave: cut, hold back or delay what passes.

with TcpProxy(server.port) as proxy:
    proxy.hold("to_client")   # the server still hears, the client hears nothing
    proxy.release()
    proxy.cut()               # both sides see a reset connection
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from types import TracebackType
from typing import Literal

from .loop import LoopThread
from .ports import HOST

Direction = Literal["to_server", "to_client"]
_DIRECTIONS: tuple[Direction, ...] = ("to_server", "to_client")


class TcpProxy:
    """In front of ``port`` of loopback.

    Attributes:
        port: where to connect instead.
        delay: seconds by which all that is sent arrives later, in either direction, as on a longer line.
        connections: how many were made so far.
    """

    host = HOST

    def __init__(self, port: int) -> None:
        self.port = 0
        self.delay = 0.0
        self.connections = 0
        self._behind = port
        self._loop = LoopThread()
        self._open: dict[Direction, asyncio.Event] = {}
        self._writers: set[asyncio.StreamWriter] = set()
        self._refusing = False

    def __enter__(self) -> TcpProxy:
        self._loop.run(self._listen())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.cut()
        self._loop.run(self._stop())
        self._loop.close()

    def cut(self) -> None:
        """Reset every connection."""
        self._loop.run(self._abort())

    def refuse(self) -> None:
        """Cut, and let no new connection through."""
        self._refusing = True
        self.cut()

    def accept(self) -> None:
        """Let new connections through again."""
        self._refusing = False

    def hold(self, *directions: Direction) -> None:
        """Let nothing through in these directions, both by default; the sender notices nothing."""
        for direction in directions or _DIRECTIONS:
            self._loop.call(self._open[direction].clear)
        self._loop.run(asyncio.sleep(0))

    def release(self) -> None:
        """Let everything through, what was held back first."""
        for event in self._open.values():
            self._loop.call(event.set)

    async def _listen(self) -> None:
        for direction in _DIRECTIONS:
            self._open[direction] = asyncio.Event()
            self._open[direction].set()
        self._server = await asyncio.start_server(self._serve, HOST, 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _stop(self) -> None:
        self._server.close()

    async def _abort(self) -> None:
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._refusing:
            writer.transport.abort()
            return
        self.connections += 1
        behind_reader, behind_writer = await asyncio.open_connection(HOST, self._behind)
        self._writers |= {writer, behind_writer}
        with suppress(asyncio.CancelledError):  # that is how it ends; asyncio's own streams would print it
            await asyncio.gather(
                self._pump(reader, behind_writer, "to_server"),
                self._pump(behind_reader, writer, "to_client"),
            )

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, direction: Direction
    ) -> None:
        line: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        delivery = asyncio.create_task(self._deliver(line, writer, direction))
        now = asyncio.get_running_loop().time
        with suppress(ConnectionError):
            while block := await reader.read(65536):
                line.put_nowait((now() + self.delay, block))
        line.put_nowait((now() + self.delay, b""))
        await delivery

    async def _deliver(
        self, line: asyncio.Queue[tuple[float, bytes]], writer: asyncio.StreamWriter, direction: Direction
    ) -> None:
        """Each block in its time, so that the delays of blocks behind one another do not add up."""
        now = asyncio.get_running_loop().time
        with suppress(ConnectionError):
            while (item := await line.get())[1]:
                await self._open[direction].wait()
                if (wait := item[0] - now()) > 0:
                    await asyncio.sleep(wait)
                writer.write(item[1])
                await writer.drain()
            if (wait := item[0] - now()) > 0:
                await asyncio.sleep(wait)
        with suppress(ConnectionError, RuntimeError):
            writer.close()
