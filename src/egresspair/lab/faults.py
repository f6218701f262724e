"""The fault script: what goes wrong, on which device, at which operation.

A fault is written ``DEVICE:RPC:FAULT[:N]``, e.g. ``backup:commit-confirmed:drop-reply`` or
``master:edit-config:delay=2:*``. DEVICE is a role, a name or ``any``; RPC an operation, ``hello`` or ``any``;
N says on which such RPC from now on it happens, once (1 if not given; ``*`` is always).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from .behaviours import BEHAVIOURS, Behaviour
from .names import BASE, clark, split_clark

ANY: Final = "any"
_COLONS: Final = 3
_MOST_DIGITS: Final = 6

_STORES = ("running", "candidate", "startup")
_BY_STORE: Final = {
    "lock": "target",
    "unlock": "target",
    "get-config": "source",
    "edit-config": "target",
    "copy-config": "target",
    "delete-config": "target",
    "validate": "source",
}
_PLAIN = (
    *("get", "get-schema", "discard-changes", "commit", "cancel-commit", "close-session", "kill-session"),
    "create-subscription",
)

RPC_NAMES: Final = (
    ANY,
    "hello",
    *_PLAIN,
    "commit-confirmed",
    "commit-confirming",
    "commit-plain",
    *(name for rpc in _BY_STORE for name in (rpc, *(f"{rpc}-{store}" for store in _STORES))),
)
"""What may stand for RPC in a fault. ``commit`` is any commit, ``lock`` any lock, and so on."""


def names_of(operation: etree._Element, *, pending: bool) -> frozenset[str]:
    """All the names that an operation goes by.

    Args:
        pending: True if a confirmed commit is pending, which makes an unconfirmed commit a confirming one.
    """
    name = split_clark(str(operation.tag))[1]
    names = {ANY, name}
    if name == "commit":
        confirmed = operation.find(clark(BASE, "confirmed")) is not None
        confirming = pending or operation.find(clark(BASE, "persist-id")) is not None
        names.add(f"commit-{'confirmed' if confirmed else 'confirming' if confirming else 'plain'}")
    if name in _BY_STORE:
        role = operation.find(clark(BASE, _BY_STORE[name]))
        names |= {f"{name}-{split_clark(str(store.tag))[1]}" for store in (role if role is not None else ())}
    return frozenset(names)


@dataclass
class Fault:
    """One line of the script.

    Attributes:
        device: role, name or ``any``.
        rpc: one of `RPC_NAMES`.
        behaviour: what the device does instead.
        argument: what stands behind ``=``.
        countdown: how many such RPCs until it happens.
        always: it happens at each of them.
    """

    device: str
    rpc: str
    behaviour: Behaviour
    argument: float | None = None
    countdown: int = 1
    always: bool = False

    def due(self) -> bool:
        """Count one such RPC; True if the fault happens now."""
        self.countdown -= 1
        return self.always or self.countdown == 0


def parse_fault(text: str, *, devices: Iterable[str] | None = None) -> Fault:
    """Read ``DEVICE:RPC:FAULT[:N]``.

    Args:
        devices: the devices that there are; None takes any.

    Raises:
        ValueError: it is not of that form, or names an unknown device, RPC or fault.
    """
    *parts, count = text.split(":") if text.count(":") == _COLONS else (*text.split(":"), "1")
    if len(parts) != _COLONS:
        raise ValueError(f"fault {text!r}: it is written DEVICE:RPC:FAULT[:N]")
    device, rpc, action = parts
    known = None if devices is None else {*devices, ANY}
    if known is not None and device not in known:
        raise ValueError(f"fault {text!r}: no device {device!r}; there are {', '.join(sorted(known))}")
    if rpc not in RPC_NAMES:
        raise ValueError(f"fault {text!r}: no RPC {rpc!r}; there are {', '.join(RPC_NAMES)}")
    behaviour, argument = _behaviour(text, action)
    return Fault(device, rpc, behaviour, argument, *_countdown(text, count))


def _behaviour(text: str, action: str) -> tuple[Behaviour, float | None]:
    name, equals, value = action.partition("=")
    behaviour = BEHAVIOURS.get(name)
    if behaviour is None:
        raise ValueError(f"fault {text!r}: no fault {name!r}; there are {', '.join(BEHAVIOURS)}")
    if bool(equals) and behaviour.argument is None:
        raise ValueError(f"fault {text!r}: {name} takes no value")
    if not equals:
        if behaviour.argument is not None and behaviour.default is None:
            raise ValueError(f"fault {text!r}: it is written {name}={behaviour.argument}")
        return behaviour, behaviour.default
    try:
        number = float(value)
    except ValueError:
        number = -1
    if not math.isfinite(number) or number < behaviour.least:
        raise ValueError(f"fault {text!r}: {behaviour.argument} is a number of at least {behaviour.least}")
    return behaviour, number


def _countdown(text: str, count: str) -> tuple[int, bool]:
    if count == "*":
        return 1, True
    if not count.isdecimal() or len(count) > _MOST_DIGITS or int(count) < 1:
        raise ValueError(f"fault {text!r}: N is a number from 1, of at most {_MOST_DIGITS} digits, or *")
    return int(count), False


@dataclass
class FaultScript:
    """The faults of one device that are still to happen."""

    faults: list[Fault] = field(default_factory=list)

    def add(self, fault: Fault) -> None:
        """One more."""
        self.faults.append(fault)

    def clear(self) -> None:
        """None any more."""
        self.faults.clear()

    def due(self, names: Iterable[str]) -> Fault | None:
        """The fault that happens to an RPC of these names; all that wait for such RPCs count it."""
        wanted = set(names)
        happening = list(self._counted(wanted))
        self.faults = [fault for fault in self.faults if fault.always or fault not in happening]
        return happening[0] if happening else None

    def _counted(self, names: set[str]) -> Iterator[Fault]:
        for fault in self.faults:
            if fault.rpc in names and fault.due():
                yield fault
