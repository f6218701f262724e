"""The tree diagrams in the documentation show the modules as they are (``--update`` rewrites them)."""

from __future__ import annotations

from pathlib import Path

import pytest

from egresspair.lab import NE40E as NE40E_PROFILE

from .judges import pyang
from .models import ATN, CHECKOUT, YANG

TREES = CHECKOUT / "docs" / "yang"
DEVICE = ("huawei-network-instance", "huawei-l3vpn")
DIAGRAMS = {
    "huawei-l3vpn.tree": (DEVICE, ()),
    "huawei-l3vpn-ATN-910C.tree": (DEVICE, ATN),
    "core.tree": (NE40E_PROFILE.with_core().implements, NE40E_PROFILE.with_core().deviations),
    "egress-protection.tree": (("egress-protection",), ()),
}


@pytest.mark.parametrize("diagram", DIAGRAMS)
def test_a_tree_diagram_is_current(diagram: str, request: pytest.FixtureRequest) -> None:
    names, deviations = DIAGRAMS[diagram]
    modules = [YANG / f"{name}.yang" for name in names]
    drawn = _drawn(modules, deviations)
    if request.config.getoption("--update", default=False):
        (TREES / diagram).write_text(drawn, encoding="utf-8")
    assert (TREES / diagram).read_text(encoding="utf-8") == drawn, "run pytest with --update"


def _drawn(modules: list[Path], deviations: tuple[str, ...]) -> str:
    options = [f"--deviation-module={YANG / name}.yang" for name in deviations]
    result = pyang("-f", "tree", "--tree-line-length=110", "-p", str(YANG), *options, *map(str, modules))
    assert result.returncode == 0, result.stderr
    return result.stdout
