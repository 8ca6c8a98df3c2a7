"""How the probes make threads meet: functions that rest now and then, many cells, and many runs."""

import ctypes
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.random import Generator

from .inputs import Stored, column_major

RUNS = 12
DIMS = 16
MANY = Stored(np.arange(2.0**DIMS), column_major((2,) * DIMS))
"""Many cells in many dimensions, stored the other way round: finding one takes longer than all that is done to it."""

# How a thread steps back for a moment, so that others come to run: a function of C, which compiled code can call.
usleep = ctypes.CDLL(None).usleep
usleep.argtypes, usleep.restype = [ctypes.c_uint], None

SELDOM = 2048.0  # a function rests for numbers that this divides
MOMENT = 50  # microseconds


def different_results(
    rng: Generator, kernel: Callable[..., None], call: str, out: Stored, *inputs: Stored | int
) -> dict[str, Any]:
    """Let a kernel calculate the same again and again.

    Args:
        rng: Draws the cells to look at.
        kernel: The kernel.
        call: How it was made.
        out: What out holds beforehand, its cells in row-major order.
        *inputs: The tensors to read; for a reduce, the dimension too.

    Returns:
        How many different results there were, and a few cells of one of them.
    """
    rest = [each for i in inputs for each in (i.arrays() if isinstance(i, Stored) else (i,))]
    results = []
    for _ in range(RUNS):
        arrays = out.arrays()
        kernel(*arrays, *rest)
        results.append(arrays[0])
    looked = np.sort(rng.choice(results[0].size, 50, replace=False))
    where = f"{call} of {', '.join(map(str, inputs))} into {out.layout}"
    return {
        f"different results in {RUNS} runs of {where}": len({each.tobytes() for each in results}),
        f"cells {looked.tolist()} of out after {where}": results[0][looked],
    }
