"""The exhaustive fault matrix, and the proof that it would notice a broken protocol."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from egresspair.intent import Role
from egresspair.transaction import flow, verify
from egresspair.transaction.effects import Decide, Reload
from egresspair.transaction.recovery import Unfinished
from toy import matrix, page
from toy.matrix import GROUPS, LONG, Case, Figures
from toy.network import PERFORM, ToyNetwork
from toy.router import Habits


@pytest.mark.parametrize("group", GROUPS)
def test_no_story_ends_in_a_silent_split(group: str, figures: dict[str, Figures]) -> None:
    found = matrix.run(GROUPS[group]())
    figures[group] = found
    assert found.runs > 40
    assert not found.wrong, found.wrong[:3]


@pytest.mark.parametrize("group", LONG)
def test_the_longer_profile_neither(group: str, request: pytest.FixtureRequest) -> None:
    if not request.config.getoption("--long"):
        pytest.skip("the longer profile is played with --long")
    found = matrix.run(LONG[group]())
    assert not found.wrong, (str(found), found.wrong[:3])


def test_the_published_page_is_what_came_out(
    figures: dict[str, Figures], request: pytest.FixtureRequest
) -> None:
    if set(figures) != set(GROUPS):
        pytest.skip("the page counts all groups, and not all were run")
    now = page.page(figures)
    if request.config.getoption("--update"):
        page.PAGE.write_text(now)
    assert page.PAGE.read_text() == now


def assert_noticed(found: Figures, what: str) -> None:
    assert any(what in text for _, texts in found.wrong for text in texts), str(found)


def test_a_protocol_without_a_decision_record_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks decides for himself: a recovery while the client sleeps, and the client when it wakes up."""

    def forgetful(_network: ToyNetwork, effect: Decide) -> str:
        return effect.wanted

    def own_view(network: ToyNetwork, _effect: Reload) -> Unfinished:
        return replace(network.world.unfinished(), decision="abort")

    monkeypatch.setitem(PERFORM, Decide, forgetful)
    monkeypatch.setitem(PERFORM, Reload, own_view)
    assert_noticed(matrix.run(matrix.suspended()), "reported")


def test_a_protocol_without_read_back_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow, "read_back", lambda *_: None)
    monkeypatch.setattr(verify, "read_back", lambda *_: None)
    monkeypatch.setattr(
        verify, "judge", lambda *_: ()
    )  # a label that is not assigned would give it away as well

    def lying() -> Iterator[Case]:
        for role in Role:
            yield Case(habits=((role, Habits(validate_spoils_commit=True)),))

    assert_noticed(matrix.run(lying()), "reported COMMITTED")


def test_a_confirmation_without_margin_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def hasty(_run: object) -> Iterator[object]:
        yield from ()

    monkeypatch.setattr(verify, "_within_margin", hasty)
    assert_noticed(matrix.run(matrix.slow_flights()), "a timer fired")


def test_a_confirmation_without_proof_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "judge", lambda *_: ())
    assert_noticed(matrix.run(matrix.unproven()), "confirmed what was not proven")
