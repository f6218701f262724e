"""The Python models and the YANG module egress-protection give the same verdict."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from yangson import DataModel
from yangson.exceptions import YangsonException

from egresspair._resources import yang_dir
from egresspair.errors import IntentError
from egresspair.intent import Intent, dump_intent, parse_intent

from .strategies import edge_vpn_ids, intents, module_values

NAMESPACE = "urn:egresspair:yang:egress-protection"


@cache
def model() -> DataModel:
    module = {
        "name": "egress-protection",
        "revision": "2026-11-22",
        "namespace": NAMESPACE,
        "conformance-type": "implement",
    }
    library = {"ietf-yang-library:modules-state": {"module-set-id": "1", "module": [module]}}
    return DataModel(json.dumps(library), [str(yang_dir())])


def yang_verdict(document: dict[str, Any]) -> str:
    """Empty if the module takes the document, else why not."""
    try:
        model().from_raw(document).validate()
    except YangsonException as error:
        return f"{type(error).__name__}: {error}"
    return ""


def our_verdict(document: dict[str, Any]) -> str:
    """Empty if the loader takes the document, else why not."""
    try:
        parse_intent(json.dumps(document), format="rfc7951-json")
    except IntentError as error:
        return str(error)
    return ""


def agree(document: dict[str, Any]) -> None:
    yang, ours = yang_verdict(document), our_verdict(document)
    assert bool(yang) == bool(ours), f"YANG: {yang or 'valid'}\nmodels: {ours or 'valid'}\n{document}"


@settings(deadline=None)
@given(intents)
def test_what_the_models_take_is_valid_yang(intent: Intent) -> None:
    document = json.loads(dump_intent(intent, "rfc7951-json"))
    assert yang_verdict(document) == ""


@settings(deadline=None, max_examples=600, suppress_health_check=[HealthCheck.too_slow])
@given(module_values())
def test_models_and_module_agree_on_intents(values: dict[str, Any]) -> None:
    agree({"egress-protection:intent": values})


@settings(deadline=None, max_examples=600)
@given(edge_vpn_ids, st.sampled_from(["route-distinguisher", "vpn-targets"]))
def test_models_and_module_agree_on_rds_and_targets(text: str, field: str) -> None:
    held = {"master": text, "backup": "200:1"} if field == "route-distinguisher" else {"import": [text]}
    vpn = {"name": "v", "static-label": "auto", field: held}
    routers = {"pair": "p", "master": "a", "backup": "b"}
    agree({"egress-protection:intent": {**routers, "vpn-instance": [vpn]}})


ROUTERS = {"pair": "p", "master": "a", "backup": "b"}
V = {"name": "v", "static-label": 2001}
W = {"name": "w", "static-label": 2002}


def targets(*texts: str) -> dict[str, Any]:
    return {**V, "vpn-targets": {"export": list(texts)}}


@pytest.mark.parametrize(
    "values",
    [
        {**ROUTERS, "vpn-instance": [V, W]},
        {**ROUTERS, "core-asbr": "c", "csg": "d", "vpn-instance": [V]},
        {**ROUTERS, "vpn-instance": [{**V, "static-label": "auto"}, {**W, "static-label": "auto"}]},
        {**ROUTERS, "vpn-instance": [targets("0.1:3", "1:3", "1.0:3", "65537:3")]},
        {**ROUTERS, "vpn-instance": [targets("1.2.3.4:5", "200:1")]},
    ],
)
def test_both_take_what_is_sound(values: dict[str, Any]) -> None:
    document = {"egress-protection:intent": values}
    assert (yang_verdict(document), our_verdict(document)) == ("", "")


@pytest.mark.parametrize(
    ("values", "yang", "ours"),
    [
        ({**ROUTERS, "backup": "a", "vpn-instance": [V]}, "One router", "'a' is already"),
        ({**ROUTERS, "core-asbr": "a", "vpn-instance": [V]}, "two roles", "'a' is already"),
        ({**ROUTERS, "core-asbr": "c", "csg": "c", "vpn-instance": [V]}, "two roles", "'c' is already"),
        ({**ROUTERS, "csg": "b", "vpn-instance": [V]}, "two roles", "'b' is already"),
        (
            {**ROUTERS, "vpn-instance": [V, {**W, "static-label": 2001}]},
            "same label",
            "label 2001 is already",
        ),
        ({**ROUTERS, "vpn-instance": [V, {**W, "name": "v"}]}, "non-unique-key", "'v' is already"),
        ({**ROUTERS, "vpn-instance": []}, "too-few-elements", "holds no VPN instance"),
        ({**ROUTERS, "vpn-instance": [{**V, "vpn-targets": {}}]}, "No VPN target", "holds no VPN target"),
        ({**ROUTERS, "vpn-instance": [targets("1.1:3", "65537:3")]}, "listed twice", "65537:3 is already"),
        ({**ROUTERS, "vpn-instance": [targets("65535.65535:3", "4294967295:3")]}, "twice", "is already"),
        ({**ROUTERS, "vpn-instance": [targets("1:3", "1:3")]}, "repeated-leaf-list-value", "is already"),
        (
            {**ROUTERS, "protected-host-route": ["192.0.2.1", "192.0.2.1/32"], "vpn-instance": [V]},
            "listed twice",
            "192.0.2.1/32 is already",
        ),
    ],
)
def test_both_refuse_what_breaks_a_rule(values: dict[str, Any], yang: str, ours: str) -> None:
    document = {"egress-protection:intent": values}
    assert yang in yang_verdict(document)
    assert ours in our_verdict(document)
