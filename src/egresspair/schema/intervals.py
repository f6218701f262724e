"""What values a leaf can take on this very device, read out of the compiled schema and nowhere else."""

from __future__ import annotations

from yangson import DataModel

from ..device_schema import Interval

__all__ = ["STATIC_LABEL", "Interval", "integer_range", "label_range"]

STATIC_LABEL = "/huawei-network-instance:network-instance/instances/instance/huawei-l3vpn:afs/af/static-label"
"""Schema path of the static private label of a VPN instance's address family (VRP8)."""


def label_range(model: DataModel) -> tuple[Interval, ...] | None:
    """The static labels that the device takes, or None if its schema has no such leaf."""
    return integer_range(model, STATIC_LABEL)


def integer_range(model: DataModel, path: str) -> tuple[Interval, ...] | None:
    """The values of an integer leaf, ascending; None if the leaf is not there or a deviation took it away.

    Args:
        model: with all deviations of the device.
        path: schema path, each node with its module's name where that differs from its parent's.
    """
    leaf = model.get_schema_node(path)
    if leaf is None:
        return None
    intervals = leaf.type.range.intervals if leaf.type.range else [leaf.type._range]  # noqa: SLF001  # no public way
    return tuple((interval[0], interval[-1]) for interval in intervals)
