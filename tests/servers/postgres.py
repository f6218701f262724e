"""A PostgreSQL of our own on loopback: Debian's server, an empty cluster, a password, gone at the end.

    with Postgres() as server:
        url = server.new_database()     # postgresql+psycopg://…

It refuses to run as root, so root starts it as ``postgres`` or ``nobody``.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import psycopg

from .ports import HOST, free_port, wait_until

PASSWORD: Final = "Wm7-postgres-secret"
_USER: Final = "journal"
_CLUSTERS: Final = Path("/usr/lib/postgresql")
_START_SECONDS: Final = 30


def programs() -> Path | None:
    """The folder of the newest server installed, None if there is none."""
    found = [path.parent for path in _CLUSTERS.glob("*/bin/postgres")] if _CLUSTERS.exists() else []
    if found:
        return max(found, key=lambda folder: [int(part) for part in folder.parent.name.split(".")])
    program = shutil.which("postgres")
    return Path(program).parent if program else None


def available() -> str | None:
    """None if it can run here, else the reason why not: a reason for skipping a test."""
    if programs() is None:
        return "PostgreSQL is not installed (python tests/servers/install.py)"
    if os.geteuid() == 0 and _account() is None:
        return "PostgreSQL does not run as root, and there is neither a user postgres nor nobody"
    return None


def _account() -> pwd.struct_passwd | None:
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    return None


class Postgres:
    """One cluster in a temporary folder.

    Attributes:
        port: on loopback.
    """

    host = HOST

    def __init__(self) -> None:
        self.port = free_port()
        self._folder = tempfile.TemporaryDirectory(prefix="postgres-")
        self.folder = Path(self._folder.name)
        self._numbers = count(1)
        self._free: list[str] = []
        self._process: subprocess.Popen[bytes] | None = None
        self._identity: dict[str, Any] = {}
        account = _account()
        if os.geteuid() == 0 and account is not None:
            self._identity = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": ()}
            os.chown(self.folder, account.pw_uid, account.pw_gid)

    def __enter__(self) -> Postgres:
        try:
            self._initialise()
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _program(self, name: str) -> str:
        folder = programs()
        assert folder is not None
        return str(folder / name)

    def _initialise(self) -> None:
        password = self.folder / "password"
        password.write_text(PASSWORD)
        password.chmod(0o644)  # the folder is closed to others
        options = ("--no-sync", "--no-locale", "--encoding=UTF8", "--auth=scram-sha-256")
        names = (f"--username={_USER}", f"--pwfile={password}", f"--pgdata={self.folder / 'cluster'}")
        done = subprocess.run(
            [self._program("initdb"), *options, *names],
            capture_output=True,
            text=True,
            check=False,
            cwd=self.folder,
            **self._identity,
        )
        if done.returncode:
            raise RuntimeError(f"initdb: {done.stderr[-1000:]}")

    def _start(self) -> None:
        command = [self._program("postgres"), "-D", str(self.folder / "cluster"), "-p", str(self.port)]
        settings = (
            f"listen_addresses={HOST}",
            f"unix_socket_directories={self.folder}",
            "max_connections=60",
        )
        with (self.folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [*command, *(word for setting in settings for word in ("-c", setting))],
                stdout=log,
                stderr=log,
                cwd=self.folder,
                **self._identity,
            )
        wait_until(self._answers, seconds=_START_SECONDS, what="PostgreSQL")

    def _answers(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise RuntimeError(f"PostgreSQL ended: {(self.folder / 'log').read_text()[-1000:]}")
        with suppress(psycopg.OperationalError), self.connect():
            return True
        return False

    def connect(self, database: str = "postgres") -> psycopg.Connection[Any]:
        """A connection of an administrator, each statement on its own."""
        return psycopg.connect(
            host=HOST, port=self.port, user=_USER, password=PASSWORD, dbname=database, autocommit=True
        )

    def url(self, database: str, *, port: int | None = None, password: str = PASSWORD) -> str:
        """The URL of a database; ``port`` is that of a proxy in front."""
        return f"postgresql+psycopg://{_USER}:{password}@{HOST}:{port or self.port}/{database}"

    def new_database(self) -> str:
        """An empty database; its name. One that was given back is taken first."""
        if self._free:
            return self._free.pop()
        name = f"journal_{next(self._numbers)}"
        with self.connect() as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return name

    def give_back(self, database: str) -> None:
        """Empty a database for the next one: making one takes seven megabytes."""
        self.kill_backends(database)
        with self.connect(database) as connection:
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")
        self._free.append(database)

    def kill_backends(self, database: str) -> None:
        """End every connection to a database, as an administrator or a crash would."""
        with self.connect() as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (database,)
            )

    def stop(self) -> None:
        """End the server. Safe to call twice."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)  # at once: nothing of it is wanted any more
            self._process.wait(20)
            self._process = None
        self._folder.cleanup()
