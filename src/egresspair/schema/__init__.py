"""Which YANG a device speaks, and what that YANG says of a configuration.

Values in, values out. The only thing touched is the folders that a :class:`ModuleSet` names.

    modules = ModuleSet.of(yang_dir(), "huawei-l3vpn", "huawei-l3vpn-deviations-OC-NE-X8X16")
    model = load_model(modules)
    validate_config(model, b"<config>…</config>")    # () or what is wrong
    label_range(model)                               # ((16, 32783),)
"""

from .discovery import Discovered, Discovery, Text, advertised_in, discover, discover_in, text_in
from .edit import apply_edit
from .hello import advertised_modules, advertising, select_modules
from .intervals import STATIC_LABEL, Interval, integer_range, label_range
from .known import RouterSchema, facts_of
from .model import load_model
from .modules import Module, ModuleSet
from .nodes import NodeFacts, differences, used_nodes
from .store import SchemaStore, StoredSet
from .validation import validate_config, violations_of_change
from .violation import Rule, Violation

__all__ = [
    "STATIC_LABEL",
    "Discovered",
    "Discovery",
    "Interval",
    "Module",
    "ModuleSet",
    "NodeFacts",
    "RouterSchema",
    "Rule",
    "SchemaStore",
    "StoredSet",
    "Text",
    "Violation",
    "advertised_in",
    "advertised_modules",
    "advertising",
    "apply_edit",
    "differences",
    "discover",
    "discover_in",
    "facts_of",
    "integer_range",
    "label_range",
    "load_model",
    "select_modules",
    "text_in",
    "used_nodes",
    "validate_config",
    "violations_of_change",
]
