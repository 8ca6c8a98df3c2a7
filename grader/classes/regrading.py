"""Grade again what the gradebook holds, after a change of tests: whose score would change, and why."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from grader.classes.grading import Grader, Told
from grader.classes.workers import Graded, faults, grade_all
from grader.errors import NotGradable
from grader.gradebook import Gradebook
from grader.model import Attempt, Record, Submission
from grader.reporting.words import not_taken


class FilesLost(NotGradable):
    """The gradebook no longer has what was handed in."""


@dataclass(frozen=True)
class Again:
    """An attempt, and what grading it again found."""

    attempt: Attempt
    record: Record


@dataclass(frozen=True)
class Regraded:
    """What came of it all."""

    again: tuple[Again, ...]
    broken: dict[str, str]  # "ada, attempt 2": why the grader has no record of it
    without_files: tuple[str, ...]  # students of whom an older grader kept no files


def regrade(
    book: Gradebook,
    make_grader: Callable[[], Grader],
    *,
    students: Collection[str],
    jobs: int,
    told: Told,
    keep: bool,
) -> Regraded:
    """Grade every attempt again from the files that were kept of it.

    Args:
        book: The gradebook. It keeps verdicts in any case, so that a dry run is not paid twice.
        make_grader: Makes a worker's grader.
        students: Only of these submissions; none named: of all.
        jobs: How many workers.
        told: Called after each task, from a worker.
        keep: Whether what was found becomes what counts; what was found before is kept beside it.

    Returns:
        What was found, by student and attempt.

    Raises:
        GraderError: As ``grade_all`` says.
    """
    chosen = [
        (student, attempt)
        for student, attempts in book.attempts().items()
        for attempt in attempts
        if not students or student in students
    ]
    kept = [(student, attempt) for student, attempt in chosen if attempt.content]
    names = [f"{student}, attempt {attempt.number}" for student, attempt in kept]
    results = grade_all(
        [
            (name, partial(_taken, book, student, attempt))
            for name, (student, attempt) in zip(names, kept, strict=True)
        ],
        make_grader,
        jobs=jobs,
        told=told,
        done=lambda graded: None,
        how=Grader.examine,
    )
    results = [_whole(found) for found in results]
    again = tuple(_again([attempt for _, attempt in kept], results))
    if keep:
        for each in again:
            book.regraded(each.record, each.attempt.number)
    return Regraded(
        again,
        faults(results),
        tuple(
            dict.fromkeys(name for name, a in chosen if not a.content and not not_taken(a.record))
        ),
    )


def _taken(book: Gradebook, student: str, attempt: Attempt) -> Submission:
    """Make the submission again, limited to the modules that were graded; what was lost since is not "nothing"."""
    submission = book.handed_in(student, attempt.number)
    modules = [module.id for module in attempt.record.modules]
    if lost := [id for id in modules if id in attempt.content and id not in submission.files]:
        raise FilesLost(f"the gradebook's files of module {', '.join(lost)} are gone or damaged")
    return replace(submission, files={id: submission.files.get(id, {}) for id in modules})


def _whole(found: Graded) -> Graded:
    """Refuse a record with a task that the grader broke on: it must not take the place of one without."""
    return Graded(found.id, error=found.fault) if found.fault else found


def _again(attempts: Sequence[Attempt], results: Sequence[Graded]) -> Iterator[Again]:
    for attempt, found in zip(attempts, results, strict=True):
        if found.record is not None:
            yield Again(attempt, found.record)
