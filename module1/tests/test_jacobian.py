"""Task 1.7: Jacobians by walking back, a row at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
import tables
from comparison import assert_close
from graphs import Counted
from hypothesis import given, settings
from hypothesis import strategies as st

from minitorch import jacobian

few = settings(max_examples=10)
weights = st.lists(tables.numbers, min_size=4, max_size=4)


@pytest.mark.task1_7
def test_jacobian_by_hand() -> None:
    """Row j, column k says how fast result j changes with input k."""
    got = jacobian.jacobian(lambda a, b: [a * b, a + b], [2.0, 3.0])
    known = {"rows and columns are exchanged.": [[3.0, 1.0], [2.0, 1.0]]}
    known["each walk adds to what the walk before has left."] = [[3.0, 2.0], [4.0, 3.0]]
    assert_close(got, [[3.0, 2.0], [1.0, 1.0]], "jacobian of [a * b, a + b] at [2.0, 3.0]", known)


@pytest.mark.task1_7
def test_vjp_by_hand() -> None:
    """A row times the table: 10 · [3, 2] + 1 · [1, 1] = [31, 21]."""
    got = jacobian.vjp(lambda a, b: [a * b, a + b], [2.0, 3.0], [10.0, 1.0])
    known = {"v is left out.": [4.0, 3.0], "it is the table times v.": [32.0, 11.0]}
    call = "vjp of [a * b, a + b] at [2.0, 3.0] with v = [10.0, 1.0]"
    assert_close(got, [31.0, 21.0], call, known)


@pytest.mark.task1_7
@pytest.mark.parametrize("text", tables.JACOBIANS)
@few
@given(tables.numbers, tables.numbers)
def test_jacobian_of_many_functions(text: str, a: float, b: float) -> None:
    """The rows are in the order of the results; where nothing depends on an input stands 0.0."""
    got = jacobian.jacobian(tables.function(text), [a, b])
    assert_close(got, tables.expected(text, a, b), f"jacobian of {text} at [{a}, {b}]")


@pytest.mark.task1_7
@pytest.mark.parametrize("text", tables.JACOBIANS)
@few
@given(tables.numbers, tables.numbers, weights)
def test_vjp_of_many_functions(text: str, a: float, b: float, v: list[float]) -> None:
    """vjp is the row v times the Jacobian, also where a result is a plain number or an input."""
    table = tables.expected(text, a, b)
    v = v[: len(table)]
    got = jacobian.vjp(tables.function(text), [a, b], v)
    call = f"vjp of {text} at [{a}, {b}] with v = {v}"
    assert_close(got, tables.row_times(v, table, 2), call)


@pytest.mark.task1_7
def test_an_unused_input() -> None:
    """An input that no result depends on has the slope 0.0 in both, not None."""
    f, at = (lambda a, b, c: (c * 2.0, 4.0)), (1.0, 2.0, 3)
    call = "of (c * 2.0, 4.0) at (1.0, 2.0, 3)"
    assert_close(jacobian.jacobian(f, at), [[0.0, 0.0, 2.0], [0.0] * 3], f"jacobian {call}")
    assert_close(jacobian.vjp(f, at, (5.0, 1.0)), [0.0, 0.0, 10.0], f"vjp {call}, v = (5.0, 1.0)")


@pytest.mark.task1_7
def test_vjp_takes_one_walk() -> None:
    """However many results there are, vjp runs f once, and the backward of each recorded step once."""
    made: list[list[Any]] = []
    got = jacobian.vjp(branching(made), [1.0, 2.0], [1.0, 2.0, 3.0])
    assert_close(got, [9.0, 11.0], "vjp of [a + s, s + s, s + b], s = a + b, with v = [1, 2, 3]")
    assert_close(len(made), 1, "how often vjp runs f")
    assert_close(calls(made[0]), [1] * 4, "how often each step's backward ran, of 3 results")


@pytest.mark.task1_7
def test_jacobian_takes_a_walk_for_each_row() -> None:
    """For m results, no backward runs more than m times; all slopes come from backward, none from nudging."""
    made: list[list[Any]] = []
    got = jacobian.jacobian(branching(made), [1.0, 2.0])
    assert_close(got, [[2.0, 1.0], [2.0, 2.0], [1.0, 2.0]], "jacobian of [a + s, s + s, s + b]")
    ran = sum(calls(run)[0] for run in made)
    assert_close(1 <= ran <= 3, True, f"{ran} runs of the backward of s: one for each of 3 results")


@pytest.mark.task1_7
@pytest.mark.parametrize("v", [[1.0], [1.0, 2.0, 3.0]])
def test_vjp_with_a_row_of_another_length(v: list[float]) -> None:
    """A row that has not one number for each result is a ValueError."""
    got = tables.raised(lambda: jacobian.vjp(lambda a, b: [a * b, a + b], [2.0, 3.0], v))
    assert_close(got, "ValueError", f"what vjp of [a * b, a + b] at [2.0, 3.0] with v = {v} raises")


# What the tests are made with


def branching(made: list[list[Any]]) -> Any:
    """Make a function that gives a + s, s + s and s + b, where s is a + b; each run notes its four steps."""

    def f(a: Any, b: Any) -> list[Any]:
        s = Counted.apply(a, b)
        made.append([s, Counted.apply(a, s), Counted.apply(s, s), Counted.apply(s, b)])
        return made[-1][1:]

    return f


def calls(steps: Sequence[Any]) -> list[int]:
    """Count how often the backward of each step ran."""
    return [len(step.history.ctx.saved_values[0]) for step in steps]
