"""What servers do other than the standard says, known by their hello or learned from what they did."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final, Protocol

from .capabilities import Capabilities
from .device import Peer

_YUMA_NAMESPACES: Final = ("http://netconfcentral.org/ns/yuma-", "http://yuma123.org/ns/")


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How far a server's words can be relied on.

    Attributes:
        validate_trusted: False if a ``<validate>`` of the candidate makes the commit after it apply nothing,
            although both answer ``ok``; test-then-set in edit-config works there.
        note: why, for people; empty for a server of which nothing is known.
    """

    validate_trusted: bool = True
    note: str = ""


class ServerMemory(Protocol):
    """Remembers what was learned of servers. Identities come from `server_identity`."""

    def recall(self, identity: str) -> Behaviour | None:
        """What was remembered, None if nothing was."""
        ...

    def remember(self, identity: str, behaviour: Behaviour) -> None:
        """Keep it. Does not fail: what cannot be kept is learned again."""
        ...


class ShortMemory:
    """A `ServerMemory` that ends with the process."""

    def __init__(self) -> None:
        self._known: dict[str, Behaviour] = {}

    def recall(self, identity: str) -> Behaviour | None:
        return self._known.get(identity)

    def remember(self, identity: str, behaviour: Behaviour) -> None:
        self._known[identity] = behaviour


def server_identity(peer: Peer) -> str:
    """Of a router with its present software: new software says another hello, and may behave better."""
    return hashlib.sha256(f"{peer.host_key}\n{peer.capabilities.digest}".encode()).hexdigest()


def known_by_hello(capabilities: Capabilities) -> Behaviour | None:
    """What is known of a kind of server that a hello gives away, None if nothing is."""
    if any(uri.startswith(_YUMA_NAMESPACES) for uri in capabilities.uris):
        return Behaviour(
            validate_trusted=False,
            note="netconfd (yuma123) answers ok to a commit after <validate> and applies nothing",
        )
    return None


def behaviour_of(peer: Peer, memory: ServerMemory) -> Behaviour:
    """All that is known: by the hello, else from memory, else the standard's behaviour."""
    return known_by_hello(peer.capabilities) or memory.recall(server_identity(peer)) or Behaviour()
