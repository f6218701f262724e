"""What costs no round trip: rendering, comparing, validating, and starting up.

========  ==============================================================================================
diff      what has to change on one router, from its reply
render    the edit-config of that change
validate  what the change would make wrong by the router's schema, which is compiled already
together  the three of them
yangson   its own ``validate()`` of the configuration after the change, which says valid or raises
payloads  `egresspair.render`: the payloads of both routers without asking them
========  ==============================================================================================
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from lxml import etree

import egresspair as ep
from egresspair.configuration import Change
from egresspair.dialects import dialect_named
from egresspair.diff import protect
from egresspair.intent import Role
from egresspair.label_space import LabelUses
from egresspair.netconf.capabilities import GuaranteeLevel
from egresspair.netconf.rpc import BASE, Rpc
from egresspair.plan import ServerProfile
from egresspair.plan.make import edit_rpc
from egresspair.schema import SchemaStore, apply_edit, discover_in, violations_of_change
from pair.documents import intent
from yang.documents import vpn_document

from .measuring import Act, Series, always, in_turn
from .schema import ROOTS, genuine_or_ours

_BEFORE = vpn_document({"route-distinguisher": "200:1", "lsp-operation": "pop", "target": "200:1"})
_SERVER = ServerProfile(
    GuaranteeLevel.A, test_then_set=True, rollback_on_error=True, validates=True, startup=False
)
_HERE = Path(sys.executable).parent


def planning(repetitions: int) -> list[Series]:
    """One VPN instance of one router gets its label."""
    dialect, wanted = dialect_named("huawei-vrp"), intent()
    with tempfile.TemporaryDirectory() as folder:
        store = SchemaStore(Path(folder))
        model, _ = store.model(store.keep(discover_in(genuine_or_ours(), ROOTS)))

        def diff() -> tuple[Change, ...]:
            running = dialect.read_config(_BEFORE, ["vpna"])
            return protect(wanted, Role.MASTER, "masg-1", running, LabelUses()).changes

        changes = diff()
        edit = edit_rpc(dialect, changes, _SERVER)
        after = apply_edit(model, _BEFORE, _content(edit))

        def validate(edit: Rpc) -> None:
            assert not violations_of_change(model, _BEFORE, _content(edit))

        acts: dict[str, Act] = {
            "diff": diff,
            "render": lambda: edit_rpc(dialect, changes, _SERVER),
            "validate": lambda: validate(edit),
            "together": lambda: validate(edit_rpc(dialect, diff(), _SERVER)),
            "yangson": lambda: model.from_xml(after).validate(),
            "payloads": lambda: ep.render(wanted),
        }
        return in_turn(
            "planning",
            "one payload",
            {name: always(act) for name, act in acts.items()},
            repetitions,
        )


def _content(edit: Rpc) -> etree._Element:
    config = etree.fromstring(edit.body).find(f"{{{BASE}}}config")
    assert config is not None
    return config


def starting(repetitions: int) -> list[Series]:
    """New interpreters."""
    commands = {
        "python": [sys.executable, "-c", "pass"],
        "import": [sys.executable, "-c", "import egresspair"],
        "help": [str(_HERE / "egresspair"), "--help"],
    }
    acts = {
        name: always(partial(subprocess.run, command, check=True, stdout=subprocess.DEVNULL))
        for name, command in commands.items()
    }
    return in_turn("starting", "new process", acts, repetitions)
