"""The students whom Canvas knows, read from the CSV that it exports, and whose submission is whose."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, dataclass
from typing import TypeVar

from grader.errors import NotFromCanvas
from grader.model import Record
from grader.submission.names import identify

T = TypeVar("T")

COLUMNS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
POINTS = "Points Possible"


@dataclass(frozen=True)
class Student:
    """Who a row of Canvas's is about, in the order of its columns."""

    name: str
    id: str = ""
    sis_user: str = ""
    login: str = ""
    section: str = ""


_TRUST: tuple[Callable[[Student], str], ...] = (
    lambda student: student.id,
    lambda student: student.sis_user,
    lambda student: student.login,
    lambda student: student.name,
)


@dataclass(frozen=True)
class Matching:
    """All students, each with a submission where there is one, and the submissions that are nobody's."""

    rows: tuple[tuple[Student, Record | None], ...]
    strangers: tuple[Record, ...] = ()


def read_students(data: bytes, where: str) -> tuple[Student, ...]:
    """Read the students of a gradebook that Canvas exported.

    Args:
        data: What may be such a file.
        where: What to call it in an error.

    Returns:
        Everyone in it, in its order.

    Raises:
        NotFromCanvas: It is none.
    """
    try:
        rows = _rows(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise NotFromCanvas("it is not UTF-8", where) from None
    except csv.Error as error:
        raise NotFromCanvas(f"{error}", where) from None
    heads = [head.strip() for head in rows[0]] if rows else []
    if missing := [column for column in COLUMNS[:2] if column not in heads]:
        raise NotFromCanvas(f"its first row has no column {missing[0]}", where)
    return tuple(filter(_is_student, (_student(heads, row) for row in rows[1:])))


def match(records: Sequence[Record], students: Sequence[Student]) -> Matching:
    """Find each submission's student: by ID, then SIS User ID, then SIS Login ID, then name.

    An id that fits two students, or a student whom two ids fit, is no match: a score must not go to the wrong one.

    Args:
        records: Of the class.
        students: Whom Canvas knows.

    Returns:
        Every student and every record, once.
    """
    found: dict[Student, Record] = {}
    left = {record.submission.id: record for record in records}
    for column in _TRUST:
        owners = _once((_key(column(student)), student) for student in dict.fromkeys(students))
        wanted = _once((_key(id), record) for id, record in left.items())
        for key, record in wanted.items():
            if key in owners and owners[key] not in found:
                found[owners[key]] = record
                del left[record.submission.id]
    rows = tuple((student, found.get(student)) for student in dict.fromkeys(students))
    return Matching(rows, tuple(left.values()))


def _rows(text: str) -> list[list[str]]:
    """Take a CSV apart; Canvas separates by semicolons for who asks it to."""
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))


def _student(heads: Sequence[str], row: Sequence[str]) -> Student:
    cells = dict(zip(heads, row, strict=False))  # Canvas's own rows above the students are shorter
    return Student(*(cells.get(column, "") for column in COLUMNS))


def _is_student(student: Student) -> bool:
    """Tell people from the rows that Canvas puts above them: points possible, and who posts grades by hand."""
    named = any(cell.strip() for cell in astuple(student)[:4])
    return named and (bool(student.id.strip()) or student.name.strip() != POINTS)


def _key(name: str) -> str:
    """Make names comparable: as a folder of this name would be called, in any capitals."""
    return identify(name).casefold() if name.strip() else ""


def _once(pairs: Iterable[tuple[str, T]]) -> dict[str, T]:
    """Keep what has a key that nothing else has."""
    kept = [(key, value) for key, value in pairs if key]
    counts = Counter(key for key, _ in kept)
    return {key: value for key, value in kept if counts[key] == 1}
