"""The benchmark of the schemas runs; what it measures is for people to read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.schema import main


def test_each_kind_is_measured_as_often_as_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["--repetitions", "2", "--cold", "1", "--json", str(tmp_path / "times.json")])

    seconds = json.loads((tmp_path / "times.json").read_text())["seconds"]
    assert {name: len(times) for name, times in seconds.items()} == {
        "cold": 1,
        "warm": 2,
        "further": 2,
        "yangson": 2,
    }
    shown = [line.split()[0] for line in capsys.readouterr().out.splitlines()[2:]]
    assert shown == list(seconds)
