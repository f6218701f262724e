"""Where a command speaks: the answer on stdout, everything that is said meanwhile on stderr."""

from __future__ import annotations

import io
import json
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TextIO

from .printable import printable_lines

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text


class Speaker:
    """The voice of one command.

    A reader that goes away (``| head``) is not an error: what is said after that is lost, the exit status stays.

    Args:
        as_json: the answer is one JSON document, and nobody is asked anything.
    """

    def __init__(self, *, as_json: bool = False) -> None:
        self.as_json = as_json
        self._out = _Stream(sys.stdout)
        self._err = _Stream(sys.stderr)

    @property
    def interactive(self) -> bool:
        """Somebody is there to be asked."""
        return not self.as_json and _is_terminal(sys.stdin) and _is_terminal(sys.stderr)

    def answer(self, *lines: Text | str) -> None:
        """Lines of the answer; nothing with --json."""
        if not self.as_json:
            self._out.show(lines)

    def verbatim(self, text: str) -> None:
        """A line of the answer exactly as it is, except that a terminal is kept from harm."""
        if not self.as_json:
            self._out.write(f"{printable_lines(text) if self._out.is_terminal else text}\n")

    def document(self, value: Any) -> None:
        """The answer with --json."""
        if self.as_json:
            self._out.write(json.dumps(value, indent=2) + "\n")

    def document_line(self, value: Any) -> None:
        """One of several answers with --json, on a line of its own."""
        if self.as_json:
            self._out.write(json.dumps(value) + "\n")

    @property
    def unheard(self) -> bool:
        """Nobody reads the answer any more."""
        return self._out.muted

    def say(self, *lines: Text | str) -> None:
        """Lines beside the answer."""
        self._err.show(lines)

    def prompt(self, line: Text) -> None:
        """Like `say`, leaving the cursor behind the line."""
        self._err.show([line], end=" ")


class _Stream:
    """One of the process's streams, through rich."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._console: Console | None = None
        self.muted = False
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a poor locale must not end a transaction

    @property
    def is_terminal(self) -> bool:
        return _is_terminal(self._stream)

    def show(self, lines: tuple[Text | str, ...] | list[Text | str] | list[Text], *, end: str = "\n") -> None:
        if not self.is_terminal:
            return self.write("".join(f"{line}{end}" for line in lines))
        console = self._console = self._console or _console(self._stream)
        with console.capture() as captured:
            for line in lines:
                console.print(line, end=end)
        return self.write(captured.get())

    def write(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except BrokenPipeError:
            self._mute()
        except OSError:
            self._mute()
            raise

    def _mute(self) -> None:
        """Nobody reads any more; the interpreter flushes once more when it ends."""
        self.muted = True
        with suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())
            os.close(nowhere)


def _console(stream: TextIO) -> Console:
    from rich.console import Console  # noqa: PLC0415  (only for a terminal)

    return Console(file=stream, highlight=False, markup=False, emoji=False, soft_wrap=True)


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and not stream.closed and stream.isatty()
