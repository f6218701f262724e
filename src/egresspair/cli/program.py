"""The name by which this program can be called where it was called."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Final

NAME: Final = "egresspair"


def program() -> str:
    """``egresspair`` if a shell finds it; else the path by which it was started, e.g. ``.venv/bin/egresspair``."""
    started = sys.argv[0]
    if shutil.which(NAME) is None and Path(started).name == NAME:
        return started
    return NAME
