"""Which YANG a device speaks, and what that YANG says of a configuration.

Values in, values out. The only thing touched is the folders that a :class:`ModuleSet` names.

    modules = ModuleSet.of(yang_dir(), "huawei-l3vpn", "huawei-l3vpn-deviations-OC-NE-X8X16")
    model = load_model(modules)
    validate_config(model, b"<config>…</config>")    # () or what is wrong
    label_range(model)                               # ((16, 32783),)
"""

from .hello import advertised_modules, select_modules
from .intervals import STATIC_LABEL, Interval, integer_range, label_range
from .model import load_model
from .modules import Module, ModuleSet
from .validation import validate_config
from .violation import Rule, Violation

__all__ = [
    "STATIC_LABEL",
    "Interval",
    "Module",
    "ModuleSet",
    "Rule",
    "Violation",
    "advertised_modules",
    "integer_range",
    "label_range",
    "load_model",
    "select_modules",
    "validate_config",
]
