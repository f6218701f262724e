"""A `ServerMemory` in a small JSON file, so that a lesson is learned once."""

from __future__ import annotations

import json
import logging
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from .quirks import Behaviour

_log = logging.getLogger(__name__)


def default_memory_file() -> Path:
    """``egresspair/servers.json`` in the user's cache directory (XDG Base Directory Specification)."""
    cache = os.environ.get("XDG_CACHE_HOME", "")
    # The specification has relative paths ignored.
    folder = Path(cache) if Path(cache).is_absolute() else Path("~/.cache").expanduser()
    return folder / "egresspair" / "servers.json"


class FileMemory:
    """Keeps behaviours in a file that only its owner can read.

    The file is a cache: missing, unreadable or garbled it is as good as empty, and of two processes that
    write at the same moment one loses its lesson.

    Args:
        file: where; the user's cache by default.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file or default_memory_file()

    def recall(self, identity: str) -> Behaviour | None:
        entry = self._read().get(identity)
        match entry:
            case {"validate_trusted": bool(trusted), "note": str(note)}:
                return Behaviour(validate_trusted=trusted, note=note)
        return None

    def remember(self, identity: str, behaviour: Behaviour) -> None:
        entry = {"validate_trusted": behaviour.validate_trusted, "note": behaviour.note}
        try:
            self._replace(json.dumps({**self._read(), identity: entry}, indent=1, sort_keys=True))
        except OSError as error:
            _log.warning("what was learned of a server is not kept: %s", error)

    def _read(self) -> dict[str, Any]:
        with suppress(OSError, ValueError):
            content = json.loads(self._file.read_text(encoding="utf-8"))
            if isinstance(content, dict):
                return content
        return {}

    def _replace(self, text: str) -> None:
        """Write beside it and rename: a reader sees the old file or the new one. mkstemp gives mode 0600."""
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._file.parent, prefix=f".{self._file.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                stream.write(text)
            Path(name).replace(self._file)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
