"""Frames and messages: cut at any byte, too long, with descriptors, and gone in the middle."""

from __future__ import annotations

import os
import socket
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.sandbox import wire


@given(st.lists(st.binary(max_size=40), max_size=6), st.integers(1, 30))
def test_frames_survive_any_cutting(payloads: list[bytes], step: int) -> None:
    """What went in as payloads comes out, however the stream is cut."""
    stream = b"".join(map(wire.frame, payloads))
    reader = wire.FrameReader(40)
    found = []
    for start in range(0, len(stream), step):
        reader.feed(stream[start : start + step])
        while (payload := reader.next()) is not None:
            found.append(payload)
    assert found == payloads
    assert not reader.torn


def test_a_frame_that_is_too_long_is_known_by_its_head() -> None:
    """Its content need not arrive."""
    reader = wire.FrameReader(10)
    reader.feed(b"\x00\x00\x00\x0b")
    with pytest.raises(wire.FrameTooLong, match="a frame of 11 bytes, 10 are allowed"):
        reader.next()


def test_a_torn_frame_is_seen() -> None:
    """A stream that ends inside a frame."""
    reader = wire.FrameReader(10)
    reader.feed(wire.frame(b"abc")[:-1])
    assert reader.next() is None
    assert reader.torn


def test_results_go_out_and_answers_come_in() -> None:
    """The child's end, over two pipes."""
    from_child, results = os.pipe()
    answers, to_child = os.pipe()
    child = wire.Results(results, answers)
    child.send(b"hello")
    assert os.read(from_child, 100) == wire.frame(b"hello")
    os.write(to_child, wire.frame(b"one") + wire.frame(b""))
    os.close(to_child)
    assert child.receive() == b"one"
    assert child.receive() == b""
    with pytest.raises(EOFError, match="the grader sends nothing more"):
        child.receive()
    for descriptor in (from_child, results, answers):
        os.close(descriptor)


def test_messages_carry_descriptors() -> None:
    """A message and two descriptors arrive together; the next message is separate."""
    ours, theirs = socket.socketpair()
    reading, writing = os.pipe()
    with ours, theirs:
        wire.post(ours, {"start": "x" * 50_000}, (reading, writing))
        wire.post(ours, {"kill": True})
        received = wire.collect(theirs)
        assert received is not None
        message, descriptors = received
        assert message == {"start": "x" * 50_000}
        os.write(descriptors[1], b"through")
        assert os.read(reading, 10) == b"through"
        assert wire.collect(theirs) == ({"kill": True}, [])
        for descriptor in (*descriptors, reading, writing):
            os.close(descriptor)


@pytest.mark.parametrize(
    "sent", [b"", b"\x00\x00", wire.frame(b'{"a": 1}')[:-2], b"\xff\xff\xff\xff"]
)
def test_a_message_that_breaks_off_means_that_the_other_is_gone(sent: bytes) -> None:
    """No error, and no waiting."""
    ours, theirs = socket.socketpair()
    with theirs:
        ours.sendall(sent)
        ours.close()
        assert wire.collect(theirs) is None


def test_a_long_result_waits_for_its_reader() -> None:
    """More than a pipe holds."""
    reading, writing = os.pipe()
    sender = threading.Thread(target=wire.Results(writing, -1).send, args=(bytes(1 << 20),))
    sender.start()
    left = 4 + (1 << 20)
    while left:
        left -= len(os.read(reading, 1 << 16))
    sender.join()
    os.close(reading)
    os.close(writing)
