"""What a device of the lab can do instead of answering: one function each, and one registry of them all."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Protocol

from .errors import RpcError, keyless, path_text
from .router import Router
from .sessions import Session


class Call(Protocol):
    """One RPC (or the hello) in the hands of the fault script."""

    names: frozenset[str]
    router: Router
    session: Session
    gone: asyncio.Event
    """Set when the client's side of the connection is closed."""

    @property
    def errors(self) -> tuple[RpcError, ...]:
        """What is wrong with what was executed; none before."""
        ...

    def execute(self) -> None:
        """Carry it out; the answer, an error included, is kept."""
        ...

    async def answer(self, *, chunk_size: int = 0, message_id: str | None = None) -> None:
        """Send the answer that was kept."""
        ...

    async def answer_errors(self, *errors: RpcError) -> None:
        """Send errors instead; a hello cannot, so the connection is cut."""
        ...

    async def answer_warnings(self, *warnings: RpcError) -> None:
        """Send the answer that was kept, with warnings."""
        ...

    async def send(self, message: bytes) -> None:
        """Send bytes as a message."""
        ...

    def cut(self) -> None:
        """Cut the TCP connection."""
        ...

    def end_of_file(self) -> None:
        """Close the channel without a word."""
        ...

    def restart(self, seconds: float | None) -> None:
        """The device dies now and comes back after a moment; None: it does not come back by itself."""
        ...


