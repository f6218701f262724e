"""The embedded lab as commands start it, and VPN instances that its routers already carry."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..errors import IntentError, UsageError

if TYPE_CHECKING:
    from ..lab import Lab

_NETWORK_INSTANCE = "urn:huawei:yang:huawei-network-instance"
_L3VPN = "urn:huawei:yang:huawei-l3vpn"


@dataclass(frozen=True, slots=True)
class PresetVpn:
    """A VPN instance that is there before anybody does anything: no static label.

    Attributes:
        targets: VPN targets, of both directions.
        label_mode: empty for what the router does by itself.
        on_masgs: False for one that only the CSG of a network has.
    """

    name: str
    route_distinguisher: str
    targets: tuple[str, ...] = ()
    label_mode: str = ""
    on_masgs: bool = True


def presets_of(words: Iterable[str]) -> list[PresetVpn]:
    """Read ``NAME:RD``, e.g. ``vpna:200:1``, each.

    Raises:
        UsageError: one is not of that form, would make no sound intent, or stands twice.
    """
    found: dict[str, PresetVpn] = {}
    for word in words:
        preset = _preset_of(word)
        if preset.name in found:
            raise UsageError(f"{preset.name} is there already", where="--vpn", hint="Choose another name.")
        found[preset.name] = preset
    return list(found.values())


def _preset_of(word: str) -> PresetVpn:
    name, colon, rd = word.partition(":")
    if not (name and colon and ":" in rd):
        raise UsageError(
            f"{word!r} is no VPN instance with a route distinguisher",
            where="--vpn",
            hint="It is written NAME:RD, e.g. vpna:200:1.",
        )
    _refuse_unsound(name, rd, word)
    return PresetVpn(name, rd)


def _refuse_unsound(name: str, route_distinguisher: str, word: str) -> None:
    """The lab's routers take any text, as real ones do; the intent that goes with the lab does not."""
    from ..intent import parse_intent  # noqa: PLC0415  (heavy)

    vpn = {"name": name, "static_label": "auto", "route_distinguisher": route_distinguisher}
    values = {"pair": "lab", "master": "masg-1", "backup": "masg-2", "vpn_instances": [vpn]}
    try:
        parse_intent(json.dumps(values), format="json")
    except IntentError as error:
        raise UsageError(error.what, where=f"--vpn {word}", hint=error.hint) from error


@contextmanager
def running_lab(presets: Iterable[PresetVpn] = (), **how: Any) -> Iterator[Lab]:
    """A started pair of routers that both carry the presets. Arguments as for `Lab`.

    Raises:
        UsageError: asyncssh is missing, an argument is wrong, or a router refuses a preset.
    """
    lab_type, refusal = lab_or_hint()
    presets = tuple(presets)
    with _prepared(lab_type, how) as lab:
        try:
            for device in lab:
                if presets:
                    device.load(_document(presets))
        except (refusal, ValueError) as error:
            raise _refused(error) from error
        yield lab


@contextmanager
def running_network(
    presets: Iterable[PresetVpn] = (), *, protected: bool = True, **how: Any
) -> Iterator[Lab]:
    """A started lab of four routers, of which the MASGs and the CSG carry the presets. Arguments as for `Lab`.

    Args:
        protected: the lab's own VPN instance ``vpna`` is there as well, with its label.

    Raises:
        UsageError: as for `running_lab`, or a preset has the name of the lab's own VPN instance.
    """
    lab_type, refusal = lab_or_hint()
    from ..lab import VPNA, VpnInstance  # noqa: PLC0415  (needs an extra)

    own = (VPNA,) if protected else ()
    vpns = [
        VpnInstance(
            each.name,
            (each.route_distinguisher, each.route_distinguisher),
            each.targets or (each.route_distinguisher,),
            label_mode=each.label_mode,
            on_masgs=each.on_masgs,
        )
        for each in presets
    ]
    for each in own:
        if any(vpn.name == each.name for vpn in vpns):
            raise UsageError(f"{each.name} is there already", where="--vpn", hint="Choose another name.")
    prepared = _prepared(lab_type, {**how, "core": True, "vpns": (*own, *vpns)})
    try:
        prepared.start()
    except refusal as error:
        raise _refused(error) from error
    with prepared as lab:
        yield lab


def _prepared(lab_type: type[Lab], how: Mapping[str, Any]) -> Lab:
    try:
        return lab_type(**how)
    except ValueError as error:
        raise UsageError(
            str(error), where="egresspair lab", hint="See egresspair lab --list-faults-and-switches."
        ) from error


def _refused(error: Exception) -> UsageError:
    return UsageError(
        f"the routers refuse it: {error}", where="--vpn", hint="Choose another name or route distinguisher."
    )


def lab_or_hint() -> tuple[type[Lab], type[Exception]]:
    """The lab, and what it raises when a router refuses something.

    Raises:
        UsageError: asyncssh is missing.
    """
    try:
        from ..lab import Lab, RpcFailed  # noqa: PLC0415  (needs an extra)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "asyncssh":
            raise
        raise UsageError(
            "the embedded lab needs asyncssh", hint="Install it: pip install 'egresspair[lab]'."
        ) from error
    return Lab, RpcFailed


def _document(presets: Iterable[PresetVpn]) -> bytes:
    from lxml import etree  # noqa: PLC0415  (heavy)
    from lxml.builder import ElementMaker  # noqa: PLC0415

    ni = ElementMaker(namespace=_NETWORK_INSTANCE, nsmap={None: _NETWORK_INSTANCE})
    l3vpn = ElementMaker(namespace=_L3VPN, nsmap={None: _L3VPN})

    def instance(preset: PresetVpn) -> etree._Element:
        family = l3vpn.af(
            l3vpn.type("ipv4-unicast"), l3vpn("route-distinguisher", preset.route_distinguisher)
        )
        if preset.label_mode:
            family.append(l3vpn("label-mode", preset.label_mode))
        if preset.targets:
            family.append(l3vpn("vpn-targets", *(target(*each) for each in _targets(preset))))
        return ni.instance(ni.name(preset.name), l3vpn.afs(family))

    def target(value: str, direction: str) -> etree._Element:
        return l3vpn("vpn-target", l3vpn.value(value), l3vpn.type(direction))

    return etree.tostring(ni("network-instance", ni.instances(*map(instance, presets))))


def _targets(preset: PresetVpn) -> Iterator[tuple[str, str]]:
    for value in preset.targets:
        yield value, "export-extcommunity"
        yield value, "import-extcommunity"
