"""``egresspair audit`` with the walk, its drawing, and what is saved."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from lxml import etree

from audit.paper import Paper, broken, intent
from audit.site import site
from cli.desk import Ended, command


@pytest.fixture(autouse=True)
def _password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SITE_PASSWORD", "secret")


@contextmanager
def _at(paper: Paper, folder: Path) -> Iterator[tuple[object, ...]]:
    """The words of a command that audits these routers."""
    with site(paper) as at:
        file, inventory = at.write(folder, intent())
        yield ("audit", file, "-i", inventory)


def _audited(paper: Paper, folder: Path, *words: object) -> Ended:
    with _at(paper, folder) as audit:
        return command(*audit, *words)


def test_explain_prints_the_walk_after_the_checks(tmp_path: Path) -> None:
    ended = _audited(Paper.healthy(), tmp_path, "--explain")
    assert ended.status == 0, ended.err
    lines = ended.out.splitlines()
    assert lines[0].startswith("Pair metro-7: PROTECTED")
    assert "vpna by 192.0.2.5/32: goes on within some 150 ms" in lines
    assert "  masg-1 is dead" in lines
    assert "    => delivered in vpna by masg-2" in lines


def test_explain_shows_where_it_breaks(tmp_path: Path) -> None:
    drawing = tmp_path / "walk.svg"
    ended = _audited(broken("label-of-another-vpn"), tmp_path, "--explain", "--svg", drawing)
    assert ended.status == 8
    assert "vpna by 192.0.2.5/32: wrong VPN" in ended.out.splitlines()
    words = ["".join(text.itertext()) for text in etree.parse(drawing).iter("{*}text")]
    assert {"wrong customer", "other"} <= set(words)


def test_json_has_the_walk_and_the_savings_if_asked_for(tmp_path: Path) -> None:
    with _at(Paper.healthy(), tmp_path) as audit:
        plain = command(*audit, "--json").document
        more = command(*audit, "--json", "--explain", "--savings").document
    assert "walk" not in plain
    assert more["walk"]["walks"][0]["verdict"] == "delivered"
    assert more["savings"]["csgs"] == 1  # the one VPNv4 peer that the master shows
    assert more["savings"]["without_protection"]["detection_ms"] == 150  # as the core ASBR's sessions


def test_savings_of_given_numbers(tmp_path: Path) -> None:
    words = ("--savings", "--csgs", 1000, "--asbrs", 2, "--bfd-interval", 100)
    ended = _audited(Paper.healthy(), tmp_path, *words)
    assert "BFD for 1,000 CSGs, 2 MASGs and 2 core ASBRs" in ended.out
    assert "100 ms x 3" in ended.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--csgs", 5), "--csgs: it goes with --savings only. Add --savings."),
        (("--savings", "--csgs", 0), "--csgs: 0 is less than 1"),
        (("--savings", "--bfd-interval", -1), "--bfd-interval: -1 is less than 1"),
    ],
)
def test_numbers_that_make_no_sense_are_refused_before_contact(
    words: tuple[object, ...], message: str, tmp_path: Path
) -> None:
    ended = command("audit", tmp_path / "none.yaml", *words)
    assert ended.status == 2
    assert message in ended.err


def test_a_drawing_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    ended = _audited(Paper.healthy(), tmp_path, "--svg", tmp_path / "no" / "walk.svg")
    assert ended.status == 2
    assert "cannot be written: No such file or directory" in ended.err
