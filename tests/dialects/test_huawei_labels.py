"""Who uses a label on a VRP8 router, out of documents in the shapes of its modules."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from lxml import etree

from egresspair.configuration import LabelOwner, LabelUse
from egresspair.dialects import UnreadableReply, dialect_named
from egresspair.label_space import LabelUses
from egresspair.schema import advertised_modules, load_model, select_modules
from yang.models import PLATFORMS, missing, samples_folder, vendor_folder

DIALECT = dialect_named("huawei-vrp")
NI = "urn:huawei:yang:huawei-network-instance"
L3VPN = "urn:huawei:yang:huawei-l3vpn"
BGP = "urn:huawei:yang:huawei-bgp"
EVERY = ("huawei-l3vpn", "huawei-mpls-static", "huawei-bgp", "huawei-mpls-res")

LSPS = """<mpls xmlns="urn:huawei:yang:huawei-mpls"><static xmlns="urn:huawei:yang:huawei-mpls-static"><lsps>
  <lsp><lsp-name>in</lsp-name><ingress><out-label>2009</out-label></ingress></lsp>
  <lsp><lsp-name>mid</lsp-name><transit><in-label>2003</in-label><out-label>2008</out-label></transit></lsp>
  <lsp><lsp-name>out</lsp-name><egress><in-label>2004</in-label></egress></lsp>
</lsps></static></mpls>"""

EPE = f"""<network-instance xmlns="{NI}"><instances><instance><name>_public_</name><bgp xmlns="{BGP}"><base-process>
  <peers>
    <peer><address>192.0.2.9</address></peer>
    <peer><address>192.0.2.8</address>
      <egress-engineer-parameter><static-label>2005</static-label></egress-engineer-parameter></peer>
  </peers>
  <egress-engineer-peer-sets>
    <egress-engineer-peer-set><peer-set-name>west</peer-set-name><static-label>2006</static-label>
    </egress-engineer-peer-set>
  </egress-engineer-peer-sets>
