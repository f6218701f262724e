"""An answer that cannot be written changes nothing of what it would have said."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from egresspair.lab import Lab

FULL = Path("/dev/full")
INTENT = """\
pair: metro-7
master: masg-1
backup: masg-2
vpn_instances:
  - {name: vpna, static_label: 2001, route_distinguisher: "200:1"}
"""


@pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("as_json", [[], ["--json"]])
def test_an_abort_is_an_abort_even_if_it_cannot_be_printed(tmp_path: Path, as_json: list[str]) -> None:
    (tmp_path / "intent.yaml").write_text(INTENT)
    with Lab(faults=["backup:commit-confirmed:refuse"]) as lab, FULL.open("w") as full:
        lab.write_inventory(tmp_path / "inventory.yaml")
        command = [sys.executable, "-m", "egresspair.cli", "apply", "intent.yaml", "--accept", "interruption"]
        ended = subprocess.run(
            [*command, *as_json], cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert ended.returncode == 5
    assert "refused the confirmed commit" in ended.stderr
    assert "The answer could not be written" in ended.stderr
    assert "internal error" not in ended.stderr
