"""Framing: every message comes out whole however its bytes arrive, and nothing else is taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egresspair.lab.framing import Deframer, FramingError, frame

MESSAGES = st.lists(
    st.binary(min_size=1, max_size=60).filter(lambda m: b"]" not in m), min_size=1, max_size=4
)


def _received(pieces: list[bytes], *, chunked: bool) -> list[bytes]:
    deframer, messages = Deframer(), []
    if chunked:
        deframer.use_chunks()
    for piece in pieces:
        deframer.feed(piece)
        while (message := deframer.next_message()) is not None:
            messages.append(message)
    return messages


@given(MESSAGES, st.booleans(), st.integers(0, 7))
def test_messages_survive_byte_by_byte(messages: list[bytes], chunked: bool, size: int) -> None:
    wire = b"".join(frame(message, chunked=chunked, chunk_size=size) for message in messages)
    assert _received([wire[i : i + 1] for i in range(len(wire))], chunked=chunked) == messages


@given(MESSAGES, st.booleans(), st.lists(st.integers(1, 20), min_size=1, max_size=20))
def test_messages_survive_any_cut(messages: list[bytes], chunked: bool, cuts: list[int]) -> None:
    wire, pieces = b"".join(frame(message, chunked=chunked, chunk_size=3) for message in messages), []
    for cut in cuts:
        pieces.append(wire[:cut])
        wire = wire[cut:]
    assert _received([*pieces, wire], chunked=chunked) == messages


def test_framing_may_change_between_two_messages_of_one_piece() -> None:
    deframer = Deframer()
    deframer.feed(b"<hello/>]]>]]>\n#3\nabc\n##\n")
    assert deframer.next_message() == b"<hello/>"
    deframer.use_chunks()
    assert deframer.next_message() == b"abc"


def test_end_marks_inside_a_chunk_are_content() -> None:
    inside = b"]]>]]>\n##\n\n#1\n"
    assert _received([frame(inside, chunked=True)], chunked=True) == [inside]


@pytest.mark.parametrize(
    "wire",
    [
        b"abc",
        b"\n#0\n",
        b"\n#03\nabc",
        b"\n#-3\nabc",
        b"\n# 3\nabc",
        b"\n#3 \nabc",
        b"\n##\n",
        b"\n#4294967296\n",
        b"\n#42949672950\n",
        b"\n#3\nabc#1\n",
        b"\n#3\nabc\n##x",
        b"\r\n#3\nabc",
    ],
)
def test_broken_chunks_are_refused(wire: bytes) -> None:
    deframer = Deframer()
    deframer.use_chunks()
    deframer.feed(wire)
    with pytest.raises(FramingError):
        deframer.next_message()


@pytest.mark.parametrize(
    "start", [b"", b"\n", b"\n#", b"\n#1", b"\n#4294967295", b"\n#3\nab", b"\n#3\nabc\n#"]
)
def test_what_may_still_become_a_message_is_waited_for(start: bytes) -> None:
    assert _received([start], chunked=True) == []


@given(st.binary(max_size=40))
def test_garbage_is_refused_or_waited_for_but_never_a_crash(garbage: bytes) -> None:
    deframer = Deframer()
    deframer.use_chunks()
    deframer.feed(garbage)
    try:
        deframer.next_message()
    except FramingError:
        return


@pytest.mark.parametrize("chunked", [True, False])
def test_a_message_beyond_the_limit_is_refused(chunked: bool) -> None:
    deframer = Deframer(limit=100)
    if chunked:
        deframer.use_chunks()
    deframer.feed(b"\n#200\n" + b"x" * 150 if chunked else b"x" * 150)
    with pytest.raises(FramingError):
        deframer.next_message()
