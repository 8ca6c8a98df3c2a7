"""What other systems read, written from records. No export computes a score: what it says, the record says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.gradebook.exports.canvas import canvas, unplaced
from grader.gradebook.exports.classroom50 import classroom50, undated
from grader.gradebook.exports.gradescope import gradescope, unscored
from grader.gradebook.exports.junit import junit
from grader.gradebook.exports.sheet import sheet
from grader.gradebook.exports.students import Student, read_students
from grader.model import Record
from grader.reporting.text import line
from grader.reporting.words import broken, has_score, number, ungraded, unread
from grader.scoring import COURSE

Content = bytes | Mapping[str, bytes]  # one file, or a folder's files by name

__all__ = ["FORMATS", "Content", "Format", "Student", "Wishes", "read_students", "warnings"]


@dataclass(frozen=True)
class Wishes:
    """What a user can say about an export, as far as its format asks."""

    assignment: str = ""
    classroom: str = ""
    students: tuple[Student, ...] | None = None


@dataclass(frozen=True)
class Format:
    """A format: how it is made, and which wishes it knows."""

    make: Callable[[Sequence[Record], Wishes], Content]
    folder: bool  # whether it makes a file for each submission
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()  # beside what it needs
    leaves_out: Callable[[Sequence[Record], Wishes], Iterable[str]] = lambda records, wishes: ()

    @property
    def options(self) -> tuple[str, ...]:
        """All wishes that it knows, by name."""
        return (*self.needs, *self.takes)


FORMATS = {
    "csv": Format(lambda records, _: sheet(records), folder=False),
    "canvas": Format(
        lambda records, wishes: canvas(records, wishes.assignment or COURSE, wishes.students),
        folder=False,
        takes=("assignment", "students"),
        leaves_out=lambda records, wishes: unplaced(records, wishes.students),
    ),
    "gradescope": Format(
        lambda records, _: gradescope(records),
        folder=True,
        leaves_out=lambda records, _: unscored(records),
    ),
    "classroom50": Format(
        lambda records, wishes: classroom50(records, wishes.classroom, wishes.assignment),
        folder=True,
        needs=("classroom", "assignment"),
        leaves_out=lambda records, _: undated(records),
    ),
    "junit": Format(lambda records, _: junit(records), folder=True),
}


def warnings(chosen: Format, records: Sequence[Record], wishes: Wishes) -> Iterator[str]:
    """Say what an export can't tell: whom it leaves out, and whose score is not the last word.

    Args:
        chosen: The format.
        records: Of the class.
        wishes: The user's.

    Yields:
        str: A line for each.
    """
    yield from chosen.leaves_out(records, wishes)
    for record in records:
        name = line(record.submission.id)
        if why := line(ungraded(record)).rstrip("."):
            score = "has an earlier run's score" if has_score(record) else "has no score"
            yield f"{name} {score}, since it could not be graded: {why}"
        if files := unread(record):
            yield f"{name} has files that could not be read: {line(files[0].said)}"
        if tasks := broken(record):
            yield (
                f"{name} is scored out of {number(record.points)} points until it is graded"
                f" again: the grader broke on {line(', '.join(tasks))}"
            )
