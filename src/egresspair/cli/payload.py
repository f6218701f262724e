"""``egresspair payload``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import UsageError
from . import options
from .terminal.failure import reported
from .terminal.speaker import Speaker

if TYPE_CHECKING:
    from ..intent import Intent
    from ..payloads import Payload


def payload(
    file: options.IntentFile,
    *,
    running: Annotated[
        list[str],
        typer.Option(
            metavar="NAME=FILE",
            help="A router's running configuration as XML, for both: only what it lacks is rendered.",
            default_factory=list,
            show_default=False,
        ),
    ],
    device: Annotated[str, typer.Option(metavar="NAME", help="Only this router's, and nothing else.")] = "",
    inverse: Annotated[bool, typer.Option("--inverse", help="What takes it back; needs --running.")] = False,
    remove: Annotated[bool, typer.Option("--remove", help="Removes the labels; needs --running.")] = False,
    pretty: options.Pretty = False,
    platform: Annotated[str, typer.Option(help="The dialect of both routers.")] = "huawei-vrp",
    as_json: options.AsJson = False,
    debug: options.Debug = False,
) -> None:
    """Print the edit-configs, contacting no router."""
    speaker = Speaker(as_json=as_json)
    with reported(speaker, debug=debug):
        from ..intent import load_intent  # noqa: PLC0415  (heavy)
        from ..payloads import render  # noqa: PLC0415

        intent = load_intent(file)
        configs = _configurations(running, (intent.master, intent.backup))
        _need_running(configs, (intent.master, intent.backup), inverse=inverse, remove=remove)
        action = "remove" if remove else "protect"
        with _named(running):
            payloads = render(intent, running=configs or None, action=action, platform=platform)
        if intent.prerequisites:
            speaker.say(
                "Note: these are the labels alone. What prerequisites send depends on what is there: see plan."
            )
        speaker.document(_document(intent, payloads, action, device))
        _print(speaker, _chosen(payloads, device), inverse=inverse, headed=not device, pretty=pretty)


def _need_running(
    configs: Mapping[str, bytes], devices: tuple[str, ...], *, inverse: bool, remove: bool
) -> None:
    needs = {
        "--inverse": (inverse, "what takes a change back depends on what is there"),
        "--remove": (remove, "what to remove is not known without what is there"),
    }
    for option, (wanted, why) in needs.items():
        if wanted and not configs:
            hint = f"Give {' and '.join(f'--running {name}=FILE' for name in devices)} as well."
            raise UsageError(why, where=option, hint=hint)
    for name in devices if configs else ():
        if name not in configs:
            what = "its running configuration is missing"
            raise UsageError(what, where=name, hint=f"Give --running {name}=FILE as well.")


@contextmanager
def _named(words: list[str]) -> Iterator[None]:
    """What is wrong with a running configuration is told of its option, and so of its file."""
    files = {word.partition("=")[0]: word for word in words}
    try:
        yield
    except UsageError as error:
        if error.where in files:
            where = f"--running {files[error.where]}"
            raise UsageError(error.what, where=where, hint=error.hint) from error
        raise


def _configurations(words: list[str], devices: tuple[str, ...]) -> Mapping[str, bytes]:
    return dict(_configuration(word, devices) for word in words)


def _configuration(word: str, devices: tuple[str, ...]) -> tuple[str, bytes]:
    name, equals, file = word.partition("=")
    if not equals or name not in devices:
        raise UsageError(
            f"{word!r} does not begin with a router of the intent",
            where="--running",
            hint=f"It is written NAME=FILE; the routers are {' and '.join(devices)}.",
        )
    try:
        return name, Path(file).read_bytes()
    except OSError as error:
        raise UsageError(
            f"cannot be read: {error.strerror}", where=f"--running {word}", hint="Is the path right?"
        ) from error


def _chosen(payloads: Mapping[str, Payload], device: str) -> Mapping[str, Payload]:
    if not device:
        return payloads
    if device not in payloads:
        raise UsageError(
            f"{device!r} is no router of the intent",
            where="--device",
            hint=f"The routers are {' and '.join(payloads)}.",
        )
    return {device: payloads[device]}


def _document(intent: Intent, payloads: Mapping[str, Payload], action: str, device: str) -> dict[str, Any]:
    return {
        "pair": intent.pair,
        "action": action,
        "intent": intent.digest,
        "payloads": {
            name: {"edit_config": each.edit_config, "inverse": each.inverse}
            for name, each in _chosen(payloads, device).items()
        },
    }


def _print(
    speaker: Speaker, payloads: Mapping[str, Payload], *, inverse: bool, headed: bool, pretty: bool
) -> None:
    from .terminal.pretty import NOT_SENT, indented  # noqa: PLC0415

    word = "inverse" if inverse else "edit-config"
    said = f"{word}, {NOT_SENT}" if pretty else word
    for name, each in payloads.items():
        document = each.inverse if inverse else each.edit_config
        if headed or (pretty and document):
            speaker.verbatim(f"<!-- {name}: {said if document else 'nothing to change'} -->")
        if document:
            speaker.verbatim(indented(document) if pretty else document)
