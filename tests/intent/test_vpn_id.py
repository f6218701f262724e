"""Route distinguishers and VPN targets: forms, octets, equality, errors that name the part."""

from __future__ import annotations

import pytest
from hypothesis import given

from egresspair.document import FieldError
from egresspair.intent import RouteDistinguisher, RouteTarget

from .strategies import vpn_ids


@pytest.mark.parametrize(
    ("text", "octets"),
    [
        ("200:1", "0000 00c8 00000001"),
        ("0:1", "0000 0000 00000001"),
        ("65535:4294967295", "0000 ffff ffffffff"),
        ("192.0.2.1:1", "0001 c0000201 0001"),
        ("0.0.0.0:0", "0001 00000000 0000"),
        ("255.255.255.255:65535", "0001 ffffffff ffff"),
        ("65536:1", "0002 00010000 0001"),
        ("4294967295:65535", "0002 ffffffff ffff"),
        ("1.1:3", "0002 00010001 0003"),
        ("0.1:3", "0002 00000001 0003"),
    ],
)
def test_a_route_distinguisher_is_its_octets(text: str, octets: str) -> None:
    rd = RouteDistinguisher(text)
    assert rd.octets == bytes.fromhex(octets)
    assert str(rd) == text


def test_a_route_target_is_an_extended_community_of_subtype_2() -> None:
    assert RouteTarget("200:1").octets == bytes.fromhex("0002 00c8 00000001")
    assert RouteTarget("192.0.2.1:1").octets == bytes.fromhex("0102 c0000201 0001")
    assert RouteTarget("65536:1").octets == bytes.fromhex("0202 00010000 0001")


def test_equality_is_by_value_and_kind() -> None:
    assert RouteDistinguisher("65537:3") == RouteDistinguisher("1.1:3")
    assert len({RouteDistinguisher("65537:3"), RouteDistinguisher("1.1:3")}) == 1
    assert RouteDistinguisher("0.1:3") != RouteDistinguisher("1:3")
    of_both_kinds: set[object] = {RouteDistinguisher("1:3"), RouteTarget("1:3")}
    assert len(of_both_kinds) == 2


@given(vpn_ids)
def test_the_canonical_spelling_is_the_same_value(text: str) -> None:
    rd = RouteDistinguisher(text)
    assert RouteDistinguisher(rd.canonical) == rd
    assert RouteDistinguisher(rd.canonical).canonical == rd.canonical
    assert RouteTarget(text).canonical == rd.canonical


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "'' has not the form"),
        ("200", "'200' has not the form"),
        ("200:1:2", "'200:1:2' has not the form"),
        ("200:x", "the number behind a 2-octet AS number is 'x'"),
        ("200:", "the number behind a 2-octet AS number is ''"),
        ("200:4294967296", "the number behind a 2-octet AS number is 4294967296, outside 0..4294967295"),
        ("65536:65536", "the number behind a 4-octet AS number is 65536, outside 0..65535"),
        ("4294967296:1", "the AS number is 4294967296, outside 0..4294967295"),
        ("AS200:1", "the AS number is 'AS200'"),
        ("0200:1", "the AS number is '0200', not a plain decimal number"),
        ("200:01", "the number behind a 2-octet AS number is '01'"),
        ("1.65536:1", "half of the AS number '1.65536' is 65536, outside 0..65535"),
        ("1.:1", "half of the AS number '1.' is ''"),
        ("1.1:65536", "the number behind a 4-octet AS number is 65536"),
        ("256.0.0.1:1", "'256.0.0.1' is not an IPv4 address"),
        ("192.0.2.1:65536", "the number behind an IPv4 address is 65536"),
        ("192.0.2:1", "the AS number is '192.0.2'"),
        ("0:0", "'0:0' is not allowed"),
        ("0.0:0", "'0.0:0' is not allowed"),
        ("200:1 ", "the number behind a 2-octet AS number is '1 '"),
        ("٢:1", "the AS number is '٢'"),
        ("9" * 5000 + ":1", "has not the form"),
    ],
)
def test_an_error_names_the_part_that_is_wrong(text: str, part: str) -> None:
    for kind in (RouteDistinguisher, RouteTarget):
        with pytest.raises(FieldError) as caught:
            kind(text)
        assert part in str(caught.value)
        assert len(str(caught.value)) < 200
