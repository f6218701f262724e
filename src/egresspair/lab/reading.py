"""get, get-config and get-schema (RFC 6241, sections 7.1 and 7.7; RFC 6243; RFC 6022)."""

from __future__ import annotations

from lxml import etree

from .answer import Answer
from .defaults import explicit, trimmed
from .errors import failed
from .filter import select
from .monitoring import library_state, monitoring_state
from .names import BASE, DEFAULT_ATTRIBUTE, MONITORING, WITH_DEFAULTS, clark
from .operational import beside
from .parameters import Parameters, Request
from .router import Router
from .sessions import Session
from .tree import Node, append_xml

_WITH = clark(WITH_DEFAULTS, "with-defaults")


def offered_modes(router: Router) -> tuple[str, ...]:
    """The modes of with-defaults besides the basic one (RFC 6243, section 4.3)."""
    basic = router.profile.basic_mode
    others = (
        ("report-all-tagged", "trim")
        if basic == "report-all"
        else ("report-all", "report-all-tagged", "trim")
    )
    return tuple(mode for mode in others if mode != basic)


def get(router: Router, _session: Session, request: Request) -> Answer:
    """RFC 6241, section 7.7: running with state."""
    given = request.parameters("filter", _WITH)
    mode = _mode(router, given)
    config = _in_mode(router, router.running, mode)
    if not router.has("no-state"):
        config = beside(router.schema, router.vpn_state.overlay(config), router.told_state)
    config = config.holding([*config.children, monitoring_state(router), library_state(router)])
    return _answer(router, given, config, mode)


def get_config(router: Router, session: Session, request: Request) -> Answer:
    """RFC 6241, section 7.1."""
    given = request.parameters("source", "filter", _WITH)
    source = given.store("source", router)
    mode = _mode(router, given)
    stores = {"running": router.running, "startup": router.startup}
    config = router.candidate_config(session) if source == "candidate" else stores[source]
    return _answer(router, given, _in_mode(router, config, mode), mode)


def _mode(router: Router, given: Parameters) -> str:
    allowed = (router.profile.basic_mode, *offered_modes(router))
    return given.choice("with-defaults", allowed, router.profile.basic_mode)


def _in_mode(router: Router, config: Node, mode: str) -> Node:
    if mode == "explicit":
        return explicit(config)
    if mode == "trim":
        return trimmed(router.schema, config)
    return router.configs.reported(config)


def _answer(router: Router, given: Parameters, config: Node, mode: str) -> Answer:
    subtree = given.get("filter")
    if subtree is not None and subtree.get("type", "subtree") != "subtree":
        info = (("bad-attribute", "type"), ("bad-element", "filter"))
        raise failed("bad-attribute", "only subtree filters are offered", info=info)
    nodes = config.children if subtree is None else select(config, subtree, router.schema)
    tagged = mode == "report-all-tagged"
    nsmap: dict[str | None, str] = {None: BASE, **({"wd": DEFAULT_ATTRIBUTE} if tagged else {})}
    element = etree.Element(clark(BASE, "data"), nsmap=nsmap)
    append_xml(element, nodes, tag_defaults=tagged)
    return Answer((element,))


def get_schema(router: Router, _session: Session, request: Request) -> Answer:
    """RFC 6022, section 3.1."""
    given = request.parameters("identifier", "version", "format")
    given.required("identifier")
    identifier, version = given.text("identifier"), given.text("version")
    if (given.text("format") or "yang").rpartition(":")[2] != "yang":
        raise failed("invalid-value", "only the format yang is offered", layer="application")
    parts = [part for module in router.schema.modules for part in (module, *module.submodules)]
    found = [p for p in parts if p.name == identifier and version in (None, "", p.revision)]
    if not found:
        raise failed("invalid-value", f"there is no schema {identifier}@{version or ''}", layer="application")
    element = etree.Element(clark(MONITORING, "data"), nsmap={None: MONITORING})
    element.text = found[0].path.read_text(encoding="utf-8")
    return Answer((element,))
