"""Agreement: exact in kind, close in number."""

import math

import numpy as np
import pytest

from grader.oracle.compare import TOLERANCE, differences
from grader.oracle.difference import MAX_SHOWN, UNANSWERED, UNASKED, Difference
from grader.running.wire import Opaque

AGREE = [
    (None, None),
    (True, True),
    (1, 1.0),
    (1.0, True),
    (0.0, -0.0),
    (1.0, 1.0 + TOLERANCE),
    (1e300, 1e300 * (1 + 1e-9)),
    (math.nan, math.nan),
    (math.inf, math.inf),
    ("a", "a"),
    ([], []),
    ([1.0, [2.0]], [1.0, [2.0]]),
    ({"f(1)": 1.0}, {"f(1)": 1.0}),
    (np.zeros((2, 0)), np.zeros((2, 0))),
    (np.array([1.0, math.nan]), np.array([1.0, math.nan])),
    (10**400, 10**400),
]
DISAGREE = [
    (None, 0),
    (0.0, None),
    (1.0, "1.0"),
    ("1.0", 1.0),
    (0.0, 1.1e-6),
    (1.0, 1.0 + 3e-6),
    (1.0, math.nan),
    (math.nan, 1.0),
    (math.inf, -math.inf),
    (math.inf, 1e308),
    (1e308, math.inf),
    ([1.0], 1.0),
    (1.0, [1.0]),
    ([1.0], [1.0, 1.0]),
    ([], None),
    ({"a": 1}, {"b": 1}),
    ({"a": 1}, {"a": 1, "b": 1}),
    ({}, []),
    (np.zeros((2, 0)), np.zeros((0, 2))),
    (np.zeros(2), [0.0, 0.0]),
    (np.zeros(2), np.array([0.0, 1.0])),
    (1.0, Opaque("AlwaysEqual")),
    (10**400, 10**400 + 1),
    (10**400, 1.0),
]


@pytest.mark.parametrize(("expected", "got"), AGREE)
def test_agrees(expected: object, got: object) -> None:
    assert differences(expected, got) == []


@pytest.mark.parametrize(("expected", "got"), DISAGREE)
def test_differs(expected: object, got: object) -> None:
    assert len(differences(expected, got)) == 1


def test_a_difference_names_what_was_asked() -> None:
    found = differences(
        {"sigmoid(0.0)": 0.5, "relu(1.0)": 1.0}, {"sigmoid(0.0)": 0.0, "relu(1.0)": 1.0}
    )
    assert found == [Difference("sigmoid(0.0)", "0.0", "0.5")]


