"""Holding an operation until the test says so: for killing a client at an exact step."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable


class Hold:
    """One held RPC. Made by `Device.hold`.

    Attributes:
        rpc: the name of the RPC that is held, as in a fault.
        before: held before it is executed, else between execution and reply.
        outlive: held until released even if the client goes meanwhile; else its going ends the session, and what was
            held before execution is never executed.
    """

    def __init__(
        self, rpc: str, *, before: bool, outlive: bool, call: Callable[[Callable[[], None]], object]
    ) -> None:
        self.rpc = rpc
        self.before = before
        self.outlive = outlive
        self._call = call
        self._reached = threading.Event()
        self._released = asyncio.Event()

    def wait_reached(self, timeout: float = 10.0) -> None:
        """Wait until the RPC has come (and, unless `before`, was executed).

        Raises:
            TimeoutError: it has not come in so many seconds.
        """
        if not self._reached.wait(timeout):
            raise TimeoutError(f"no {self.rpc} came in {timeout} seconds")

    def release(self) -> None:
        """Let it go on."""
        self._call(self._released.set)

    async def wait(self, gone: asyncio.Event) -> bool:
        """On the lab's loop: wait for the release; False if the client went first."""
        self._reached.set()
        events = [self._released] if self.outlive else [self._released, gone]
        waits = [asyncio.ensure_future(event.wait()) for event in events]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for each in waits:
            each.cancel()
        return self._released.is_set()
