"""``python -m tests.benchmarks`` from an installed checkout measures everything: some 20 minutes on a quiet machine."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.command import main

if __name__ == "__main__":
    main()
