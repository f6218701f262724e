"""What notifications say of running, and of whom."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from lxml import etree

from egresspair.netconf.change_events import (
    ChangedBy,
    ChangeEvent,
    ConfirmEvent,
    Edit,
    change_event,
    ends_subscription,
)
from egresspair.netconf.notification import Notification
from yang.models import vendor_folder

NS = "urn:ietf:params:xml:ns:netconf:notification:1.0"
IETF = "urn:ietf:params:xml:ns:yang:ietf-netconf-notifications"
HUAWEI = "urn:huawei:yang:huawei-cfg-notification"
AT = datetime(2026, 11, 26, 11, 36, 40, tzinfo=UTC)
SESSION = "<username>root</username><session-id>3</session-id><source-host>192.0.2.9</source-host>"
ROOT = ChangedBy(username="root", session_id="3", source_host="192.0.2.9")
TARGET = "/ni:network-instance/ni:instances/ni:instance[ni:name='vpna']"
NI = 'xmlns:ni="urn:huawei:yang:huawei-network-instance"'
EDIT = f"<edit><target {NI}>{TARGET}</target><operation>{{}}</operation></edit>"
GENUINE = vendor_folder() / "8.22.0/ne40e-x8x16/huawei-cfg-notification.yang"


def event(name: str, inside: str, namespace: str = IETF) -> ChangeEvent | None:
    document = (
        f'<notification xmlns="{NS}"><eventTime>2026-11-26T11:36:40Z</eventTime>'
        f'<{name} xmlns="{namespace}">{inside}</{name}></notification>'
    )
    return change_event(Notification.read(document.encode()))


def test_a_change_names_who_and_what() -> None:
    edits = EDIT.format("create") + EDIT.format("delete")
    found = event("netconf-config-change", f"<changed-by>{SESSION}</changed-by>{edits}")
    assert found == ChangeEvent(
        "netconf-config-change", ROOT, (Edit(TARGET, "create"), Edit(TARGET, "delete")), happened_at=AT
    )
    assert str(found.by) == "user root, session 3, from 192.0.2.9"
    assert not found.is_rollback


def test_the_server_may_be_the_one() -> None:
    found = event("netconf-config-change", "<changed-by><server/></changed-by><datastore>running</datastore>")
    assert found is not None
    assert found.by == ChangedBy(server=True)
    assert str(found.by) == "the router itself"


def test_startup_is_not_running() -> None:
    inside = f"<changed-by>{SESSION}</changed-by><datastore>startup</datastore>"
    assert event("netconf-config-change", inside) is None


@pytest.mark.parametrize("inside", ["", "<changed-by/>", "<edit/>", "<changed-by><unknown/></changed-by>"])
def test_what_is_missing_is_empty(inside: str) -> None:
    found = event("netconf-config-change", inside)
    assert found is not None
    assert found.by == ChangedBy()
    assert str(found.by) == ""


@pytest.mark.parametrize(
    ("word", "confirm", "rollback"),
    [
        ("start", ConfirmEvent.START, False),
        ("extend", ConfirmEvent.EXTEND, False),
        ("complete", ConfirmEvent.COMPLETE, False),
        ("cancel", ConfirmEvent.CANCEL, True),
    ],
)
def test_a_confirmed_commit_and_its_end(word: str, confirm: ConfirmEvent, *, rollback: bool) -> None:
    found = event("netconf-confirmed-commit", f"{SESSION}<confirm-event>{word}</confirm-event>")
    assert found == ChangeEvent("netconf-confirmed-commit", ROOT, confirm=confirm, happened_at=AT)
    assert found.is_rollback == rollback


def test_a_timeout_is_of_the_server() -> None:
    found = event("netconf-confirmed-commit", "<confirm-event>timeout</confirm-event>")
    assert found is not None
    assert found.is_rollback
    assert found.by == ChangedBy(server=True)


def test_an_unknown_end_may_be_a_change() -> None:
    found = event("netconf-confirmed-commit", "<confirm-event>reconsidered</confirm-event>")
    assert found is not None
    assert found.confirm is None


def test_vrp_numbers_its_changes() -> None:
    inside = (
        "<current-config-change-sequence-index>7</current-config-change-sequence-index>"
        "<flow-id-terminal>cli</flow-id-terminal>"
    )
    found = event("running-config-change", inside, HUAWEI)
    assert found == ChangeEvent("running-config-change", ChangedBy(terminal="cli"), happened_at=AT)
    assert str(found.by) == "over cli"


@pytest.mark.vendor
@pytest.mark.skipif(not GENUINE.exists(), reason="the genuine modules are not here")
def test_the_vendor_spells_it_so() -> None:
    text = GENUINE.read_text(encoding="utf-8")
    assert f'namespace "{HUAWEI}"' in text
    assert "notification running-config-change {" in text
    assert "leaf flow-id-terminal {" in text


@pytest.mark.parametrize(
    ("name", "namespace"),
    [
        ("netconf-session-start", IETF),
        ("netconf-config-change", "urn:example:other"),
        ("running-config-change", IETF),
        ("hwCfgChgNotify", "urn:huawei:yang:huawei-other"),
    ],
)
def test_anything_else_is_ignored(name: str, namespace: str) -> None:
    assert event(name, SESSION, namespace) is None


def test_what_cannot_be_read_may_be_a_change() -> None:
    for raw in (b"<notification", f'<notification xmlns="{NS}"/>'.encode()):
        found = change_event(Notification.read(raw))
        assert found is not None
        assert found.name == "unreadable"


@pytest.mark.parametrize("namespace", [NS, "urn:ietf:params:xml:ns:netmod:notification"])
def test_a_subscription_may_end(namespace: str) -> None:
    root = etree.Element(f"{{{NS}}}notification")
    etree.SubElement(root, f"{{{namespace}}}notificationComplete")
    assert ends_subscription(Notification.read(etree.tostring(root)))
    assert change_event(Notification.read(etree.tostring(root))) is None
