"""Operations and configurations as text, the way a person would type them."""

from __future__ import annotations

from .client import L3VPN, NI

LOCK = "<lock><target><{}/></target></lock>"
UNLOCK = "<unlock><target><{}/></target></unlock>"
COMMIT = "<commit/>"
DISCARD = "<discard-changes/>"
VALIDATE = "<validate><source><candidate/></source></validate>"
SAVE = "<copy-config><target><startup/></target><source><running/></source></copy-config>"


def vpn(
    name: str = "vpn1", *, rd: str = "1:1", label: int | None = None, extra: str = "", operation: str = ""
) -> str:
    """One VPN instance with its IPv4 unicast family."""
    operation = f' nc:operation="{operation}"' if operation else ""
    return (
        f"<instance{operation}><name>{name}</name><afs xmlns='{L3VPN}'><af><type>ipv4-unicast</type>"
        + (f"<route-distinguisher>{rd}</route-distinguisher>" if rd else "")
        + (f"<static-label>{label}</static-label>" if label is not None else "")
        + f"{extra}</af></afs></instance>"
    )


def top(*instances: str) -> str:
    """The top-level node that holds instances."""
    nc = "urn:ietf:params:xml:ns:netconf:base:1.0"
    inside = "".join(instances)
    return (
        f'<network-instance xmlns="{NI}" xmlns:nc="{nc}"><instances>{inside}</instances></network-instance>'
    )


def edit(*instances: str, target: str = "candidate", options: str = "") -> str:
    """An edit-config."""
    config = top(*instances) if instances else ""
    return f"<edit-config><target><{target}/></target>{options}<config>{config}</config></edit-config>"


def raw_edit(config: str, *, options: str = "") -> str:
    """An edit-config of any content."""
    return f"<edit-config><target><candidate/></target>{options}<config>{config}</config></edit-config>"


def confirmed(timeout: int | None = None, *, persist: str = "", persist_id: str = "") -> str:
    """A confirmed commit."""
    return (
        "<commit><confirmed/>"
        + (f"<confirm-timeout>{timeout}</confirm-timeout>" if timeout is not None else "")
        + (f"<persist>{persist}</persist>" if persist else "")
        + (f"<persist-id>{persist_id}</persist-id>" if persist_id else "")
        + "</commit>"
    )


def confirming(token: str) -> str:
    """The confirming commit of a persistent one."""
    return f"<commit><persist-id>{token}</persist-id></commit>"


def cancel(token: str) -> str:
    """cancel-commit."""
    return f"<cancel-commit><persist-id>{token}</persist-id></cancel-commit>"


def get_config(source: str = "running", subtree: str = "") -> str:
    """get-config, filtered if a filter is given."""
    inside = f"<filter>{subtree}</filter>" if subtree else ""
    return f"<get-config><source><{source}/></source>{inside}</get-config>"


def get(subtree: str) -> str:
    """A filtered get."""
    return f"<get><filter>{subtree}</filter></get>"
