"""Walks as plain text."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from .model import Ending, Path, Stack, Verdict, Walk, Walks


def walks_text(walks: Walks) -> str:
    """Every walk, while the master lives and after its death."""
    if not walks.walks:
        return "There is no VPN instance to walk a packet of."
    lines = chain.from_iterable(_walk(walk, walks.master) for walk in walks)
    return "\n".join([*lines, *endangered_lines(walks)])


def endangered_lines(walks: Walks) -> Iterator[str]:
    """A line for each service that the intent does not name and that ends badly."""
    for walk in walks.endangered:
        arrives = walk.after.ending is Ending.DELIVERED
        how = "arrives only as long as both happen to choose the same label"
        words = how if arrives else ending_words(walk.after)
        yield f"{walk.vpn} ({walk.family}), not in the intent: {words}"


def stack_words(stack: Stack) -> str:
    """``[transport | 48205 | 2001]``; ``[IP]`` if there is no label left."""
    return f"[{' | '.join(map(str, stack)) or 'IP'}]"


def ending_words(path: Path) -> str:
    """How a path ends and why, in one line."""
    if path.ending is Ending.DELIVERED:
        return f"delivered in {path.vpn} by {path.where}"
    into = f" {path.vpn}" if path.ending is Ending.WRONG_VPN else ""
    return f"{path.ending}{into}, at {path.where}: {path.why}"


def verdict_words(walk: Walk) -> str:
    """What the master's death comes to, in a few words."""
    if walk.before.ending is not Ending.DELIVERED:
        return f"{walk.before.ending} now, then {_after_words(walk)}"
    return _after_words(walk)


def _after_words(walk: Walk) -> str:
    if walk.verdict is Verdict.DELIVERED:
        within = "" if walk.detection_ms is None else f" within some {walk.detection_ms} ms"
        return f"goes on{within}"
    return walk.verdict.value


def _walk(walk: Walk, master: str) -> Iterator[str]:
    yield f"{walk.vpn} by {walk.host_route}: {verdict_words(walk)}"
    yield "  while the master lives"
    yield from _path(walk.before)
    yield f"  {master} is dead"
    yield from (f"    delay: {delay}" for delay in walk.delays)
    yield from (f"    {gap}" for gap in walk.gaps)
    yield from _path(walk.after)
    if walk.on_return:
        yield f"  {master} comes back"
        yield from (f"    {words}" for words in walk.on_return)


def _path(path: Path) -> Iterator[str]:
    width = max((len(step.device) for step in path.steps), default=0)
    for step in path.steps:
        to = f", to {step.to}" if step.to else ""
        yield f"    {step.device.ljust(width)}  {step.does}{to}  {stack_words(step.stack)}"
    yield f"    => {ending_words(path)}"
