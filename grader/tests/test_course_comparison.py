"""What the course's own comparison says of two values that differ: where, and so that it can be seen."""

from __future__ import annotations

import importlib.util
from types import ModuleType

import pytest

from grader.tests.authored import SOURCE, needs_course

pytestmark = needs_course


@pytest.fixture(scope="module")
def comparison() -> ModuleType:
    """Load the file that lies beside every module's tests."""
    path = SOURCE / "tests" / "comparison.py"
    spec = importlib.util.spec_from_file_location("comparison", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Number:
    """Prints as a number does."""

    def __repr__(self) -> str:
        return "0.5"


LONG = [float(number) for number in range(100)]
TABLE = [LONG, LONG, [*LONG[:17], 0.5, *LONG[18:]]]
TOLD = [
    (-1.0, 0.0, "f(x): got -1.0, expected 0.0"),
    ([1.0], (2.0,), "f(x): got [1.0], expected (2.0,)"),
    ([1.0], [1.0, 2.0], "f(x): got [1.0], expected [1.0, 2.0]"),
    (None, 0.0, "f(x): got None, expected 0.0"),
    (LONG[:99], LONG, "f(x): got 99 elements, expected 100 elements"),
    ([*LONG[:99], 7.5], LONG, "f(x): got 7.5 at [99], expected 99.0 (1 of 100 cells is wrong)"),
    (TABLE, [LONG] * 3, "f(x): got 0.5 at [2][17], expected 17.0 (1 of 300 cells is wrong)"),
    (
        [[1.0, 8.0, 3.0], [0.0, 0.0, 6.0]],
        [[1.0, 14.0, 3.0], [4.0, 5.0, 6.0]],
        "f(x): got 8.0 at [0][1], expected 14.0 (3 of 6 cells are wrong)",
    ),
    ([[1.0], [2.0]], [[1.0], [3.0]], "f(x): got [[1.0], [2.0]], expected [[1.0], [3.0]]"),
    (
        [("a", (1, 2)), ("b", (1,))],
        [("a", (1, 2)), ("c", (1,))],
        "f(x): got [('a', (1, 2)), ('b', (1,))], expected [('a', (1, 2)), ('c', (1,))]",
    ),
    ([LONG, LONG[:5]], [LONG, LONG], "f(x): got 5 elements at [1], expected 100 elements"),
    (
        [*LONG[:99], "99.0"],
        LONG,
        "f(x): got '99.0' at [99], expected 99.0 (1 of 100 cells is wrong)",
    ),
    (Number(), 0.5, "f(x): got 0.5, a Number, expected 0.5, a float"),
]


@pytest.mark.parametrize(("got", "expected", "told"), TOLD)
def test_the_first_difference_is_told(
    comparison: ModuleType, got: object, expected: object, told: str
) -> None:
    """Short values whole; of long ones, where they differ."""
    with pytest.raises(AssertionError) as caught:
        comparison.assert_close(got, expected, "f(x)")
    assert str(caught.value) == told


def test_a_student_may_compare_two_values_alone(comparison: ModuleType) -> None:
    """As other guides do."""
    comparison.assert_close(1.0, 1.0)
    with pytest.raises(AssertionError, match="the value: got 1.0, expected 2.0"):
        comparison.assert_close(1.0, 2.0)


def test_no_message_is_a_wall(comparison: ModuleType) -> None:
    """Whatever came out, of whatever length."""
    for got, expected in [("a" * 9999, "b" * 9999), (LONG * 9, "b"), (LONG * 9, [*LONG * 9, 1.0])]:
        with pytest.raises(AssertionError) as caught:
            comparison.assert_close(got, expected, "f(x)")
        assert len(str(caught.value)) < 700


@pytest.mark.parametrize(
    ("got", "told"),
    [
        ([2.0], "f(x): got [2.0], expected [1.0]\nProbably it is doubled."),
        ([3.0], "f(x): got [3.0], expected [1.0]"),
    ],
)
def test_a_known_fault_is_named_where_it_gives_just_that(
    comparison: ModuleType, got: object, told: str
) -> None:
    """Nothing is guessed about any other value."""
    with pytest.raises(AssertionError) as caught:
        comparison.assert_close(got, [1.0], "f(x)", {"it is doubled.": [2.0], "it is 0.": [0.0]})
    assert str(caught.value) == told


@pytest.mark.parametrize("value", [0.5, [1.0, (2.0,)], None, "a", LONG])
def test_equal_values_say_nothing(comparison: ModuleType, value: object) -> None:
    """They are the same."""
    comparison.assert_close(value, value, "f(x)")
