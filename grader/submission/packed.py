"""Unpacking gzip, bzip2 and xz as a stream, no more at a time than is asked for.

Python's own readers begin each of several packed streams, and read each byte between and before them, in Python: a
million empty ones took them ten seconds.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable
from typing import BinaryIO, Protocol

from grader.errors import Refused

STREAMS = 5000  # one after the other; a program that packs in pieces makes one for 64 KiB or more
_PIECE = 64 * 1024
_MEMORY = 128 << 20  # bytes; the largest that xz takes by default are 65 MiB
_GZIP = 31  # zlib's number for a window of 32 KiB with gzip's header and checksum around it


class _Unpacker(Protocol):
    """Unpacks one stream, as the standard library's classes do."""

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int) -> bytes: ...


class _Gzip:
    """zlib's unpacker, which hands back the input that it had no room for, made to keep it."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(_GZIP)

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def unused_data(self) -> bytes:
        return self._zlib.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._zlib.decompress(self._zlib.unconsumed_tail + data, max_length)


_UNPACKERS: dict[bytes, Callable[[], _Unpacker]] = {
    b"\x1f\x8b": _Gzip,
    b"BZh": bz2.BZ2Decompressor,
    b"\xfd7zXZ\0": lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MEMORY),
}


class Unpacked:
    """A packed file, read from front to back.

    Args:
        file: The file.
        unpacker: Begins a stream.
    """

    def __init__(self, file: BinaryIO, unpacker: Callable[[], _Unpacker]) -> None:
        self._file = file
        self._unpacker = unpacker
        self._stream = unpacker()
        self._streams = 1
        self._input = b""

    def read(self, size: int) -> bytes:
        """Read ``size`` bytes; fewer only at the end.

        Args:
            size: More than none.

        Returns:
            The bytes.

        Raises:
            Refused: There are too many streams.
            EOFError: The file ends early.
            OSError: It is damaged; so says ``zlib.error`` or ``lzma.LZMAError``.
        """
        content = bytearray()
        while len(content) < size:
            if self._stream.eof and not self._next_stream():
                break
            piece = self._stream.decompress(self._input, size - len(content))
            self._input = b""
            content += piece
            if not piece and not self._stream.eof:
                self._input = self._file.read(_PIECE)
                if not self._input:
                    raise EOFError("it ends early")
        return bytes(content)

    def _next_stream(self) -> bool:
        """Begin the next stream, if there is one; zeros may stand before it."""
        self._input = self._stream.unused_data.lstrip(b"\0")
        while not self._input:
            piece = self._file.read(_PIECE)
            if not piece:
                return False
            self._input = piece.lstrip(b"\0")
        self._streams += 1
        if self._streams > STREAMS:
            raise Refused(f"The archive is packed in more than {STREAMS} pieces: pack it again")
        self._stream = self._unpacker()
        return True


def unpacked(file: BinaryIO, start: bytes) -> Unpacked | None:
    """Open a packed file.

    Args:
        file: The file.
        start: Its first bytes.

    Returns:
        What it holds; None if it is not packed in a way that is known.
    """
    for magic, unpacker in _UNPACKERS.items():
        if start.startswith(magic):
            return Unpacked(file, unpacker)
    return None
