"""Network namespaces without a name: they vanish with the last process or file that holds them.

Nothing is left behind whatever ends this process, and two rigs cannot collide.
"""

from __future__ import annotations

import ctypes
import os
import socket
import subprocess
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import IO, Any, Final, TypeVar

T = TypeVar("T")

_CLONE_NEWNET: Final = 0x40000000
_EVERY_PROTOCOL: Final = 0x0003
_SECONDS: Final = 20


class Namespace:
    """A new, empty network namespace.

    Raises:
        PermissionError: this is not root, or a sandbox forbids it.
    """

    def __init__(self) -> None:
        self._fd = _in_thread(_unshared)

    @property
    def path(self) -> str:
        """By which other programs can enter it while this process lives."""
        return f"/proc/{os.getpid()}/fd/{self._fd}"

    def close(self) -> None:
        """Let it go. Safe to call twice."""
        fd, self._fd = self._fd, -1
        if fd >= 0:
            os.close(fd)

    def links(self, lines: Iterable[str]) -> None:
        """Run lines of ``ip -batch`` in it.

        Raises:
            RuntimeError: one was refused.
        """
        self.run(["ip", "-batch", "-"], text="".join(f"{line}\n" for line in lines))

    def run(self, command: Sequence[str], *, text: str = "") -> str:
        """Run a program in it to its end; returns what it printed.

        Raises:
            RuntimeError: it failed; with what it complained of.
        """
        return run_program(self._entering(command), text=text)

    def start(self, command: Sequence[str], *, log: IO[bytes], **how: Any) -> subprocess.Popen[bytes]:
        """Start a program that goes on in it. It dies with this process, however that ends.

        Call it in a thread that outlives the program: the kernel ends it with that thread.
        """
        words = [*self._entering(()), "setpriv", "--pdeathsig", "KILL", "--", *command]
        return subprocess.Popen(  # noqa: S603  (no shell, and every word is ours)
            words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, **how
        )

    def packet_socket(self, interface: str) -> socket.socket:
        """A raw socket on one of its interfaces: every frame that comes in, and any frame out."""

        def opened() -> socket.socket:
            _enter(self._fd)
            raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_EVERY_PROTOCOL))
            try:
                raw.bind((interface, _EVERY_PROTOCOL))
            except OSError:
                raw.close()
                raise
            return raw

        return _in_thread(opened)

    def _entering(self, command: Sequence[str]) -> list[str]:
        return ["nsenter", f"--net={self.path}", "--", *command]


def run_program(command: Sequence[str], *, text: str = "") -> str:
    """Run a program to its end; returns what it printed.

    Raises:
        RuntimeError: it failed; with what it complained of.
    """
    done = subprocess.run(  # noqa: S603  (no shell, and every word is ours)
        command, input=text, capture_output=True, text=True, check=False, timeout=_SECONDS
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def _in_thread(function: Callable[[], T]) -> T:
    """Run it in a thread of its own: namespaces are a thread's, and this one's must not change."""
    results: list[T] = []
    errors: list[BaseException] = []

    def body() -> None:
        try:
            results.append(function())
        except BaseException as error:  # noqa: BLE001  (raised again below)
            errors.append(error)

    thread = threading.Thread(target=body, name="network namespace")
    thread.start()
    thread.join()
    if errors:
        raise errors[0]
    return results[0]


def _unshared() -> int:
    _call("unshare", _CLONE_NEWNET)
    return os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)


def _enter(fd: int) -> None:
    _call("setns", fd, _CLONE_NEWNET)


def _call(name: str, *arguments: int) -> None:
    """Python has these from 3.12 on only."""
    if getattr(ctypes.CDLL(None, use_errno=True), name)(*arguments):
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
