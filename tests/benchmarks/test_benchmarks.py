"""The benchmarks run; what they measure is for people to read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import command, report
from benchmarks.measuring import Results, Series
from benchmarks.promises import promises
from servers.netconfd import available

QUICK = ["--quick", "--repetitions", "1"]


def run(tmp_path: Path, *arguments: str) -> dict[str, set[str]]:
    """The candidates that were measured once each, by subject."""
    command.main([*QUICK, "--json", str(tmp_path / "all.json"), *arguments])
    found: dict[str, set[str]] = {}
    for series in json.loads((tmp_path / "all.json").read_text())["series"]:
        assert len(series["seconds"]) == 1
        found.setdefault(series["subject"], set()).add(series["candidate"])
    return found


def test_every_subject_is_measured_on_the_lab(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = run(tmp_path, "--place", "lab")

    assert tuple(found) == command.SUBJECTS
    assert found["warm"] == found["cold"] == {"floor", "bytes", "library", "planned", "script"}
    tables = capsys.readouterr().out
    assert all(f"### {title}" in tables for title in report._TITLES.values())


@pytest.mark.netconfd
@pytest.mark.skipif(available() is not None, reason=str(available()))
def test_a_change_is_measured_on_netconfd(tmp_path: Path) -> None:
    assert run(tmp_path, "--only", "warm", "--place", "netconfd").keys() == {"warm"}


def test_a_file_that_cannot_be_written_is_told_before_anything_is_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere = tmp_path / "nowhere" / "all.json"
    with pytest.raises(SystemExit):
        command.main([*QUICK, "--json", str(nowhere)])
    assert f"{nowhere} cannot be written: No such file or directory" in capsys.readouterr().err


def test_a_promise_is_a_ratio_of_medians() -> None:
    medians = {"floor": [0.010, 0.011, 0.5], "library": [0.022, 0.022, 0.022], "script": [1.0, 1.0, 9.0]}
    results = Results(Series("warm", "lab, loopback", name, taken) for name, taken in medians.items())

    to_floor, to_script = promises(results)

    assert (round(to_floor.figure, 3), to_floor.kept) == (2.0, False)
    assert (round(to_script.figure, 3), to_script.kept) == (0.022, True)


def test_the_tables_take_the_place_of_the_old_ones() -> None:
    page = "before\n<!-- measured -->\nold\n<!-- end -->\nafter\n"
    assert report.put_into(page, "new\n") == "before\n<!-- measured -->\nnew\n<!-- end -->\nafter\n"
