"""The reference of a module that Numba compiles is held open: asked again, it answers as one that was just started."""

from __future__ import annotations

from fractions import Fraction

import pytest

from grader.model import Status
from grader.tests.toy import Toy
from grader.tests.toy_work import Judge, solved, untouched

PROBES = "grader/course/probes/module0/bounds.py"
OPS = "minitorch/ops.py"


@pytest.fixture
def judge(toy_course: Toy, request: pytest.FixtureRequest) -> Judge:
    toy_course.edit("module0/module.toml", "points = 6", "points = 6\nnumba = true")
    return Judge(request.config, toy_course.load())


def test_one_process_serves_all_tasks_and_seeds(judge: Judge) -> None:
    files = solved(judge.course)["0"]
    module = judge.course.modules[0]
    held = judge.library.pacemaker(module)
    for task, seed in (("0.1", 1), ("0.2", 1), ("0.1", 2)):
        verdict = judge(task, files, seed)
        assert (verdict.status, verdict.fraction) == (Status.PASSED, 1)
        assert verdict.probes is not None and verdict.probes.cases == 8
    assert judge.library.pacemaker(module) is held and not held.over


def test_it_is_held_against_what_is_wrong(judge: Judge) -> None:
    wrong = solved(judge.course)["0"]
    wrong[OPS] = wrong[OPS].replace("return high", "return x")
    verdict = judge("0.1", wrong)
    assert (verdict.status, verdict.fraction < 1) == (Status.WRONG, True)
    assert any(failure.test.startswith("probe") for failure in verdict.failures)
    assert judge("0.1", untouched(judge.course)["0"]).status is Status.TODO


def test_its_faults_are_the_courses(toy_course: Toy, request: pytest.FixtureRequest) -> None:
    """An exception, or an end, of the reference costs the student nothing."""
    toy_course.edit("module0/module.toml", "points = 6", "points = 6\nnumba = true")
    text = toy_course.read(PROBES)
    for fault, said in (
        ("1 / 0", "ZeroDivisionError: "),
        ("import os; os._exit(0)", "ended early"),
    ):
        toy_course.write(PROBES, text.replace("    x, low =", f"    {fault}\n    x, low =", 1))
        judge = Judge(request.config, toy_course.load())
        verdict = judge("0.1", solved(judge.course)["0"])
        assert (verdict.status, verdict.fraction) == (Status.GRADER_ERROR, Fraction(0))
        assert "The reference does not answer a probe of task 0.1: " in verdict.note
        assert said in verdict.note
