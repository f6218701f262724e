"""Finding out a server's modules, by answers made here: which are asked for, and what is made of them."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from egresspair.netconf.capabilities import Capabilities
from egresspair.netconf.reply import Answer, Outcome
from egresspair.schema import ModuleSet, advertising
from egresspair.schema.discovery import discover

from .pretended import GET_SCHEMA, LIBRARY, LIBRARY_1_0, LIBRARY_1_1, REVISION, Pretended, module, uri

VPN = module("vpn", "container vpns { leaf label { type base:label; } }", imports=["base"])
BASE = module("base", "typedef label { type uint32; }")
OTHER = module("other", "container other;")
RANGE = module(
    "vpn-deviations-X1",
    "deviation /vpn:vpns/vpn:label { deviate replace { type uint32 { range 16..99; } } }",
    imports=["vpn"],
)
TEXTS = {"vpn": VPN, "base": BASE, "other": OTHER, "vpn-deviations-X1": RANGE}


def names(found: object) -> set[str]:
    return {each.name for each in found}  # type: ignore[attr-defined]  # modules or texts


# the hello


def test_a_hello_alone_is_enough_and_no_more_than_the_closure_is_asked_for() -> None:
    server = Pretended([GET_SCHEMA, uri("vpn"), uri("base"), uri("other")], TEXTS)
    found = server.discovered("vpn")
    assert server.asked == [[f"vpn@{REVISION}"], [f"base@{REVISION}"]]
    assert [(text.name, text.revision, text.yang, text.given) for text in found.texts] == [
        ("base", REVISION, BASE, True),
        ("vpn", REVISION, VPN, True),
    ]
    assert names(found.implemented) == {"vpn", "base"}
    assert (found.missing, found.absent, found.from_folder) == ((), (), ())
    assert found.revisions["other"] == REVISION


def test_features_of_the_hello_are_kept() -> None:
    found = Pretended([GET_SCHEMA, uri("base", features="fast,slow")], TEXTS).discovered("base")
    assert found.implemented[0].features == {"fast", "slow"}


def test_what_is_only_imported_is_asked_for_without_a_version_and_not_implemented() -> None:
    server = Pretended([GET_SCHEMA, uri("vpn")], TEXTS)
    found = server.discovered("vpn")
    assert server.schemas_asked == [f"vpn@{REVISION}", "base"]
    assert names(found.implemented) == {"vpn"}
    assert names(found.texts) == {"vpn", "base"}


def test_deviations_are_asked_for_with_what_they_deviate() -> None:
    server = Pretended(
        [GET_SCHEMA, uri("vpn", deviations="vpn-deviations-X1"), uri("vpn-deviations-X1")], TEXTS
    )
    found = server.discovered("vpn")
    assert found.deviates == {"vpn-deviations-X1": ("/vpns/label",)}
    assert names(found.implemented) == {"vpn", "vpn-deviations-X1"}


def test_deviations_that_hang_on_the_augmented_module_are_found() -> None:
    augment = module("vpn", "augment /base:top { leaf label { type uint32; } }", imports=["base"])
    deviation = module(
        "odd", "deviation /base:top/vpn:label { deviate not-supported; }", imports=["base", "vpn"]
    )
    texts = {"vpn": augment, "base": module("base", "container top;"), "odd": deviation}
    server = Pretended([GET_SCHEMA, uri("vpn"), uri("base", deviations="odd"), uri("odd")], texts)
    assert server.discovered("vpn").deviates == {"odd": ("/top/label",)}


def test_deviations_that_hang_on_nothing_are_found_by_name_and_text() -> None:
    unrelated = module(
        "other-deviations-X1", "deviation /other:other { deviate not-supported; }", imports=["other"]
    )
    server = Pretended(
        [GET_SCHEMA, uri("vpn"), uri("vpn-deviations-X1"), uri("other"), uri("other-deviations-X1")],
        TEXTS | {"other-deviations-X1": unrelated},
    )
    found = server.discovered("vpn")
    assert found.deviates == {"vpn-deviations-X1": ("/vpns/label",)}
    assert names(found.texts) == {"vpn", "base", "vpn-deviations-X1"}
    assert f"other@{REVISION}" not in server.schemas_asked


def test_a_suspect_that_is_not_to_be_had_is_done_without() -> None:
    found = Pretended([GET_SCHEMA, uri("base"), uri("lost-deviations-X1")], TEXTS).discovered("base")
    assert (names(found.texts), found.missing) == ({"base"}, ())


def test_linked_deviations_that_are_not_to_be_had_leave_the_schema_unknown() -> None:
    found = Pretended([GET_SCHEMA, uri("base", deviations="lost"), uri("lost")], TEXTS).discovered("base")
    assert (found.implemented, found.texts) == ((), ())
    assert found.missing == ("lost (get-schema: invalid-value: no such schema)",)


# the library


def library_1_0(*entries: str) -> str:
    return (
        f'<modules-state xmlns="{LIBRARY}"><module-set-id>7</module-set-id>{"".join(entries)}</modules-state>'
    )


def entry(name: str, *more: str, conformance: str = "implement", revision: str = REVISION) -> str:
    body = f"<name>{name}</name><revision>{revision}</revision><namespace>urn:x:{name}</namespace>"
    return f"<module>{body}<conformance-type>{conformance}</conformance-type>{''.join(more)}</module>"


def linked(name: str) -> str:
    return f"<deviation><name>{name}</name><revision/></deviation>"


def test_a_library_1_0_tells_modules_features_and_deviations() -> None:
    entries = (
        entry("vpn", "<feature>fast</feature>", linked("vpn-deviations-X1")),
        entry("base", conformance="import"),
        entry("vpn-deviations-X1"),
    )
    server = Pretended([GET_SCHEMA, LIBRARY_1_0], TEXTS, library_1_0(*entries))
    found = server.discovered("vpn")
    assert server.asked[0] == ["get"]
    assert server.asked[1] == [f"vpn@{REVISION}", f"vpn-deviations-X1@{REVISION}"]
    assert {each.name: each.features for each in found.implemented}["vpn"] == {"fast"}
    assert found.deviates == {"vpn-deviations-X1": ("/vpns/label",)}


def test_a_library_1_1_tells_the_same() -> None:
    content = (
        f'<yang-library xmlns="{LIBRARY}"><module-set><name>all</name>'
        f"<module><name>vpn</name><revision>{REVISION}</revision><namespace>urn:x:vpn</namespace>"
        "<feature>fast</feature><deviation>vpn-deviations-X1</deviation></module>"
        f"<module><name>vpn-deviations-X1</name><revision>{REVISION}</revision></module>"
        f"<import-only-module><name>base</name><revision>{REVISION}</revision></import-only-module>"
        "</module-set><content-id>7</content-id></yang-library>"
    )
    server = Pretended([GET_SCHEMA, LIBRARY_1_1], TEXTS, content)
    found = server.discovered("vpn")
    assert {each.name: each.features for each in found.implemented}["vpn"] == {"fast"}
    assert found.deviates == {"vpn-deviations-X1": ("/vpns/label",)}
    assert f"base@{REVISION}" in server.schemas_asked


def test_a_library_may_link_less_than_the_hello() -> None:
    library = library_1_0(entry("vpn"), entry("base"), entry("odd"))
    odd = module("odd", "deviation /vpn:vpns/vpn:label { deviate not-supported; }", imports=["vpn"])
    hello = [GET_SCHEMA, LIBRARY_1_0, uri("vpn", deviations="odd")]
    found = Pretended(hello, TEXTS | {"odd": odd}, library).discovered("vpn")
    assert found.deviates == {"odd": ("/vpns/label",)}


def test_a_library_may_link_nothing() -> None:
    library = library_1_0(entry("vpn"), entry("base"), entry("vpn-deviations-X1"))
    found = Pretended([GET_SCHEMA, LIBRARY_1_0], TEXTS, library).discovered("vpn")
    assert found.deviates == {"vpn-deviations-X1": ("/vpns/label",)}


def test_a_library_that_cannot_be_read_leaves_the_hello() -> None:
    server = Pretended([GET_SCHEMA, LIBRARY_1_0, uri("base")], TEXTS)
    assert names(server.discovered("base").texts) == {"base"}


def test_submodules_are_found_though_the_library_gives_them_no_revision() -> None:
    parts = {
        "whole": module("whole", "container top;").replace("prefix whole;", "prefix whole; include part;"),
        "part": "submodule part { belongs-to whole { prefix whole; } import base { prefix base; } "
        "revision 2020-02-02; leaf label { type base:label; } }",
        "base": BASE,
    }
    library = library_1_0(
        entry("whole", "<submodule><name>part</name><revision/></submodule>"),
        entry("base", conformance="import", revision=""),
    )
    server = Pretended([GET_SCHEMA, LIBRARY_1_0], parts, library)
    found = server.discovered("whole")
    assert server.schemas_asked == [f"whole@{REVISION}", "part", "base"]
    assert [(text.name, text.revision) for text in found.texts] == [
        ("base", REVISION),
        ("part", "2020-02-02"),
        ("whole", REVISION),
    ]
    assert "part" not in names(found.implemented)


def test_a_module_called_imported_is_implemented_all_the_same() -> None:
    """Another's leafref needs its nodes (RFC 7950, section 5.6.5), whatever the library calls it."""
    library = library_1_0(entry("vpn"), entry("base", conformance="import"))
    found = Pretended([GET_SCHEMA, LIBRARY_1_0], TEXTS, library).discovered("vpn")
    assert names(found.implemented) == {"vpn", "base"}