Act = Callable[[Call, float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One kind of fault.

    Attributes:
        name: as it is written in a fault script.
        meaning: what the device does, in one sentence.
        argument: what stands behind ``=``, None if nothing may.
        least: the least value of the argument.
        default: the argument if none is given; None if it must be.
    """

    name: str
    meaning: str
    act: Act
    argument: str | None = None
    least: float = 0
    default: float | None = None


def _error(tag: str, message: str, *, severity: str = "error") -> RpcError:
    return RpcError(tag, message, severity=severity)


async def _refuse(call: Call, _: float) -> None:
    await call.answer_errors(_error("operation-failed", "The operation was refused."))


async def _deny(call: Call, _: float) -> None:
    if "lock" in call.names:
        message = "The lock is held by another session."
        await call.answer_errors(
            RpcError("lock-denied", message, type="protocol", info=(("session-id", "4711"),))
        )
    else:
        await call.answer_errors(_error("in-use", "The datastore is in use by another session."))


async def _drop_request(call: Call, _: float) -> None:
    call.cut()


async def _drop_reply(call: Call, _: float) -> None:
    call.execute()
    call.cut()


async def _hang(call: Call, _: float) -> None:
    await call.gone.wait()


async def _hang_after(call: Call, _: float) -> None:
    call.execute()
    await call.gone.wait()


async def _delay(call: Call, seconds: float) -> None:
    try:
        await asyncio.wait_for(call.gone.wait(), seconds)
    except TimeoutError:
        call.execute()
        await call.answer()


async def _late(call: Call, seconds: float) -> None:
    await asyncio.sleep(seconds)
    call.execute()


async def _ok_without_effect(call: Call, _: float) -> None:
    """A commit does its other work, such as arming a timer, but on a candidate that was emptied first."""
    if "commit-confirmed" in call.names or "commit-plain" in call.names:
        call.router.candidate(call.session).clear()
        call.execute()
        await call.answer()
    else:
        await call.answer()


async def _error_but_done(call: Call, _: float) -> None:
    call.execute()
    await call.answer_errors(_error("operation-failed", "The operation failed."))


async def _error_armed_unchanged(call: Call, _: float) -> None:
    candidate = call.router.candidate(call.session)
    kept = (candidate.config, candidate.base, candidate.edits)
    candidate.clear()
    call.execute()
    candidate.config, candidate.base, candidate.edits = kept
    await call.answer_errors(_error("operation-failed", "The commit failed."))


async def _warning_first(call: Call, _: float) -> None:
    warning = _error("partial-operation", "Something is odd.", severity="warning")
    await call.answer_errors(warning, _error("operation-failed", "The operation was refused."))


async def _warnings(call: Call, _: float) -> None:
    call.execute()
    odd = (_error("operation-failed", f"{what} is odd.", severity="warning") for what in ("This", "That"))
    await call.answer_warnings(*odd)


async def _keyless(call: Call, _: float) -> None:
    await _answer_changed(call, lambda error: replace(error, path=keyless(error.path)))


async def _path_in_message(call: Call, _: float) -> None:
    await _answer_changed(
        call,
        lambda error: replace(error, path=(), message=f'{error.message} (path "{path_text(error.path)}")'),
    )


async def _answer_changed(call: Call, change: Callable[[RpcError], RpcError]) -> None:
    """Execute; what errors there are, are answered otherwise than this device would."""
    call.execute()
    if call.errors:
        await call.answer_errors(*map(change, call.errors))
    else:
        await call.answer()


async def _garbage(call: Call, _: float) -> None:
    call.execute()
    await call.send(b"<rpc-reply <<< this is not XML &")


async def _wrong_message_id(call: Call, _: float) -> None:
    call.execute()
    await call.answer(message_id="not-yours")


async def _eof(call: Call, _: float) -> None:
    call.end_of_file()


async def _restart(call: Call, seconds: float) -> None:
    call.restart(seconds)


async def _restart_after(call: Call, seconds: float) -> None:
    call.execute()
    call.restart(seconds)


async def _die(call: Call, _: float) -> None:
    call.restart(None)


async def _die_after(call: Call, _: float) -> None:
    call.execute()
    call.restart(None)


async def _chunked(call: Call, size: float) -> None:
    call.execute()
    await call.answer(chunk_size=int(size))


_ALL = (
    Behaviour("refuse", "answers operation-failed; not executed", _refuse),
    Behaviour("deny", "answers lock-denied to a lock and in-use to anything else; not executed", _deny),
    Behaviour("drop-request", "cuts the connection; not executed", _drop_request),
    Behaviour("drop-reply", "executes, then cuts the connection before the reply", _drop_reply),
    Behaviour(
        "hang", "never answers and executes nothing; the session stays until the client closes it", _hang
    ),
    Behaviour(
        "hang-after", "executes and never answers; the session stays until the client closes it", _hang_after
    ),
    Behaviour(
        "delay", "executes and answers late, not at all if the client has closed by then", _delay, "SECONDS"
    ),
    Behaviour("late", "no reply; executes late, even if the client has closed the session", _late, "SECONDS"),
    Behaviour(
        "ok-without-effect",
        "answers ok and applies nothing; a commit empties the candidate, a confirmed one arms its timer",
        _ok_without_effect,
    ),
    Behaviour("error-armed", "answers an error to a commit that was done, timer included", _error_but_done),
    Behaviour(
        "error-armed-unchanged",
        "answers an error to a confirmed commit, running unchanged, but the timer is armed",
        _error_armed_unchanged,
    ),
    Behaviour("error-but-done", "executes and answers an error", _error_but_done),
    Behaviour(
        "warning-first", "answers a warning and then an error in one reply; not executed", _warning_first
    ),
    Behaviour("keyless", "executes; the paths of its errors, if there are any, lack the list keys", _keyless),
    Behaviour(
        "path-in-message",
        "executes; its errors, if there are any, have the path in the message only",
        _path_in_message,
    ),
    Behaviour("warnings", "executes and answers two warnings, which is success", _warnings),
    Behaviour("garbage", "executes and answers what is not XML", _garbage),
    Behaviour("wrong-message-id", "executes and answers with another message-id", _wrong_message_id),
    Behaviour("eof", "closes the channel without a word; not executed", _eof),
    Behaviour(
        "restart",
        "the device restarts, not executing; running becomes startup, what was pending is reverted",
        _restart,
        "SECONDS",
        default=0.2,
    ),
    Behaviour("restart-after", "executes, then the device restarts", _restart_after, "SECONDS", default=0.2),
    Behaviour("die", "the device dies, not executing, and stays away until it is started", _die),
    Behaviour("die-after", "executes, then the device dies and stays away until it is started", _die_after),
    Behaviour("chunked", "executes and answers in chunks of so many bytes", _chunked, "BYTES", least=1),
)

BEHAVIOURS: Final[Mapping[str, Behaviour]] = {behaviour.name: behaviour for behaviour in _ALL}
"""Every fault by its name."""
