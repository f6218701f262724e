"""A plan: what will be sent to which router, as a frozen value with a digest."""

from .make import make_plan, make_removal
from .model import Action, Plan, Risk, RiskKind, RouterPlan, RouterView, Saving, ServerProfile

__all__ = [
    "Action",
    "Plan",
    "Risk",
    "RiskKind",
    "RouterPlan",
    "RouterView",
    "Saving",
    "ServerProfile",
    "make_plan",
    "make_removal",
]
