"""The report that people read, and the one that programs read."""

from __future__ import annotations

import json

from egresspair.configuration import LabelOwner, LabelUse
from egresspair.label_space import IdleLabels, LabelReport, LabelUses, Ranges, RouterLabels

NE = Ranges.of([(16, 32783)])
OWNERS = (
    LabelOwner("vpnb", "ipv4-unicast", 40000, LabelUse.ASSIGNED_LABEL),
    LabelOwner("", "", 2002, LabelUse.INCOMING_LABEL, "static LSP lsp1"),
    LabelOwner("vpna", "ipv4-unicast", 2001),
)
IDLE = IdleLabels(idle=Ranges.of([(16, 2000), (2004, 32783)]), used=Ranges.of([(0, 15), (2001, 2003)]))
REPORT = LabelReport(
    RouterLabels("masg-1", NE, LabelUses(OWNERS, IDLE)),
    RouterLabels("masg-2", Ranges.of([(16, 147455)]), LabelUses((OWNERS[2],))),
)


def test_it_tells_ranges_uses_and_what_is_free() -> None:
    assert REPORT.text(count=3).splitlines() == [
        "Static labels of masg-1 and masg-2",
        "  common range: 16..32783",
        "  masg-1: 16..32783",
        "    2001 static label of VPN instance vpna (ipv4-unicast)",
        "    2002 incoming label of static LSP lsp1",
        "    2003 in use, nothing that was read tells by whom",
        "  masg-2: 16..147455",
        "    2001 static label of VPN instance vpna (ipv4-unicast)",
        "    (the router does not tell which labels are idle: other uses may exist)",
        "  free on both: 16..18, … (32765 labels)",
    ]


def test_it_is_plain_values() -> None:
    document = json.loads(json.dumps(REPORT.to_dict(count=3)))
    assert document["common_range"] == [[16, 32783]]
    assert document["first_free"] == [16, 17, 18]
    assert document["free"] == [[16, 2000], [2004, 32783]]
    assert document["routers"][0]["used"][1] == {
        "label": 2002,
        "use": "incoming label",
        "by": "static LSP lsp1",
        "family": None,
    }
    assert document["routers"][0]["used_by_unknown"] == [[2003, 2003]]


def test_what_is_not_known_is_said() -> None:
    blind = LabelReport(RouterLabels("masg-1", None, LabelUses()), REPORT.backup, ("a note",))
    assert "  masg-1: not known: the router's schema was not read\n    none in use" in str(blind)
    assert str(blind).endswith("  free on both: not known\nNote: a note")
    assert blind.to_dict()["free"] is None


def test_few_free_labels_are_shown_whole() -> None:
    few = RouterLabels("masg-1", Ranges.of([(16, 18)]), LabelUses())
    assert "  free on both: 16..18" in LabelReport(few, few).text(count=5).splitlines()
    full = RouterLabels("masg-1", Ranges(), LabelUses())
    assert "  free on both: none" in LabelReport(full, few).text().splitlines()
