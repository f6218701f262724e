"""Locks, commits, validation, copies, and the ends of sessions (RFC 6241, sections 7 and 8)."""

from __future__ import annotations

import pytest

from egresspair.lab import Device, Lab, RpcFailed

from .client import NS, Client, EndOfSession, session
from .documents import COMMIT, DISCARD, LOCK, SAVE, UNLOCK, VALIDATE, confirmed, edit, get_config, top, vpn

STORES = ("running", "candidate", "startup")


@pytest.mark.parametrize("store", STORES)
def test_a_lock_has_one_holder(client: Client, other: Client, device: Device, store: str) -> None:
    client.ok(LOCK.format(store))
    assert device.locks == {store: client.session_id}
    reply = other.call(LOCK.format(store))
    assert reply.findtext(".//nc:error-tag", "", NS) == "lock-denied"
    assert reply.findtext(".//nc:error-info/nc:session-id", "", NS) == str(client.session_id)
    assert client.error(LOCK.format(store)) == "lock-denied"
    assert other.error(UNLOCK.format(store)) == "operation-failed"
    client.ok(UNLOCK.format(store))
    assert client.error(UNLOCK.format(store)) == "operation-failed"
    other.ok(LOCK.format(store))


def test_a_dirty_candidate_is_not_locked(client: Client, other: Client) -> None:
    client.ok(edit(vpn()))
    assert other.error(LOCK.format("candidate")) == "operation-failed"
    assert client.error(LOCK.format("candidate")) == "operation-failed"
    client.ok(DISCARD)
    other.ok(LOCK.format("candidate"))


def test_another_sessions_locks_keep_writers_out(client: Client, other: Client, device: Device) -> None:
    other.ok(LOCK.format("candidate"))
    assert client.error(edit(vpn())) == "in-use"
    assert client.error(COMMIT) == "in-use"
    assert client.error(DISCARD) == "in-use"
    other.ok(UNLOCK.format("candidate"))
    other.ok(LOCK.format("running"))
    client.ok(edit(vpn()))
    assert client.error(COMMIT) == "in-use"
    other.ok(LOCK.format("startup"))
    assert client.error(SAVE) == "in-use"
    with pytest.raises(RpcFailed, match="in-use"):
        device.edit_as_other(top(vpn("x")).encode())
    device.edit_as_other(top(vpn("x")).encode(), force=True)
    assert b"<name>x</name>" in device.running


def test_the_end_of_a_session_frees_locks_and_discards_locked_edits(
    client: Client, other: Client, device: Device
) -> None:
    other.ok(LOCK.format("running"))
    other.ok(LOCK.format("candidate"))
    other.ok(edit(vpn()))
    other.close()
    device.wait_for(lambda d: not d.locks)
    assert device.candidate == device.running
    client.ok(LOCK.format("candidate"))


def test_unlocked_edits_outlive_their_session_in_a_shared_candidate(other: Client, device: Device) -> None:
    other.ok(edit(vpn()))
    ended = other.session_id
    other.close()
    device.wait_for(lambda d: ended not in d.sessions)
    assert b"vpn1" in device.candidate


def test_close_session_answers_and_ends(client: Client, device: Device) -> None:
    client.ok("<close-session/>")
    with pytest.raises(EndOfSession):
        client.receive()
    assert device.sessions == ()


def test_kill_session(client: Client, other: Client, device: Device) -> None:
    other.ok(LOCK.format("running"))
    kill = f"<kill-session><session-id>{other.session_id}</session-id></kill-session>"
    client.ok(kill)
    assert device.locks == {}
    with pytest.raises(EndOfSession):
        other.receive()
    assert client.error(kill) == "invalid-value"
    assert client.error(kill.replace(str(other.session_id), str(client.session_id))) == "invalid-value"
    assert client.error("<kill-session/>") == "missing-element"


