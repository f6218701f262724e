"""What the routers of a pair tell of host routes, where a test wants them asked or not."""

from __future__ import annotations

from egresspair.audit.facts import Facts


def nobody_asked() -> Facts:
    """Fails the test: nothing that was to be planned depends on what routers would say."""
    raise AssertionError("the routers were asked")
