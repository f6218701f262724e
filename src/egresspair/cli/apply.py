"""``egresspair apply``."""

from __future__ import annotations

from functools import partial

from . import options
from .terminal.failure import reported
from .terminal.speaker import Speaker


def apply(
    file: options.IntentFile,
    *,
    accept: options.Accept,
    inventory: options.InventoryFile = options.INVENTORY,
    staged: options.Staged = False,
    save: options.Save = False,
    confirm_timeout: options.ConfirmTimeout = options.CONFIRM_TIMEOUT,
    soak: options.Soak = options.SOAK,
    margin: options.Margin = options.MARGIN,
    settle_timeout: options.SettleTimeout = options.SETTLE_TIMEOUT,
    no_proof: options.NoProof = False,
    journal: options.JournalPlace = "",
    as_json: options.AsJson = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,
) -> None:
    """Apply an intent to both routers, or to neither.

    With prerequisites in the intent, or --staged, it takes several transactions, one after the other; the first that
    does not commit ends it, and it says what stands.

    Risks are asked for on a terminal, and have to be accepted with --accept elsewhere.
    """
    speaker = Speaker(as_json=as_json)
    with reported(speaker, debug=debug):
        from ..intent import load_intent  # noqa: PLC0415  (heavy)
        from .change import carry_out  # noqa: PLC0415
        from .numbers import policy_of  # noqa: PLC0415
        from .staged import planned  # noqa: PLC0415

        policy = policy_of(
            confirm_timeout=confirm_timeout,
            soak=soak,
            margin=margin,
            settle_timeout=settle_timeout,
            save=save,
        )
        carry_out(
            speaker,
            partial(load_intent, file),
            partial(planned, staged=staged),
            inventory=inventory,
            accept=accept,
            policy=policy,
            proof=not no_proof,
            journal=journal or None,
            verbose=verbose,
            debug=debug,
        )
