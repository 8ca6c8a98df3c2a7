"""The index of a zip archive, and members of it read one at a time."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from functools import partial
from typing import BinaryIO

from grader.errors import Refused
from grader.submission.faults import blamed
from grader.submission.index import TOO_MANY, Index
from grader.submission.tree import FILE_BYTES, TOO_LARGE, Entry

_INDEX = 1 << 20  # bytes that are read at once; the index of 2000 names has a third of it

# zipfile unpacks these two piece by piece; bzip2 and LZMA whole, and 256 KiB of bzip2 can hold gigabytes.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
# Bytes of a member as it is packed: a megabyte of empty blocks unpacks to nothing.
_PACKED = 2 * FILE_BYTES


class _SmallReads(io.RawIOBase):
    """A file that refuses to be read in large pieces, as zipfile reads an index of any length into memory."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._file = file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def read(self, size: int = -1) -> bytes:
        content = self._file.read(_INDEX + 1 if size < 0 else min(size, _INDEX + 1))
        if len(content) > _INDEX:
            raise Refused(TOO_MANY)
        return content


def read_zip(file: BinaryIO, index: Index) -> None:
    """Add a zip archive's members to an index.

    Args:
        file: The archive.
        index: Where they go.

    Raises:
        Refused: It has too many.
        zipfile.BadZipFile: It is damaged.
    """
    archive = zipfile.ZipFile(_SmallReads(file))
    members = archive.infolist()
    # zipfile cuts a name at its first NUL: the name as it stands is the one to judge
    names = [member.orig_filename for member in members]
    if not any(
        "/" in name for name in names
    ):  # older programs on Windows write their own sign for it
        names = [name.replace("\\", "/") for name in names]
    for name, member in zip(names, members, strict=True):
        index.add(name, _kind(name, member), partial(_read, archive, member))


def _kind(name: str, member: zipfile.ZipInfo) -> Entry:
    if name.endswith("/"):
        return Entry.FOLDER
    mode = member.external_attr >> 16  # the Unix mode, or 0 where the archive was made without
    if stat.S_IFMT(mode) in (0, stat.S_IFREG):
        return Entry.FILE
    if stat.S_ISLNK(mode):
        return Entry.LINK
    return Entry.OTHER


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """Read a member, whatever size it claims."""
    if member.flag_bits & _ENCRYPTED:
        raise Refused("is encrypted", "make an archive without a password")
    if member.compress_size > _PACKED:  # as much as that packs nothing that may be taken
        raise Refused(TOO_LARGE)
    if member.compress_type not in _METHODS:
        raise Refused("is packed in an unusual way", "pack it as zip programs do by default")
    try:
        with archive.open(member) as content:
            read = content.read(FILE_BYTES + 1)
    except OSError as error:
        raise blamed(error, "the archive", f"is damaged in the archive: {error}") from None
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError) as error:
        raise Refused(f"is damaged in the archive: {error}") from None
    except (NotImplementedError, RuntimeError) as error:
        raise Refused(f"can't be read from the archive: {error}") from None
    if len(read) > FILE_BYTES:
        raise Refused(TOO_LARGE)
    return read
