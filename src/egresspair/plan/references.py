"""What else goes with a VPN instance that an edit removes: asked before, so that nothing is deleted by accident."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..configuration import Node, Reference
from ..dialects import UnreadableReply
from ..errors import PlanError, Problem, ProtocolError
from ..netconf import rpc
from ..netconf.reply import Answer
from ..netconf.rpc import Rpc
from .model import RouterPlan

UNKNOWN_MODULE = frozenset({"unknown-namespace", "unknown-element", "bad-element"})


def removed_by(router: RouterPlan) -> dict[str, Node]:
    """The VPN instances that an edit removes as a whole, or whose IPv4 family it removes."""
    removed: dict[str, Node] = {}
    for change in router.changes:
        if change.after is None and change.node in (Node.INSTANCE, Node.FAMILY):
            whole = Node.INSTANCE in (change.node, removed.get(change.vpn))
            removed[change.vpn] = Node.INSTANCE if whole else Node.FAMILY
    return removed


def reference_reads(router: RouterPlan) -> tuple[Rpc, ...]:
    """The operations for `RouterPlan.references`; none if nothing is removed."""
    vpns = tuple(removed_by(router))
    filters = router.view.dialect.references_filters(vpns) if vpns else ()
    return tuple(rpc.get_config("running", subtree=each) for each in filters)


def references_in(router: RouterPlan, answers: Sequence[Answer]) -> tuple[Reference, ...]:
    """What the answers to `RouterPlan.references` show.

    Raises:
        ProtocolError, PlanError: an answer is missing or makes no sense.
    """
    return tuple(_found(router, answers))


def _found(router: RouterPlan, answers: Sequence[Answer]) -> Iterator[Reference]:
    for answer in answers:
        if answer.errors and all(error.tag in UNKNOWN_MODULE for error in answer.errors):
            continue  # a router without that module has nothing of the kind
        if not answer.ok or answer.reply is None or answer.reply.data is None:
            raise ProtocolError(str(answer), where=router.device, hint="Nothing was changed.")
        try:
            yield from router.view.dialect.read_references(answer.reply.data, removed_by(router))
        except UnreadableReply as error:
            raise PlanError([Problem(str(error), router.device, hint="Nothing was changed.")]) from error
