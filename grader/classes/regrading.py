"""Grade again what the gradebook holds, after a change of tests: whose score would change, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial

from grader.classes.crew import Crew
from grader.classes.grading import Grader, Told, drawn_seed
from grader.classes.workers import Graded, faults, grade_all
from grader.errors import DataGone, NotGradable
from grader.gradebook import Gradebook
from grader.model import Attempt, Kind, Record, Scope, Submission
from grader.reporting.words import not_taken, tasks


class FilesLost(NotGradable):
    """The gradebook no longer has what was handed in."""


@dataclass(frozen=True)
class Again:
    """An attempt, and what grading it again found."""

    attempt: Attempt
    record: Record
    scope: Scope  # what was asked for this time


@dataclass(frozen=True)
class Regraded:
    """What came of it all."""

    again: tuple[Again, ...]
    broken: dict[str, str]  # "ada, attempt 2": why the grader has no record of it
    without_files: tuple[str, ...]  # students of whom an older grader kept no files


@dataclass(frozen=True)
class _Job:
    """An attempt to grade again."""

    student: str
    attempt: Attempt
    scope: Scope

    @property
    def name(self) -> str:
        """What to call it in a list of faults."""
        return f"{self.student}, attempt {self.attempt.number}"


def regrade(
    book: Gradebook,
    crew: Callable[[Scope], AbstractContextManager[Crew]],
    *,
    students: Collection[str],
    asked: Callable[[Scope], Scope],
    told: Told,
    keep: bool,
) -> Regraded:
    """Grade every attempt again from the files that were kept of it, as it was asked for then.

    Args:
        book: The gradebook. It keeps verdicts in any case, so that a dry run is not paid twice.
        crew: Gathers workers for what was asked of a run.
        students: Only of these submissions; none named: of all.
        asked: Changes what was asked for then into what is asked for now.
        told: Called after each task, from a worker.
        keep: Whether what was found becomes what counts; what was found before is kept beside it.

    Returns:
        What was found, by student and attempt.

    Raises:
        DataGone: Real data was used that is no longer there.
        GraderError: As ``grade_all`` says.
    """
    chosen = [
        (student, attempt)
        for student, attempts in book.attempts().items()
        for attempt in attempts
        if not students or student in students
    ]
    kept = [(student, attempt) for student, attempt in chosen if attempt.content]
    jobs = [_Job(student, a, _scope(book, student, a, asked)) for student, a in kept]
    results = _graded(book, crew, jobs, told)
    again = tuple(_again(jobs, results))
    if keep:
        for each in again:
            book.regraded(each.record, each.attempt.number, each.scope)
    return Regraded(
        again,
        faults(results.values()),
        tuple(
            dict.fromkeys(name for name, a in chosen if not a.content and not not_taken(a.record))
        ),
    )


def _scope(
    book: Gradebook, student: str, attempt: Attempt, asked: Callable[[Scope], Scope]
) -> Scope:
    """Tell what to ask for: a seed that the gradebook draws for these files anyway was not asked for."""
    scope = asked(attempt.scope)
    trained = any(task.kind is Kind.TRAINING for task in tasks(attempt.record))
    if trained and scope.data is not None and not scope.data.is_dir():
        raise DataGone(str(scope.data), f"{student}, attempt {attempt.number}")
    if scope.seed is not None and scope.seed == _drawn(book, student, attempt):
        return replace(scope, seed=None)
    return scope


def _drawn(book: Gradebook, student: str, attempt: Attempt) -> int:
    """Draw the seed that grading an attempt draws where none is asked for."""
    files = book.handed_in(student, attempt.number).files
    return drawn_seed(book.secret, [files.get(m.id, {}) for m in attempt.record.modules])


def _graded(
    book: Gradebook,
    crew: Callable[[Scope], AbstractContextManager[Crew]],
    jobs: Sequence[_Job],
    told: Told,
) -> dict[str, Graded]:
    """Grade attempts by name; those that were asked for alike share workers."""
    alike: dict[Scope, list[_Job]] = defaultdict(list)
    for job in jobs:
        alike[job.scope].append(job)
    results: dict[str, Graded] = {}
    for scope, some in alike.items():
        with crew(scope) as workers:
            found = grade_all(
                [(job.name, partial(_taken, book, job)) for job in some],
                workers.make_grader,
                jobs=workers.jobs,
                told=told,
                done=lambda graded: None,
                how=Grader.examine,
            )
        results |= {graded.id: graded for graded in found}
    return results


def _taken(book: Gradebook, job: _Job) -> Submission:
    """Make the submission again, limited to the modules that were graded; what was lost since is not "nothing"."""
    submission = book.handed_in(job.student, job.attempt.number)
    modules = [m.id for m in job.attempt.record.modules if m.id in job.attempt.content]
    if lost := [id for id in modules if id not in submission.files]:
        raise FilesLost(f"the gradebook's files of module {', '.join(lost)} are gone or damaged")
    return replace(submission, files={id: submission.files[id] for id in modules})


def _again(jobs: Sequence[_Job], results: Mapping[str, Graded]) -> Iterator[Again]:
    """Pair attempts with what was found; a record that the grader broke on must not take the place of one without."""
    for job in jobs:
        found = results[job.name]
        if not found.fault:
            yield Again(job.attempt, found.record, job.scope)
