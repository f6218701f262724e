"""Module sets: what a hello advertises, what of it is needed, and what happens when a file is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from egresspair.errors import DocumentError
from egresspair.schema import (
    Module,
    ModuleSet,
    advertised_modules,
    integer_range,
    load_model,
    select_modules,
    validate_config,
)

from .models import PLATFORMS, YANG, Platform, genuine_modules, missing


def test_a_hello_names_modules_with_revision_features_and_deviations() -> None:
    capabilities = [
        "urn:ietf:params:netconf:base:1.1",
        "urn:example:a?module=a&revision=2020-01-02&features=f,g&deviations=a-dev,b-dev",
        "urn:example:b?module=b",
        "urn:ietf:params:netconf:capability:url:1.0?scheme=file,ftp",
    ]
    assert advertised_modules(capabilities) == (
        Module("a", "2020-01-02", frozenset({"f", "g"}), ("a-dev", "b-dev")),
        Module("b"),
    )


def _write(
    folder: Path, name: str, body: str, *, file: str | None = None, revision: str = "2020-01-01"
) -> None:
    head = f'namespace "urn:{name}"; prefix {name};'
    imports = "".join(
        f"import {other} {{ prefix {other}; }}" for other in ("a", "b", "t") if f"{other}:" in body
    )
    text = f"module {name} {{ {head} {imports} revision {revision}; {body} }}"
    (folder / (file or f"{name}.yang")).write_text(text)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    _write(tmp_path, "t", "typedef small { type uint8 { range 1..9; } }")
    _write(tmp_path, "a", "leaf x { type t:small; }")
    _write(tmp_path, "a-dev", "deviation /a:x { deviate replace { type uint8 { range 2..3|5; } } }")
    _write(tmp_path, "b", "leaf y { type uint8; }")
    return tmp_path


def test_a_type_is_found_in_an_imported_module(folder: Path) -> None:
    assert integer_range(load_model(ModuleSet.of(folder, "a")), "/a:x") == ((1, 9),)


def test_a_deviation_is_applied_when_it_is_implemented(folder: Path) -> None:
    assert integer_range(load_model(ModuleSet.of(folder, "a", "a-dev")), "/a:x") == ((2, 3), (5, 5))


def test_only_what_the_roots_need_is_selected(folder: Path) -> None:
    advertised = [Module("a", deviations=("a-dev",)), Module("a-dev"), Module("b"), Module("t")]
    selected = select_modules(advertised, [folder], roots=["a"])
    assert {module.name for module in selected.implemented} == {"a", "a-dev", "t"}
    assert integer_range(load_model(selected), "/a:x") == ((2, 3), (5, 5))


def test_a_root_that_is_not_advertised_is_not_in_the_model(folder: Path) -> None:
    model = load_model(select_modules([Module("b")], [folder], roots=["a", "b"]))
    assert integer_range(model, "/a:x") is None
    assert integer_range(model, "/b:y") == ((0, 255),)


def test_a_deviation_without_a_file_is_an_error_and_not_overlooked(folder: Path) -> None:
    advertised = [Module("a", deviations=("gone",)), Module("gone", "2020-01-01")]
    with pytest.raises(DocumentError, match="the YANG module gone@2020-01-01 is in none of: "):
        select_modules(advertised, [folder], roots=["a"])


def test_folders_are_searched_in_their_order(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    first = tmp_path_factory.mktemp("first")
    _write(first, "b", "leaf y { type uint8 { range 7; } }")
    assert integer_range(load_model(ModuleSet.of([first, folder], "b")), "/b:y") == ((7, 7),)
    assert integer_range(load_model(ModuleSet.of([folder, first], "b")), "/b:y") == ((0, 255),)


def test_the_newest_revision_is_taken_unless_one_is_named(folder: Path) -> None:
    for year, low in (("2021", 1), ("2023", 3), ("2022", 2)):
        _write(
            folder,
            "c",
            f"leaf z {{ type uint8 {{ range {low}..9; }} }}",
            file=f"c@{year}-01-01.yang",
            revision=f"{year}-01-01",
        )
    named = ModuleSet((folder,), (Module("c", "2022-01-01"),))
    assert integer_range(load_model(ModuleSet.of(folder, "c")), "/c:z") == ((3, 9),)
    assert integer_range(load_model(named), "/c:z") == ((2, 9),)


@pytest.mark.parametrize(
    ("module", "what"),
    [
        (Module("nowhere"), "the YANG module nowhere is in none of: "),
        (Module("b", "1999-01-01"), "this is b@2020-01-01, not b@1999-01-01"),
        (Module("broken"), "this is not a YANG module"),
        (Module("bare"), "this is not a YANG module"),
        (Module("deep"), "this is not a YANG module"),
        (Module("dangling"), "the YANG module t2 is in none of: "),
        (Module("wrong"), "the modules do not compile"),
    ],
)
def test_what_is_wrong_with_a_module_is_told(folder: Path, module: Module, what: str) -> None:
    (folder / "broken.yang").write_text("module broken {")
    (folder / "bare.yang").write_text("module bare { namespace urn:b; prefix b; import y; deviation; }")
    (folder / "deep.yang").write_text("module deep { " + "container c { " * 5000 + "}" * 5000 + " }")
    (folder / "dangling.yang").write_text(
        'module dangling { namespace "urn:d"; prefix d; import t2 { prefix t2; } revision 2020-01-01; }'
    )
    _write(folder, "wrong", "leaf x { type no-such-type; }")
    with pytest.raises(DocumentError, match=what):
        load_model(ModuleSet((folder,), (module,)))


def test_submodules_are_found(folder: Path) -> None:
    (folder / "whole.yang").write_text(
        'module whole { namespace "urn:w"; prefix w; include part; revision 2020-01-01;'
        " leaf x { type tiny; } }"
    )
    (folder / "part.yang").write_text(
        "submodule part { belongs-to whole { prefix w; } import t { prefix t; } revision 2020-01-01;"
        " typedef tiny { type t:small { range 4; } } }"
    )
    assert integer_range(load_model(ModuleSet.of(folder, "whole")), "/whole:x") == ((4, 4),)


def test_our_subset_needs_no_other_folder() -> None:
    model = load_model(ModuleSet.of(YANG, "huawei-network-instance", "huawei-l3vpn"))
    assert validate_config(model, b"<config/>") == ()


@pytest.mark.vendor
@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.folder)
def test_a_router_s_hello_leads_to_its_deviations(platform: Platform) -> None:
    if reason := missing(platform):
        pytest.skip(reason)
    names = {module.name for module in genuine_modules(platform).implemented}
    assert {"huawei-l3vpn", "huawei-network-instance", "huawei-routing-policy"} <= names
    deviating = [name for name in names if name.startswith("huawei-l3vpn-deviations-")]
    assert len(deviating) == (0 if platform.folder == "8.20.0/ne40e-x8x16" else 1)
    assert "huawei-bgp" not in names
