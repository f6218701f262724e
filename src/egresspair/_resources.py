"""Where the project's own YANG modules lie: beside the code when installed, at the top of the tree in a
checkout.
"""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).resolve().parent


def yang_dir() -> Path:
    """The folder with the project's own YANG modules.

    Raises:
        FileNotFoundError: the installation carries none (a broken build).
    """
    for folder in (_HERE / "_yang", _HERE.parent.parent / "yang"):
        if (folder / "egress-protection.yang").is_file():
            return folder
    raise FileNotFoundError(f"the YANG modules of egresspair are missing beside {_HERE}")
