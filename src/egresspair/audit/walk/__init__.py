"""A failover on paper: a packet walked through the routers' tables, before and after the master's death."""

from __future__ import annotations

from .model import Ending, Path, Step, Verdict, Walk, Walks
from .paths import walk, walks_of
from .scenes import scenes_of
from .tables import (
    Bfd,
    CoreTables,
    Ingress,
    LspEntry,
    MasgTables,
    PrivateLabel,
    PublicLabel,
    Scene,
    Unknown,
    Way,
)

__all__ = [
    "Bfd",
    "CoreTables",
    "Ending",
    "Ingress",
    "LspEntry",
    "MasgTables",
    "Path",
    "PrivateLabel",
    "PublicLabel",
    "Scene",
    "Step",
    "Unknown",
    "Verdict",
    "Walk",
    "Walks",
    "Way",
    "scenes_of",
    "walk",
    "walks_of",
]
