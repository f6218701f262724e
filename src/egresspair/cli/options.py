"""The options that commands share, spelt once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

IntentFile = Annotated[Path, typer.Argument(metavar="FILE", help="The intent: YAML, JSON or XML.")]
InventoryFile = Annotated[
    Path, typer.Option("--inventory", "-i", metavar="FILE", help="How to reach the routers.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Show each operation with its time.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of an internal error.")]
Accept = Annotated[
    list[str],
    typer.Option(
        "--accept",
        metavar="RISK",
        help="Accept a risk by its name, as plan shows it, e.g. interruption. Repeatable.",
        default_factory=list,
        show_default=False,
    ),
]

JournalPlace = Annotated[
    str,
    typer.Option(
        "--journal",
        metavar="FILE|URL",
        help="Where transactions are written down; by default the user's own file.",
        show_default=False,
    ),
]
Staged = Annotated[
    bool,
    typer.Option(
        "--staged",
        help="If labels of a pair in service change: withdraw the partner's host routes before, restore them after.",
    ),
]
Pretty = Annotated[
    bool, typer.Option("--pretty", help="Show payloads indented for reading; not the bytes that are sent.")
]

_PANEL = "Numbers of the transaction"
ConfirmTimeout = Annotated[
    int,
    typer.Option(
        metavar="SECONDS",
        help="How long a router waits for the confirmation before it reverts.",
        rich_help_panel=_PANEL,
    ),
]
Soak = Annotated[
    float,
    typer.Option(
        metavar="SECONDS", help="Watch the new state this long before deciding.", rich_help_panel=_PANEL
    ),
]
Margin = Annotated[
    float,
    typer.Option(
        metavar="SECONDS",
        help="What must be left of the timer at the decision.",
        rich_help_panel=_PANEL,
    ),
]
SettleTimeout = Annotated[
    float,
    typer.Option(
        metavar="SECONDS",
        help="How long an interrupted change is pursued.",
        rich_help_panel=_PANEL,
    ),
]
Save = Annotated[
    bool,
    typer.Option("--save", help="Copy running to startup once both are confirmed.", rich_help_panel=_PANEL),
]
NoProof = Annotated[
    bool,
    typer.Option(
        "--no-proof",
        help="Confirm even if a label is not assigned or a VPN instance is down; it is told all the same.",
        rich_help_panel=_PANEL,
    ),
]

INVENTORY = Path("inventory.yaml")
CONFIRM_TIMEOUT = 120
SOAK = 0.0
MARGIN = 5.0
SETTLE_TIMEOUT = 60.0