</base-process></bgp></instance></instances></network-instance>"""


def vpn(*leaves: str) -> str:
    inside = "".join(leaves)
    return (
        f'<network-instance xmlns="{NI}"><instances><instance><name>vpna</name><afs xmlns="{L3VPN}"><af>'
        f"<type>ipv4-unicast</type>{inside}</af></afs></instance></instances></network-instance>"
    )


STATIC = "<static-label>2001</static-label>"


def assigned(label: int) -> str:
    return f"<state><label>{label}</label></state>"


def resources(inside: str) -> str:
    return f'<mpls-res xmlns="urn:huawei:yang:huawei-mpls-res">{inside}</mpls-res>'


def segment(**leaves: int) -> str:
    inside = "".join(
        f"<{name.replace('_', '-')}>{value}</{name.replace('_', '-')}>" for name, value in leaves.items()
    )
    return resources(
        f"<static-label-segments><static-label-segment>{inside}</static-label-segment></static-label-segments>"
    )


def read(*documents: str) -> LabelUses:
    return DIALECT.read_label_uses([etree.fromstring(f"<data>{document}</data>") for document in documents])


def told(uses: LabelUses) -> list[str]:
    return [f"{owner.label} {owner.use} of {owner.who}" for owner in uses.owners]


def test_everybody_who_holds_a_label_is_told() -> None:
    assert told(read(vpn(STATIC), vpn(assigned(40000)), LSPS, EPE)) == [
        "2001 static label of VPN instance vpna",
        "40000 assigned label of VPN instance vpna",
        "2003 incoming label of static LSP mid",
        "2004 incoming label of static LSP out",
        "2005 BGP EPE label of BGP peer 192.0.2.8",
        "2006 BGP EPE label of BGP peer set west",
    ]


def test_a_label_that_is_configured_is_not_told_again_as_assigned() -> None:
    assert read(vpn(STATIC), vpn(assigned(2001))).owners == (LabelOwner("vpna", "ipv4-unicast", 2001),)


def test_a_label_that_two_answers_show_has_one_owner() -> None:
    assert read(vpn(STATIC), vpn(STATIC + assigned(2001))).owners == (
        LabelOwner("vpna", "ipv4-unicast", 2001),
    )


def test_a_label_that_was_assigned_otherwise_is_in_the_way_of_others_only() -> None:
    uses = read(vpn(), vpn(assigned(3001)))
    assert uses.strangers({"vpna": 3001}) == ()
    (owner,) = uses.strangers({"vpnb": 3001})
    assert owner.use is LabelUse.ASSIGNED_LABEL


@pytest.mark.parametrize("document", ["", resources(""), resources("<static-label-segments/>")])
def test_a_router_that_says_nothing_of_idle_labels_said_nothing(document: str) -> None:
    assert read("", document).idle is None


def test_idle_labels() -> None:
    idle = read(segment(index=0, label_begin=16, label_end=2000)).idle
    assert idle is not None
    assert str(idle.idle) == "16..2000"


def test_idle_labels_of_a_window_with_its_ends() -> None:
    idle = read(
        segment(index=0, query_begin=2000, query_length=10, label_begin=2000, label_end=2004),
        segment(index=0, query_begin=3000, query_length=10),
    ).idle
    assert idle is not None
    assert str(idle.used) == "2005..2009, 3000..3009"


@pytest.mark.parametrize(
    "leaves",
    [
        {"index": 0},
        {"index": 0, "label_begin": 16},
        {"index": 0, "label_begin": 17, "label_end": 16},
        {"query_begin": 16, "query_length": 9, "label_end": 20},
    ],
)
def test_a_segment_that_makes_no_sense_is_no_segment(leaves: dict[str, int]) -> None:
    with pytest.raises(UnreadableReply, match="idle label segment"):
        read(segment(**leaves))


@pytest.mark.parametrize(
    "document",
    [
        LSPS.replace("2003", "many"),
        LSPS.replace("2003", "9" * 5000),
        EPE.replace("2006", "-1"),
        vpn("<state><label>x</label></state>"),
    ],
)
def test_a_label_that_is_no_number_is_not_overlooked(document: str) -> None:
    with pytest.raises(UnreadableReply, match="not a number"):
        read("", document)


def test_only_what_a_router_announces_is_asked() -> None:
    assert [read.what for read in DIALECT.label_reads({"huawei-l3vpn", "huawei-mpls-res"})] == [
        "assigned labels",
        "idle labels",
        "number of idle labels",
    ]
    assert DIALECT.label_reads(()) == ()


def test_every_module_of_a_filter_has_its_namespace_declared_where_it_begins() -> None:
    """VRP wants an xmlns of its own on an augmenting node."""
    for each in DIALECT.label_reads(EVERY):
        for element in etree.fromstring(each.subtree).iter():
            parent = element.getparent()
            if parent is not None and etree.QName(parent).namespace != etree.QName(element).namespace:
                assert f'<{etree.QName(element).localname} xmlns="'.encode() in each.subtree


# against the vendor's own

_NE40E = next(platform for platform in PLATFORMS if platform.folder == "8.22.0/ne40e-x8x16")
_FOLDER = vendor_folder() / _NE40E.folder


@cache
def genuine(*roots: str) -> Any:
    """The vendor's modules; deviations left aside, since those of what is merely imported are not all at hand."""
    uris = [uri.text or "" for uri in etree.parse(_FOLDER / "capabilities.xml").iter("{*}capability")]
    plain = (
        replace(module, deviations=())
        for module in advertised_modules(uris)
        if "-deviations-" not in module.name
    )
    return load_model(select_modules(tuple(plain), [_FOLDER], roots=roots))


def path_of(leaf: etree._Element) -> str:
    """As a path of the data tree: a module is named, as its namespace ends, where it begins."""
    path, within = "", ""
    for element in (*reversed(list(leaf.iterancestors())), leaf):
        name = etree.QName(element)
        module = (name.namespace or "").rpartition(":")[2]
        path += f"/{name.localname}" if module == within else f"/{module}:{name.localname}"
        within = module
    return path


@pytest.mark.vendor
@pytest.mark.skipif(missing(_NE40E) is not None, reason=str(missing(_NE40E)))
def test_what_is_asked_is_in_the_genuine_modules() -> None:
    model = genuine(*EVERY)
    for each in DIALECT.label_reads(EVERY):
        paths = [path_of(leaf) for leaf in etree.fromstring(each.subtree).iter() if len(leaf) == 0]
        assert len(paths) > 1
        assert [path for path in paths if model.get_data_node(path) is None] == []


@pytest.mark.vendor
@pytest.mark.skipif(not samples_folder().is_dir(), reason="no sample documents beside the genuine modules")
def test_the_idle_labels_of_the_vendors_shape() -> None:
    (sample,) = samples_folder().glob("66-*.xml")
    idle = DIALECT.read_label_uses([etree.parse(sample).getroot()]).idle
    assert idle is not None
    assert str(idle.used) == "2001"
    assert str(idle.idle) == "16..2000, 2002..32783"
