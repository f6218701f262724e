"""What several errors at once become: one message that names every field once."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from egresspair.configuration import RouterConfig, VpnConfig
from egresspair.intent import Role, parse_intent
from egresspair.netconf import rpc
from egresspair.netconf.reply import Answer, Outcome, Reply
from egresspair.netconf.rpc import BASE
from egresspair.plan import Plan, RouterView, make_plan
from egresspair.policy import Policy
from egresspair.transaction.participant import Participant, Stop
from toy.plans import SERVER

INTENT = """\
pair: metro-7
master: masg-1
backup: masg-2
vpn_instances:
  - {name: vpna, static_label: 2001}
  - {name: vpnb, static_label: 2002}
"""
A, B = (
    "vpn_instances[0].static_label (metro-7.yaml:5:32)",
    "vpn_instances[1].static_label (metro-7.yaml:6:32)",
)
PATH = "/network-instance/instances/instance[name='vpn{}']/afs/af[type='ipv4-unicast']/static-label"


def plan() -> Plan:
    running = RouterConfig.of(
        VpnConfig(name, exists=True, family=True, route_distinguisher="200:1") for name in ("vpna", "vpnb")
    )
    master, backup = (
        RouterView(role, f"masg-{at}", "huawei-vrp", f"SHA256:{at}", SERVER, running)
        for at, role in enumerate(Role, 1)
    )
    return make_plan(parse_intent(INTENT, name="metro-7.yaml"), master, backup, Policy())


def stop(role: Role, *errors: tuple[str, str], asked: rpc.Rpc | None = None) -> Stop:
    """What a router of the plan makes of a reply with these paths and messages."""
    root = etree.Element(f"{{{BASE}}}rpc-reply")
    for path, message in errors:
        error = etree.SubElement(root, f"{{{BASE}}}rpc-error")
        for name, text in (
            ("tag", "invalid-value"),
            ("severity", "error"),
            ("path", path),
            ("message", message),
        ):
            etree.SubElement(error, f"{{{BASE}}}error-{name}").text = text
    reply = Reply.parse(etree.tostring(root))
    answer = Answer(asked or rpc.validate(), Outcome.ERRORS, reply)
    return Participant(plan()[role], validates=True).stop(answer, "the change")


def lines(cause: Stop) -> Sequence[tuple[str, int]]:
    return [(problem.field, problem.line) for problem in cause.cause.problems]


def test_two_fields_are_named_each_with_its_words() -> None:
    stopped = stop(Role.BACKUP, (PATH.format("a"), "too low"), (PATH.format("b"), "too high"))
    assert str(stopped) == (
        f"masg-2: refused the change (validate): {A}: invalid-value: too low [{PATH.format('a')}]; "
        f"{B}: invalid-value: too high [{PATH.format('b')}]. Correct it in the intent and plan again."
    )
    assert lines(stopped) == [
        ("masg-2 vpn_instances[0].static_label", 5),
        ("masg-2 vpn_instances[1].static_label", 6),
    ]


def test_two_errors_about_one_field_name_it_once() -> None:
    stopped = stop(Role.BACKUP, (PATH.format("a"), "too low"), (PATH.format("a"), "too odd"))
    assert str(stopped).count("vpn_instances[0]") == 1
    assert stopped.cause.full_where == f"masg-2 {A}"
    assert "too low" in stopped.cause.what
    assert "too odd" in stopped.cause.what


def test_an_error_without_a_field_stands_beside_one_that_has() -> None:
    stopped = stop(Role.BACKUP, (PATH.format("a"), "too low"), ("", "The fan is loud."))
    assert f"{A}: invalid-value: too low" in str(stopped)
    assert "; invalid-value: The fan is loud." in str(stopped)
    assert lines(stopped) == [("masg-2 vpn_instances[0].static_label", 5), ("masg-2", 0)]


def test_both_routers_refuse_in_one_breath_only_where_they_mean_the_same() -> None:
    same = [stop(role, (PATH.format("a"), "too low")) for role in Role]
    assert str(Stop.together(same)).startswith(f"masg-1 and masg-2 {A}: refused the change")
    unlike = [stop(Role.MASTER, (PATH.format("a"), "no")), stop(Role.BACKUP, (PATH.format("b"), "no"))]
    text = str(Stop.together(unlike))
    assert text.startswith(f"masg-1 {A}: refused the change")
    assert f"; masg-2 {B}: refused the change" in text
    assert [line for _, line in lines(Stop.together(unlike))] == [5, 6]


def test_a_read_that_is_refused_is_not_blamed_on_the_intent() -> None:
    stopped = stop(Role.BACKUP, (PATH.format("a"), "no such leaf"), asked=rpc.get_config("running"))
    assert stopped.cause.full_where == "masg-2"
    assert stopped.cause.problems == ()
