"""Payloads without a router."""

from __future__ import annotations

import pytest
from lxml import etree

import egresspair as ep
from egresspair.errors import PlanError, UsageError
from yang.documents import L3VPN, NETCONF, NI, vpn_document

VPN = {"name": "vpna", "static_label": 2001, "route_distinguisher": {"master": "1:1", "backup": "1:2"}}
OPERATION = f"{{{NETCONF}}}operation"


def intent(**changes: object) -> ep.Intent:
    pair = {"pair": "metro-7", "master": "masg-1", "backup": "masg-2"}
    return ep.Intent.model_validate({**pair, "vpn_instances": [{**VPN, **changes}]})


def operations(payload: ep.Payload) -> set[str]:
    return {
        str(value)
        for element in etree.fromstring(str(payload)).iter()
        if (value := element.get(OPERATION)) is not None
    }


def labelled(rd: str) -> bytes:
    return etree.tostring(
        vpn_document({"route-distinguisher": rd, "label-mode": "per-instance", "static-label": "2001"})
    )


def test_without_a_running_configuration_everything_is_merged() -> None:
    payloads = ep.render(intent(vpn_targets={"import": ["1:1"]}))
    assert list(payloads) == ["masg-1", "masg-2"]
    assert operations(payloads["masg-1"]) == {"merge"}
    assert [payload.inverse for payload in payloads.values()] == [None, None]
    assert "1:2" in str(payloads["masg-2"])


def test_without_routers_nothing_can_be_chosen() -> None:
    with pytest.raises(PlanError, match="which label 'auto' is for vpna depends on what is free") as caught:
        ep.render(intent(static_label="auto"))
    assert [problem.field for problem in caught.value.problems] == ["vpn_instances[0].static_label"]
    assert "give the label as a number" in str(caught.value)


def test_a_label_that_both_hold_is_kept_without_looking_further() -> None:
    running = {"masg-1": labelled("1:1"), "masg-2": labelled("1:2")}
    payloads = ep.render(intent(static_label="auto"), running=running)
    assert [payload.edit_config for payload in payloads.values()] == [None, None]


def test_a_router_that_holds_it_gets_nothing() -> None:
    payloads = ep.render(intent(), running={"masg-1": labelled("1:1"), "masg-2": b"<config/>"})
    assert payloads["masg-1"] == ep.Payload(None, None)
    assert str(payloads["masg-1"]) == ""
    assert payloads["masg-1"].to_dict() == {}
    assert operations(payloads["masg-2"]) == {"create"}


def test_running_may_be_a_text() -> None:
    texts = {"masg-1": labelled("1:1").decode(), "masg-2": labelled("1:2").decode()}
    assert [payload.edit_config for payload in ep.render(intent(), running=texts).values()] == [None, None]


def test_a_removal() -> None:
    running = {"masg-1": labelled("1:1"), "masg-2": labelled("1:2")}
    payloads = ep.render(intent(), running=running, action="remove")
    assert operations(payloads["masg-1"]) == {"remove"}
    assert operations(ep.Payload(payloads["masg-1"].inverse)) == {"create"}


def test_a_payload_as_plain_values() -> None:
    payload = ep.render(intent())["masg-1"].to_dict()
    instance = payload["edit-config"]["config"]["network-instance"]["instances"]["instance"]
    assert instance["afs"]["af"]["static-label"] == "2001"


def test_namespaces_are_those_of_the_modules() -> None:
    root = etree.fromstring(str(ep.render(intent())["masg-1"]))
    used = {etree.QName(element).namespace for element in root.iter()}
    assert used == {NETCONF, NI, L3VPN}


def test_what_to_remove_is_not_guessed() -> None:
    with pytest.raises(UsageError, match="not known without the running configurations"):
        ep.render(intent(), action="remove")


@pytest.mark.parametrize("action", ["undo", "protcet"])
@pytest.mark.parametrize("running", [None, {"masg-1": b"<config/>", "masg-2": b"<config/>"}])
def test_another_action_is_an_error(action: str, running: dict[str, bytes] | None) -> None:
    with pytest.raises(UsageError, match=action):
        ep.render(intent(), running=running, action=action)


def test_a_running_configuration_that_is_missing_is_named() -> None:
    with pytest.raises(UsageError) as caught:
        ep.render(intent(), running={"masg-1": b"<config/>"})
    assert caught.value.where == "masg-2"


def test_a_running_configuration_that_is_not_xml_is_named() -> None:
    with pytest.raises(UsageError, match="is not XML") as caught:
        ep.render(intent(), running={"masg-1": b"<config/>", "masg-2": b"<config>"})
    assert caught.value.where == "masg-2"


@pytest.mark.parametrize("entity", ['"2001"', 'SYSTEM "file:///etc/hostname"'])
def test_a_running_configuration_with_entities_is_refused(entity: str) -> None:
    document = f"<!DOCTYPE config [<!ENTITY x {entity}>]>".encode()
    evil = document + labelled("1:1").replace(b">2001<", b">&x;<")
    with pytest.raises(UsageError, match="document type"):
        ep.render(intent(), running={"masg-1": evil, "masg-2": labelled("1:2")})


def test_a_value_that_no_router_can_have_is_an_error_of_that_router() -> None:
    bad = labelled("1:2").replace(b"2001", b"two")
    with pytest.raises(PlanError, match="masg-2"):
        ep.render(intent(), running={"masg-1": labelled("1:1"), "masg-2": bad})


def test_obstacles_are_found_without_a_router_too() -> None:
    with pytest.raises(PlanError, match="has no route distinguisher"):
        ep.render(intent(route_distinguisher=None))
    with pytest.raises(PlanError, match="never modified"):
        ep.render(intent(), running={"masg-1": labelled("9:9"), "masg-2": labelled("1:2")})


def test_an_unknown_platform_is_an_error() -> None:
    with pytest.raises(UsageError, match="acme"):
        ep.render(intent(), platform="acme")
