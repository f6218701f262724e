"""labels: the label space of two routers, by their names in the inventory."""

from __future__ import annotations

import pytest

from pair.bench import allow_labels

from .desk import Desk, command


@pytest.fixture(autouse=True)
def ranges(monkeypatch: pytest.MonkeyPatch) -> None:
    allow_labels(monkeypatch, (2000, 2003))


def test_it_shows_what_is_used_and_what_is_free(desk: Desk) -> None:
    desk.apply()
    ended = command("labels", "masg-1", "masg-2", "-i", desk.inventory)
    assert ended.status == 0
    assert ended.err == ""
    assert "  common range: 2000..2003\n" in ended.out
    assert ended.out.count("    2001 static label of VPN instance vpna (ipv4-unicast)\n") == 2
    assert "  free on both: 2000, 2002..2003\n" in ended.out


def test_it_shows_as_many_as_are_wanted(desk: Desk) -> None:
    ended = command("labels", "masg-1", "masg-2", "-i", desk.inventory, "--count", 2)
    assert "  free on both: 2000..2001, … (4 labels)\n" in ended.out


def test_one_document(desk: Desk) -> None:
    desk.apply()
    ended = command("labels", "masg-2", "masg-1", "-i", desk.inventory, "--json", "--count", 1)
    assert [router["device"] for router in ended.document["routers"]] == ["masg-2", "masg-1"]
    assert ended.document["first_free"] == [2000]
    assert ended.document["free_count"] == 3


def test_nothing_is_touched(desk: Desk) -> None:
    command("labels", "masg-1", "masg-2", "-i", desk.inventory)
    asked = {message.name for device in desk.lab for message in device.received}
    assert asked <= {"hello", "get-config", "get", "get-schema", "close-session"}


def test_a_router_that_is_not_there(desk: Desk) -> None:
    ended = command("labels", "masg-1", "nobody", "-i", desk.inventory)
    assert (ended.status, ended.out) == (3, "")
    assert "device 'nobody' is not in the inventory. Known are masg-1, masg-2." in ended.err


def test_a_router_is_no_pair(desk: Desk) -> None:
    ended = command("labels", "masg-1", "masg-1", "-i", desk.inventory)
    assert ended.status == 2
    assert "masg-1: this router is named twice. Give two routers." in ended.err


def test_auto_is_planned(desk: Desk) -> None:
    ended = desk.run("plan", desk.intent("auto"))
    assert ended.status == 0
    assert "Note: vpna: label 200" in ended.out
    assert ended.out.count("+ static-label 200") == 2
