"""Warnings about a student's code: remarks with a place and an advice, and never a point less."""

from __future__ import annotations

import pytest

from grader.model import Outcome, Remark
from grader.oracle.remarks import MAX_REMARKS, remarks_on
from grader.running.testing import TestReport, TestRun, Warned
from grader.tests.toy import Toy
from grader.tests.toy_work import MORE, OPS, OWN_TESTS, Judge, solved


def run(*warned: Warned) -> TestRun:
    return TestRun({"test": TestReport("test", Outcome.PASSED)}, warned=warned)


@pytest.mark.parametrize(
    ("message", "advice"),
    [
        ("SyntaxWarning: invalid escape sequence '\\l'", "write r in front of the opening quotes"),
        ('SyntaxWarning: "is" with \'int\' literal. Did you mean "=="?', "write == in place of"),
        ('SyntaxWarning: "is not" with a literal. Did you mean "!="?', "write != in place of"),
        ("RuntimeWarning: overflow encountered in exp", "numpy.errstate"),
        ('NumbaWarning: Cannot cache compiled function "f"', "leave cache=True out"),
        ("UserWarning: something else", ""),
    ],
)
def test_each_kind_of_warning_has_its_advice(toy_course: Toy, message: str, advice: str) -> None:
    course = toy_course.load()
    (remark,) = remarks_on(course, course.modules[0], run(Warned(OPS, 3, message)))
    assert (remark.file, remark.line, remark.message) == (OPS, 3, message)
    assert advice in remark.advice and bool(advice) == bool(remark.advice)


def test_only_the_students_files_are_remarked_on(toy_course: Toy) -> None:
    """What a child claims of other files is left out, and a flood is cut."""
    course = toy_course.load()
    claimed = [Warned(f, 1, "x") for f in ("../../etc/passwd", "minitorch/__init__.py", OWN_TESTS)]
    found = remarks_on(course, course.modules[0], run(*claimed, Warned(MORE, 1, "x")))
    assert found == (Remark(OWN_TESTS, 1, "x"),)
    later = remarks_on(course, course.modules[1], run(Warned(MORE, 1, "x"), Warned(OPS, 1, "x")))
    assert [remark.file for remark in later] == [MORE, OPS]
    flood = remarks_on(course, course.modules[0], run(*(Warned(OPS, n, "x") for n in range(99))))
    assert len(flood) == MAX_REMARKS


@pytest.mark.parametrize(
    ("work", "said"),
    [
        ('"$\\max(x, 0)$ and \\l"', "invalid escape sequence"),
        ("if low is 1000000: return 0.0", '"is" with'),
        ("import numpy; numpy.array([1.0]) / 0.0", "divide by zero"),
        ("import warnings; warnings.warn('old')", "UserWarning: old"),
    ],
)
def test_a_warning_costs_no_points(
    toy_course: Toy, request: pytest.FixtureRequest, work: str, said: str
) -> None:
    """When the file is compiled, and while it runs: full points, and a remark that names the line."""
    judge = Judge(request.config, toy_course.load())
    files = solved(judge.course)["0"]
    files[OPS] += (
        "\n\ndef clamp(x, low, high):\n    " + work + "\n    return max(low, min(x, high))\n"
    )
    verdict = judge("0.1", files)
    assert verdict.fraction == 1, verdict.failures
    (remark,) = verdict.remarks
    line = files[OPS].splitlines().index(f"    {work}") + 1
    assert (remark.file, remark.line) == (OPS, line) and said in remark.message
