"""Records that may be anybody's: what a run left behind."""

from __future__ import annotations

from pathlib import Path

from grader.errors import RecordError, TooLarge
from grader.model import Record

LARGEST = 16 * 2**20  # bytes of a record


def read_record(path: Path) -> Record:
    """Read a record's file, unless it is larger than any record.

    Args:
        path: The file.

    Returns:
        The record it holds.

    Raises:
        TooLarge: It is.
        RecordError: It is none.
    """
    from grader.record import read

    if path.is_file() and path.stat().st_size > LARGEST:
        raise TooLarge(str(path), LARGEST)
    return read(path)


def read_class(folder: Path) -> list[Record]:
    """Read the records of a class.

    Args:
        folder: What ``grade`` wrote.

    Returns:
        Every record that lies there, by the names of their folders.

    Raises:
        RecordError: There is none, or one that can't be read.
    """
    found = sorted(folder.glob("*/record.json"))
    if not found:
        raise RecordError("no */record.json is in it", str(folder))
    return [read_record(path) for path in found]
