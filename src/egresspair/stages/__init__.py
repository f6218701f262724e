"""A change that takes several transactions, one after the other: labels, then what presupposes them."""

from .make import RESTORATION, make_stages, make_stages_removal, scopes_of
from .model import Stage, StagedPlan

__all__ = ["RESTORATION", "Stage", "StagedPlan", "make_stages", "make_stages_removal", "scopes_of"]
