"""What the package promises to those who import it."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

import egresspair

CHECKOUT = Path(__file__).resolve().parents[1]
HEAVY = {
    "asyncssh",
    "lxml",
    "ncclient",
    "paramiko",
    "pydantic",
    "rich",
    "typer",
    "xmltodict",
    "yangson",
    "yaml",
}


def test_the_names_are_few_and_sorted() -> None:
    assert egresspair.__all__ == sorted(egresspair.__all__)
    assert len(set(egresspair.__all__)) == len(egresspair.__all__) <= 30


@pytest.mark.parametrize("name", egresspair.__all__)
def test_each_name_is_there_and_says_what_it_is(name: str) -> None:
    value = getattr(egresspair, name)
    assert name in dir(egresspair)
    if name != "__version__":
        assert (value.__doc__ or "").strip()
        assert not value.__doc__.startswith(f"{name}("), "a generated docstring"


def test_a_star_import_brings_them_all() -> None:
    names: dict[str, object] = {}
    exec("from egresspair import *", names)  # noqa: S102  (what a reader of the documentation may type)
    assert set(egresspair.__all__) <= names.keys()


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'aplly'"):
        egresspair.aplly  # noqa: B018
    assert not hasattr(egresspair, "comit")


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = "import egresspair, sys; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert HEAVY.isdisjoint(loaded.stdout.split())


def test_planning_needs_no_lab() -> None:
    code = "import egresspair, sys; egresspair.render; egresspair.open_pair; print('asyncssh' in sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "False"


def test_the_version_is_a_version() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+(\.dev\d+|(a|b|rc)\d+)?", egresspair.__version__)


def wheel(folder: Path) -> zipfile.ZipFile:
    """The wheel of this checkout; skips where the build back end can neither be found nor fetched."""
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder)]
    if find_spec("hatchling") is not None:
        command.append("--no-build-isolation")
    built = subprocess.run([*command, str(CHECKOUT)], capture_output=True, text=True, check=False)
    if built.returncode and "No matching distribution found" in built.stderr:
        pytest.skip("hatchling is not installed and cannot be fetched")
    assert built.returncode == 0, built.stderr
    (path,) = folder.glob("*.whl")
    return zipfile.ZipFile(path)


def test_a_wheel_carries_types_modules_and_licence(tmp_path: Path) -> None:
    with wheel(tmp_path) as built:
        names = built.namelist()
    modules = {path.name for path in (CHECKOUT / "yang").glob("*.yang")}
    assert {name.removeprefix("egresspair/_yang/") for name in names if name.endswith(".yang")} == modules
    assert modules
    assert "egresspair/py.typed" in names
    assert any(name.endswith("/LICENSE") for name in names)
    assert not [name for name in names if name.startswith(("tests/", "payloads/"))]
