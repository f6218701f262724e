"""Sessions against a server that we did not write, and what the library relies on in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from lxml import etree

from egresspair._resources import yang_dir
from egresspair.errors import EgressPairError, HostKeyError, LoginError
from egresspair.netconf import rpc
from egresspair.netconf.capabilities import GuaranteeLevel
from egresspair.netconf.connect import connect, connect_all
from egresspair.netconf.device import Device
from egresspair.netconf.quirks import ShortMemory, behaviour_of
from egresspair.netconf.reply import Answer, Outcome
from egresspair.netconf.rpc import BASE, Rpc
from egresspair.netconf.target import Target
from servers.netconfd import Netconfd, available, pair
from servers.proxy import TcpProxy
from servers.recording import Recorder

pytestmark = [
    pytest.mark.netconfd,
    pytest.mark.skipif(available() is not None, reason=str(available())),
]

_NI = "urn:huawei:yang:huawei-network-instance"
_L3VPN = "urn:huawei:yang:huawei-l3vpn"
_LOAD = ("huawei-network-instance", "huawei-l3vpn", "huawei-l3vpn-deviations-OC-NE-X8X16")


@pytest.fixture(scope="module")
def server() -> Iterator[Netconfd]:
    with Netconfd([yang_dir()], _LOAD) as running:
        yield running


@dataclass(frozen=True)
class Login:
    """Opens sessions to one address with the server's own credentials."""

    target: Target

    @classmethod
    def to(cls, server: Netconfd | Recorder | TcpProxy, credentials: Netconfd) -> Login:
        return cls(
            Target(
                name="masg-1",
                host=server.host,
                port=server.port,
                username=credentials.username,
                key_file=credentials.key_file,
                host_key=server.host_key if isinstance(server, Recorder) else credentials.host_key,
                ssh_config=None,
                timeout=10,
            )
        )


@pytest.fixture
def target(server: Netconfd) -> Target:
    return Login.to(server, server).target


@pytest.fixture
def device(target: Target) -> Iterator[Device]:
    opened = connect(target)
    yield opened
    opened.send([rpc.discard_changes()]).wait(5)
    opened.close()


@pytest.fixture
def other(target: Target) -> Iterator[Device]:
    opened = connect(target)
    yield opened
    opened.close()


def subtree(*names: str) -> bytes:
    """A filter for these VPN instances."""
    top = etree.Element(f"{{{_NI}}}network-instance", nsmap={None: _NI})
    instances = etree.SubElement(top, f"{{{_NI}}}instances")
    for name in names:
        etree.SubElement(etree.SubElement(instances, f"{{{_NI}}}instance"), f"{{{_NI}}}name").text = name
    return etree.tostring(top)


def edit(name: str, label: int, operation: str = "merge", *, default: rpc.DefaultOperation = "merge") -> Rpc:
    """Set a VPN instance with a static label; ``operation`` is the label's."""
    config = etree.Element(f"{{{BASE}}}config", nsmap={None: BASE, "nc": BASE})
    top = etree.SubElement(config, f"{{{_NI}}}network-instance", nsmap={None: _NI})
    instance = etree.SubElement(etree.SubElement(top, f"{{{_NI}}}instances"), f"{{{_NI}}}instance")
    etree.SubElement(instance, f"{{{_NI}}}name").text = name
    afs = etree.SubElement(instance, f"{{{_L3VPN}}}afs", nsmap={None: _L3VPN})
    family = etree.SubElement(afs, f"{{{_L3VPN}}}af")
    etree.SubElement(family, f"{{{_L3VPN}}}type").text = "ipv4-unicast"
    if default == "merge":
        etree.SubElement(family, f"{{{_L3VPN}}}route-distinguisher").text = "200:1"
    leaf = etree.SubElement(family, f"{{{_L3VPN}}}static-label")
    leaf.set(f"{{{BASE}}}operation", operation)
    leaf.text = str(label)
    return rpc.edit_config(
        config, default_operation=default, test_option="test-then-set", error_option="rollback-on-error"
    )


def commit() -> Rpc:
    return Rpc("commit", etree.tostring(etree.Element(f"{{{BASE}}}commit", nsmap={None: BASE})))


def do(device: Device, *operations: Rpc) -> tuple[Answer, ...]:
    return device.send(operations).wait(10)


def accepted(device: Device, *operations: Rpc) -> tuple[Answer, ...]:
    answers = do(device, *operations)
    assert all(answer.ok for answer in answers), answers
    return answers


def labels(answer: Answer) -> dict[str, str | None]:
    """Label by VPN instance in a reply to get-config."""
    assert answer.reply is not None
    found = answer.reply.root.iter(f"{{{_NI}}}instance")
    return {str(one.findtext("{*}name")): one.findtext(".//{*}static-label") for one in found}


