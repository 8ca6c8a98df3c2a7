"""A submission that is a zip or tar archive: its index is read, and wanted files out of it. Nothing is unpacked."""

from __future__ import annotations

import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from grader.errors import Refused
from grader.model import Course
from grader.submission.faults import blamed
from grader.submission.folder import open_plain
from grader.submission.index import Index
from grader.submission.packed import unpacked
from grader.submission.tars import Readable, read_tar
from grader.submission.tree import ARCHIVE_BYTES
from grader.submission.zips import read_zip

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_START = 262  # bytes that tell what a file is: a tar archive says so at 257


def open_archive(path: Path, course: Course) -> Index:
    """Index an archive; its first bytes say of which kind it is, not its name.

    Args:
        path: The archive.
        course: Says which files' contents may be asked for.

    Returns:
        The index; the archive stays open until it is closed.

    Raises:
        Refused: It is none, damaged, or holds too much.
        MachineFault: The machine does not let us read it.
    """
    index = Index()
    with index.closing_on_error():
        file = index.closing.enter_context(open_plain(path))
        if file.seek(0, 2) > ARCHIVE_BYTES:
            raise Refused(f"The archive is larger than {ARCHIVE_BYTES >> 20} MiB")
        file.seek(0)
        start = file.read(_START)
        file.seek(0)
        with _refusing():
            if start.startswith(_ZIP):
                read_zip(file, index)
            else:
                read_tar(_unpacked(file, start), index, _names(course))
    return index


def _unpacked(file: BinaryIO, start: bytes) -> Readable:
    """Open the tar archive that a file is, packed or not."""
    if (inner := unpacked(file, start)) is not None:
        return inner
    if start[257:] == b"ustar":
        return file
    raise Refused("is neither a zip archive nor a tar archive (.tar, .tar.gz, .tar.bz2, .tar.xz)")


def _names(course: Course) -> frozenset[str]:
    """List the last components of every path that may be read."""
    paths = [path for module in course.modules for path in (*module.files, *module.written)]
    return frozenset(["module.toml", *(path.rpartition("/")[2] for path in paths)])


@contextmanager
def _refusing() -> Iterator[None]:
    """Turn what the unpackers say about damaged bytes into one sentence."""
    try:
        yield
    except OSError as error:
        raise blamed(error, "", f"The archive is damaged: {error}") from None
    except (EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile) as error:
        raise Refused(f"The archive is damaged: {error}") from None
    except (ValueError, NotImplementedError, UnicodeError, OverflowError) as error:
        raise Refused(f"The archive can't be read: {error}") from None