LONG = [float(number) for number in range(1000)]
OTHER = [*LONG[:700], 0.25, *LONG[701:]]
TABLE = np.arange(4000.0).reshape(20, 200)
CHANGED = np.where(TABLE == 617.0, 0.5, TABLE)
SHOWN = [
    # Short values are shown whole.
    ([1.0, 2.0], [1.0, 3.0], ("f(x)", "[1.0, 3.0]", "[1.0, 2.0]")),
    (np.array([1.0, 2.0]), np.array([1.0, 3.0]), ("f(x)", "[1. 3.]", "[1. 2.]")),
    (np.zeros((1, 3)), np.zeros(1), ("f(x)", "[0.]", "[[0. 0. 0.]]")),
    ([], None, ("f(x)", "None", "[]")),
    (np.array([0.15]), 0.15, ("f(x)", "0.15", "[0.15]")),
    (np.zeros((1, 1, 2)), np.ones((1, 1, 2)), ("f(x)", "[[[1.0, 1.0]]]", "[[[0.0, 0.0]]]")),
    # Of long ones, the first part that differs, and where it is.
    (LONG, OTHER, ("f(x)", "0.25 at [700]", "700.0")),
    ([LONG, LONG], [LONG, OTHER], ("f(x)", "0.25 at [1][700]", "700.0")),
    ([LONG, TABLE], [LONG, CHANGED], ("f(x)", "0.5 at [1][3][17]", "617.0")),
    (TABLE, CHANGED, ("f(x)", "0.5 at [3][17]", "617.0 (1 of 4,000 cells is wrong)")),
    (
        np.array([[1.0, 14.0, 3.0], [4.0, 5.0, 6.0]]),
        np.array([[1.0, 8.0, 3.0], [0.0, 0.0, 6.0]]),
        ("f(x)", "8.0 at [0][1]", "14.0 (3 of 6 cells are wrong)"),
    ),
    (np.eye(2), np.ones((2, 2)), ("f(x)", "[[1. 1.]\n [1. 1.]]", "[[1. 0.]\n [0. 1.]]")),
    ({"a": LONG}, {"a": OTHER}, ("f(x): a", "0.25 at [700]", "700.0")),
    # Or how long both are.
    (LONG, LONG[:-1], ("f(x)", "a list of 999 elements", "a list of 1,000 elements")),
    ([LONG], [LONG[:1]], ("f(x)", "1 element at [0]", "1,000 elements")),
    (TABLE, TABLE.T, ("f(x)", "an array of shape (200, 20)", "an array of shape (20, 200)")),
    # What is missing or too much has a name.
    ({"a": 1.0, "b": 2.0}, {"a": 1.0}, ("f(x): b", UNANSWERED.words, "2.0")),
    ({"a": 1.0}, {"a": 1.0, "b": 2.0}, ("f(x)", "'b'", UNASKED.words)),
    # What could look the same shows every digit, and the kind of value that it is.
    (1.0, 1.0000021, ("f(x)", "1.0000021", "1.0")),
    (
        np.full(999, 1e9),
        np.full(999, 1e9 + 4096.5),
        ("f(x)", "1000004096.5 at [0]", "1000000000.0 (999 of 999 cells are wrong)"),
    ),
    (Opaque("Scalar"), "<Scalar>", ("f(x)", "'<Scalar>'", "<Scalar>")),
    (np.zeros(2), [0.0, 0.0], ("f(x)", "[0.0, 0.0]", "array([0.0, 0.0])")),
    (np.full((2, 30), 0.1234), None, ("f(x)", "None", "an array of shape (2, 30)")),
    (0.5, Opaque("Scalar"), ("f(x)", "<Scalar>", "0.5")),
]


@pytest.mark.parametrize(("expected", "got", "told"), SHOWN)
def test_the_first_difference_is_shown(
    expected: object, got: object, told: tuple[str, str, str]
) -> None:
    """With its key or its index; and what is shown of both is never the same."""
    (found,) = differences(expected, got, "f(x)")
    assert found.got != found.expected
    assert max(len(found.got), len(found.expected)) <= MAX_SHOWN + 40
    assert found == Difference(*told)


FAR = 10**800
TEXTS = [
    ("a" * 500 + "b" + "c" * 500, "a" * 500 + "d" + "c" * 500),
    ("a" * 500, "a" * 501),
    (FAR, FAR + 1),
    (["a" * 200, "b" * 500], ["a" * 200, "b" * 499 + "c"]),
]


@pytest.mark.parametrize(("expected", "got"), TEXTS)
def test_long_texts_are_shown_around_their_first_difference(expected: object, got: object) -> None:
    """What they begin with alike is cut off."""
    (found,) = differences(expected, got)
    assert found.got != found.expected
    assert found.got.startswith("… ") and found.expected.startswith("… ")
    assert max(len(found.got), len(found.expected)) <= MAX_SHOWN + 20


def test_keys_that_nobody_asked_for_are_told_once() -> None:
    """However many and however long: they are a child's text."""
    forged = {"a": 1.0, **{f"{number}{'x' * 400}": 1.0 for number in range(1000)}}
    (found,) = differences({"a": 1.0}, forged)
    assert len(found.got) <= MAX_SHOWN + 20