def running(device: Device, *names: str) -> dict[str, str | None]:
    return labels(accepted(device, rpc.get_config("running", subtree=subtree(*names)))[0])


def test_its_hello_is_understood(device: Device, server: Netconfd) -> None:
    capabilities = device.peer.capabilities
    assert GuaranteeLevel.offered_by(capabilities) is GuaranteeLevel.A
    assert capabilities.with_defaults_basic_mode == "explicit"
    assert capabilities.monitoring
    assert len(capabilities.yang_library_id) == 40
    assert set(_LOAD) <= set(capabilities.modules)
    assert device.peer.host_key == server.host_key


def test_it_is_known_for_what_it_does_with_validate(device: Device) -> None:
    assert not behaviour_of(device.peer, ShortMemory()).validate_trusted


def test_a_whole_transaction_is_read_back_by_an_independent_client(device: Device, server: Netconfd) -> None:
    accepted(
        device, rpc.lock("running"), rpc.lock("candidate"), rpc.get_config("running", subtree=subtree("one"))
    )
    accepted(device, edit("one", 2001), edit("two", 2002), edit("three", 2003))
    *_, read = accepted(
        device,
        rpc.commit_confirmed(timeout=60, persist="token-1"),
        rpc.unlock("running"),
        rpc.get_config("running", subtree=subtree("one", "three", "absent")),
    )
    assert labels(read) == {"one": "2001", "three": "2003"}
    accepted(device, rpc.commit_confirming(persist_id="token-1"), rpc.unlock("candidate"))
    with server.plain_ncclient() as independent:
        shown = str(independent.get_config("running"))
    assert "<static-label>2001</static-label>" in shown
    assert "<static-label>2002</static-label>" in shown


def test_one_leaf_is_created_replaced_and_removed(device: Device) -> None:
    accepted(device, edit("leaf", 2010), commit())
    for operation, value, expected in [
        ("replace", 2011, "2011"),
        ("remove", 2011, None),
        ("remove", 2011, None),
        ("create", 2012, "2012"),
    ]:
        accepted(device, edit("leaf", value, operation, default="none"), commit())
        assert running(device, "leaf") == {"leaf": expected}
    (refused,) = do(device, edit("leaf", 2013, "create", default="none"))
    assert [error.tag for error in refused.errors] == ["data-exists"]


def test_a_label_outside_the_range_is_refused_and_named(device: Device) -> None:
    (answer,) = do(device, edit("range", 99999))
    assert answer.outcome is Outcome.ERRORS
    assert answer.errors[0].tag == "invalid-value"
    assert "static-label" in answer.errors[0].path
    assert ("bad-value", "99999") in answer.errors[0].info
    assert running(device, "range") == {}


def test_commit_after_validate_answers_ok_and_applies_nothing(device: Device) -> None:
    accepted(device, edit("lie", 2020), rpc.validate())
    accepted(device, commit())
    assert running(device, "lie") == {}


def test_a_denied_lock_names_who_claims_to_hold_it(device: Device, other: Device) -> None:
    accepted(device, rpc.lock("running"))
    (denied,) = do(other, rpc.lock("running"))
    assert denied.errors[0].tag == "lock-denied"
    assert denied.errors[0].session_id == device.peer.session_id
    accepted(device, rpc.unlock("running"))


def test_lock_running_is_the_probe_for_a_pending_commit(device: Device, other: Device) -> None:
    accepted(device, edit("probe", 2030), rpc.commit_confirmed(timeout=60, persist="token-2"))
    for prober in (device, other):
        assert do(prober, rpc.lock("running"))[0].errors[0].tag == "in-use"
    accepted(other, rpc.cancel_commit(persist_id="token-2"))
    accepted(device, rpc.lock("running"), rpc.unlock("running"))
    assert running(device, "probe") == {}


def test_closing_releases_locks_and_discards_what_was_edited_under_them(
    target: Target, other: Device
) -> None:
    first = connect(target)
    accepted(first, rpc.lock("running"), rpc.lock("candidate"), edit("gone", 2040))
    first.close()
    accepted(other, rpc.lock("running"), rpc.lock("candidate"))
    (candidate,) = accepted(other, rpc.get_config("candidate", subtree=subtree("gone")))
    assert labels(candidate) == {}


def test_a_known_host_is_accepted_and_an_unknown_one_is_not(server: Netconfd, target: Target) -> None:
    connect(replace(target, host_key=None, known_hosts=server.known_hosts)).close()
    empty = server.folder / "empty"
    empty.touch()
    with pytest.raises(HostKeyError, match="not known"):
        connect(replace(target, host_key=None, known_hosts=empty))