@pytest.mark.parametrize("turn", [1, -1], ids=["imported first", "implemented first"])
def test_of_several_revisions_the_implemented_one_counts(turn: int) -> None:
    entries = (
        entry("base", conformance="import", revision="2023-03-03"),
        entry("base", conformance="implement"),
    )
    server = Pretended([GET_SCHEMA, LIBRARY_1_0], TEXTS, library_1_0(*entries[::turn]))
    assert server.discovered("base").missing == ()
    assert server.schemas_asked == [f"base@{REVISION}"]


def test_a_hello_may_be_written_that_says_what_the_library_said() -> None:
    entries = (
        entry("vpn", "<feature>fast</feature>", linked("vpn-deviations-X1")),
        entry("base"),
        entry("vpn-deviations-X1"),
    )
    hello = [GET_SCHEMA, LIBRARY_1_0, uri("vpn", revision="2001-01-01")]
    found = Pretended(hello, TEXTS, library_1_0(*entries)).discovered("vpn")
    with TemporaryDirectory() as folder:
        for text in found.texts:
            Path(folder, f"{text.name}@{text.revision}.yang").write_text(text.yang)
        written = advertising(hello, ModuleSet((Path(folder),), found.implemented))
    assert written[:2] == (GET_SCHEMA, LIBRARY_1_0)
    again = Pretended([each for each in written if each != LIBRARY_1_0], TEXTS).discovered("vpn")
    assert (set(again.implemented), again.deviates) == (set(found.implemented), found.deviates)
    assert written[-1].startswith("urn:x:")


