"""The members of a tar archive, read once from front to back.

Python's own tarfile keeps what the headers of an archive say: 16 MiB of them took it 300 MiB and five seconds, and a
chain of them its recursion limit. This reads a name, a size and a type, and no header longer than a path can be.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import Protocol

from grader.errors import Refused
from grader.submission.index import TOO_MANY, Index
from grader.submission.tree import ARCHIVE_BYTES, FILE_BYTES, NAMES, TOO_LARGE, Entry

_BLOCK = 512
_PIECE = 64 * 1024
_EXTENSION = 64 * 1024  # bytes of a header's extension
_EXTENSIONS = 4 << 20  # of all of them: each byte of one may cost a step of Python
_HEADERS = 4 * NAMES  # a name has at most three that extend it
_KEPT = 16 << 20  # bytes of contents
_DAMAGED = "The archive is damaged"

_KINDS = {
    b"0": Entry.FILE,
    b"\0": Entry.FILE,
    b"7": Entry.FILE,
    b"1": Entry.LINK,
    b"2": Entry.LINK,
    b"5": Entry.FOLDER,
}
_RECORD = re.compile(rb"(\d{1,6}) ")


@dataclass(frozen=True)
class _Header:
    name: bytes
    kind: bytes
    size: int


class Readable(Protocol):
    """What a tar archive is read from."""

    def read(self, size: int, /) -> bytes: ...


class _Stream:
    """An unpacked archive, read up to a total; of its headers and what extends them, less."""

    def __init__(self, file: Readable) -> None:
        self._file = file
        self._left = ARCHIVE_BYTES
        self._headers_left = _HEADERS
        self._extensions_left = _EXTENSIONS

    def read(self, size: int) -> bytes:
        """Read exactly ``size`` bytes."""
        if size > self._left:
            raise Refused(f"The archive unpacks to more than {ARCHIVE_BYTES >> 20} MiB")
        self._left -= size
        content = self._file.read(size)
        if len(content) != size:
            raise Refused(f"{_DAMAGED}: it ends early")
        return content

    def header(self) -> bytes:
        """Read the block of a header."""
        self._headers_left -= 1
        if self._headers_left < 0:
            raise Refused(TOO_MANY)
        return self.read(_BLOCK)

    def extension(self, size: int) -> bytes:
        """Read what extends a header."""
        self._extensions_left -= size
        if size > _EXTENSION:
            raise Refused("The archive holds a header that is too long")
        if self._extensions_left < 0:
            raise Refused(f"The archive's headers hold more than {_EXTENSIONS >> 20} MiB")
        content = self.read(size)
        self.skip(-size % _BLOCK)
        return content

    def skip(self, size: int) -> None:
        """Pass over ``size`` bytes."""
        while size > 0:
            size -= len(self.read(min(size, _PIECE)))


def read_tar(file: Readable, index: Index, wanted: Container[str]) -> None:
    """Add a tar archive's members to an index.

    Args:
        file: The archive, unpacked as it is read.
        index: Where they go.
        wanted: Names, without folders, of files whose content may be asked for.

    Raises:
        Refused: It is damaged, or holds too much.
    """
    stream = _Stream(file)
    kept = 0
    for header in _headers(stream):
        name = header.name.decode("utf-8", "surrogateescape")
        kind = _kind(header)
        content: bytes | None = None
        if kind is Entry.FILE and header.size <= FILE_BYTES and name.rpartition("/")[2] in wanted:
            content = stream.read(header.size)
            kept += header.size
        else:
            stream.skip(header.size)
        if kept > _KEPT:
            raise Refused(f"The archive holds more than {_KEPT >> 20} MiB of the course's files")
        stream.skip(-header.size % _BLOCK)
        index.add(name, kind, _Content(content))


@dataclass(frozen=True)
class _Content:
    """What was kept of a member."""

    content: bytes | None

    def __call__(self) -> bytes:
        if self.content is None:
            raise Refused(TOO_LARGE)
        return self.content


def _kind(header: _Header) -> Entry:
    if header.name.endswith(b"/"):
        return Entry.FOLDER
    return _KINDS.get(header.kind, Entry.OTHER)


def _headers(stream: _Stream) -> Iterator[_Header]:
    """Read headers up to the empty block at the end; the caller reads what lies between them."""
    long_name: bytes | None = None
    long_size: int | None = None
    while True:
        block = stream.header()
        if block == bytes(_BLOCK):
            return
        header = _parsed(block)
        if header.kind in b"LKxgX":
            extension = stream.extension(header.size)
            if header.kind == b"L":
                long_name = extension.rstrip(b"\0")
            elif header.kind in b"xX":
                records = _records(extension)
                long_name = records.get(b"path", long_name)
                long_size = _decimal(records[b"size"]) if b"size" in records else long_size
            continue
        if header.kind == b"S":
            raise Refused("The archive holds a sparse file: pack it again without --sparse")
        yield _Header(
            header.name if long_name is None else long_name,
            header.kind,
            header.size if long_size is None else long_size,
        )
        long_name = long_size = None


def _parsed(block: bytes) -> _Header:
    """Read a header block of any of tar's dialects."""
    if _number(block[148:156]) != sum(block[:148]) + 8 * 32 + sum(block[156:]):
        raise Refused(f"{_DAMAGED}: a header's checksum is wrong")
    name = block[:100].partition(b"\0")[0]
    prefix = block[345:500].partition(b"\0")[0]
    if prefix and block[257:263] == b"ustar\0":
        name = prefix + b"/" + name
    kind = block[156:157]
    has_content = kind not in b"123456"
    return _Header(name, kind, _number(block[124:136]) if has_content else 0)


def _number(field: bytes) -> int:
    """Read a number, octal or, with the first bit set, in binary."""
    if field[0] & 0x80:
        return int.from_bytes(bytes([field[0] & 0x7F]) + field[1:], "big")
    digits = field.strip(b" \0")
    if not re.fullmatch(rb"[0-7]*", digits):
        raise Refused(f"{_DAMAGED}: a header's number is none")
    return int(digits or b"0", 8)


def _records(extension: bytes) -> dict[bytes, bytes]:
    """Read the ``length key=value`` records of a POSIX header."""
    records: dict[bytes, bytes] = {}
    at = 0
    while match := _RECORD.match(extension, at):
        end = at + int(match[1])
        if not match.end() < end <= len(extension):
            raise Refused(f"{_DAMAGED}: a header's record is too long or too short")
        key, _, value = extension[match.end() : end - 1].partition(b"=")
        records[key] = value
        at = end
    return records


def _decimal(digits: bytes) -> int:
    if not re.fullmatch(rb"\d{1,15}", digits):
        raise Refused(f"{_DAMAGED}: a header's number is none")
    return int(digits)
