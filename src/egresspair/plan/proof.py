"""What is read before a change and again in the confirm window, to see that nothing else gets worse."""

from __future__ import annotations

from collections.abc import Iterable

from ..configuration import Change, Node
from ..dialects import AuditRead
from .model import RouterView

_ROUTING = frozenset(
    {Node.INSTANCE, Node.FAMILY, Node.ROUTE_DISTINGUISHER, Node.IMPORT_TARGET, Node.EXPORT_TARGET}
)
"""Nodes on which depends which routes a VPN instance has. A label is none of them."""


def proof_reads(view: RouterView, changes: Iterable[Change]) -> tuple[AuditRead, ...]:
    """What one router is asked; nothing where neither is changed.

    Args:
        changes: of both routers. A routing table may be large: it is read only if they can influence it.
    """
    nodes = {change.node for change in changes}
    if not nodes:
        return ()
    return (*view.proof_reads, *(view.route_reads if nodes & _ROUTING else ()))
