"""What to look at before believing a class's table: dates that may be forged, and work that several share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from grader.model import Record
from grader.reporting import text
from grader.submission.history import HISTORY
from grader.submission.roster import ROSTER


def oddities(records: Iterable[Record]) -> Iterator[tuple[str, str]]:
    """List them.

    Args:
        records: Of the class.

    Yields:
        tuple[str, str]: A submission's id, and what to look at in a line.
    """
    for record in records:
        for problem in record.problems:
            if problem.path == HISTORY:
                yield record.submission.id, text.line(problem.message, 400)
            elif problem.path == ROSTER:
                said = f"{problem.said}: {record.submission.source}"
                yield record.submission.id, text.line(said, 400)
