"""Whom we talk to: known, unknown, changed and pinned host keys."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from egresspair.errors import HostKeyError
from egresspair.netconf.connect import connect
from egresspair.netconf.known_hosts import parse_known_hosts
from egresspair.netconf.target import Target
from servers.scripted import Peer, Scripted

from .conftest import target_of


async def obliging(peer: Peer) -> None:
    await peer.greet()
    await peer.answer_all()


def refused(target: Target) -> HostKeyError:
    with pytest.raises(HostKeyError) as caught:
        connect(target)
    return caught.value


def unpinned(server: Scripted, known_hosts: Path, **changes: object) -> Target:
    return target_of(server, host_key=None, known_hosts=known_hosts, **changes)


@pytest.mark.parametrize("kind", ["ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa"])
def test_a_known_key_of_any_kind_is_accepted(tmp_path: Path, kind: str) -> None:
    with Scripted(obliging, host_key=kind) as server:
        file = tmp_path / "known_hosts"
        file.write_text(f"# a comment\nnot a key at all\n{server.known_hosts_line}")
        connect(unpinned(server, file)).close()


def test_a_hashed_known_hosts_file_is_understood(tmp_path: Path) -> None:
    with Scripted(obliging) as server:
        file = tmp_path / "known_hosts"
        file.write_text(server.known_hosts_line)
        subprocess.run(["ssh-keygen", "-q", "-H", "-f", str(file)], check=True, capture_output=True)
        assert server.host not in file.read_text()
        connect(unpinned(server, file)).close()


def test_a_key_known_for_the_host_on_its_shell_port_is_the_same_router(tmp_path: Path) -> None:
    with Scripted(obliging) as server:
        file = tmp_path / "known_hosts"
        file.write_text(server.known_hosts_line.replace(f"[{server.host}]:{server.port}", server.host))
        connect(unpinned(server, file)).close()


def test_the_hint_for_an_unknown_key_works_as_it_is_written(tmp_path: Path) -> None:
    file = tmp_path / "known_hosts"
    file.touch()
    with Scripted(obliging) as server:
        error = refused(unpinned(server, file))
        assert "is not known" in error.what
        assert f"host_key: {server.host_key}" in error.hint
        command = f"ssh-keyscan -p {server.port} {server.host} >> {file}"
        assert command in error.hint
        subprocess.run(["sh", "-c", command], check=True, capture_output=True)
        connect(unpinned(server, file)).close()


def test_a_changed_key_is_said_to_be_changed(tmp_path: Path) -> None:
    file = tmp_path / "known_hosts"
    with Scripted(obliging) as former, Scripted(obliging) as server:
        file.write_text(former.known_hosts_line.replace(f":{former.port} ", f":{server.port} "))
        error = refused(unpinned(server, file))
    assert "CHANGED" in error.what
    assert former.host_key in error.what
    assert server.host_key in error.what
    assert "Another machine may be answering" in error.hint
    assert "ssh-keyscan" not in error.hint


def test_nothing_is_sent_to_a_server_with_an_unknown_key(tmp_path: Path) -> None:
    file = tmp_path / "known_hosts"
    file.touch()
    with Scripted(obliging) as server:
        refused(unpinned(server, file))
        assert server.passwords_seen == []


def test_a_known_hosts_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with Scripted(obliging) as server:
        error = refused(unpinned(server, tmp_path / "none"))
    assert f"{tmp_path / 'none'} cannot be read" in error.what


def test_a_pinned_key_needs_no_known_hosts_and_overrules_it(tmp_path: Path) -> None:
    with Scripted(obliging) as server:
        connect(target_of(server, known_hosts=tmp_path / "none")).close()
        file = tmp_path / "known_hosts"
        file.write_text(server.known_hosts_line)
        error = refused(target_of(server, known_hosts=file, host_key="SHA256:another"))
    assert "not the pinned SHA256:another" in error.what
    assert server.host_key in error.what


@pytest.mark.parametrize("kind", ["ecdsa-sha2-nistp256", "ssh-rsa"])
def test_any_of_a_server_s_keys_may_be_pinned_or_known(tmp_path: Path, kind: str) -> None:
    with Scripted(obliging, host_key=kind) as alone:
        second = alone.private_key
    with Scripted(obliging, more_host_keys=[second]) as server:
        device = connect(target_of(server, host_key=second.get_fingerprint()))
        assert device.peer.host_key == second.get_fingerprint()
        device.close()
        file = tmp_path / "known_hosts"
        public = second.export_public_key().decode().split()
        file.write_text(f"[{server.host}]:{server.port} {public[0]} {public[1]}\n")
        connect(unpinned(server, file)).close()


def test_a_revoked_key_is_refused_even_if_it_is_known(tmp_path: Path) -> None:
    file = tmp_path / "known_hosts"
    with Scripted(obliging) as server:
        line = server.known_hosts_line
        file.write_text(f"{line}@revoked * {line.split(maxsplit=1)[1]}")
        assert "revoked" in refused(unpinned(server, file)).what


@pytest.mark.parametrize(
    ("patterns", "host", "concerned"),
    [
        ("masg-1", "masg-1", True),
        ("MASG-1", "masg-1", True),
        ("masg-1", "masg-10", False),
        ("masg-*", "masg-10", True),
        ("masg-?", "masg-10", False),
        ("*,!masg-1", "masg-1", False),
        ("*,!masg-1", "masg-2", True),
        ("[192.0.2.5]:830", "[192.0.2.5]:830", True),
        ("[192.0.2.*]:830", "[192.0.2.5]:830", True),
        ("[192.0.2.5]:830", "2", False),
        ("192.0.2.5", "[192.0.2.5]:830", False),
        ("|1|garbled", "masg-1", False),
        ("|1|###|###", "masg-1", False),
    ],
)
def test_names_match_as_openssh_matches_them(patterns: str, host: str, *, concerned: bool) -> None:
    (known,) = parse_known_hosts([f"{patterns} ssh-ed25519 AAAA"])
    assert known.concerns(host) is concerned


@pytest.mark.parametrize(
    "line",
    [
        "",
        "# comment x y",
        "host",
        "host ssh-rsa",
        "host ssh-rsa ###",
        "@cert-authority * ssh-rsa AAAA",
        "@revoked",
    ],
)
def test_lines_that_say_nothing_are_passed_over(line: str) -> None:
    assert parse_known_hosts([line]) == ()
