"""What the demo tells: to a person line by line, to a program as one document at the end."""

from __future__ import annotations

from typing import Any

from rich.text import Text

from ...errors import EgressPairError
from ..terminal.show import text
from ..terminal.speaker import Speaker


class Unexpected(EgressPairError):
    """The demo did not go as it must."""

    exit_status = 1


class Transcript:
    """Collects what happened.

    Attributes:
        steps: one for each headline, as plain values.
    """

    def __init__(self, speaker: Speaker) -> None:
        self._speaker = speaker
        self.steps: list[dict[str, Any]] = []

    def headline(self, title: str) -> None:
        """Begin a step."""
        number = len(self.steps)
        self.steps.append({"step": number, "title": title})
        self._speaker.answer(*([""] if number else []), text(f"{number}. {title}", "bold cyan"), "")

    def tell(self, *lines: Text | str) -> None:
        """Lines for a person."""
        self._speaker.answer(*lines)

    def note(self, **facts: Any) -> None:
        """Facts of this step for a program."""
        self.steps[-1] |= facts

    def expect(self, truth: object, what: str) -> None:
        """What was promised; it is told as it is found true.

        Raises:
            Unexpected: it is not.
        """
        if not truth:
            raise Unexpected(
                f"it is not true that {what}",
                where=f"demo, step {self.steps[-1]['step']}",
                hint="This is a defect.",
            )
        self.steps[-1].setdefault("proven", []).append(what)
        self.tell(text(f"ok: {what}", "green", indent=2))

    def end(self, summary: str, *next_steps: str) -> None:
        """The last lines, and the document."""
        self._speaker.answer("", text(f"demo: {summary}", "bold green"), *map(text, next_steps))
        self._speaker.document({"ok": True, "summary": summary, "steps": self.steps})