def test_killing_the_issuer_rolls_a_confirmed_commit_back(
    client: Client, other: Client, device: Device
) -> None:
    before = device.running
    other.ok(edit(vpn()))
    other.ok(confirmed(60))
    client.ok(f"<kill-session><session-id>{other.session_id}</session-id></kill-session>")
    assert device.running == before


def test_validate(client: Client) -> None:
    client.ok(VALIDATE)
    client.ok("<validate><source><running/></source></validate>")
    assert client.error("<validate/>") == "missing-element"
    crowd = "".join(
        f"<vpn-target><value>1:{i}</value><type>export-extcommunity</type></vpn-target>" for i in range(3)
    )
    client.ok(
        f"<validate><source><config>{top(vpn(extra=f'<vpn-targets>{crowd}</vpn-targets>'))}</config></source></validate>"
    )
    assert (
        client.error(f"<validate><source><config>{top(vpn(label=1))}</config></source></validate>")
        == "invalid-value"
    )


def test_an_invalid_candidate_is_neither_valid_nor_committed(client: Client, device: Device) -> None:
    before = device.running
    client.ok(
        edit(vpn(extra="<lsp-operation>pop-go</lsp-operation>"), options="<test-option>set</test-option>")
    )
    assert client.error(VALIDATE) == "operation-failed"
    assert client.error(COMMIT) == "operation-failed"
    assert client.error(confirmed(60)) == "operation-failed"
    assert not device.pending
    assert device.running == before
    client.ok(DISCARD)


def test_test_then_set_refuses_what_would_not_be_valid(client: Client, device: Device) -> None:
    wrong = vpn(extra="<lsp-operation>pop-go</lsp-operation>")
    assert client.error(edit(wrong)) == "operation-failed"
    assert device.candidate == device.running


def test_save_to_startup_survives_a_restart_and_running_does_not(client: Client, device: Device) -> None:
    client.ok(edit(vpn("saved", rd="1:1")))
    client.ok(COMMIT)
    client.ok(SAVE)
    client.ok(edit(vpn("unsaved", rd="1:2")))
    client.ok(COMMIT)
    port, key = device.port, device.host_key
    device.stop()
    device.start()
    assert (device.port, device.host_key) == (port, key)
    with session(device) as again:
        reply = etree_text(again, "running")
    assert "saved" in reply
    assert "unsaved" not in reply


def etree_text(client: Client, store: str) -> str:
    return " ".join(client.call(get_config(store)).itertext())


@pytest.mark.parametrize(
    ("target", "source", "tag"),
    [
        ("<running/>", "<candidate/>", "operation-not-supported"),
        ("<startup/>", "<startup/>", "invalid-value"),
        ("<startup/>", "<nowhere/>", "unknown-element"),
        ("<startup/>", f"<config>{top(vpn(label=1))}</config>", "invalid-value"),
    ],
)
def test_copies_that_are_refused(client: Client, target: str, source: str, tag: str) -> None:
    assert (
        client.error(f"<copy-config><target>{target}</target><source>{source}</source></copy-config>") == tag
    )


def test_copies_into_the_candidate(client: Client, device: Device) -> None:
    config = f"<config>{top(vpn('whole'))}</config>"
    client.ok(f"<copy-config><target><candidate/></target><source>{config}</source></copy-config>")
    assert b"whole" in device.candidate
    assert b"_public_" in device.candidate
    client.ok("<copy-config><target><candidate/></target><source><startup/></source></copy-config>")
    assert device.candidate == device.startup


def test_startup_can_be_deleted_and_nothing_else(client: Client, device: Device) -> None:
    device.load(top(vpn()).encode())
    client.ok("<delete-config><target><startup/></target></delete-config>")
    assert b"vpn1" not in device.startup
    assert client.error("<delete-config><target><candidate/></target></delete-config>") == "invalid-value"


def test_flow_id_counts_changes(client: Client) -> None:
    flow = "{urn:huawei:yang:huawei-ietf-netconf-ext}flow-id"
    client.ok(edit(vpn()))
    first = client.call(COMMIT).get(flow)
    client.ok(edit(vpn("b", rd="1:2")))
    assert int(client.call(COMMIT).get(flow, "0")) == int(first or 0) + 1


