"""Install what the tests against real servers need: ``python tests/servers/install.py``.

Debian's ``netconfd`` (yuma123), an ``sshd``, PostgreSQL, Open vSwitch and ``yanglint`` (libyang). Does nothing when
they are there, and only says so when this is not root on a machine with apt-get: the tests that need them are then
skipped.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from itertools import chain
from pathlib import Path

PACKAGES = {"netconfd": "netconfd", "sshd": "openssh-server"}
"""What a NETCONF server needs: program and Debian package."""

DATABASE = "postgresql"
JUDGE = "libyang2-tools"

FORWARDING = {"ovs-vswitchd": "openvswitch-switch", "ip": "iproute2"}
"""What real packets need."""


def find_program(name: str) -> str | None:
    """The path of a program, looked up in the system's folders too: sshd is rarely on a user's PATH."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin:/sbin")


def missing_packages() -> list[str]:
    """The Debian packages of the NETCONF server whose programs are not here."""
    return [package for program, package in PACKAGES.items() if find_program(program) is None]


def missing_database() -> list[str]:
    """The Debian package of the database, if its server is not here; Debian keeps it off the PATH."""
    installed = list(Path("/usr/lib/postgresql").glob("*/bin/postgres")) or shutil.which("postgres")
    return [] if installed else [DATABASE]


def missing_forwarding() -> list[str]:
    """The Debian packages of the forwarding plane whose programs are not here."""
    return [package for program, package in FORWARDING.items() if find_program(program) is None]


def missing_judge() -> list[str]:
    """The Debian package of ``yanglint``, if it is not here."""
    return [] if find_program("yanglint") else [JUDGE]


def install_if_possible() -> str:
    """Install what is missing. Returns a sentence about what was done, or why nothing was.

    The judge by itself: a release of Debian that calls its package otherwise shall still get the servers.
    """
    servers = [*missing_packages(), *missing_database(), *missing_forwarding()]
    missing = [wanted for wanted in (servers, missing_judge()) if wanted]
    if not missing:
        return "netconfd, sshd, PostgreSQL, Open vSwitch and yanglint are installed"
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return (
            f"{' and '.join(chain.from_iterable(missing))} cannot be installed here (needs root and apt-get)"
        )
    if failed := _apt_get("update"):
        return failed
    return "; ".join(
        _apt_get("install", "-y", "--no-install-recommends", *packages)
        or f"installed {' and '.join(packages)}"
        for packages in missing
    )


def _apt_get(*arguments: str) -> str:
    """Why it failed; empty if it did not."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(
        ["apt-get", "-qq", *arguments], env=quiet, check=False, capture_output=True, text=True
    )
    what = " ".join((arguments[0], *arguments[3:]))
    return f"apt-get {what} failed: {done.stderr.strip()[-300:]}" if done.returncode else ""


if __name__ == "__main__":
    sys.stdout.write(f"{install_if_possible()}\n")
