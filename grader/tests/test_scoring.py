"""Points: exact fractions, rounded once."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from grader.model import (
    Basis,
    Failure,
    Kind,
    Level,
    Module,
    Outcome,
    Problem,
    ProblemKind,
    Record,
    SandboxReport,
    Status,
    Submission,
    Task,
    TaskVerdict,
)
from grader.scoring import earned, rounded, score, with_unread

TASKS = tuple(
    Task(f"0.{n}", f"Task {n}", Fraction(10, 3), Kind.TESTS, ("a.py",), bonus=n == 4)
    for n in range(1, 5)
)
MODULE = Module("0", "Zero", Fraction(10), Path("module0"), ("a.py",), (), (), TASKS)
WEAK = SandboxReport(Level.B, ())


def graded(*fractions: Fraction, broken: int | None = None) -> Record:
    verdicts = {
        task.id: TaskVerdict(
            task.id, Status.GRADER_ERROR if n == broken else Status.WRONG, fraction, note="why"
        )
        for n, (task, fraction) in enumerate(zip(TASKS, fractions, strict=True))
    }
    submission = Submission("alice", "alice/", {"0": {}})
    return score(
        [MODULE], verdicts, submission, basis=Basis.VERIFIED, sandbox=WEAK, seed="1", seconds=1.0
    )


def test_thirds_add_up_exactly() -> None:
    record = graded(Fraction(1), Fraction(1), Fraction(1), Fraction(0))
    assert (record.score, record.points) == (10.0, 10.0)
    assert [task.score for task in record.modules[0].tasks] == [3.33, 3.33, 3.33, 0.0]


def test_the_total_is_rounded_once_not_summed_from_rounded_parts() -> None:
    record = graded(Fraction(1, 2), Fraction(1, 2), Fraction(1, 2), Fraction(0))
    assert record.score == 5.0
    assert sum(task.score for task in record.modules[0].tasks) == pytest.approx(5.01)


def test_a_bonus_stands_beside_the_points() -> None:
    record = graded(Fraction(0), Fraction(0), Fraction(0), Fraction(1))
    assert (record.score, record.points, record.bonus) == (0.0, 10.0, 3.33)


def test_a_fault_of_the_grader_costs_no_points() -> None:
    record = graded(Fraction(1), Fraction(0), Fraction(1), Fraction(0), broken=1)
    assert (record.score, record.points) == (6.67, 6.67)
    assert record.problems[0].message == "The grader broke: why"


UTF16 = Problem("module0/a.py", "is UTF-16", ProblemKind.UNREAD, "save it as UTF-8", "0", "a.py")
STUB = Failure("test_a", Outcome.TODO, "Task 0.1: implement a")
WRONG = Failure("test_b", Outcome.FAILED, "b is wrong")


def settled(problem: Problem, status: Status, fraction: Fraction = Fraction(0)) -> TaskVerdict:
    verdict = TaskVerdict("0.1", status, fraction, failures=(STUB, WRONG))
    return with_unread(TASKS[0], verdict, [problem])


@pytest.mark.parametrize(
    "problem", [UTF16, replace(UTF16, file=""), replace(UTF16, file="", module="", path=".")]
)
@pytest.mark.parametrize("status", [Status.TODO, Status.WRONG, Status.NOT_REACHED])
def test_a_task_whose_file_could_not_be_read_is_not_left_undone(
    problem: Problem, status: Status
) -> None:
    """The file, its whole module, or everything; what stood in for it says nothing to the student."""
    found = settled(problem, status, Fraction(1, 4))
    assert (found.status, found.fraction) == (Status.UNREAD, Fraction(1, 4))
    assert found.note == problem.said
    assert found.failures == (WRONG,)


@pytest.mark.parametrize(
    ("problem", "status", "fraction"),
    [
        (UTF16, Status.PASSED, Fraction(1)),
        (UTF16, Status.GRADER_ERROR, Fraction(0)),
        (replace(UTF16, kind=ProblemKind.NOTE), Status.TODO, Fraction(0)),
        (replace(UTF16, kind=ProblemKind.UNGRADED), Status.TODO, Fraction(0)),
        (replace(UTF16, file="b.py"), Status.TODO, Fraction(0)),
        (replace(UTF16, module="1"), Status.NOT_REACHED, Fraction(0)),
    ],
)
def test_other_tasks_stand_where_they_stood(
    problem: Problem, status: Status, fraction: Fraction
) -> None:
    verdict = TaskVerdict("0.1", status, fraction, failures=(STUB, WRONG))
    assert with_unread(TASKS[0], verdict, [problem]) is verdict


def test_a_task_that_waits_for_a_file_that_could_not_be_read_says_so() -> None:
    found = settled(replace(UTF16, file="b.py"), Status.NOT_REACHED)
    assert (found.status, found.note) == (Status.NOT_REACHED, UTF16.said)


@pytest.mark.parametrize(
    ("exact", "shown"),
    [(Fraction(1, 3), 0.33), (Fraction(1, 8), 0.12), (Fraction(3, 8), 0.38), (Fraction(0), 0.0)],
)
def test_halves_round_to_even(exact: Fraction, shown: float) -> None:
    assert rounded(exact) == shown


def test_earned_is_exact() -> None:
    verdict = TaskVerdict("0.1", Status.WRONG, Fraction(1, 7))
    assert earned(replace(TASKS[0], points=Fraction(4)), verdict) == Fraction(4, 7)
