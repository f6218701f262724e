"""The numbers of a transaction, from options."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..errors import UsageError

if TYPE_CHECKING:
    from ..policy import Policy


def policy_of(
    *, confirm_timeout: int, soak: float, margin: float, settle_timeout: float, save: bool
) -> Policy:
    """The policy that the options ask for.

    Raises:
        UsageError: a number is out of range, or they do not fit together.
    """
    from ..policy import Policy  # noqa: PLC0415  (heavy)

    for option, value in (("--soak", soak), ("--margin", margin), ("--settle-timeout", settle_timeout)):
        seconds_of(option, value)
    try:
        return Policy(
            confirm_timeout=confirm_timeout,
            soak=soak,
            margin=margin,
            settle_timeout=settle_timeout,
            save=save,
        )
    except UsageError as error:
        where = "--confirm-timeout" if error.where == "policy" else f"--{error.where.replace('_', '-')}"
        hint = error.hint.replace("confirm_timeout", "--confirm-timeout").replace("the soak", "--soak")
        raise UsageError(error.what, where=where, hint=hint) from error


def seconds_of(option: str, value: float) -> float:
    """The value of an option, if it is a number of seconds.

    Raises:
        UsageError: it is not.
    """
    if not math.isfinite(value):
        raise UsageError(
            f"{value} is no number of seconds", where=option, hint="Write decimal digits such as 30 or 2.5."
        )
    return value
