"""What egress protection presupposes on both MASGs, where an operator wants that done as well."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import model_validator

from ..document import Fault
from .fields import Address, HostRoute, InterfaceName, PolicyName, ProcessId, one_of
from .frozen import Frozen, refuse

__all__ = ["ImportRoute", "Loopback", "Loopbacks", "Prerequisites", "without_host_routes"]

Protocol = Annotated[
    Literal["direct", "static", "ospf", "isis", "rip", "unr"],
    one_of("direct", "static", "ospf", "isis", "rip", "unr"),
]
"""YANG: /bgp:bgp/…/import-route/protocol, without those that only some platforms have."""

_WITHOUT_PROCESS = ("direct", "static", "unr")
_NOTHING = Fault(
    (), "asks for nothing", "Give loopbacks, originate or export_policy, or leave the whole out."
)
_NO_IMPORTS = Fault(("originate",), "import-route needs import_routes", "List what is imported.")
_STRAY_IMPORTS = Fault(
    ("import_routes",), "is only used with originate: import-route", "Set that, or leave these out."
)
_NO_PEERS = Fault(("export_policy",), "needs the peers that it is for", "Give master_peers and backup_peers.")
_NO_ROUTES = Fault(
    ("prerequisites", "originate"),
    "network needs the host routes that are originated",
    "List them in protected_host_routes.",
)


class Loopback(Frozen):
    """A loopback interface with its host address.

    Attributes:
        interface: ``LoopBack`` with a number.
        address: its main address, ``a.b.c.d/32``.
    """

    interface: InterfaceName
    address: HostRoute


class Loopbacks(Frozen):
    """The loopback of either router; one that both share has the same address on both."""

    master: Loopback
    backup: Loopback

    def of(self, role: str) -> Loopback:
        """That of the router with this role."""
        return self.master if role == "master" else self.backup


class ImportRoute(Frozen):
    """One ``import-route``: what of a routing protocol BGP takes in. Without a policy it would be everything.

    Attributes:
        protocol: whose routes.
        process_id: of that protocol; 0 for direct, static and unr.
        policy: an existing route policy that lets the protected host routes pass.
    """

    protocol: Protocol
    process_id: ProcessId
    policy: PolicyName

    @model_validator(mode="after")
    def _process(self) -> Self:
        plain = self.protocol in _WITHOUT_PROCESS
        if plain != (self.process_id == 0):
            what = f"{self.process_id} is no process of {self.protocol}"
            hint = "direct, static and unr have process 0, the other protocols 1 or more."
            refuse([Fault(("process_id",), what, hint)])
        return self


class Prerequisites(Frozen):
    """What is to be there on both routers beside the labels. What is not given is left alone.

    Attributes:
        loopbacks: interfaces that are created with their addresses where they are missing.
        originate: how both routers originate the protected host routes: ``network`` or ``import-route``.
        import_routes: what is imported, for ``import-route``.
        export_policy: the route policy with ``apply mpls-label`` towards the core ASBRs.
        master_peers, backup_peers: the BGP peers that get it, and ``label-route-capability``.
    """

    loopbacks: Loopbacks | None = None
    originate: Annotated[Literal["network", "import-route"], one_of("network", "import-route")] | None = None
    import_routes: tuple[ImportRoute, ...] = ()
    export_policy: PolicyName | None = None
    master_peers: tuple[Address, ...] = ()
    backup_peers: tuple[Address, ...] = ()

    @model_validator(mode="after")
    def _rules(self) -> Self:
        refuse(self._faults())
        return self

    def _faults(self) -> Iterator[Fault]:
        if not (self.loopbacks or self.originate or self.export_policy or self._peers or self.import_routes):
            yield _NOTHING
        if self.originate == "import-route" and not self.import_routes:
            yield _NO_IMPORTS
        if self.originate != "import-route" and self.import_routes:
            yield _STRAY_IMPORTS
        if self.export_policy and not (self.master_peers and self.backup_peers):
            yield _NO_PEERS
        if not self.export_policy and self._peers:
            field = "master_peers" if self.master_peers else "backup_peers"
            yield Fault((field,), "needs the policy that labels what they get", "Give export_policy.")

    @property
    def _peers(self) -> tuple[str, ...]:
        return (*self.master_peers, *self.backup_peers)


def without_host_routes(values: dict[str, Any]) -> Iterator[Fault]:
    """The fault of an intent that originates host routes and names none; values as they are dumped."""
    asked = values.get("prerequisites") or {}
    if asked.get("originate") == "network" and not values.get("protected_host_routes"):
        yield _NO_ROUTES
