"""Tools that we did not write, as judges of modules and documents."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path


def yanglint_missing() -> bool:
    return shutil.which("yanglint") is None


def yanglint(
    search: Iterable[Path], modules: Iterable[Path], *documents: Path
) -> subprocess.CompletedProcess[str]:
    """libyang's opinion of modules and, if given, of configuration documents under them."""
    paths = [option for folder in search for option in ("-p", str(folder))]
    names = [str(path) for path in (*modules, *documents)]
    command = ["yanglint", *paths, *(("-t", "config") if documents else ()), *names]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def pyang(*arguments: str) -> subprocess.CompletedProcess[str]:
    """pyang as installed beside this Python."""
    command = [sys.executable, "-m", "pyang", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
