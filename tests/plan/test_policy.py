"""Numbers that cannot work together are refused before anything is done."""

from __future__ import annotations

from typing import Any

import pytest

from egresspair.errors import UsageError
from egresspair.netconf.capabilities import GuaranteeLevel
from egresspair.policy import LONGEST_TIMEOUT, Policy


@pytest.mark.parametrize(
    ("numbers", "where"),
    [
        ({"confirm_timeout": 0}, "confirm_timeout"),
        ({"confirm_timeout": LONGEST_TIMEOUT + 1}, "confirm_timeout"),
        *(
            ({name: -0.1}, name)
            for name in ("margin", "soak", "lock_wait", "label_wait", "settle_timeout", "retry_wait")
        ),
        ({"rpc_timeout": 0}, "rpc_timeout"),
        ({"lock_attempts": 0}, "lock_attempts"),
        ({"minimum_guarantee": GuaranteeLevel.B}, "minimum_guarantee"),
        ({"soak": 110}, "policy"),
        ({"confirm_timeout": 10, "margin": 5, "label_wait": 5}, "policy"),
    ],
)
def test_a_bad_number_is_named(numbers: dict[str, Any], where: str) -> None:
    with pytest.raises(UsageError) as caught:
        Policy(**numbers)
    assert caught.value.where == where
    assert caught.value.exit_status == 2


@pytest.mark.parametrize(
    "numbers",
    [
        {},
        {"confirm_timeout": LONGEST_TIMEOUT},
        {"soak": 109.9},
        {"rpc_timeout": 0.1},
        {"confirm_timeout": 1, "margin": 0, "label_wait": 0},
        {"save": True},
    ],
)
def test_good_numbers_are_taken(numbers: dict[str, Any]) -> None:
    policy = Policy(**numbers)
    assert all(getattr(policy, name) == value for name, value in numbers.items())


def test_a_number_that_came_later_leaves_older_digests_as_they_were() -> None:
    """An undo compares the digest of a plan that an older version wrote down."""
    assert "check_timeout" not in Policy().facts()
    assert Policy(check_timeout=5.0).facts() == {**Policy().facts(), "check_timeout": 5.0}
    assert Policy().facts()["soak"] == 0.0
