"""The CSV that Canvas's gradebook imports: one assignment's scores, students as Canvas names them.

Bonus points stand beside the score, as in every record, and are not in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.gradebook.exports.cells import Cell, table
from grader.gradebook.exports.students import COLUMNS, POINTS, Matching, Student, match
from grader.model import Record
from grader.reporting.text import line
from grader.reporting.words import broken, has_score, number


def canvas(
    records: Sequence[Record], assignment: str, students: Sequence[Student] | None = None
) -> bytes:
    """Write a class for Canvas.

    A student without a submission has an empty cell. So has one whose work could not be graded, and one whose record is
    out of fewer points than others' because the grader broke: out of all points, that score would be too low.

    Args:
        records: Of the class.
        assignment: Its title, with Canvas's number: ``Module 0 (12345)``.
        students: Whom Canvas knows; else a submission's id stands for its student.

    Returns:
        The file.
    """
    possible = _possible(records)
    top: list[list[Cell]] = [[*COLUMNS, assignment], [POINTS, "", "", "", "", possible]]
    rows = (
        [s.name, s.id, s.sis_user, s.login, s.section, _cell(record, possible)]
        for s, record in _matching(records, students).rows
    )
    return table([*top, *rows])


def unplaced(records: Sequence[Record], students: Sequence[Student] | None = None) -> Iterator[str]:
    """Name the submissions whose score is not in the file, and say why.

    Args:
        records: Of the class.
        students: Whom Canvas knows, if that was asked for.

    Yields:
        str: A line for each.
    """
    matching = _matching(records, students)
    for record in matching.strangers:
        yield (
            f"{line(record.submission.id)} is no student of Canvas's file, or more than one, and is not in the export:"
            f" {number(record.score)} of {number(record.points)} points"
        )
    possible = _possible(records)
    for record in (record for _, record in matching.rows if record and has_score(record)):
        if _falls_short(record, possible):
            yield (
                f"{line(record.submission.id)} has an empty cell: its {number(record.score)} points"
                f" are of {number(record.points)}, not of {number(possible)}"
            )


def _matching(records: Sequence[Record], students: Sequence[Student] | None) -> Matching:
    if students is not None:
        return match(records, students)
    infos = [record.submission for record in records]
    named = [Student(name=info.student or info.id, login=info.id) for info in infos]
    return Matching(tuple(zip(named, records, strict=True)))


def _possible(records: Sequence[Record]) -> float:
    return max((record.points for record in records), default=0.0)


def _cell(record: Record | None, possible: float) -> Cell:
    if record is None or not has_score(record) or _falls_short(record, possible):
        return None
    return record.score


def _falls_short(record: Record, possible: float) -> bool:
    return record.points < possible and bool(broken(record))
