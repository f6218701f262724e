"""edit-config: operations, options, tags and paths of errors (RFC 6241, section 7.2; RFC 7950, 8.3)."""

from __future__ import annotations

import pytest

from egresspair.lab import NE40E, Device, Lab, Profile

from .client import BASE, L3VPN, NI, NS, Client, session
from .documents import COMMIT, edit, get_config, raw_edit, top, vpn

AF = (
    "/ni:network-instance/ni:instances/ni:instance[ni:name='{}']"
    "/l3vpn:afs/l3vpn:af[l3vpn:type='ipv4-unicast']"
)


def labels(client: Client, store: str = "candidate") -> dict[str, str]:
    """VPN name to static label."""
    reply = client.call(get_config(store))
    found = reply.iterfind(".//ni:instance", NS)
    return {
        instance.findtext("ni:name", "", NS): instance.findtext(".//l3vpn:static-label", "", NS)
        for instance in found
        if instance.findtext("ni:name", "", NS) != "_public_"
    }


def test_merge_creates_and_changes(client: Client) -> None:
    client.ok(edit(vpn(label=100)))
    client.ok(edit(vpn(rd="", label=200), vpn("vpn2", rd="1:2")))
    assert labels(client) == {"vpn1": "200", "vpn2": ""}
    assert labels(client, "running") == {}


def test_a_commit_makes_it_running(client: Client, device: Device) -> None:
    client.ok(edit(vpn(label=100)))
    client.ok(COMMIT)
    assert labels(client, "running") == {"vpn1": "100"}
    assert device.running == device.candidate
    assert b"vpn1" not in device.startup


def test_create_of_what_exists_is_data_exists(client: Client) -> None:
    client.ok(edit(vpn(operation="create")))
    ((tag, path),) = client.errors(edit(vpn(operation="create")))
    assert (tag, path) == ("data-exists", "/ni:network-instance/ni:instances/ni:instance[ni:name='vpn1']")


def test_delete_of_what_does_not_exist_is_data_missing(client: Client) -> None:
    client.ok(edit(vpn()))
    label = '<static-label nc:operation="{}"/>'
    assert client.errors(edit(vpn(rd="", extra=label.format("delete")))) == [
        ("data-missing", AF.format("vpn1") + "/l3vpn:static-label")
    ]
    client.ok(edit(vpn(rd="", extra=label.format("remove"))))


@pytest.mark.parametrize("operation", ["delete", "remove"])
def test_an_instance_goes_whole(client: Client, operation: str) -> None:
    client.ok(edit(vpn(label=100), vpn("vpn2", rd="1:2")))
    client.ok(edit(f'<instance nc:operation="{operation}"><name>vpn1</name></instance>'))
    assert labels(client) == {"vpn2": ""}


def test_replace_drops_what_is_not_said(client: Client) -> None:
    client.ok(edit(vpn(label=100)))
    client.ok(edit(vpn(operation="replace")))
    assert labels(client) == {"vpn1": ""}


def test_default_operation_replace_leaves_only_what_the_system_makes(client: Client) -> None:
    client.ok(edit(vpn(label=100)))
    client.ok(edit(vpn("vpn2", rd="1:2"), options="<default-operation>replace</default-operation>"))
    assert labels(client) == {"vpn2": ""}
    assert client.call(get_config("candidate")).xpath("//ni:name[.='_public_']", namespaces=NS)


def test_default_operation_none_changes_only_what_has_an_operation(client: Client) -> None:
    none = "<default-operation>none</default-operation>"
    client.ok(edit(vpn(label=100)))
    change = '<static-label nc:operation="merge">200</static-label>'
    client.ok(edit(vpn(rd="", extra=change), options=none))
    assert labels(client) == {"vpn1": "200"}
    assert client.error(edit(vpn("nobody", rd="", extra=change), options=none)) == "data-missing"


@pytest.mark.parametrize("label", ["15", "32784", "99999", "-1", "abc", "", "4294967296", "1e3"])
def test_a_value_outside_the_type_is_invalid_value(client: Client, label: str) -> None:
    extra = f"<static-label>{label}</static-label>"
    assert client.errors(edit(vpn(extra=extra))) == [
        ("invalid-value", AF.format("vpn1") + "/l3vpn:static-label")
    ]
    assert labels(client) == {}


@pytest.mark.parametrize("label", ["16", "32783", "+100", " 100 ", "\n100\n"])
def test_a_value_of_the_type_is_taken_in_canonical_form(client: Client, label: str) -> None:
    client.ok(edit(vpn(extra=f"<static-label>{label}</static-label>")))
    assert labels(client) == {"vpn1": str(int(label))}


@pytest.mark.parametrize(
    ("config", "tag"),
    [
        (top("<instance><name>a</name><colour>red</colour></instance>"), "unknown-element"),
        (top("<instance><name>a</name><afs/></instance>"), "unknown-element"),
        (top('<instance><name>a</name><afs xmlns="urn:nobody"/></instance>'), "unknown-namespace"),
        ("<network-instance/>", "unknown-namespace"),
        (top("<instance><description>no key</description></instance>"), "missing-element"),
        (top("<instance><name>a</name><name>b</name></instance>"), "bad-element"),
        (top("<instance><name>a</name><vrf-id>3</vrf-id></instance>"), "invalid-value"),
        (top(vpn(extra="<vpn-frr>true</vpn-frr><vpn-frr>false</vpn-frr>")), "bad-element"),
        (top(vpn(operation="frobnicate")), "bad-attribute"),
        (top("<instance>stray text<name>a</name></instance>"), "bad-element"),
        (top(vpn(extra="<static-label><deep/></static-label>")), "unknown-element"),
        (top(vpn(rd="", label=100)), "unknown-element"),
        (top(vpn(label=100, extra="<label-mode>per-route</label-mode>")), "unknown-element"),
    ],
)  # fmt: skip
def test_what_does_not_fit_the_model_is_refused(
    client: Client, device: Device, config: str, tag: str
) -> None:
    before = device.candidate
    assert client.error(raw_edit(config)) == tag
    assert device.candidate == before


