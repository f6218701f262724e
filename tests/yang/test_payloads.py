"""Every golden payload is valid YANG where it leads to, and its inverse undoes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from .models import CHECKOUT, judges
from .payload_check import ROLES, complaints

PAYLOADS = CHECKOUT / "payloads"
CASES = sorted(
    path.parent for path in PAYLOADS.glob("*/intent.yaml") if not list(path.parent.glob("[1-9]-*.xml"))
)
"""Those in stages are judged in `tests/stages/test_payloads.py`."""


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_golden_payload_is_sound(case: Path, role: str) -> None:
    assert complaints(case, role, judges()) == []


def test_there_are_golden_payloads() -> None:
    assert CASES
