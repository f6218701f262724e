"""The audit of a pair whose routers hold few or many other VPN instances.

The read of labels and their holders is measured alone as well, sent to both MASGs and understood: it has to name all
of them, and is apart when the two are compared.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack

import yaml

import egresspair as ep
from audit.paper import intent
from egresspair.dialects import AuditAnswer
from egresspair.dialects.huawei_audit import AUDIT
from egresspair.inventory import parse_inventory

from .measuring import Act, Series, always, in_turn
from .places import network

LABELS = "families"


def audits(sizes: Sequence[int], repetitions: int) -> list[Series]:
    """One series for each size, and one for its labels alone; all in turn."""
    with ExitStack() as open_ones:
        acts: dict[str, Callable[[], Act]] = {}
        for size in sizes:
            inventory = parse_inventory(yaml.safe_dump(open_ones.enter_context(network(size))))
            pair = open_ones.enter_context(ep.open_pair(intent(), inventory=inventory))
            acts[f"audit {size}"] = always(lambda pair=pair: _audit(pair))  # type: ignore[misc]
            acts[f"labels {size}"] = always(lambda pair=pair: _labels(pair))  # type: ignore[misc]
        return in_turn("audit", "lab", acts, repetitions)


def _audit(pair: ep.Pair) -> None:
    assert pair.audit(intent())


def _labels(pair: ep.Pair) -> None:
    vpns, routes = ["vpna"], ["192.0.2.5/32", "192.0.2.6/32"]
    (read,) = (read for read in AUDIT.masg_reads(vpns, routes) if read.name == LABELS)
    pending = {role: pair._sessions[role].send([read.rpc]) for role in ep.Role}
    for role, sent in pending.items():
        (answer,) = sent.wait(60)
        assert answer.ok, answer
        facts = AUDIT.read_masg("router", role, vpns, {LABELS: AuditAnswer.of(answer)})
        assert facts.families.known
