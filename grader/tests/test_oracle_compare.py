"""Agreement: exact in kind, close in number."""

import math

import numpy as np
import pytest

from grader.oracle.compare import TOLERANCE, Difference, differences, show
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


def test_long_values_are_cut() -> None:
    assert len(show([1.0] * 1000)) < 310