class TestSwitches:
    """Devices that are built differently."""

    def test_writable_running(self) -> None:
        with Lab(["master"], switches={"any": ["writable-running"]}) as lab, session(lab["master"]) as client:
            client.ok(edit(vpn(label=100), target="running"))
            assert b"vpn1" in lab["master"].running
            wrong = vpn(extra="<lsp-operation>pop-go</lsp-operation>")
            assert client.error(edit(wrong, target="running")) == "operation-failed"

    def test_private_candidates_do_not_see_each_other(self) -> None:
        with Lab(["master"], switches={"any": ["private-candidate"]}) as lab:
            with session(lab["master"]) as one, session(lab["master"]) as two:
                one.ok(edit(vpn("one", rd="1:1")))
                assert "one" not in etree_text(two, "candidate")
                two.ok(edit(vpn("two", rd="1:2")))
                one.ok(COMMIT)
                two.ok(COMMIT)
            assert b"one" in lab["master"].running
            assert b"two" in lab["master"].running

    def test_private_candidates_conflict_at_the_commit(self) -> None:
        with (
            Lab(["master"], switches={"any": ["private-candidate"]}) as lab,
            session(lab["master"]) as one,
            session(lab["master"]) as two,
        ):
            for each in (one, two):
                each.ok(edit(vpn(operation="create")))
            one.ok(COMMIT)
            assert two.error(COMMIT) == "data-exists"

    @pytest.mark.parametrize(
        ("switch", "capability", "operation", "tag"),
        [
            ("no-candidate", "candidate:1.0", LOCK.format("candidate"), "unknown-element"),
            ("no-candidate", "confirmed-commit:1.0", COMMIT, "operation-not-supported"),
            (
                "no-confirmed-commit",
                "confirmed-commit:1.0",
                "<commit><confirmed/></commit>",
                "unknown-element",
            ),
            ("no-persist", "confirmed-commit:1.1", confirmed(9, persist="x"), "unknown-element"),
            ("no-persist", "confirmed-commit:1.1", "<cancel-commit/>", "operation-not-supported"),
            ("no-validate", "validate:1.1", VALIDATE, "operation-not-supported"),
            (
                "no-validate",
                "validate:1.0",
                edit(options="<test-option>set</test-option>"),
                "unknown-element",
            ),
            ("no-startup", "startup:1.0", SAVE, "unknown-element"),
        ],
    )
    def test_what_is_not_offered_is_refused(
        self, switch: str, capability: str, operation: str, tag: str
    ) -> None:
        with Lab(["master"], switches={"master": [switch]}) as lab, session(lab["master"]) as client:
            assert f"urn:ietf:params:netconf:capability:{capability}" not in client.capabilities
            assert client.error(operation) == tag

    def test_somebody_else_was_there(self) -> None:
        switches = {"master": ["dirty-candidate", "locked"], "backup": ["candidate-locked"]}
        with Lab(switches=switches) as lab:
            with session(lab["master"]) as client:
                assert client.error(LOCK.format("candidate")) == "operation-failed"
                assert client.error(LOCK.format("running")) == "lock-denied"
            with session(lab["masg-2"]) as client:
                assert client.error(LOCK.format("candidate")) == "lock-denied"

    def test_validate_may_break_the_commit(self) -> None:
        with Lab(["master"], switches=["any:validate-breaks-commit"]) as lab:
            device = lab["master"]
            with session(device) as client:
                client.ok(edit(vpn()))
                client.ok(VALIDATE)
                assert b"vpn1" in device.candidate
                client.ok(COMMIT)
                assert b"vpn1" not in device.running
                assert device.candidate == device.running
                client.ok(edit(vpn()))
                client.ok(COMMIT)
                assert b"vpn1" in device.running
