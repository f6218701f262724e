"""``egresspair lab``."""

from __future__ import annotations

import signal
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from ..errors import UsageError
from . import options
from .lab_intent import intent_values, write_intent
from .lab_lists import known_scenario, list_faults_and_switches, list_scenarios, meaning_of
from .own_file import written
from .packets import DISAGREES, refuse_without_packets, show_packets
from .presets import PresetVpn, presets_of, running_lab, running_network
from .program import program
from .terminal.failure import reported
from .terminal.speaker import Speaker

if TYPE_CHECKING:
    from ..lab import Lab

_PAIR: Final = {"master": "masg-1", "backup": "masg-2"}
_NETWORK: Final = {**_PAIR, "core_asbr": "asbr-1", "csg": "csg-1"}


def lab(
    *,
    profile: Annotated[
        list[str],
        typer.Option(
            metavar="[DEVICE=]PROFILE",
            help="The kind of router (ne40e, atn, ne40e-core, atn-core), for all or for one (backup=atn). Repeatable.",
            default_factory=list,
            show_default=False,
        ),
    ],
    fault: Annotated[
        list[str],
        typer.Option(
            metavar="DEVICE:RPC:FAULT[:N]",
            help="Something that goes wrong; see --list-faults-and-switches. Repeatable.",
            default_factory=list,
            show_default=False,
        ),
    ],
    switch: Annotated[
        list[str],
        typer.Option(
            metavar="DEVICE:SWITCH",
            help="A standing habit, e.g. backup:dirty-candidate; see --list-faults-and-switches. Repeatable.",
            default_factory=list,
            show_default=False,
        ),
    ],
    vpn: Annotated[
        list[str],
        typer.Option(
            metavar="NAME:RD",
            help="A VPN instance that both routers already have. Repeatable.",
            default_factory=list,
            show_default=False,
        ),
    ],
    inventory_out: Annotated[
        Path, typer.Option(metavar="FILE", help="Where to write the inventory; removed at the end.")
    ] = options.INVENTORY,
    intent_out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to write an example of an intent.")
    ] = None,
    core: Annotated[
        bool,
        typer.Option(
            "--core", help="A core ASBR and a CSG as well, all four routers configured for egress protection."
        ),
    ] = False,
    scenario: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="What is wrong in the network with the core; list shows them. Implies --core.",
            show_default=False,
        ),
    ] = None,
    packets: Annotated[
        bool,
        typer.Option(
            "--packets",
            help="Send real packets through the routers' tables while the master dies, and end. "
            "Implies --core; needs root.",
        ),
    ] = False,
    packets_svg: Annotated[
        Path | None, typer.Option(metavar="FILE", help="With --packets: where to draw what arrived.")
    ] = None,
    list_faults: Annotated[
        bool,
        typer.Option("--list-faults-and-switches", "--list-faults", help="Show what can go wrong, and end."),
    ] = False,
    as_json: options.AsJson = False,
    debug: options.Debug = False,
) -> None:
    """Run a pair of routers on this machine, or four.

    They speak NETCONF over real SSH on the loopback, until Ctrl-C.
    """
    speaker = Speaker(as_json=as_json)
    with reported(speaker, debug=debug), _ended_by_signals():
        if list_faults:
            return list_faults_and_switches(speaker)
        if scenario == "list":
            return list_scenarios(speaker)
        if packets_svg is not None and not packets:
            raise UsageError("it goes with --packets only", where="--packets-svg", hint="Add --packets.")
        if packets:
            refuse_without_packets(packets_svg)
        presets = presets_of(vpn)
        network = bool(core or packets or scenario is not None)
        how = {
            **_profiles(profile, _NETWORK if network else _PAIR),
            "faults": fault,
            "switches": _switches(switch),
        }
        if network:
            started = running_network(presets, scenario=known_scenario(scenario), **how)
        else:
            started = running_lab(presets, **how)
        with started as running:
            if packets:
                return _send_packets(speaker, running, packets_svg, presets)
            _serve(speaker, running, inventory_out, intent_out, presets)
    return None


