"""What waits to be written on a session: messages in, blocks of bytes out. No I/O."""

from __future__ import annotations

from collections import deque

from .exchange import Operation


class Outbox:
    """Framed messages in the order of sending. Any thread puts; one at a time takes."""

    def __init__(self) -> None:
        self._messages: deque[tuple[bytes, Operation | None]] = deque()
        self._sent_of_first = 0

    def __bool__(self) -> bool:
        return bool(self._messages)

    def put(self, message: bytes, operation: Operation | None = None) -> None:
        """Add a message, and the operation that it carries."""
        self._messages.append((message, operation))

    def block(self, limit: int) -> tuple[bytes, tuple[Operation, ...]]:
        """The next bytes to be written, at most ``limit``, and every operation that has bytes among them."""
        parts: list[bytes] = []
        carried: list[Operation] = []
        room, start = limit, self._sent_of_first
        for place in range(len(self._messages)):  # not over the deque itself: others put into it meanwhile
            if not room:
                break
            message, operation = self._messages[place]
            parts.append(message[start : start + room])
            if operation is not None:
                carried.append(operation)
            room, start = room - len(parts[-1]), 0
        return b"".join(parts), tuple(carried)

    def written(self, size: int) -> None:
        """The first ``size`` bytes of the block have left."""
        self._sent_of_first += size
        while self._messages and self._sent_of_first >= len(self._messages[0][0]):
            self._sent_of_first -= len(self._messages.popleft()[0])