def test_a_wrong_user_is_refused(target: Target) -> None:
    with pytest.raises(LoginError, match="'nobody' was refused"):
        connect(replace(target, username="nobody"))


def test_all_are_connected_at_once_and_each_failure_is_its_own(target: Target) -> None:
    targets = [replace(target, name="master"), replace(target, name="backup", username="nobody")]
    opened = connect_all(targets)
    assert isinstance(opened["backup"], LoginError)
    assert not isinstance(opened["master"], Exception)
    opened["master"].close()


def test_a_recording_proxy_sees_the_very_bytes(server: Netconfd) -> None:
    change = edit("recorded", 2050)
    with Recorder(server) as recorder:
        device = connect(Login.to(recorder, server).target)
        accepted(device, change, commit())
        assert running(device, "recorded") == {"recorded": "2050"}
        device.close()
        assert recorder.operations("edit-config") == [change.body]
        assert recorder.names() == ["edit-config", "commit", "get-config", "close-session"]


def test_cut_before_an_operation_it_is_unknown_to_us_and_never_happens(
    server: Netconfd, other: Device
) -> None:
    with Recorder(server) as recorder:
        trap = recorder.cut_before("commit")
        device = connect(Login.to(recorder, server).target)
        accepted(device, edit("before", 2060))
        (answer,) = do(device, commit())
        assert answer.outcome is Outcome.UNKNOWN
        assert trap.reached.is_set()
    assert running(other, "before") == {}
    accepted(other, rpc.discard_changes())


def test_cut_after_an_operation_it_is_unknown_to_us_and_has_happened(server: Netconfd, other: Device) -> None:
    with Recorder(server) as recorder:
        recorder.cut_after("commit")
        device = connect(Login.to(recorder, server).target)
        accepted(device, edit("after", 2070))
        (answer,) = do(device, commit())
        assert answer.outcome is Outcome.UNKNOWN
    assert running(other, "after") == {"after": "2070"}


def test_a_held_reply_is_waited_for_and_taken(server: Netconfd) -> None:
    with Recorder(server) as recorder:
        trap = recorder.hold_reply("get-config", nth=2)
        device = connect(Login.to(recorder, server).target)
        assert running(device, "held") == {}
        pending = device.send([rpc.get_config("running", subtree=subtree("held"))])
        assert trap.reached.wait(5)
        trap.release()
        assert pending.wait(5)[0].ok
        device.close()


def test_a_lost_network_is_unknown_and_what_comes_late_is_not_taken(server: Netconfd) -> None:
    with TcpProxy(server.port) as proxy:
        device = connect(Login.to(proxy, server).target)
        proxy.hold("to_client")
        (silent,) = device.send([rpc.get_config("running", subtree=subtree("held"))]).wait(0.3)
        assert silent.outcome is Outcome.UNKNOWN
        proxy.release()
        assert not device.alive
        again = connect(Login.to(proxy, server).target)
        pending = again.send([rpc.get_config("running", subtree=subtree("held"))])
        pending.wait(5)
        proxy.cut()
        (after,) = again.send([rpc.discard_changes()]).wait(5)
        assert after.outcome in {Outcome.UNKNOWN, Outcome.NOT_SENT}
        assert not again.alive


def test_a_label_without_its_condition_vanishes_and_only_the_read_back_tells(device: Device) -> None:
    change = edit("vanishes", 2080, default="merge")
    without_rd = change.body.replace(b"<route-distinguisher>200:1</route-distinguisher>", b"")
    accepted(device, Rpc("edit-config", without_rd), commit())
    assert running(device, "vanishes") == {"vanishes": None}


def test_a_pair_runs_side_by_side_and_one_may_die() -> None:
    with pair([yang_dir()], _LOAD) as (master, backup):
        opened = connect_all(
            replace(Login.to(server, server).target, name=name)
            for name, server in (("master", master), ("backup", backup))
        )
        first, second = opened["master"], opened["backup"]
        assert not isinstance(first, EgressPairError)
        assert not isinstance(second, EgressPairError)
        accepted(first, edit("both", 2090))
        accepted(second, edit("both", 2090))
        backup.kill()
        (lost,) = do(second, commit())
        assert lost.outcome in {Outcome.UNKNOWN, Outcome.NOT_SENT}
        accepted(first, rpc.discard_changes())
        first.close()
        second.close()


def test_a_server_without_candidate_gives_no_guarantee() -> None:
    with Netconfd([yang_dir()], _LOAD, target="running") as simple:
        device = connect(Login.to(simple, simple).target)
        assert GuaranteeLevel.offered_by(device.peer.capabilities) is GuaranteeLevel.NONE
        device.close()
