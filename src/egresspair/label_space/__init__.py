"""The labels of a pair: which both routers allow, who holds which, which are free, and which one ``auto`` is. Pure."""

from .choice import Settled, settle_labels, start_of
from .idle import IdleLabels, Segment, StaticSpace
from .ranges import Ranges
from .report import LabelReport
from .router import LabelUses, RouterLabels, free_hint, free_on_all, legal_on_all

__all__ = [
    "IdleLabels",
    "LabelReport",
    "LabelUses",
    "Ranges",
    "RouterLabels",
    "Segment",
    "Settled",
    "StaticSpace",
    "free_hint",
    "free_on_all",
    "legal_on_all",
    "settle_labels",
    "start_of",
]
