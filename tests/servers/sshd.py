"""An OpenSSH server of our own: own port, own host key, own configuration, one subsystem."""

from __future__ import annotations

import base64
import hashlib
import subprocess
from pathlib import Path

from .install import find_program
from .ports import HOST, free_port

_CONFIG = """\
ListenAddress {host}
Port {port}
HostKey {host_key}
PidFile none
AuthorizedKeysFile {authorized}
StrictModes no
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
PrintMotd no
UseDNS no
MaxStartups 100:30:200
Subsystem netconf {subsystem}
"""


def generate_key(path: Path, *, passphrase: str = "") -> Path:
    """A new ed25519 key pair: the private key at ``path``, the public one beside it."""
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-C", "test", "-f", str(path)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    return path


def fingerprint(public_key: Path) -> str:
    """``SHA256:…`` of an OpenSSH public key file, as ``ssh-keygen -l`` prints it."""
    blob = base64.b64decode(public_key.read_text().split()[1])
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")


class Sshd:
    """A running sshd. `start` it, `stop` it."""

    def __init__(self, folder: Path, *, port: int | None = None) -> None:
        self.folder = folder
        self.port = port or free_port()
        self.host_key_file = generate_key(folder / "host_key")
        self.key_file = generate_key(folder / "client_key")
        self.host_key = fingerprint(folder / "host_key.pub")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def known_hosts_line(self) -> str:
        key = (self.folder / "host_key.pub").read_text().split()
        return f"[{HOST}]:{self.port} {key[0]} {key[1]}\n"

    def start(self, subsystem: str) -> None:
        """Start it with ``subsystem`` as the command behind the netconf subsystem."""
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        config = self.folder / "sshd_config"
        config.write_text(
            _CONFIG.format(
                host=HOST,
                port=self.port,
                host_key=self.host_key_file,
                authorized=self.folder / "client_key.pub",
                subsystem=subsystem,
            )
        )
        program = find_program("sshd")
        assert program is not None
        with (self.folder / "sshd.log").open("wb") as log:
            self._process = subprocess.Popen([program, "-D", "-e", "-f", str(config)], stderr=log)

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
            self._process = None
