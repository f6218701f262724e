"""Where the figures of the fault matrix wait for the end of the run."""

from __future__ import annotations

import pytest

LINES = pytest.StashKey[dict[str, str]]()
"""A line for each group of stories, kept with the configuration of the run."""
