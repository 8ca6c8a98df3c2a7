"""Records that may be anybody's: what a run left behind."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from grader.errors import RecordError, TooLarge, UsageError
from grader.model import Record
from grader.record import LARGEST, read


@dataclass
class ClassRecords:
    """The records of a class, and why others are not among them."""

    records: list[Record] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)  # by submission


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
    if path.is_file() and path.stat().st_size > LARGEST:
        raise TooLarge(str(path), LARGEST)
    return read(path)


def read_class(folder: Path) -> ClassRecords:
    """Read the records of a class; one that can't be read does not keep the others from being read.

    Args:
        folder: What ``grade`` wrote.

    Returns:
        Every record that lies there, by the names of their folders, and those that can't be read.

    Raises:
        RecordError: There is none.
    """
    from grader.cli.pages import EVERY_RECORD, record_files

    found = ClassRecords()
    for path in record_files(folder):
        try:
            found.records.append(read_record(path))
        except UsageError as error:
            found.left_out[path.parent.name] = error.what
    if not found.records and not found.left_out:
        raise RecordError(f"no {EVERY_RECORD} is in it", str(folder))
    return found
