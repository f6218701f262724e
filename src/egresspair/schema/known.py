"""The schema of one router, ready for use: what it says of static labels, and its verdict on configurations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from yangson import DataModel

from ..device_schema import SchemaFacts, SchemaOrigin, Subject
from .intervals import integer_range
from .store import StoredSet

__all__ = ["RouterSchema", "facts_of"]


@dataclass(frozen=True, slots=True)
class RouterSchema:
    """A router's schema.

    Attributes:
        facts: what decides about a plan.
        model: compiled; None if the schema is not known.
        offers: the names of all modules that the router advertises, by its hello or its library; empty if it was not
            asked.
    """

    facts: SchemaFacts
    model: DataModel | None = field(default=None, repr=False, compare=False)
    offers: frozenset[str] = field(default=frozenset(), repr=False)

    def config_children(self, path: str) -> tuple[str, ...]:
        """The local names of the configuration nodes right below a node and of its module; empty without a schema.

        Args:
            path: schema path, as for `integer_range`.
        """
        node = self.model.get_schema_node(path) if self.model else None
        if node is None:
            return ()
        return tuple(child.name for child in node.data_children() if child.ns == node.ns and child.config)

    def has(self, path: str) -> bool:
        """Whether there is such a data node, deviations considered; False without a schema."""
        return self.model is not None and self.model.get_data_node(path) is not None


def facts_of(
    model: DataModel,
    kept: StoredSet,
    subject: Subject,
    *,
    origin: SchemaOrigin = SchemaOrigin.ROUTER,
    why: str = "",
) -> SchemaFacts:
    """What a compiled schema says."""
    deviating = tuple(_deviating(kept, subject.label))
    ranges = integer_range(model, subject.label)
    versions = {module.name: str(module) for module in kept.modules.implemented}
    return SchemaFacts(
        origin=origin,
        why=why,
        digest=kept.digest,
        platform=kept.kind[0],
        release=kept.kind[1],
        modules=tuple(versions[root] for root in subject.roots if root in versions),
        deviations=tuple(versions[name] for name in deviating),
        label_ranges=ranges,
        no_label=""
        if ranges
        else _no_label(subject, versions, deviating, [root for root in kept.absent if root in subject.roots]),
        no_state=tuple(path for path in subject.state if model.get_schema_node(path) is None),
    )


def _deviating(kept: StoredSet, path: str) -> Iterable[str]:
    """The implemented modules that deviate a node. Their paths name modules by prefixes of their own."""
    local = "".join(f"/{step.rpartition(':')[2]}" for step in path.strip("/").split("/"))
    return (name for name, targets in kept.deviates.items() if local in targets)


def _no_label(
    subject: Subject, versions: Mapping[str, str], deviating: Sequence[str], absent: Sequence[str]
) -> str:
    if absent:
        return f"it has no module {' and no module '.join(absent)}"
    leaf, module = subject.label.rpartition("/")[2], versions.get(subject.roots[-1], subject.roots[-1])
    if deviating:
        return f"the deviation module {', '.join(versions[name] for name in deviating)} takes {leaf} away from {module}"
    return f"its {module} has no {leaf}"
