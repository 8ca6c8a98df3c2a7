"""What Modules 3 and 4 find races with: a kernel run as plain Python, watched turn by turn."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numba
import numpy as np
import pytest
from numba import njit, prange

from grader.tests.authored import SOURCE, needs_course

pytestmark = needs_course

Shared = Callable[..., list[str]]

int64: Any = numba.int64  # a type of Numba's, which NumPy does not know


@pytest.fixture(scope="module")
def turns() -> ModuleType:
    """Load the helper of the course's tests."""
    spec = importlib.util.spec_from_file_location("turns", SOURCE / "tests/turns.py")
    assert spec is not None and spec.loader is not None
    turns = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(turns)
    return turns


@pytest.fixture(scope="module")
def shared(turns: ModuleType) -> Shared:
    """Take the function that finds what turns share."""
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


def outside(out: Any, x: Any) -> None:
    """Leave the arrays."""
    for number in prange(len(out) + 1):
        out[number] = x[number]


def compiled_only(out: Any, x: Any) -> None:
    """Write, and then ask NumPy for a type that only Numba knows."""
    out[0] += 1.0
    index = np.empty(1, int64)
    for number in range(len(out)):
        index[0] = number
        out[number] += x[index[0]]


def wrong_anyhow(out: Any, x: Any) -> None:
    """Call a function without the argument that it needs."""
    place(0)


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize(
    ("kernel", "names"),
    [
        (clean(np.negative), []),
        (racing(np.negative), ["index"]),
        (adding, ["out"]),
        (adding_as_numba_allows, []),
        (in_a_loop_inside, []),
        (compiled_only, []),
    ],
    ids=["clean", "racing", "adding", "reduction", "inside", "compiled only"],
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


@pytest.mark.parametrize("compiled", [False, True])
def test_an_index_outside_of_an_array_is_reported_with_its_line(
    turns: ModuleType, compiled: bool
) -> None:
    """Compiled code would read and write there unseen."""
    kernel = njit(outside) if compiled else outside
    for run in (turns.plainly(kernel), lambda *arrays: turns.shared(kernel, *arrays)):
        with pytest.raises(IndexError, match="index 2 is out of bounds") as caught:
            run(np.zeros(2), np.ones(2))
        assert caught.traceback[-1].lineno == outside.__code__.co_firstlineno + 2


def test_what_only_compiled_code_can_do_is_run_compiled(turns: ModuleType) -> None:
    """On the arrays as they were: nothing is written twice."""
    out = np.zeros(2)
    turns.plainly(compiled_only)(out, np.array([5.0, 6.0]))
    assert out.tolist() == [6.0, 6.0]


def test_what_is_wrong_compiled_too_is_reported_as_plain_python_says_it(turns: ModuleType) -> None:
    """That names the line."""
    with pytest.raises(TypeError, match="missing 1 required positional argument") as caught:
        turns.plainly(wrong_anyhow)(np.zeros(2), np.ones(2))
    assert caught.traceback[-1].lineno == wrong_anyhow.__code__.co_firstlineno + 1
