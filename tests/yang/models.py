"""The schemas that the tests judge by: our subset, and the genuine modules of five routers if at hand."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

from egresspair.schema import Module, ModuleSet, advertised_modules, load_model, select_modules

CHECKOUT = Path(__file__).resolve().parents[2]
YANG = CHECKOUT / "yang"

NE40E = ("huawei-l3vpn-deviations-OC-NE-X8X16",)
ATN = ("huawei-l3vpn-deviations-ATN-910C", "huawei-network-instance-deviations-ATN-910C")


@dataclass(frozen=True)
class Platform:
    """One published router: where its modules lie, and the deviations of our subset that stand for it."""

    folder: str
    deviations: tuple[str, ...]


PLATFORMS = (
    Platform("8.20.0/ne40e-x8x16", ()),
    Platform("8.20.10/ne40e-x8x16", NE40E),
    Platform("8.20.10/atn980b", ()),
    Platform("8.22.0/ne40e-x8x16", NE40E),
    Platform("8.22.0/atn-910c910d", ATN),
)


def vendor_folder() -> Path:
    """Where the genuine modules would be; whether they are is for the caller to see."""
    named = os.environ.get("EGRESSPAIR_VENDOR_YANG")
    return Path(named) if named else CHECKOUT.parent / "shared" / "yang" / "huawei"


def samples_folder() -> Path:
    """Documents with known verdicts, beside the genuine modules."""
    return vendor_folder().parent.parent / "samples"


def missing(platform: Platform) -> str | None:
    """None if the platform's modules are here, else the reason for a skip."""
    if (vendor_folder() / platform.folder / "capabilities.xml").is_file():
        return None
    return f"no genuine modules in {vendor_folder() / platform.folder} (EGRESSPAIR_VENDOR_YANG)"


@cache
def subset_model(deviations: tuple[str, ...] = ()) -> Any:
    """Our modules, compiled with these deviations."""
    return load_model(ModuleSet.of(YANG, "huawei-network-instance", "huawei-l3vpn", *deviations))


@cache
def genuine_modules(platform: Platform, roots: tuple[str, ...] = ("huawei-l3vpn",)) -> ModuleSet:
    """What the router's own hello says of some modules and all that they need; deviations without a file left out."""
    folder = vendor_folder() / platform.folder
    uris = [uri.text or "" for uri in etree.parse(folder / "capabilities.xml").iter("{*}capability")]

    def with_files(module: Module) -> Module:
        return replace(
            module, deviations=tuple(d for d in module.deviations if (folder / f"{d}.yang").exists())
        )

    return select_modules(map(with_files, advertised_modules(uris)), [folder], roots=roots)


@cache
def genuine_model(platform: Platform) -> Any:
    """The router's own modules, compiled with its deviations."""
    return load_model(genuine_modules(platform))


@cache
def undeviated_model(platform: Platform) -> Any:
    """The router's own modules without its deviations."""
    modules = genuine_modules(platform)
    plain = tuple(module for module in modules.implemented if "-deviations-" not in module.name)
    return load_model(ModuleSet(modules.folders, plain))


def judges() -> dict[str, Any]:
    """The models that every payload must satisfy, by name: ours, and the genuine ones if at hand."""
    models = {"subset NE40E": subset_model(NE40E), "subset ATN 910C": subset_model(ATN)}
    for platform in PLATFORMS:
        if platform.folder.startswith("8.22.0") and missing(platform) is None:
            models[f"genuine {platform.folder}"] = genuine_model(platform)
    return models
