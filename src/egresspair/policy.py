"""How long, how often and how surely: the numbers of a transaction as one value."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Any

from .errors import UsageError
from .netconf.capabilities import GuaranteeLevel

LONGEST_TIMEOUT = 0xFFFFFFFF
"""``confirm-timeout`` is a uint32 (RFC 6241, appendix C)."""

_LATER = frozenset({"check_timeout"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The numbers of a transaction. All times are in seconds.

    Attributes:
        confirm_timeout: how long a router waits for the confirmation before it reverts by itself (RFC
            6241, section 8.4).
        margin: what must be left of the shorter timer when the decision is taken, beside the measured
            commit time.
        soak: how long the new state is watched before the decision.
        rpc_timeout: how long an operation may take; None for what the inventory says of each device.
        lock_attempts: how often both locks are tried for.
        lock_wait: the pause after a denied lock, doubled each time, with jitter.
        label_wait: how long a router may take to bring about what was committed: the label assigned, the VPN
            instance up.
        check_timeout: how long the caller's checks may take together, if there are any.
        settle_timeout: how long an interrupted change is pursued before it is left in doubt.
        retry_wait: the pause between two attempts at an unreachable or busy router.
        minimum_guarantee: a router that offers less is refused.
        save: copy running to startup on both routers once both are confirmed.
    """

    confirm_timeout: int = 120
    margin: float = 5.0
    soak: float = 0.0
    rpc_timeout: float | None = None
    lock_attempts: int = 4
    lock_wait: float = 0.5
    label_wait: float = 5.0
    check_timeout: float = 20.0
    settle_timeout: float = 60.0
    retry_wait: float = 1.0
    minimum_guarantee: GuaranteeLevel = GuaranteeLevel.A
    save: bool = False

    def __post_init__(self) -> None:
        """Refuse numbers that cannot work together.

        Raises:
            UsageError: a number is out of range, or soak, checks and margin do not fit into the confirm
                timeout.
        """
        for name, least in (("confirm_timeout", 1), ("lock_attempts", 1)):
            value = getattr(self, name)
            if type(value) is not int or not least <= value <= LONGEST_TIMEOUT:
                raise UsageError(
                    f"must be a whole number, {least}..{LONGEST_TIMEOUT}", where=name, hint=_usual(name)
                )
        for name in (
            "margin",
            "soak",
            "lock_wait",
            "label_wait",
            "check_timeout",
            "settle_timeout",
            "retry_wait",
        ):
            if not _is_duration(getattr(self, name)):
                raise UsageError("must be a number of seconds, 0 or more", where=name, hint=_usual(name))
        if type(self.save) is not bool:
            raise UsageError("must be True or False", where="save", hint=_usual("save"))
        if self.rpc_timeout is not None and not (_is_duration(self.rpc_timeout) and self.rpc_timeout > 0):
            raise UsageError(
                "must be a number of seconds, more than 0",
                where="rpc_timeout",
                hint="None leaves it to the inventory.",
            )
        if self.minimum_guarantee is not GuaranteeLevel.A:
            raise UsageError(
                f"level {self.minimum_guarantee} is not supported yet",
                where="minimum_guarantee",
                hint="Only routers with :confirmed-commit:1.1 can be changed.",
            )
        self.refuse_long()

    def refuse_long(self, *, checks: bool = False) -> None:
        """Refuse what cannot fit into the confirm window.

        Args:
            checks: the caller has checks of its own.

        Raises:
            UsageError: soak, checks and margin do not fit into the confirm timeout.
        """
        parts = {"soak": self.soak, "label wait": self.label_wait, "margin": self.margin}
        if checks:
            parts["check timeout"] = self.check_timeout
        if sum(parts.values()) < self.confirm_timeout:
            return
        *first, last = (f"{name} {seconds:g} s" for name, seconds in parts.items())
        raise UsageError(
            f"{', '.join(first)} and {last} do not fit into a confirm timeout of {self.confirm_timeout} s",
            where="policy",
            hint="Lengthen confirm_timeout or shorten the soak.",
        )

    def facts(self) -> dict[str, Any]:
        """What a plan's digest covers. What came later is in it where it is not at its default: the plans that an older
        journal holds keep their digests.
        """
        found = {each.name: (getattr(self, each.name), each.default) for each in fields(self)}
        return {
            name: value for name, (value, default) in found.items() if name not in _LATER or value != default
        }


def _usual(name: str) -> str:
    return f"Without it, {next(each.default for each in fields(Policy) if each.name == name)} is taken."


def _is_duration(value: object) -> bool:
    return (
        isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value >= 0
    )
