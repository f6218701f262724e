"""The modules of ``yang/`` are clean by every judge at hand, and say what they are."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from yangson.statement import ModuleParser

from egresspair.lab import NE40E as NE40E_PROFILE
from egresspair.lab import PROFILES

from .judges import pyang, yanglint, yanglint_missing
from .models import NE40E, PLATFORMS, YANG, Platform, missing, vendor_folder

MODULES = sorted(YANG.glob("*.yang"))
DEVICE_MODULES = [path for path in MODULES if path.name.startswith("huawei-")]
IMPLEMENTED = [YANG / f"{name}.yang" for name in NE40E_PROFILE.with_core().implements]
"""In an order in which each finds what its conditions name."""
LINT = ("--strict", "--lint", "--max-line-length=80", "--max-identifier-length=64", "-W", "error")
WORDS_IN_A_ROW = 8

each_module = pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
each_device_module = pytest.mark.parametrize("module", DEVICE_MODULES, ids=lambda path: path.stem)


@each_module
def test_pyang_finds_nothing_to_say(module: Path) -> None:
    # products and types of interfaces have the vendor's names, capitals and all
    is_lower = "-deviations-" not in module.name and module.stem != "huawei-ifm"
    names = ("--lint-ensure-hyphenated-names",) if is_lower else ()
    verdict = pyang(*LINT, *names, "-p", str(YANG), str(module))
    assert (verdict.stdout + verdict.stderr, verdict.returncode) == ("", 0)


@each_module
@pytest.mark.skipif(yanglint_missing(), reason="yanglint is not installed (libyang2-tools)")
def test_yanglint_finds_nothing_to_say(module: Path) -> None:
    verdict = yanglint([YANG], [*IMPLEMENTED, module])
    assert (verdict.stdout + verdict.stderr, verdict.returncode) == ("", 0)


@each_device_module
def test_a_device_module_says_that_it_is_a_subset(module: Path) -> None:
    statement = _module(module)
    assert statement.find1("description").argument.startswith(
        "A SUBSET FOR OFFLINE WORK. This is not the vendor's"
    )
    assert statement.find1("organization").argument == "The egresspair project"
    assert statement.find1("revision").argument >= "2026-11-22"


@each_device_module
def test_a_device_module_is_yang_1_0_and_imports_no_other_body(module: Path) -> None:
    statement = _module(module)
    assert statement.find1("yang-version").argument == "1"
    ours = {path.stem for path in DEVICE_MODULES}
    assert {each.argument for each in statement.find_all("import")} <= ours


@pytest.mark.vendor
@each_device_module
def test_the_words_of_a_device_module_are_our_own(module: Path) -> None:
    genuine = [path for p in PLATFORMS if missing(p) is None for path in _namesakes(p, module)]
    if not genuine:
        pytest.skip(missing(PLATFORMS[0]) or f"no genuine module is called {module.stem}")
    ours = _runs(" ".join(_texts(_module(module))))
    assert {run for path in genuine for run in _runs(path.read_text("utf-8")) & ours} == set()


def _namesakes(platform: Platform, module: Path) -> list[Path]:
    """The genuine module, its submodules and its deviations."""
    return sorted((vendor_folder() / platform.folder).glob(f"{module.stem}*.yang"))


def _runs(text: str) -> set[tuple[str, ...]]:
    """Every run of words in a text."""
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[i : i + WORDS_IN_A_ROW]) for i in range(len(words) - WORDS_IN_A_ROW + 1)}


def _texts(statement: Any) -> list[str]:
    found = []
    for each in statement.substatements:
        if each.keyword in ("description", "error-message", "contact"):
            found.append(each.argument)
        found += _texts(each)
    return found


def _module(path: Path) -> Any:
    parser = ModuleParser(path.read_text(encoding="utf-8"))
    parser.opt_separator()
    return parser.statement()


def test_the_platforms_deviations_are_here() -> None:
    names = {path.stem for path in DEVICE_MODULES}
    assert {*NE40E, *(name for platform in PLATFORMS for name in platform.deviations)} <= names
    assert {name for profile in PROFILES.values() for name in profile.deviations} <= names
