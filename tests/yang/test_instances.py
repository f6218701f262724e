"""Documents with known verdicts get them from our subset, from the genuine modules and from libyang."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from egresspair.schema import Rule, validate_config

from .documents import vpn_document
from .edit_config import content, parse
from .judges import yanglint, yanglint_missing
from .models import ATN, NE40E, PLATFORMS, YANG, genuine_model, missing, samples_folder, subset_model

VALID = ("03", "04", "05", "06", "9b")
REFUSED = {
    "90": Rule.WHEN,
    "91": Rule.RANGE,
    "92": Rule.RANGE,
    "93": Rule.WHEN,
    "94": Rule.WHEN,
    "95": Rule.MUST,
}
SAMPLES = (*VALID, *REFUSED)


def _sample(number: str) -> Path:
    found = sorted(samples_folder().glob(f"{number}-*.xml"))
    if not found:
        pytest.skip(f"no sample documents in {samples_folder()} (EGRESSPAIR_VENDOR_YANG)")
    return found[0]


def _rules(model: Any, number: str) -> set[Rule]:
    return {violation.rule for violation in validate_config(model, _sample(number).read_bytes())}


@pytest.mark.parametrize("number", SAMPLES)
def test_a_sample_gets_its_verdict_from_our_subset(number: str) -> None:
    assert _rules(subset_model(NE40E), number) == ({REFUSED[number]} if number in REFUSED else set())


@pytest.mark.vendor
@pytest.mark.parametrize("number", SAMPLES)
def test_a_sample_gets_its_verdict_from_the_genuine_modules(number: str) -> None:
    ne40e = next(platform for platform in PLATFORMS if platform.folder == "8.22.0/ne40e-x8x16")
    if reason := missing(ne40e):
        pytest.skip(reason)
    assert _rules(genuine_model(ne40e), number) == ({REFUSED[number]} if number in REFUSED else set())


@pytest.mark.parametrize("number", SAMPLES)
@pytest.mark.skipif(yanglint_missing(), reason="yanglint is not installed (libyang2-tools)")
def test_a_sample_gets_its_verdict_from_libyang(number: str, tmp_path: Path) -> None:
    config = content(parse(_sample(number).read_bytes()))
    assert _libyang_accepts(config, tmp_path, NE40E) == (number in VALID)


def test_an_atn_takes_higher_labels_and_no_automatic_rd() -> None:
    assert _rules(subset_model(ATN), "92") == set()
    assert _rules(subset_model(ATN), "06") == {Rule.MUST}


@pytest.mark.parametrize("label", ["15", "16", "32783", "32784", "147455", "147456", "1048575", "1048576"])
@pytest.mark.parametrize("deviations", [(), NE40E, ATN], ids=["MPLS", "NE40E", "ATN"])
@pytest.mark.skipif(yanglint_missing(), reason="yanglint is not installed (libyang2-tools)")
def test_yangson_and_libyang_see_the_same_edge(
    label: str, deviations: tuple[str, ...], tmp_path: Path
) -> None:
    document = vpn_document({"route-distinguisher": "200:1", "static-label": label})
    verdict = validate_config(subset_model(deviations), document) == ()
    assert _libyang_accepts(document, tmp_path, deviations) == verdict


def _libyang_accepts(config: etree._Element, folder: Path, deviations: tuple[str, ...]) -> bool:
    document = folder / "config.xml"
    document.write_bytes(etree.tostring(config[0]))
    names = ("huawei-network-instance", "huawei-l3vpn", *deviations)
    return yanglint([YANG], [YANG / f"{name}.yang" for name in names], document).returncode == 0
