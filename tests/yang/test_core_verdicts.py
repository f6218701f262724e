"""Drawn configurations of the core get from the lab the verdict that libyang gives under the genuine modules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack

import pytest
from hypothesis import HealthCheck, Phase, event, given, settings
from lxml import etree

from egresspair.lab import ATN, NE40E, PROFILES, Profile
from egresspair.lab.edit import Edit
from egresspair.lab.errors import path_text
from egresspair.lab.profiles import CORE
from egresspair.lab.schema import schema_of
from egresspair.lab.tree import EMPTY
from egresspair.lab.validation import Validator

from .core_configs import CONFIGS
from .judges import yanglint_missing
from .libyang import Yanglint, yanglint_with
from .models import PLATFORMS, genuine_modules, missing

JUDGED = {profile: next(p for p in PLATFORMS if p.folder == folder) for profile, folder in (
    (NE40E.with_core(), "8.22.0/ne40e-x8x16"),
    (ATN.with_core(), "8.22.0/atn-910c910d"),
)}  # fmt: skip
ROOTS = ("huawei-l3vpn", *CORE, "huawei-ifm-trunk")
"""The last one is named by a condition of those that the others import."""
ABSENT = next(filter(None, map(missing, JUDGED.values())), None)

pytestmark = [
    pytest.mark.vendor,
    pytest.mark.skipif(yanglint_missing(), reason="yanglint is not installed (libyang2-tools)"),
    pytest.mark.skipif(ABSENT is not None, reason=ABSENT or "the modules are here"),
]


@pytest.fixture(scope="module")
def judges(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Yanglint]]:
    """By the name of the profile: libyang with the genuine modules."""
    with ExitStack() as running:
        yield {
            profile.name: running.enter_context(
                yanglint_with(genuine_modules(platform, ROOTS), tmp_path_factory.mktemp(profile.name))
            )
            for profile, platform in JUDGED.items()
        }


@pytest.mark.parametrize("profile", [profile.name for profile in JUDGED])
@settings(
    max_examples=50,
    deadline=None,
    phases=[phase for phase in Phase if phase is not Phase.explain],  # it asks hundreds of times more
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(text=CONFIGS)
def test_a_router_of_the_lab_takes_what_the_genuine_modules_allow(
    judges: Mapping[str, Yanglint], profile: str, text: str
) -> None:
    config = etree.fromstring(text)
    ours, theirs = lab_complaint(PROFILES[profile], config), judges[profile].complaint(config)
    event("refused" if theirs else "valid")
    assert bool(ours) == bool(theirs), f"lab: {ours or 'valid'}; libyang: {theirs or 'valid'}"


def lab_complaint(profile: Profile, config: etree._Element) -> str:
    """Why a router of the lab would not take a configuration, apart from what it makes by itself; empty if it would."""
    schema = schema_of(profile)
    edit = Edit(schema, keep_going=True)
    findings = Validator(schema).examine(edit.apply(EMPTY, config, "merge"))
    vanished = [f"{path_text(path)} is not in force" for path in findings.vanished]
    return "; ".join((*map(str, edit.errors), *vanished, *map(str, findings.errors)))
