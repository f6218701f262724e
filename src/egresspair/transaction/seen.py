"""What a caller's check gets to see: both routers in the confirm window. Read only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..configuration import RouterConfig, VpnState
from ..errors import UsageError
from ..intent import Intent, Role
from ..plan import Plan
from .proven import Proven

if TYPE_CHECKING:
    from ..audit.report import AuditReport


def _no_audit() -> AuditReport:
    raise UsageError("no audit can be made here")


@dataclass(frozen=True)
class Seen:
    """Both routers while the change is on trial.

    Attributes:
        plan: what was applied.
        configs: running of each router, as far as the plan's VPN instances are concerned, read back before the soak.
        states: assigned labels and status of these, read then.
        checks: the audit's checks that the change can influence, as they stood then.
        audit: makes a whole audit, on the same sessions. It is answered as `Pair.audit` is.
    """

    plan: Plan
    configs: Mapping[Role, RouterConfig]
    states: Mapping[Role, tuple[VpnState, ...]]
    checks: tuple[Proven, ...] = ()
    audit: Callable[[], AuditReport] = field(default=_no_audit, repr=False, compare=False)

    @property
    def intent(self) -> Intent:
        """The intent that the plan was made from.

        Raises:
            IntentError: the plan has none (an undo of what an earlier version did).
        """
        return self.plan.intent
