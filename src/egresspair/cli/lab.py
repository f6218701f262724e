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
from .own_file import written
from .packets import refuse_without_packets, show_packets
from .presets import PresetVpn, preset_of, running_lab
from .program import program
from .terminal.failure import reported
from .terminal.speaker import Speaker

if TYPE_CHECKING:
    from ..lab import Lab

_PAIR: Final = "metro-7"
_EXAMPLE: Final = PresetVpn("vpna", "200:1")
_FIRST_LABEL: Final = 2001


def lab(
    *,
    profile: Annotated[
        list[str],
        typer.Option(
            metavar="[DEVICE=]PROFILE",
            help="The kind of router (ne40e, atn, ne40e-core, atn-core), for both or for one (backup=atn). Repeatable.",
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
    packets: Annotated[
        bool,
        typer.Option(
            "--packets",
            help="Send real packets through the routers' tables while the master dies, and end. Needs root.",
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
    """Run a pair of routers on this machine.

    They speak NETCONF over real SSH on the loopback, until Ctrl-C.
    """
    speaker = Speaker(as_json=as_json)
    with reported(speaker, debug=debug), _ended_by_signals():
        if list_faults:
            return _list_faults(speaker)
        if packets:
            refuse_without_packets()
        presets = [preset_of(word) for word in vpn]
        how = {**_profiles(profile), "faults": fault, "switches": _switches(switch)}
        with running_lab(presets, **how) as running:
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
            _write_intent(intent, lab, list(presets) or [_EXAMPLE])
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
    return {"inventory": str(inventory), "intent": str(intent) if intent else None, "devices": devices}


def _how_to(lab: Lab, inventory: Path, intent: Path | None) -> Iterator[str]:
    for device in lab:
        yield f"{device.name} ({device.role}): NETCONF over SSH at {device.host}:{device.port}"
    yield f"Inventory: {inventory}" + (f", intent: {intent}" if intent else "")
    option = "" if inventory == options.INVENTORY else f" -i {inventory}"
    if intent:
        yield "In another terminal:"
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

    intent = Intent.model_validate(_intent_values(lab, list(presets) or [_EXAMPLE]))
    report = audit_pair(intent, parse_inventory(yaml.safe_dump(lab.inventory())), log_event)
    speaker.document(show_packets(report, speaker, svg))


def _intent_values(lab: Lab, presets: Iterable[PresetVpn]) -> dict[str, Any]:
    """An intent for the lab."""
    return {
        "pair": _PAIR,
        "master": lab["master"].name,
        "backup": lab["backup"].name,
        "vpn_instances": [
            {"name": each.name, "static_label": label, "route_distinguisher": each.route_distinguisher}
            for label, each in enumerate(presets, _FIRST_LABEL)
        ],
    }


def _write_intent(path: Path, lab: Lab, presets: Iterable[PresetVpn]) -> None:
    import yaml  # noqa: PLC0415

    try:
        with path.open("x", encoding="utf-8") as file:
            yaml.safe_dump(_intent_values(lab, presets), file, sort_keys=False)
    except OSError as error:
        raise UsageError(
            f"cannot be written: {error.strerror}", where=str(path), hint="Choose another with --intent-out."
        ) from error


def _profiles(words: Iterable[str]) -> Mapping[str, Any]:
    """``profile`` and ``profiles`` for the lab."""
    how: dict[str, Any] = {"profiles": {}}
    for word in words:
        device, equals, name = word.rpartition("=")
        if equals:
            how["profiles"][device] = name
        else:
            how["profile"] = name
    unknown = set(how["profiles"]) - {"master", "backup", "masg-1", "masg-2"}
    if unknown:
        raise UsageError(
            f"no device {', '.join(sorted(unknown))}", where="--profile", hint="There are master and backup."
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


def _list_faults(speaker: Speaker) -> None:
    from ..lab.behaviours import BEHAVIOURS  # noqa: PLC0415  (heavy)
    from ..lab.faults import RPC_NAMES  # noqa: PLC0415
    from ..lab.switches import SWITCHES  # noqa: PLC0415

    faults = {_spelt(name, each.argument, each.default): each.meaning for name, each in BEHAVIOURS.items()}
    speaker.document({"faults": faults, "rpcs": list(RPC_NAMES), "switches": dict(SWITCHES)})
    speaker.answer("Faults, --fault DEVICE:RPC:FAULT[:N] (N: which such RPC, from 1; * for every one):")
    speaker.answer(*(f"  {name:24} {meaning}" for name, meaning in faults.items()))
    speaker.answer("RPC is one of:", *(f"  {name}" for name in RPC_NAMES))
    speaker.answer("Switches, --switch DEVICE:SWITCH:")
    speaker.answer(*(f"  {name:24} {meaning}" for name, meaning in SWITCHES.items()))


def _spelt(name: str, argument: str | None, default: float | None) -> str:
    """A fault as one writes it; brackets around what may be left out."""
    if not argument:
        return name
    return f"{name}={argument}" if default is None else f"{name}[={argument}]"


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
