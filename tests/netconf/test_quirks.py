"""Servers that do not do what they say: known by their hello, or learned."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from egresspair.netconf.capabilities import Capabilities
from egresspair.netconf.device import Peer
from egresspair.netconf.quirks import Behaviour, ServerMemory, ShortMemory, behaviour_of, server_identity
from egresspair.netconf.server_memory import FileMemory, default_memory_file

_LIAR = Behaviour(validate_trusted=False, note="seen")
_PLAIN = ("urn:ietf:params:netconf:base:1.1", "urn:ietf:params:netconf:capability:validate:1.1")
_YUMA = (*_PLAIN, "http://netconfcentral.org/ns/yuma-ncx?module=yuma-ncx&revision=2012-01-13")


def peer(uris: tuple[str, ...] = _PLAIN, *, session_id: str = "1", host_key: str = "SHA256:a") -> Peer:
    return Peer(session_id, Capabilities.of(uris), host_key)


@pytest.fixture(params=["short", "file"])
def memory(request: pytest.FixtureRequest, tmp_path: Path) -> ServerMemory:
    return ShortMemory() if request.param == "short" else FileMemory(tmp_path / "deep" / "servers.json")


def test_an_unknown_server_is_taken_at_its_word(memory: ServerMemory) -> None:
    assert behaviour_of(peer(), memory).validate_trusted


def test_netconfd_is_known_by_its_hello(memory: ServerMemory) -> None:
    behaviour = behaviour_of(peer(_YUMA), memory)
    assert not behaviour.validate_trusted
    assert "netconfd" in behaviour.note


def test_what_was_learned_of_one_server_is_remembered_for_that_server(memory: ServerMemory) -> None:
    memory.remember(server_identity(peer(session_id="1")), _LIAR)
    assert behaviour_of(peer(session_id="2"), memory) == _LIAR
    assert behaviour_of(peer(host_key="SHA256:b"), memory) == Behaviour()
    assert behaviour_of(peer(_PLAIN[:1]), memory) == Behaviour()


def test_the_last_lesson_counts(memory: ServerMemory) -> None:
    identity = server_identity(peer())
    memory.remember(identity, _LIAR)
    memory.remember(identity, Behaviour())
    assert memory.recall(identity) == Behaviour()


def test_a_file_keeps_lessons_for_the_next_process_and_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "cache" / "servers.json"
    FileMemory(file).remember("one", _LIAR)
    FileMemory(file).remember("two", Behaviour())
    assert FileMemory(file).recall("one") == _LIAR
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [entry.name for entry in file.parent.iterdir()] == ["servers.json"]


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"one": 1}', '{"one": {"validate_trusted": "no"}}', "\x00"]
)
def test_a_garbled_file_is_as_good_as_none_and_can_be_written(tmp_path: Path, content: str) -> None:
    file = tmp_path / "servers.json"
    file.write_text(content)
    assert FileMemory(file).recall("one") is None
    FileMemory(file).remember("one", _LIAR)
    assert FileMemory(file).recall("one") == _LIAR


def test_a_place_that_cannot_be_written_loses_the_lesson_and_nothing_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way")
    FileMemory(tmp_path / "file" / "servers.json").remember("one", _LIAR)
    assert "not kept" in caplog.text


def test_the_file_is_in_the_user_s_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_memory_file() == tmp_path / "egresspair" / "servers.json"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert default_memory_file() == tmp_path / ".cache" / "egresspair" / "servers.json"
