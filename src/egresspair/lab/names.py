"""Namespaces and capability URIs, spelt as the RFCs spell them."""

from __future__ import annotations

from typing import Final

BASE: Final = "urn:ietf:params:xml:ns:netconf:base:1.0"
"""Namespace of the protocol elements of both base versions (RFC 6241, section 3.1)."""
WITH_DEFAULTS: Final = "urn:ietf:params:xml:ns:yang:ietf-netconf-with-defaults"
DEFAULT_ATTRIBUTE: Final = "urn:ietf:params:xml:ns:netconf:default:1.0"
"""Namespace of the ``default`` attribute of report-all-tagged (RFC 6243, section 6)."""
MONITORING: Final = "urn:ietf:params:xml:ns:yang:ietf-netconf-monitoring"
NOTIFICATION: Final = "urn:ietf:params:xml:ns:netconf:notification:1.0"
"""Namespace of ``<create-subscription>`` and ``<notification>`` (RFC 5277)."""
STREAMS: Final = "urn:ietf:params:xml:ns:netmod:notification"
"""Namespace of ``/netconf/streams`` (RFC 5277, section 3.2.5.1)."""
EVENTS: Final = "urn:ietf:params:xml:ns:yang:ietf-netconf-notifications"
"""Namespace of the events of RFC 6470."""
YANG_LIBRARY: Final = "urn:ietf:params:xml:ns:yang:ietf-yang-library"
VENDOR_EXTENSION: Final = "urn:huawei:yang:huawei-ietf-netconf-ext"
"""Namespace of VRP's ``flow-id`` attribute of replies; it grows by one with each configuration change."""

BASE_1_0: Final = "urn:ietf:params:netconf:base:1.0"
BASE_1_1: Final = "urn:ietf:params:netconf:base:1.1"
CAPABILITY: Final = "urn:ietf:params:netconf:capability:"


def clark(namespace: str, name: str) -> str:
    """``{namespace}name``."""
    return f"{{{namespace}}}{name}"


def split_clark(tag: str) -> tuple[str, str]:
    """``{namespace}name`` as (namespace, name); the namespace is empty if there is none."""
    if tag.startswith("{"):
        namespace, _, name = tag[1:].partition("}")
        return namespace, name
    return "", tag