# what is not there


def test_a_root_that_is_absent_is_told() -> None:
    server = Pretended([GET_SCHEMA, uri("base")], TEXTS)
    found = server.discovered("base", "vpn")
    assert (found.absent, found.missing) == (("vpn",), ())
    assert server.schemas_asked == [f"base@{REVISION}"]


def test_a_root_that_is_only_imported_is_absent() -> None:
    library = library_1_0(entry("base", conformance="import"))
    assert Pretended([GET_SCHEMA, LIBRARY_1_0], TEXTS, library).discovered("base").absent == ("base",)


def test_one_text_that_is_refused_leaves_the_schema_unknown() -> None:
    found = Pretended([GET_SCHEMA, uri("vpn"), uri("base")], {"vpn": VPN}).discovered("vpn")
    assert found.missing == ("base (get-schema: invalid-value: no such schema)",)
    assert (found.implemented, found.texts) == ((), ())


def test_one_text_that_is_refused_may_come_from_elsewhere() -> None:
    server = Pretended([GET_SCHEMA, uri("vpn"), uri("base")], {"vpn": VPN})
    found = server.discovered("vpn", fallback=lambda wanted: BASE if wanted.name == "base" else None)
    assert (found.missing, found.from_folder) == ((), ("base",))
    assert [text.name for text in found.downloaded] == ["vpn"]


def test_what_the_server_gives_is_not_looked_for_elsewhere() -> None:
    server = Pretended([GET_SCHEMA, uri("base")], TEXTS)
    found = server.discovered("base", fallback=lambda wanted: pytest.fail(f"{wanted} was looked for"))
    assert found.from_folder == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (module("base", revision="2001-01-01"), "base (the text is of base@2001-01-01)"),
        (module("other"), f"base (the text is of other@{REVISION})"),
        ("<html>busy</html>", "base (this is not a YANG module"),
        ("", "base (this is not a YANG module"),
    ],
)
def test_another_text_than_was_asked_for_does_not_count(text: str, why: str) -> None:
    server = Pretended([GET_SCHEMA, uri("base")], {"base": text})
    (missing,) = server.discovered("base").missing
    assert missing.startswith(why)
    assert server.discovered("base", fallback=lambda _: BASE).from_folder == ("base",)


def test_another_text_from_elsewhere_does_not_count_either() -> None:
    found = Pretended([uri("base")]).discovered(
        "base", fallback=lambda _: module("base", revision="2001-01-01")
    )
    assert found.missing == ("base (the text is of base@2001-01-01)",)


def test_without_monitoring_nothing_is_asked() -> None:
    server = Pretended([uri("vpn"), uri("base")], TEXTS)
    found = server.discovered("vpn")
    assert server.asked == []
    assert found.missing == ("vpn (the router has no get-schema)",)
    assert found.revisions == {"vpn": REVISION, "base": REVISION}
    elsewhere = server.discovered("vpn", fallback=lambda wanted: TEXTS.get(wanted.name))
    assert (elsewhere.missing, elsewhere.from_folder) == ((), ("base", "vpn"))


def test_an_answer_that_does_not_come_is_a_reason() -> None:
    search = discover(Capabilities.of([GET_SCHEMA, uri("base")]), ["base"])
    (asked,) = next(search)
    with pytest.raises(StopIteration) as end:
        search.send([Answer(asked, Outcome.UNKNOWN, reason="no answer within 10 s")])
    assert end.value.value.missing == ("base (get-schema: unknown (no answer within 10 s))",)