def _serve(
    speaker: Speaker, lab: Lab, inventory: Path, intent: Path | None, presets: Iterable[PresetVpn]
) -> None:
    import yaml  # noqa: PLC0415  (heavy)

    with written(inventory, yaml.safe_dump(lab.inventory(), sort_keys=False)):
        if intent:
            write_intent(intent, lab, presets)
        with suppress(KeyboardInterrupt):  # that is how a lab ends
            speaker.document(_document(lab, inventory, intent))
            speaker.answer(*_how_to(lab, inventory, intent))
            lab.serve()
    speaker.say("The lab has ended.")


def _document(lab: Lab, inventory: Path, intent: Path | None) -> dict[str, Any]:
    devices = [
        {
            "name": device.name,
            "role": device.role,
            "host": device.host,
            "port": device.port,
            "username": device.username,
            "host_key": device.host_key,
        }
        for device in lab
    ]
    return {
        "inventory": str(inventory),
        "intent": str(intent) if intent else None,
        "scenario": lab.scenario if lab.core else None,
        "devices": devices,
    }


def _how_to(lab: Lab, inventory: Path, intent: Path | None) -> Iterator[str]:
    for device in lab:
        yield f"{device.name} ({device.role}): NETCONF over SSH at {device.host}:{device.port}"
    if lab.core:
        yield f"Scenario {lab.scenario}: {meaning_of(lab.scenario)}"
    yield f"Inventory: {inventory}" + (f", intent: {intent}" if intent else "")
    option = "" if inventory == options.INVENTORY else f" -i {inventory}"
    if intent:
        yield "In another terminal:"
        if lab.core:
            yield f"  {program()} audit {intent}{option} --explain"
        yield from (f"  {program()} {word} {intent}{option}" for word in ("plan", "apply"))
    else:
        need = f", with{option}" if option else ""
        yield f"Use it in another terminal with an intent of yours{need}; --intent-out FILE writes an example."
    yield "Ctrl-C ends the lab."


def _send_packets(speaker: Speaker, lab: Lab, svg: Path | None, presets: Iterable[PresetVpn]) -> None:
    """Audit the lab as anybody would, over NETCONF, and send packets through what its routers told."""
    import yaml  # noqa: PLC0415

    from ..auditing import audit_pair  # noqa: PLC0415
    from ..events import log_event  # noqa: PLC0415
    from ..intent import Intent  # noqa: PLC0415
    from ..inventory import parse_inventory  # noqa: PLC0415

    intent = Intent.model_validate(intent_values(lab, presets))
    report = audit_pair(intent, parse_inventory(yaml.safe_dump(lab.inventory())), log_event)
    shown = show_packets(report, speaker, svg)
    speaker.document(shown)
    if not all(run["agrees"] for run in shown["runs"]):
        raise typer.Exit(DISAGREES)


def _profiles(words: Iterable[str], devices: Mapping[str, str]) -> Mapping[str, Any]:
    """``profile`` and ``profiles`` for the lab of these devices, by role."""
    how: dict[str, Any] = {"profiles": {}}
    for word in words:
        device, equals, name = word.rpartition("=")
        if equals:
            how["profiles"][device] = name
        else:
            how["profile"] = name
    unknown = set(how["profiles"]) - {*devices, *devices.values()}
    if unknown:
        raise UsageError(
            f"no device {', '.join(sorted(unknown))}",
            where="--profile",
            hint=f"There are {' and '.join(devices)}.",
        )
    return how


def _switches(words: Iterable[str]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for word in words:
        device, colon, name = word.partition(":")
        if not colon:
            raise UsageError(
                f"{word!r} names no device",
                where="--switch",
                hint="It is written DEVICE:SWITCH, e.g. any:locked.",
            )
        found.setdefault(device, []).append(name)
    return found


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """SIGTERM and SIGHUP end the lab as Ctrl-C does: nothing is left behind."""
    names = [number for number in ("SIGTERM", "SIGHUP") if hasattr(signal, number)]
    numbers = [getattr(signal, name) for name in names]
    try:
        before = {number: signal.signal(number, signal.default_int_handler) for number in numbers}
    except ValueError:  # not in the main thread
        yield
        return
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
