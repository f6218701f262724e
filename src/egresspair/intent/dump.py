"""Writing an intent, in any format that can be read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import yaml
from lxml import etree

from .load import Format, format_named
from .model import Intent, RouteDistinguishers, VpnInstance, refuse_no_intent
from .words import NAMESPACE, RFC7951_ROOT, ROOT, yang_name

__all__ = ["dump_intent"]

Values = dict[str, Any]


def dump_intent(intent: Intent, format: Format = "yaml") -> str:  # noqa: A002
    """The intent as a text; reading it gives an equal intent.

    Args:
        intent: what to write.
        format: ``yaml`` and ``json`` in our own words, the others in those of the module.

    Raises:
        UsageError: this is no intent, or there is no such format.
    """
    refuse_no_intent(intent)
    wanted = format_named(format)
    if wanted == "yaml":
        return yaml.safe_dump(_values(intent), sort_keys=False, allow_unicode=True)
    if wanted == "json":
        return _json(_values(intent))
    module = _of_module(_values(intent, both=True))
    return _json({RFC7951_ROOT: module}) if wanted == "rfc7951-json" else _xml(module)


def _values(intent: Intent, *, both: bool = False) -> Values:
    """Plain values in our own words; one route distinguisher for both routers is one text unless ``both``."""
    values: Values = {"pair": intent.pair, "master": intent.master, "backup": intent.backup}
    values |= {"core_asbr": intent.core_asbr} if intent.core_asbr else {}
    values |= {"csg": intent.csg} if intent.csg else {}
    if intent.protected_host_routes:
        values["protected_host_routes"] = list(intent.protected_host_routes)
    values["vpn_instances"] = [_vpn(vpn, both=both) for vpn in intent.vpn_instances]
    if intent.prerequisites:
        values["prerequisites"] = intent.prerequisites.model_dump(mode="json", exclude_defaults=True)
    return values


def _vpn(vpn: VpnInstance, *, both: bool) -> Values:
    values: Values = {"name": vpn.name, "static_label": vpn.static_label}
    if vpn.route_distinguisher:
        values["route_distinguisher"] = _rds(vpn.route_distinguisher, both=both)
    if targets := vpn.vpn_targets:
        lists = {
            "import": [str(each) for each in targets.import_],
            "export": [str(each) for each in targets.export],
        }
        values["vpn_targets"] = {direction: texts for direction, texts in lists.items() if texts}
    return values


def _rds(rds: RouteDistinguishers, *, both: bool) -> str | Values:
    if not both and rds.master.text == rds.backup.text:
        return rds.master.text
    return {"master": rds.master.text, "backup": rds.backup.text}


def _of_module(value: Any) -> Any:
    """The same values under the module's names."""
    if isinstance(value, Mapping):
        return {yang_name(key): _of_module(held) for key, held in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_of_module(item) for item in value]
    return value


def _json(values: Values) -> str:
    return json.dumps(values, indent=2) + "\n"


def _xml(values: Values) -> str:
    root = etree.Element(etree.QName(NAMESPACE, ROOT), nsmap={None: NAMESPACE})
    _fill(root, values)
    return etree.tostring(root, encoding="unicode", pretty_print=True)


def _fill(parent: etree._Element, values: Values) -> None:
    for name, value in values.items():
        for each in value if isinstance(value, list) else [value]:
            element = etree.SubElement(parent, etree.QName(NAMESPACE, name))
            if isinstance(each, dict):
                _fill(element, each)
            else:
                element.text = str(each)
