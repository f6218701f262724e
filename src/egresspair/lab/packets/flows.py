"""Forwarding entries as OpenFlow 1.3 flows and groups, in the language of ovs-ofctl(8)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import IntEnum
from ipaddress import IPv4Address
from typing import Final

from .entries import AsbrEntries, Customer, Entries, MasgEntries

SENDER_PORT: Final = 1
MASTER_PORT: Final = 2
BACKUP_PORT: Final = 3
ASBR_PORT: Final = 1
PARTNER_PORT: Final = 2
FIRST_CUSTOMER_PORT: Final = 10
FAILOVER_GROUP: Final = 1

_FIRST_ADDRESS: Final = IPv4Address("198.51.100.1")
_PUSH: Final = "push_mpls:0x8847,set_field:{label}->mpls_label"


class Reason(IntEnum):
    """Why a packet was dropped; the cookie of the flow that counts it."""

    UNKNOWN_PUBLIC_LABEL = 1
    UNKNOWN_PRIVATE_LABEL = 2
    NO_ROUTE = 3

    @property
    def words(self) -> str:
        """For people."""
        return self.name.lower().replace("_", " ")


STITCHED: Final = 4
"""The cookie of flows that send a packet on to the other MASG."""


def address_of(stream: int) -> IPv4Address:
    """Where the packets of a stream go, by its number from 0; each customer has the same on both MASGs."""
    return _FIRST_ADDRESS + stream


def asbr_groups(asbr: AsbrEntries) -> Iterator[str]:
    """One fast-failover group: the first bucket whose port is alive is used."""
    buckets = [(MASTER_PORT, asbr.primary_label)]
    if asbr.backup_label is not None:
        buckets.append((BACKUP_PORT, asbr.backup_label))
    words = [
        f"bucket=watch_port:{port},actions={_PUSH.format(label=label)},output:{port}"
        for port, label in buckets
    ]
    yield ",".join([f"group_id={FAILOVER_GROUP}", "type=ff", *words])


def asbr_flows(streams: Mapping[str, int]) -> Iterator[str]:
    """The private label is pushed here, the public one in the bucket that is used."""
    for number, label in enumerate(streams.values()):
        match = f"in_port={SENDER_PORT},ip,nw_dst={address_of(number)}"
        yield f"{match},actions={_PUSH.format(label=label)},group:{FAILOVER_GROUP}"


def masg_flows(masg: MasgEntries, customers: Iterable[str]) -> Iterator[str]:
    """Table 0 has every label, table 1 the private ones below a public one; what is unknown is dropped and counted."""
    ports = {vpn: port for port, vpn in enumerate(customers, FIRST_CUSTOMER_PORT)}
    public = {*masg.popped, *masg.stitched}
    for label in sorted(masg.popped):
        yield f"table=0,mpls,mpls_label={label},actions=pop_mpls:0x8847,goto_table:1"
    for label, swapped in sorted(masg.stitched.items()):
        action = "pop_mpls:0x8847" if swapped is None else f"set_field:{swapped}->mpls_label"
        yield f"cookie={STITCHED},table=0,mpls,mpls_label={label},actions={action},output:{PARTNER_PORT}"
    yield f"cookie={Reason.UNKNOWN_PUBLIC_LABEL.value},table=0,priority=0,actions=drop"
    for label, customer in sorted(masg.private.items()):
        if label not in public:
            yield _private(0, label, customer, ports)
        yield _private(1, label, customer, ports)
    yield f"cookie={Reason.UNKNOWN_PRIVATE_LABEL.value},table=1,priority=0,actions=drop"


def _private(table: int, label: int, customer: Customer, ports: Mapping[str, int]) -> str:
    match = f"table={table},mpls,mpls_label={label}"
    if customer.reached:
        return f"{match},actions=pop_mpls:0x0800,output:{ports[customer.vpn]}"
    return f"cookie={Reason.NO_ROUTE.value},{match},actions=drop"


def flows_of(entries: Entries, router: str) -> list[str]:
    """The flows of ``asbr``, ``master`` or ``backup``."""
    if router == "asbr":
        return list(asbr_flows(entries.streams))
    return list(masg_flows(getattr(entries, router), entries.customers))
