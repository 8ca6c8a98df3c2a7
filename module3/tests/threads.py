"""How the tests make threads meet: a function that calculates hesitantly, many cells, and many runs."""

import ctypes
import sys
from collections.abc import Callable
from typing import Any

import numba
import numpy as np
import pytest
from strategies import column_major
from tensors import Stored, Values, assert_cells

# A function of C, which compiled code can call: how a thread steps back for a moment, so that others come to run.
if sys.platform == "win32":
    _sleep, _MOMENT = ctypes.windll.kernel32.Sleep, 1  # milliseconds
else:
    _sleep, _MOMENT = ctypes.CDLL(None).usleep, 50  # microseconds
_sleep.argtypes, _sleep.restype = [ctypes.c_uint], None

in_parallel = pytest.mark.skipif(
    bool(numba.config.DISABLE_JIT), reason="what is not compiled runs on one thread"
)

RUNS = 12
DIMS = 16
MANY = Stored(tuple(float(n) for n in range(2**DIMS)), column_major((2,) * DIMS))
"""Many cells in many dimensions, stored the other way round: finding one takes longer than all that is done to it."""


def assert_always(compute: Callable[[], Values], expected: Any, what: str) -> None:
    """Assert that a calculation gives the right result however often it is repeated.

    Args:
        compute: The calculation, on several threads.
        expected: The cells of its result.
        what: How it is written.

    Raises:
        AssertionError: It went wrong at least once.
    """
    __tracebackhide__ = True
    expected = np.asarray(expected)
    for run in range(1, RUNS + 1):
        assert_cells(compute(), expected, f"{what}, run {run} of {RUNS} on the same numbers")


def triple_hesitantly(x: float) -> float:
    """Compute 3x + 1, and rest now and then."""
    if x % 2048 == 0:
        _sleep(_MOMENT)
    return 3.0 * x + 1.0
