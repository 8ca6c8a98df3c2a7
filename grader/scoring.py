"""Turn verdicts into points: exact fractions all the way, rounded once, here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

from grader.model import (
    Basis,
    Module,
    ModuleRecord,
    Outcome,
    Problem,
    ProblemKind,
    Record,
    Remark,
    SandboxReport,
    Seconds,
    Status,
    Submission,
    SubmissionInfo,
    Task,
    TaskId,
    TaskRecord,
    TaskVerdict,
)

COURSE = "minitorch"
_CENT = Decimal("0.01")


def earned(task: Task, verdict: TaskVerdict) -> Fraction:
    """Give the exact points that a verdict is worth."""
    return task.points * verdict.fraction


def rounded(points: Fraction) -> float:
    """Round exact points to hundredths, half to even.

    >>> rounded(Fraction(2, 3))
    0.67
    """
    exact = Decimal(points.numerator) / Decimal(points.denominator)
    return float(exact.quantize(_CENT, ROUND_HALF_EVEN))


def score(
    modules: Sequence[Module],
    verdicts: Mapping[TaskId, TaskVerdict],
    submission: Submission,
    *,
    basis: Basis,
    sandbox: SandboxReport,
    seed: str,
    seconds: Seconds,
    style: Sequence[str] = (),
) -> Record:
    """Make the record of a submission.

    A task that the grader could not judge stays out of both the score and the points it is out of. One that falls short
    for want of a file that could not be read says so.

    Args:
        modules: What was graded.
        verdicts: One for each task of those modules.
        submission: What was handed in.
        basis: What the verdicts stand on.
        sandbox: How the student code was confined.
        seed: Of the run's questions.
        seconds: Wall time of the grading.
        style: Style findings, in words.

    Returns:
        The record, its scores rounded.
    """
    tasks = [task for module in modules for task in module.tasks]
    verdicts = {t.id: with_unread(t, verdicts[t.id], submission.problems) for t in tasks}
    return Record(
        course=COURSE,
        basis=basis,
        submission=about(submission),
        sandbox=sandbox,
        seed=seed,
        score=rounded(_sum(tasks, verdicts, bonus=False)),
        points=rounded(_points(tasks, verdicts)),
        bonus=rounded(_sum(tasks, verdicts, bonus=True)),
        seconds=round(seconds, 2),
        modules=tuple(_module(module, verdicts) for module in modules),
        problems=tuple(_problems(submission, verdicts)),
        style=tuple(style),
    )


def with_unread(task: Task, verdict: TaskVerdict, problems: Iterable[Problem]) -> TaskVerdict:
    """Say of a task that falls short that a file of it could not be read, where that is so.

    What stood in for the file is "to do"; but the student has not left it undone. A task that is not reached, for want
    of the module's other files, says why as well.

    Args:
        task: The task.
        verdict: What was found.
        problems: Of the submission.

    Returns:
        The verdict, worth the same.
    """
    if verdict.fraction >= 1 or verdict.status is Status.GRADER_ERROR:
        return verdict
    unread = [
        problem
        for problem in problems
        if problem.kind is ProblemKind.UNREAD and problem.module in ("", task.module)
    ]
    own = [problem for problem in unread if not problem.file or problem.file in task.files]
    causes = own or (unread if verdict.status is Status.NOT_REACHED else [])
    if not causes:
        return verdict
    failures = tuple(each for each in verdict.failures if each.outcome is not Outcome.TODO)
    status = Status.UNREAD if own else verdict.status
    return replace(verdict, status=status, note=causes[0].said, failures=failures)


def about(submission: Submission) -> SubmissionInfo:
    """Say which submission it is, without its files."""
    return SubmissionInfo(
        submission.id,
        submission.source,
        submission.commit,
        submission.submitted_at,
        submission.student,
    )


def _module(module: Module, verdicts: Mapping[TaskId, TaskVerdict]) -> ModuleRecord:
    return ModuleRecord(
        id=module.id,
        title=module.title,
        score=rounded(_sum(module.tasks, verdicts, bonus=False)),
        points=rounded(_points(module.tasks, verdicts)),
        tasks=tuple(_task(task, verdicts[task.id]) for task in module.tasks),
        remarks=_remarks(verdicts[task.id] for task in module.tasks),
    )


def _task(task: Task, verdict: TaskVerdict) -> TaskRecord:
    return TaskRecord(
        id=task.id,
        title=task.title,
        kind=task.kind,
        status=verdict.status,
        score=rounded(earned(task, verdict)),
        points=rounded(task.points),
        bonus=task.bonus,
        tests=verdict.tests,
        probes=verdict.probes,
        mutants=verdict.mutants,
        speed=verdict.speed,
        follow_through=verdict.follow_through,
        note=verdict.note,
        seconds=round(verdict.seconds, 2),
        failures=verdict.failures,
    )


def _remarks(verdicts: Iterable[TaskVerdict]) -> tuple[Remark, ...]:
    """Gather the remarks of some tasks, each once: every task's run imports the same files."""
    return tuple(dict.fromkeys(remark for verdict in verdicts for remark in verdict.remarks))


def _sum(tasks: Iterable[Task], verdicts: Mapping[TaskId, TaskVerdict], *, bonus: bool) -> Fraction:
    chosen = (task for task in tasks if task.bonus is bonus)
    return sum((earned(task, verdicts[task.id]) for task in chosen), Fraction(0))


def _points(tasks: Iterable[Task], verdicts: Mapping[TaskId, TaskVerdict]) -> Fraction:
    judged = (t for t in tasks if verdicts[t.id].status is not Status.GRADER_ERROR)
    return sum((task.points for task in judged if not task.bonus), Fraction(0))


def _problems(submission: Submission, verdicts: Mapping[TaskId, TaskVerdict]) -> Iterable[Problem]:
    yield from submission.problems
    for verdict in verdicts.values():
        if verdict.status is Status.GRADER_ERROR:
            yield Problem(f"task {verdict.task}", f"The grader broke: {verdict.note}")
