"""Who we are: passwords, key files, passphrases, the agent, the SSH configuration."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from egresspair.errors import DeviceUnreachable, LoginError
from egresspair.netconf.connect import connect
from egresspair.netconf.target import Target
from servers.ports import free_port
from servers.scripted import Peer, Scripted
from servers.sshd import generate_key

from .conftest import target_of


async def obliging(peer: Peer) -> None:
    await peer.greet()
    await peer.answer_all()


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return generate_key(tmp_path / "id")


@pytest.fixture
def keyed(key: Path) -> Iterator[Scripted]:
    """A server that knows the key, and no password."""
    with Scripted(obliging, password=None, options={"authorized_client_keys": f"{key}.pub"}) as server:
        yield server


@pytest.fixture(autouse=True)
def _nobody_s_own_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)


def refused(target: Target) -> LoginError:
    with pytest.raises(LoginError) as caught:
        connect(target)
    assert "s3cret" not in str(caught.value)
    return caught.value


def test_a_wrong_password_names_the_user_and_not_the_password() -> None:
    with Scripted(obliging) as server:
        error = refused(target_of(server, password="wr0ng-s3cret"))
    assert error.what == "user 'netconf' was refused with password"


def test_a_server_that_takes_no_password_says_what_it_takes(keyed: Scripted) -> None:
    error = refused(target_of(keyed, password="s3cret"))
    assert "publickey" in error.hint


def test_a_password_by_questions_is_answered() -> None:
    with Scripted(obliging, questions_only=True) as server:
        connect(target_of(server)).close()


def test_a_key_file_logs_in(keyed: Scripted, key: Path) -> None:
    connect(target_of(keyed, key_file=key)).close()


def test_another_key_is_refused(keyed: Scripted, tmp_path: Path) -> None:
    other = generate_key(tmp_path / "other")
    assert f"refused with key file {other}" in refused(target_of(keyed, key_file=other)).what


def test_a_key_and_a_password_are_both_tried(tmp_path: Path) -> None:
    other = generate_key(tmp_path / "other")
    with Scripted(obliging) as server:
        connect(target_of(server, key_file=other)).close()


@pytest.mark.parametrize("form", ["OpenSSH", "PEM"])
def test_a_protected_key_needs_its_passphrase(tmp_path: Path, form: str) -> None:
    key = tmp_path / "protected"
    kind = ["-t", "rsa", "-b", "2048", "-m", "PEM"] if form == "PEM" else ["-t", "ed25519"]
    subprocess.run(["ssh-keygen", "-q", *kind, "-N", "s3cret", "-f", str(key)], check=True)
    with Scripted(obliging, password=None, options={"authorized_client_keys": f"{key}.pub"}) as server:
        connect(target_of(server, key_file=key, key_passphrase="s3cret")).close()
        assert "protected by a passphrase" in refused(target_of(server, key_file=key)).what
        wrong = refused(target_of(server, key_file=key, key_passphrase="s3cret-but-wrong"))
        assert "cannot be decrypted" in wrong.what
        assert not server.passwords_seen


def test_a_needless_passphrase_does_no_harm(keyed: Scripted, key: Path) -> None:
    connect(target_of(keyed, key_file=key, key_passphrase="needless")).close()


def test_a_key_file_that_is_none_is_said_before_anybody_is_contacted(tmp_path: Path, key: Path) -> None:
    nobody = Target(name="m", host="127.0.0.1", port=free_port(), username="u", ssh_config=None)  # refuses
    for file, what in [
        (tmp_path / "none", "No such file"),
        (Path(f"{key}.pub"), "holds no private key"),
        (tmp_path, "cannot be read"),
    ]:
        error = refused(replace(nobody, key_file=file))
        assert what in error.what
        assert str(file) in error.what


def test_the_agent_is_asked_when_nothing_is_given(keyed: Scripted, key: Path, agent: None) -> None:
    subprocess.run(["ssh-add", "-q", str(key)], check=True)
    connect(target_of(keyed)).close()
    error = refused(target_of(keyed, agent=False))
    assert "nothing to log in with" in error.what


@pytest.fixture
def agent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    path = tmp_path / "agent.sock"
    process = subprocess.Popen(["ssh-agent", "-D", "-a", str(path)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    monkeypatch.setenv("SSH_AUTH_SOCK", str(path))
    yield
    process.terminate()
    process.wait(5)
    process.stdout.close()


def test_a_default_key_is_used_when_nothing_is_given(keyed: Scripted, key: Path) -> None:
    folder = Path(os.environ["HOME"]) / ".ssh"
    folder.mkdir(parents=True)
    key.rename(folder / "id_ed25519")
    connect(target_of(keyed)).close()


def test_the_ssh_configuration_fills_in_what_is_not_said(keyed: Scripted, key: Path, tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text(f"Host edge\n HostName {keyed.host}\n User netconf\n IdentityFile {key}\n Port 22\n")
    connect(target_of(keyed, host="edge", username="", ssh_config=config)).close()


def test_the_ssh_configuration_names_the_known_hosts_file(tmp_path: Path) -> None:
    with Scripted(obliging) as server:
        (tmp_path / "hosts").write_text(server.known_hosts_line)
        config = tmp_path / "config"
        config.write_text(f"Host *\n UserKnownHostsFile {tmp_path / 'hosts'}\n")
        connect(target_of(server, host_key=None, ssh_config=config)).close()


_RELAY = """
import socket, sys, threading, os
s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
def up():
    while data := os.read(0, 65536): s.sendall(data)
    s.shutdown(socket.SHUT_WR)
threading.Thread(target=up, daemon=True).start()
while data := s.recv(65536): os.write(1, data)
"""


def test_a_proxy_command_is_gone_through(tmp_path: Path) -> None:
    relay = tmp_path / "relay.py"
    relay.write_text(_RELAY)
    config = tmp_path / "config"
    with Scripted(obliging) as server:
        command = shlex.join([sys.executable, str(relay), server.host])
        config.write_text(f"Host far\n ProxyCommand {command} %p\n")
        connect(target_of(server, host="far", ssh_config=config)).close()


def test_a_proxy_command_that_cannot_run_is_said(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text("Host far\n ProxyCommand /no/such/program %h\n")
    with Scripted(obliging) as server, pytest.raises(DeviceUnreachable, match="/no/such/program"):
        connect(target_of(server, host="far", ssh_config=config))


def test_an_ssh_configuration_that_is_not_there_is_said_unless_it_is_the_default(tmp_path: Path) -> None:
    with Scripted(obliging) as server:
        with pytest.raises(DeviceUnreachable, match="cannot be used"):
            connect(target_of(server, ssh_config=tmp_path / "none"))
        default = Target(name="m", host=server.host).ssh_config
        connect(target_of(server, ssh_config=default)).close()
