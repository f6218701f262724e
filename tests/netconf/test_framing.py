"""Message framing: any split of the bytes gives the same messages, and what is not framed is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egresspair.netconf.framing import END_OF_MESSAGE, Deframer, Framing, FramingError, frame
from servers.wire import chunk

_MESSAGES = st.lists(
    st.binary(min_size=1, max_size=60).filter(lambda message: b"]]>" not in message), min_size=1, max_size=5
)


def received(framing: Framing, pieces: list[bytes]) -> list[bytes]:
    """Feed the pieces; take every message as soon as it is there."""
    deframer, messages = Deframer(framing), []
    for piece in pieces:
        deframer.feed(piece)
        while (message := deframer.next_message()) is not None:
            messages.append(message)
    return messages


def cut(stream: bytes, places: list[int]) -> list[bytes]:
    ends = sorted({place % (len(stream) + 1) for place in places} | {len(stream)})
    return [stream[start:end] for start, end in zip([0, *ends], ends, strict=False)]


@pytest.mark.parametrize("framing", Framing)
@given(messages=_MESSAGES, places=st.lists(st.integers(0, 1000)))
def test_any_split_gives_the_same_messages(
    framing: Framing, messages: list[bytes], places: list[int]
) -> None:
    stream = b"".join(frame(message, framing) for message in messages)
    assert received(framing, cut(stream, places)) == messages
    assert received(framing, [bytes([byte]) for byte in stream]) == messages


@given(message=st.binary(min_size=1, max_size=200), size=st.integers(1, 50))
def test_a_message_in_many_chunks_is_one_message(message: bytes, size: int) -> None:
    assert received(Framing.CHUNKED, [chunk(message, size)]) == [message]


def test_what_looks_like_a_delimiter_inside_a_chunk_is_content() -> None:
    content = b"<a>]]>]]>\n##\n\n#5\n</a>"
    assert received(Framing.CHUNKED, [frame(content, Framing.CHUNKED)]) == [content]


def test_the_framing_changes_after_the_hello_even_within_one_block() -> None:
    deframer = Deframer()
    deframer.feed(b"<hello/>" + END_OF_MESSAGE + frame(b"<rpc-reply/>", Framing.CHUNKED))
    assert deframer.next_message() == b"<hello/>"
    deframer.framing = Framing.CHUNKED
    assert deframer.next_message() == b"<rpc-reply/>"
    assert deframer.next_message() is None


@pytest.mark.parametrize(
    "stream",
    [
        b"<rpc-reply/>",
        b"\n#0\n",
        b"\n#07\n<a/>abc",
        b"\n#-4\n",
        b"\n#+4\n",
        b"\n#4 \n",
        b"\n#4294967296\n",
        b"\n#42949672950\n",
        b"\n#99999999999999999999",
        b"\n#x\n",
        b"\n##\n",
        b"\n#4\n<a/>]]>]]>",
        b"\n#4\n<a/>\n#\n",
        b"\r\n#4\r\n<a/>",
        "\n#٤\n<a/>".encode(),
    ],
)
def test_what_is_not_a_chunk_is_refused(stream: bytes) -> None:
    with pytest.raises(FramingError):
        received(Framing.CHUNKED, [stream])
    with pytest.raises(FramingError):
        received(Framing.CHUNKED, [bytes([byte]) for byte in stream])


@given(stream=st.binary(max_size=100))
def test_garbage_gives_messages_or_a_framing_error_and_nothing_else(stream: bytes) -> None:
    try:
        whole = received(Framing.CHUNKED, [stream])
    except FramingError:
        with pytest.raises(FramingError):
            received(Framing.CHUNKED, [bytes([byte]) for byte in stream])
    else:
        assert received(Framing.CHUNKED, [bytes([byte]) for byte in stream]) == whole


@pytest.mark.parametrize(
    ("framing", "stream"), [(Framing.CHUNKED, b"\n#101\n"), (Framing.END_OF_MESSAGE, b"x" * 101)]
)
def test_a_message_beyond_the_limit_is_refused_before_it_is_stored(framing: Framing, stream: bytes) -> None:
    deframer = Deframer(framing, limit=100)
    deframer.feed(stream)
    with pytest.raises(FramingError, match="101 bytes"):
        deframer.next_message()


def test_the_message_of_a_framing_error_shows_no_more_than_a_header() -> None:
    with pytest.raises(FramingError) as caught:
        received(Framing.CHUNKED, [b"<config>and-then-a-secret</config>"])
    assert "secret" not in str(caught.value)
