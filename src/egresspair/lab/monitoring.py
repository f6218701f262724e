"""What a server says of itself: capabilities, /netconf-state (RFC 6022) and /modules-state (RFC 7895)."""

from __future__ import annotations

from collections.abc import Iterator

from .modules import Module
from .names import BASE_1_0, BASE_1_1, CAPABILITY, EVENTS, MONITORING, WITH_DEFAULTS, YANG_LIBRARY, clark
from .notifying import streams_state
from .profiles import BasicMode
from .router import Router
from .tree import Node

_ALSO: dict[BasicMode, str] = {
    "report-all": "report-all-tagged,trim",
    "explicit": "report-all,report-all-tagged,trim",
    "trim": "report-all,report-all-tagged",
}


def capabilities(router: Router) -> Iterator[str]:
    """The capabilities of the hello, the protocol's first."""
    yield BASE_1_0
    if not router.has("base-1.0"):
        yield BASE_1_1
    yield from (CAPABILITY + name for name in _protocol(router))
    library = f"yang-library:1.0?revision=2016-06-21&module-set-id={router.schema.set_id}"
    yield CAPABILITY + library
    if not router.has("no-get-schema"):
        yield f"{MONITORING}?module=ietf-netconf-monitoring&revision=2010-10-04"
    yield f"{WITH_DEFAULTS}?module=ietf-netconf-with-defaults&revision=2011-06-01"
    if router.has("notifications"):
        yield f"{EVENTS}?module=ietf-netconf-notifications&revision=2012-02-06"
    yield f"{YANG_LIBRARY}?module=ietf-yang-library&revision=2016-06-21"
    yield from (module.capability for module in router.schema.modules)


def _protocol(router: Router) -> Iterator[str]:
    if router.has("writable-running"):
        yield "writable-running:1.0"
    if not router.has("no-candidate"):
        yield "candidate:1.0"
        yield from _confirmed(router)
    yield "rollback-on-error:1.0"
    if not router.has("no-validate"):
        yield from ("validate:1.0", "validate:1.1")
    if not router.has("no-startup"):
        yield "startup:1.0"
    if router.has("notifications"):
        yield from ("notification:1.0", "interleave:1.0")
    mode = router.profile.basic_mode
    yield f"with-defaults:1.0?basic-mode={mode}&also-supported={_ALSO[mode]}"


def _confirmed(router: Router) -> Iterator[str]:
    if not router.has("no-confirmed-commit"):
        yield "confirmed-commit:1.0"
        if not router.has("no-persist"):
            yield "confirmed-commit:1.1"


def _m(name: str, *content: Node | str) -> Node:
    return _node(MONITORING, name, *content)


def _node(namespace: str, name: str, *content: Node | str) -> Node:
    text = "".join(part for part in content if isinstance(part, str))
    return Node(clark(namespace, name), text, tuple(part for part in content if isinstance(part, Node)))


def server_state(router: Router) -> Iterator[Node]:
    """What the server shows of itself beside the router's data."""
    yield monitoring_state(router)
    yield library_state(router)
    if router.has("notifications"):
        yield streams_state()


def monitoring_state(router: Router) -> Node:
    """``/netconf-state``: capabilities, datastores with their locks, schemas, sessions."""
    return _m(
        "netconf-state",
        _m("capabilities", *(_m("capability", uri) for uri in capabilities(router))),
        _m("datastores", *_datastores(router)),
        _m("schemas", *_schemas(router)),
        _m("sessions", *_sessions(router)),
    )


def _datastores(router: Router) -> Iterator[Node]:
    for name in ("running", "candidate", "startup"):
        if not router.has(f"no-{name}"):
            holder = router.locks.get(name)
            locks = [] if holder is None else [_lock(holder, router.locked_at[name])]
            yield _m("datastore", _m("name", name), *locks)


def _lock(holder: int, since: str) -> Node:
    return _m("locks", _m("global-lock", _m("locked-by-session", str(holder)), _m("locked-time", since)))


def _schemas(router: Router) -> Iterator[Node]:
    for module in router.schema.modules:
        for part in (module, *module.submodules):
            yield _m(
                "schema",
                _m("identifier", part.name),
                _m("version", part.revision),
                _m("format", "yang"),
                _m("namespace", module.namespace),
                _m("location", "NETCONF"),
            )


def _sessions(router: Router) -> Iterator[Node]:
    for session in router.sessions.values():
        yield _m(
            "session",
            _m("session-id", str(session.id)),
            _m("transport", "netconf-ssh"),
            _m("username", session.username),
            _m("login-time", session.since),
            _m("in-rpcs", str(session.in_rpcs)),
        )


def library_state(router: Router) -> Node:
    """``/modules-state``."""
    entries = (_library_entry(module) for module in router.schema.modules)
    return _l("modules-state", _l("module-set-id", router.schema.set_id), *entries)


def _l(name: str, *content: Node | str) -> Node:
    return _node(YANG_LIBRARY, name, *content)


def _library_entry(module: Module) -> Node:
    deviations = (_l("deviation", _l("name", name), _l("revision")) for name in module.deviations)
    submodules = (
        _l("submodule", _l("name", sub.name), _l("revision", sub.revision)) for sub in module.submodules
    )
    return _l(
        "module",
        _l("name", module.name),
        _l("revision", module.revision),
        _l("namespace", module.namespace),
        *(_l("feature", feature) for feature in module.features),
        *deviations,
        _l("conformance-type", "implement" if module.implemented else "import"),
        *submodules,
    )
