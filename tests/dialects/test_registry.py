"""Dialects are found by name; a package of somebody else can bring one."""

from __future__ import annotations

from pathlib import Path

import pytest

from egresspair.dialects import dialect_named
from egresspair.errors import UsageError


def test_the_built_in_one_is_there() -> None:
    assert dialect_named("huawei-vrp").name == "huawei-vrp"


def test_an_unknown_one_is_named_with_those_there_are() -> None:
    with pytest.raises(UsageError, match="no dialect is called 'acme'") as caught:
        dialect_named("acme")
    assert "huawei-vrp" in caught.value.hint
    assert caught.value.where == "platform"


def test_another_package_brings_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "acme_dialect.py").write_text("class Acme:\n    name = 'acme'\n\nDIALECT = Acme()\n")
    installed = tmp_path / "acme_dialect-1.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-dialect\nVersion: 1\n")
    (installed / "entry_points.txt").write_text("[egresspair.dialects]\nacme = acme_dialect:DIALECT\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert dialect_named("acme").name == "acme"