def test_the_static_label_vanishes_with_its_condition(client: Client) -> None:
    client.ok(edit(vpn(label=100)))
    client.ok(edit(vpn(rd="", extra="<label-mode>per-route</label-mode>")))
    assert labels(client) == {"vpn1": ""}


def test_the_system_instance_stays(client: Client, device: Device) -> None:
    gone = '<instance nc:operation="delete"><name>_public_</name></instance>'
    assert client.error(edit(gone)) == "operation-failed"
    client.ok(raw_edit(f'<network-instance xmlns="{NI}" xmlns:nc="{BASE}" nc:operation="delete"/>'))
    client.ok(COMMIT)
    assert b"_public_" in device.running


def test_a_route_distinguisher_is_not_modified(client: Client) -> None:
    client.ok(edit(vpn()))
    client.ok(COMMIT)
    change = edit(vpn(rd="9:9"), options="<test-option>set</test-option>")
    client.ok(change)
    assert client.errors(COMMIT) == [("operation-failed", AF.format("vpn1") + "/l3vpn:route-distinguisher")]


class TestErrorOption:
    """What remains after an error in the middle; only test-option set can leave a part."""

    GOOD_BAD_GOOD = (
        vpn("a", rd="1:1", label=100),
        vpn("b", rd="1:2", label=1),
        vpn("c", rd="1:3", label=300),
    )

    def edited(self, client: Client, error_option: str, test_option: str) -> dict[str, str]:
        options = f"<test-option>{test_option}</test-option><error-option>{error_option}</error-option>"
        assert client.error(edit(*self.GOOD_BAD_GOOD, options=options)) == "invalid-value"
        return {name: label for name, label in labels(client).items() if label}

    def test_stop(self, client: Client) -> None:
        assert self.edited(client, "stop-on-error", "set") == {"a": "100"}

    def test_continue(self, client: Client) -> None:
        assert self.edited(client, "continue-on-error", "set") == {"a": "100", "c": "300"}

    def test_rollback(self, client: Client) -> None:
        assert self.edited(client, "rollback-on-error", "set") == {}

    def test_a_test_before_the_set_leaves_nothing(self, client: Client) -> None:
        assert self.edited(client, "stop-on-error", "test-then-set") == {}


def test_test_only_changes_nothing(client: Client, device: Device) -> None:
    before = device.candidate
    client.ok(edit(vpn(label=100), options="<test-option>test-only</test-option>"))
    assert device.candidate == before


def test_all_errors_are_told_when_going_on(client: Client) -> None:
    wrong = edit(
        vpn("a", label=1), vpn("b", label=2), options="<error-option>continue-on-error</error-option>"
    )
    assert [tag for tag, _ in client.errors(wrong)] == ["invalid-value", "invalid-value"]


@pytest.mark.parametrize(
    ("operation", "tag"),
    [
        ("<edit-config><config/></edit-config>", "missing-element"),
        ("<edit-config><target><candidate/></target></edit-config>", "missing-element"),
        ("<edit-config><target/><config/></edit-config>", "missing-element"),
        ("<edit-config><target><running/></target><config/></edit-config>", "invalid-value"),
        ("<edit-config><target><nowhere/></target><config/></edit-config>", "unknown-element"),
        (edit(options="<default-operation>destroy</default-operation>"), "invalid-value"),
        (edit(options="<test-option>never</test-option>"), "invalid-value"),
        (edit(options="<error-option>ignore</error-option>"), "invalid-value"),
        (edit(options="<colour/>"), "unknown-element"),
    ],
)
def test_bad_parameters_are_refused(client: Client, operation: str, tag: str) -> None:
    assert client.error(operation) == tag


def test_the_error_path_has_its_prefixes_declared(client: Client) -> None:
    reply = client.call(edit(vpn(label=1)))
    path = reply.find(".//nc:error-path", NS)
    assert path is not None
    assert path.nsmap["ni"] == NI
    assert path.nsmap["l3vpn"] == L3VPN
    assert reply.findtext(".//nc:error-severity", "", NS) == "error"


def test_a_server_that_reports_defaults_counts_them_as_there(client: Client) -> None:
    client.ok(edit(vpn()))
    mode = '<label-mode nc:operation="{}">per-instance</label-mode>'
    assert client.error(edit(vpn(rd="", extra=mode.format("create")))) == "data-exists"
    client.ok(edit(vpn(rd="", extra=mode.format("delete"))))
    assert client.error(edit(vpn(rd="", extra='<static-label nc:operation="delete"/>'))) == "data-missing"


def test_one_that_reports_what_was_set_does_not() -> None:
    profile = Profile("explicit", deviations=NE40E.deviations, basic_mode="explicit")
    with Lab(["master"], profile=profile) as lab, session(lab["master"]) as client:
        client.ok(edit(vpn()))
        mode = '<label-mode nc:operation="{}">per-instance</label-mode>'
        assert client.error(edit(vpn(rd="", extra=mode.format("delete")))) == "data-missing"
        client.ok(edit(vpn(rd="", extra=mode.format("create"))))
