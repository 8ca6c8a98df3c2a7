"""What a submission's file is called: never outside its folder, never one name for two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.model import Record
from grader.submission.names import identify, unique


def named(records: Sequence[Record], suffix: str) -> Iterator[tuple[str, Record]]:
    """Give each record a file name of its own.

    Args:
        records: Of submissions with different ids.
        suffix: The end of each name.

    Yields:
        tuple[str, Record]: A name and its record. An id that is fit for a file name keeps it, whatever the others are.
    """
    taken: set[str] = set()
    for record in sorted(records, key=_has_to_change):
        name = unique(identify(record.submission.id), taken)
        taken.add(name.casefold())
        yield name + suffix, record


def _has_to_change(record: Record) -> tuple[bool, str]:
    id = record.submission.id
    return identify(id) != id, id
