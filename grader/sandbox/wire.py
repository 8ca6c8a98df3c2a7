"""How the three processes talk.

Grader and server exchange short JSON messages, with descriptors; grader and child exchange length-prefixed frames.
"""

from __future__ import annotations

import json
import os
import socket
import struct
from collections.abc import Iterator, Sequence
from typing import Any

Message = dict[str, Any]
_LENGTH = struct.Struct(">I")
MAX_MESSAGE = 1 << 16
MAX_DESCRIPTORS = 8


def frame(payload: bytes) -> bytes:
    """Prefix a payload with its length."""
    return _LENGTH.pack(len(payload)) + payload


class FrameTooLong(ValueError):
    """A frame announces more than its reader takes."""


class FrameReader:
    """Cuts a byte stream into frames; holds at most one frame and one read more."""

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._buffer = bytearray()

    def feed(self, data: bytes) -> None:
        """Take up what was read."""
        self._buffer += data

    def next(self) -> bytes | None:
        """Return the next whole frame's payload, None until there is one; FrameTooLong when it will be too long."""
        if len(self._buffer) < _LENGTH.size:
            return None
        (length,) = _LENGTH.unpack_from(self._buffer)
        if length > self._longest:
            raise FrameTooLong(f"a frame of {length} bytes, {self._longest} are allowed")
        end = _LENGTH.size + length
        if len(self._buffer) < end:
            return None
        payload = bytes(self._buffer[_LENGTH.size : end])
        del self._buffer[:end]
        return payload

    @property
    def torn(self) -> bool:
        """Whether the stream stands inside a frame."""
        return bool(self._buffer)


class Results:
    """The child's end: sends results to the grader, receives what the grader sends later."""

    def __init__(self, results: int, answers: int) -> None:
        self._results = results
        self._answers = answers

    def send(self, payload: bytes) -> None:
        """Send one result, a frame of its own."""
        view = memoryview(frame(payload))
        while view:
            view = view[os.write(self._results, view) :]

    def receive(self) -> bytes:
        """Wait for the next frame from the grader; EOFError when there will be none."""
        (length,) = _LENGTH.unpack(self._exactly(_LENGTH.size))
        return self._exactly(length)

    def _exactly(self, count: int) -> bytes:
        data = bytearray()
        while len(data) < count:
            piece = os.read(self._answers, min(count - len(data), 1 << 20))
            if not piece:
                raise EOFError("the grader sends nothing more")
            data += piece
        return bytes(data)


def post(link: socket.socket, message: Message, descriptors: Sequence[int] = ()) -> None:
    """Send a message, and descriptors along with it; OSError when the other side is gone."""
    data = frame(json.dumps(message).encode())
    if descriptors:
        sent = socket.send_fds(link, [data], list(descriptors))
        data = data[sent:]
    link.sendall(data)


def collect(link: socket.socket) -> tuple[Message, list[int]] | None:
    """Wait for a message and its descriptors, None when the other side is gone."""
    try:
        head, descriptors, _, _ = socket.recv_fds(link, _LENGTH.size, MAX_DESCRIPTORS)
        while 0 < len(head) < _LENGTH.size:
            head += link.recv(_LENGTH.size - len(head)) or _gone()
        if not head:
            return None
        (length,) = _LENGTH.unpack(head)
        if length > MAX_MESSAGE:
            return None
        body = b"".join(_pieces(link, length))
    except ConnectionError:
        return None
    return json.loads(body), descriptors


def _pieces(link: socket.socket, length: int) -> Iterator[bytes]:
    while length:
        piece = link.recv(length) or _gone()
        length -= len(piece)
        yield piece


def _gone() -> bytes:
    raise ConnectionResetError("the other side is gone")
