"""Golden payloads in stages: each leads from a valid configuration to a valid one, and its inverse leads back."""

from __future__ import annotations

import pytest
from lxml import etree

from egresspair.schema import validate_config
from payloads.cases import ROLES, Case, cases
from yang.edit_config import canonical

from .test_genuine import edited, subset

STAGED = [case for case in cases() if case.staged]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("case", STAGED, ids=lambda case: case.name)
def test_every_stage_is_sound(case: Case, role: str) -> None:
    config = etree.fromstring(case.before(role), etree.XMLParser(remove_blank_text=True))  # type: ignore[arg-type]
    assert validate_config(subset(), config) == ()
    for file in sorted(case.folder.glob(f"[1-9]-*-{role}.xml")):
        if "-inverse-" in file.name:
            continue
        after = edited(config, file.read_bytes())
        assert validate_config(subset(), after) == (), file.name
        assert canonical(after) != canonical(config), file.name
        inverse = file.with_name(file.name.replace(f"-{role}.xml", f"-inverse-{role}.xml"))
        assert canonical(edited(after, inverse.read_bytes())) == canonical(config), inverse.name
        config = after


def test_there_are_payloads_in_stages() -> None:
    assert STAGED
