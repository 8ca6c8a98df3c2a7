"""Why a student's own test does not hold on a correct library, told without a word of what it met there.

The same test is run on the student's own library: of that run, everything may be shown to the student.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable
from dataclasses import replace

from grader.authoring import syntax
from grader.model import Outcome, Task
from grader.running.conversation import SLOWEST_ITEM
from grader.running.testing import TestReport

ON_BOTH = "This test fails on a correct library, and on yours."
_ONLY_THERE = (
    "This test fails on a correct library, and passes on yours: "
    "it asks for more than is promised, or for what only your library does."
)
_UNKNOWN = "This test fails on a correct library: it asks for more than is promised."
_SLOW = (
    "These tests take too long: on a correct library, this one had not ended when its time was up. "
    "One test may take {:.0f} seconds, and all tests of the task {:.0f} seconds. "
    "Is there a loop that never ends? If not, try fewer or smaller examples."
)
_EXACT = (
    "It compares floats exactly, and they differ by rounding: compare with assert_close instead."
)
_ROUNDING = 1e-9  # relative: two floats that differ by less are meant to be the same


def worded(task: Task, there: Outcome, own: TestReport, name: str) -> TestReport:
    """Word a rejected test as a report that a student can act on.

    Args:
        task: The task.
        there: How it ended on a correct library.
        own: How it ended on the student's own library.
        name: The test's name.

    Returns:
        The report to show: the student's own run, where the test fails there too.
    """
    if there is Outcome.TODO:
        return _report(own, there, f"{name} is not written yet.")
    if there is Outcome.TIMEOUT:
        seconds = task.seconds
        return _report(own, there, _SLOW.format(max(2.0, SLOWEST_ITEM * seconds), seconds))
    if own.type == "Skipped":
        why = f" ({own.message})" if own.message else ""
        return _report(own, Outcome.FAILED, f"This test is skipped{why}, so it checks nothing.")
    if own.outcome is Outcome.PASSED:
        return _report(own, there, _ONLY_THERE)
    if own.outcome not in (Outcome.FAILED, Outcome.ERROR):
        return _report(own, there, _UNKNOWN)
    return replace(own, message=f"{own.message}\n{_EXACT}") if compares_exactly(own) else own


def compares_exactly(report: TestReport) -> bool:
    """Tell whether an assertion failed because two floats differ by rounding."""
    line = report.message.split("\n", 1)[0]
    try:
        tree = syntax.parse(line.removeprefix("AssertionError: ")).body[0]
        match tree:
            case ast.Assert(test=ast.Compare(left=left, ops=[ast.Eq()], comparators=[right])):
                one, other = _value(left), _value(right)
                return one != other and math.isclose(
                    one, other, rel_tol=_ROUNDING, abs_tol=_ROUNDING
                )
    except (SyntaxError, ValueError, ArithmeticError, IndexError, RecursionError):
        pass
    return False


_OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def _value(node: ast.expr) -> float:
    """Compute an expression of numbers; ValueError where it holds anything else."""
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_value(inner)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            return _OPERATORS[type(op)](_value(left), _value(right))
    raise ValueError("not a number")


def _report(own: TestReport, outcome: Outcome, message: str) -> TestReport:
    return TestReport(own.id, outcome, message=message)
