"""egresspair: egress protection for a pair of MASGs, one intent and one NETCONF transaction."""

from ._version import __version__

__all__ = ["__version__"]
