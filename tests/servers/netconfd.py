"""Debian's netconfd (yuma123) behind a real sshd: the NETCONF server that we did not write.

    with Netconfd(modules=[folder], load=["huawei-network-instance", "huawei-l3vpn"]) as server:
        with server.plain_ncclient() as manager:
            manager.get_config("running")

Its running datastore starts empty. Root only: its sshd logs root in with a generated key.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from ncclient import manager

from .install import find_program, missing_packages
from .ports import HOST, wait_until
from .sshd import Sshd

_START_SECONDS = 30
_YUMA_MODULES = "/usr/share/yuma/modules"


def available() -> str | None:
    """None if it can run here, else the reason why not: a reason for skipping a test."""
    if os.geteuid() != 0:
        return "netconfd behind sshd needs root"
    if missing := missing_packages():
        return f"{' and '.join(missing)} not installed (python tests/servers/install.py)"
    return None


class Netconfd:
    """One netconfd with its own sshd on loopback.

    Attributes:
        host, port, username, key_file: how to log in.
        host_key: fingerprint of sshd's host key, ``SHA256:…``.
        known_hosts: a file that knows this server's host key.
    """

    host = HOST
    username = "root"

    def __init__(
        self,
        modules: Sequence[Path] = (),
        load: Sequence[str] = (),
        *,
        target: str = "candidate",
        options: Sequence[str] = (),
    ) -> None:
        self._modules = [*map(str, modules), _YUMA_MODULES]
        self._options = [f"--target={target}", *(f"--module={name}" for name in load), *options]
        self._folder = tempfile.TemporaryDirectory(prefix="netconfd-")
        self.folder = Path(self._folder.name)
        self.sshd = Sshd(self.folder)
        self.port = self.sshd.port
        self.key_file = self.sshd.key_file
        self.host_key = self.sshd.host_key
        self.known_hosts = self.folder / "known_hosts"
        self.known_hosts.write_text(self.sshd.known_hosts_line)
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Netconfd:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start both daemons and wait until a session can be opened."""
        socket_path = self.folder / "ncx.sock"
        self._start_netconfd(socket_path)
        subsystem = find_program("netconf-subsystem")
        self.sshd.start(f'"{subsystem} --ncxserver-sockname={self.port}@{socket_path}"')
        wait_until(self._answers, seconds=_START_SECONDS, what="netconfd")

    def _start_netconfd(self, socket_path: Path) -> None:
        program = find_program("netconfd")
        assert program is not None
        command = [
            program,
            "--no-startup",
            f"--ncxserver-sockname={socket_path}",
            f"--port={self.port}",
            "--superuser=root",
            "--access-control=off",
            f"--modpath={':'.join(self._modules)}",
            f"--log={self.folder / 'netconfd.log'}",
            *self._options,
        ]
        # netconfd looks for modules below $HOME and writes backups of a confirmed commit where it stands.
        home = {**os.environ, "HOME": str(self.folder)}
        with (self.folder / "netconfd.out").open("wb") as out:
            self._process = subprocess.Popen(command, env=home, cwd=self.folder, stdout=out, stderr=out)

    def _answers(self) -> bool:
        if self._process is None or self._process.poll() is not None or not self.sshd.running:
            raise RuntimeError(f"netconfd ended: {self.log()[-2000:]}")
        with suppress(Exception), self.plain_ncclient():
            return True
        return False

    def log(self) -> str:
        """What netconfd and sshd wrote."""
        names = ("netconfd.out", "netconfd.log", "sshd.log")
        return "\n".join(
            (self.folder / name).read_text(errors="replace")
            for name in names
            if (self.folder / name).exists()
        )

    def stop(self) -> None:
        """End both daemons. Safe to call twice."""
        self.sshd.stop()
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)
            self._process = None
        self._folder.cleanup()

    def kill(self) -> None:
        """End netconfd as a power cut would; its sshd stays."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(10)

    @contextmanager
    def plain_ncclient(self) -> Iterator[Any]:
        """A session by ncclient as its authors ship it: an independent reader."""
        with manager.connect(
            host=self.host,
            port=self.port,
            username=self.username,
            key_filename=str(self.key_file),
            hostkey_verify=False,
            allow_agent=False,
            look_for_keys=False,
            timeout=10,
            device_params={"name": "huaweiyang"},
        ) as session:
            yield session


@contextmanager
def pair(
    modules: Sequence[Path] = (),
    load: Sequence[str] = (),
    *,
    backup_modules: Sequence[Path] | None = None,
    backup_load: Sequence[str] | None = None,
) -> Iterator[tuple[Netconfd, Netconfd]]:
    """A master and a backup; the backup loads the same modules unless told otherwise."""
    with (
        Netconfd(modules, load) as master,
        Netconfd(
            modules if backup_modules is None else backup_modules,
            load if backup_load is None else backup_load,
        ) as backup,
    ):
        yield master, backup
