"""The intent as Python builds it."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from hypothesis import given
from pydantic import ValidationError

from egresspair.intent import Intent, Role, RouteDistinguisher, VpnInstance, parse_intent

from .strategies import intents

VPN: dict[str, Any] = {"name": "vpna", "static_label": 2001, "route_distinguisher": "200:1"}
VALUES: dict[str, Any] = {"pair": "metro-7", "master": "masg-1", "backup": "masg-2", "vpn_instances": [VPN]}


def make(**changes: Any) -> Intent:
    return Intent.model_validate(VALUES | changes)


def test_one_route_distinguisher_stands_for_both_routers() -> None:
    intent = make()
    assert intent.route_distinguisher("vpna", Role.MASTER) == RouteDistinguisher("200:1")
    assert intent.route_distinguisher("vpna", Role.BACKUP) == RouteDistinguisher("200:1")


def test_each_router_has_its_own() -> None:
    intent = make(vpn_instances=[VPN | {"route_distinguisher": {"master": "200:1", "backup": "200:2"}}])
    assert [str(intent.route_distinguisher("vpna", role)) for role in Role] == ["200:1", "200:2"]
    assert [intent.router(role) for role in Role] == ["masg-1", "masg-2"]


def test_what_was_not_given_is_none() -> None:
    intent = make(vpn_instances=[{"name": "vpna", "static_label": "auto"}])
    assert intent.route_distinguisher("vpna", Role.MASTER) is None
    assert intent.vpn_instance("vpna").vpn_targets is None
    with pytest.raises(KeyError):
        intent.vpn_instance("vpnb")


def test_nothing_can_be_changed() -> None:
    intent = make()
    with pytest.raises(ValidationError):
        intent.master = "masg-3"  # type: ignore[misc]  # frozen
    with pytest.raises(ValidationError):
        intent.vpn_instances[0].static_label = 1  # type: ignore[misc]  # frozen


@pytest.mark.parametrize("label", [True, 2001.0, "2001", "0x7d1", None, b"2001", 15, 1048576])
def test_a_label_is_a_number_in_range_or_auto(label: object) -> None:
    with pytest.raises(ValidationError, match="static_label"):
        VpnInstance.model_validate({"name": "vpna", "static_label": label})


def test_rules_hold_for_python_too() -> None:
    with pytest.raises(ValidationError, match="'masg-1' is already master"):
        make(backup="masg-1")
    with pytest.raises(ValidationError, match=r"label 2001 is already vpn_instances\[0\].static_label"):
        make(vpn_instances=[VPN, VPN | {"name": "vpnb"}])


def test_values_may_be_built_beforehand() -> None:
    rd = RouteDistinguisher("200:1")
    assert make(vpn_instances=[VPN | {"route_distinguisher": rd}]) == make()
    with pytest.raises(ValidationError, match=r"route_distinguisher\.master\n.*valid string"):
        make(vpn_instances=[VPN | {"route_distinguisher": {"master": 200, "backup": rd}}])


def test_auto_may_stand_twice() -> None:
    vpns = [{"name": name, "static_label": "auto"} for name in ("vpna", "vpnb")]
    assert len(make(vpn_instances=vpns).vpn_instances) == 2


def test_a_bare_host_address_is_its_32() -> None:
    assert make(protected_host_routes=["192.0.2.5"]).protected_host_routes == ("192.0.2.5/32",)


@given(intents)
def test_an_intent_survives_pickling(intent: Intent) -> None:
    assert pickle.loads(pickle.dumps(intent)) == intent  # noqa: S301  # our own octets


def test_html_is_escaped() -> None:
    html = make(pair="<b>", vpn_instances=[VPN | {"name": "<i>"}])._repr_html_()
    assert "<b>" not in html
    assert "&lt;b&gt;" in html
    assert "&lt;i&gt;" in html
    assert "200:1" in html


def test_json_schema_describes_an_intent_for_editors() -> None:
    schema = Intent.model_json_schema()
    assert set(schema["required"]) == {"pair", "master", "backup", "vpn_instances"}


def test_equal_values_have_one_digest_however_written() -> None:
    text = "backup: masg-2\nvpn_instances: [{route_distinguisher: 1.1:3, static_label: 2001, name: vpna}]\n"
    written = parse_intent(f"# mine\n{text}master: masg-1\npair: metro-7\n")
    built = make(vpn_instances=[VPN | {"route_distinguisher": "65537:3"}])
    assert written == built
    assert written.digest == built.digest


def test_the_order_of_lists_does_not_matter_to_the_digest() -> None:
    other = {"name": "vpnb", "static_label": 2002, "vpn_targets": {"import": ["1:1", "1:2"]}}
    turned = {"name": "vpnb", "static_label": 2002, "vpn_targets": {"import": ["1:2", "1:1"]}}
    assert make(vpn_instances=[VPN, other]).digest == make(vpn_instances=[turned, VPN]).digest


@pytest.mark.parametrize(
    "changes",
    [
        {"pair": "metro-8"},
        {"master": "masg-2", "backup": "masg-1"},
        {"csg": "csg-1"},
        {"protected_host_routes": ["192.0.2.5"]},
        {"vpn_instances": [VPN | {"static_label": 2002}]},
        {"vpn_instances": [VPN | {"route_distinguisher": {"master": "200:1", "backup": "200:2"}}]},
    ],
)
def test_whatever_is_different_has_another_digest(changes: dict[str, Any]) -> None:
    assert make(**changes).digest != make().digest


def test_the_digest_stays_what_it_was() -> None:
    assert make().digest == "6c9889bd9070d1559db08c4cf5f5780590a03f047917749b1104d346ae327ff7"
