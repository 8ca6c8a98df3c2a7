"""What Modules 3 and 4 find races with: a kernel run as plain Python, watched turn by turn."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numba import njit, prange

from grader.tests.authored import SOURCE, needs_course

pytestmark = needs_course

Shared = Callable[..., list[str]]


@pytest.fixture(scope="module")
def shared() -> Shared:
    """Load the helper of the course's tests."""
    spec = importlib.util.spec_from_file_location("turns", SOURCE / "tests/turns.py")
    assert spec is not None and spec.loader is not None
    turns = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(turns)
    found: Shared = turns.shared
    return found


@njit
def place(number: int, index: Any) -> None:
    """Write into an index buffer, as compiled code does."""
    index[0] = number


def clean(fn: Callable[[float], float]) -> Callable[..., None]:
    """Make a kernel each turn of which has its own buffer."""

    def kernel(out: Any, x: Any) -> None:
        for number in prange(len(out)):
            index = np.empty(1, np.int64)
            place(number, index)
            out[index[0]] = fn(x[index[0]])

    return kernel


def racing(fn: Callable[[float], float]) -> Callable[..., None]:
    """Make the same with one buffer for all."""

    def kernel(out: Any, x: Any) -> None:
        index = np.empty(1, np.int64)
        for number in prange(len(out)):
            place(number, index)
            out[index[0]] = fn(x[index[0]])

    return kernel


def adding(out: Any, x: Any) -> None:
    """Have each turn add to the same sum."""
    for number in prange(len(x)):
        out[0] += x[number]


def adding_as_numba_allows(out: Any, x: Any) -> None:
    """Add up a whole array: each thread gets its own."""
    total = np.zeros(2)
    for number in prange(len(x)):
        total += x[number]
    out[:2] = total


def in_a_loop_inside(out: Any, x: Any) -> None:
    """Have a turn write several times at one place, in a loop that is not parallel: nobody else does."""
    for number in prange(len(out)):
        for other in prange(len(x)):
            out[number] += x[other]


def stub(out: Any, x: Any) -> None:
    """Be written yet."""
    raise NotImplementedError("Task 3.1: implement it")


def failing(out: Any, x: Any) -> None:
    """Leave the arrays."""
    out[len(out)] = 1.0


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize(
    ("kernel", "names"),
    [
        (clean(np.negative), []),
        (racing(np.negative), ["index"]),
        (adding, ["out"]),
        (adding_as_numba_allows, []),
        (in_a_loop_inside, []),
        (failing, []),
    ],
    ids=["clean", "racing", "adding", "reduction", "inside", "failing"],
)
def test_turns_that_write_at_the_same_place(
    shared: Shared, kernel: Callable[..., None], names: list[str], compiled: bool
) -> None:
    """Whether a kernel comes compiled or not, it runs as plain Python, and so does all that it calls."""
    out, x = np.zeros(4), np.arange(1.0, 5.0)
    assert shared(njit(kernel) if compiled else kernel, out, x) == names
    assert not place.signatures, "nothing was compiled"


def test_a_stub_says_so(shared: Shared) -> None:
    with pytest.raises(NotImplementedError, match="Task 3.1"):
        shared(stub, np.zeros(1), np.zeros(1))
