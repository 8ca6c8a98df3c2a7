"""Task 0.5: the line that is set by hand."""

import math
from collections.abc import Callable

import pytest
from comparison import assert_close
from hypothesis import example, given, settings
from hypothesis import strategies as st
from strategies import small_floats

from project import run_manual

unit = st.integers(0, 100).map(lambda hundredths: hundredths / 100)


@pytest.mark.task0_5
@settings(max_examples=20)
@given(small_floats, small_floats, small_floats, unit, unit)
@example(1.0, -2.0, 0.5, 1.0, 0.0)
@example(1.0, -2.0, 0.5, 0.5, 0.5)
def test_forward(w1: float, w2: float, bias: float, x1: float, x2: float) -> None:
    """The classifier gives the sigmoid of w1 * x1 + w2 * x2 + bias: exactly 0.5 for a point on the line."""
    got = run_manual.Linear(run_manual.Weights(w1, w2, bias)).forward((x1, x2))
    expected = 0.5 + 0.5 * math.tanh((w1 * x1 + w2 * x2 + bias) / 2)
    assert_close(got, expected, f"Linear(Weights({w1}, {w2}, {bias})).forward(({x1}, {x2}))")


@pytest.mark.task0_5
def test_forward_uses_the_parameters() -> None:
    """The classifier reads its three Parameters each time, so that it changes when they do."""
    model = run_manual.Linear(run_manual.Weights(1.0, 1.0, 1.0))
    model.w1.update(2.0)
    model.w2.update(-3.0)
    model.bias.update(1.0)
    assert_close(
        model.forward((1.0, 1.0)), 0.5, "forward((1.0, 1.0)) after w1, w2, bias = 2, -3, 1"
    )


@pytest.mark.task0_5
def test_simple() -> None:
    """The line for Simple has all points with x1 < 0.5 on its side of label 1, and no others."""
    wrong = misjudged("Simple", lambda x1, x2: x1 < 0.5)
    assert_close(wrong[:3], [], f"points of Simple on the wrong side ({len(wrong)} in all)")


@pytest.mark.task0_5
def test_diag() -> None:
    """The line for Diag has all points with x1 + x2 < 0.5 on its side of label 1, and no others."""
    wrong = misjudged("Diag", lambda x1, x2: x1 + x2 < 0.5)
    assert_close(wrong[:3], [], f"points of Diag on the wrong side ({len(wrong)} in all)")


@pytest.mark.task0_5
def test_split() -> None:
    """The line for Split is right about at least three points in four; no line can be right about all."""
    wrong = misjudged("Split", lambda x1, x2: x1 < 0.2 or x1 > 0.8)
    message = f"points of Split on the wrong side: got {len(wrong)} of 400, expected at most 100"
    assert len(wrong) <= 100, message


# What the tests are made with


def misjudged(dataset: str, rule: Callable[[float, float], bool]) -> list[tuple[float, float]]:
    """List the points of a 20 x 20 grid that the hand-set line puts on the wrong side."""
    model = run_manual.Linear(run_manual.weights(dataset))
    grid = [((i + 0.5) / 20, (j + 0.25) / 20) for i in range(20) for j in range(20)]
    return [point for point in grid if (model.forward(point) > 0.5) != rule(*point)]
