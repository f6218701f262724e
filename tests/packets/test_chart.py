"""What a person sees of a run, against one that was made up."""

from __future__ import annotations

from lxml import etree

from egresspair.lab.packets import PacketRun, StreamOutcome
from egresspair.lab.packets.stream import Arrival

_SENT = [10 + n / 1000 for n in range(300)]
_DIED = 10.1


def _stream(vpn: str, receiver: str | None, number: int) -> StreamOutcome:
    """By the master until the death, nowhere for 100 ms, then to this customer by the backup."""
    arrivals = [Arrival(number, n, at, vpn, "master") for n, at in enumerate(_SENT) if at < _DIED - 0.0001]
    if receiver:
        arrivals += [Arrival(number, n, _SENT[n], receiver, "backup") for n in range(200, 300)]
    return StreamOutcome.of(vpn, 2001 + number, _SENT, arrivals)


_RUN = PacketRun(
    "killed",
    _DIED,
    (_stream("vpna", "vpna", 0), _stream("vpn<b>", None, 1), _stream("vpnc", "vpnd", 2)),
    {"unknown private label": 100},
    sent_to_partner=3,
)


def test_the_line_of_a_stream_shows_where_its_packets_went() -> None:
    lines = str(_RUN).splitlines()
    assert [line.rsplit("  ", 1)[1] for line in lines[1:4]] == ["MM|..BB", "MM|....", "MM|..XX"]
    assert "vpna: 100 of 300 packets lost" in lines
    assert "vpnc: 100 of 300 packets lost, 100 delivered to vpnd" in lines
    assert "The backup dropped 100 packets: unknown private label" in lines
    assert "The backup sent 3 packets on to the master" in lines


def test_where_packets_went_before_and_after() -> None:
    assert _RUN.before("vpna") == {}
    assert _RUN["vpna"].places(0, _DIED - 0.05) == {("vpna", "master"): 50}
    assert _RUN.settled("vpna") == {("vpna", "backup"): 100}
    assert _RUN.settled("vpn<b>") == {None: 100}
    assert _RUN.settled("vpnc") == {("vpnd", "backup"): 100}


def test_the_drawing_is_well_formed_escaped_and_the_same_every_time() -> None:
    drawing = _RUN._repr_svg_()
    root = etree.fromstring(drawing)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "vpn<b>" in ["".join(text.itertext()) for text in root.iter("{*}text")]
    assert drawing == _RUN._repr_svg_()


def test_a_packet_that_arrives_twice_counts_once() -> None:
    twice = [Arrival(0, 0, 10.0, "vpna", "master"), Arrival(0, 0, 10.1, "vpnb", "backup")]
    outcome = StreamOutcome.of("vpna", 2001, [10.0], twice)
    assert (outcome.lost, outcome.misdelivered) == (0, 0)
