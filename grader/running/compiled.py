"""Imported by the sandbox's server before the first child whose library Numba compiles: loads what is loaded late.

Serial kernels are compiled here, once, which saves every child most of what its first ones cost; parallel ones would
leave their threads in the server. Nothing compiled is kept for children: each compiles what it runs.
"""

from __future__ import annotations

import multiprocessing
from typing import Any

import numba
from numba import cuda, types

from grader.running import typical

THREADS = 2  # of a parallel kernel that doesn't ask for more; sandbox/interpreter.py says how many there are


def begin(hurried: bool) -> None:
    """Have this child's kernels use two threads; called before any student code.

    Args:
        hurried: Whether to compile quickly, to slower code. Of tests and probes, most of the time goes into compiling.
    """
    numba.set_num_threads(THREADS)
    if hurried:
        settings: Any = numba.config
        settings.OPT = type(settings.OPT)(0)


def _warm_up() -> None:
    # Where processes are made by forking, Numba guards the start of its threads by a lock between them, in /dev/shm.
    # Children can make no processes, and see no /dev/shm.
    multiprocessing.set_start_method("spawn", force=True)
    numbers, indices = types.Array(types.float64, 1, "C"), types.Array(types.int64, 1, "C")
    doubled = numba.njit(typical.doubled)
    fn = types.Dispatcher(doubled)
    for kernel, arguments in (
        (typical.mapped, (fn, numbers, indices, indices, numbers)),
        (typical.planned, (indices, indices, types.int64)),
        (typical.product, (numbers, numbers, types.int64, types.int64)),
    ):
        numba.njit(kernel, error_model="numpy", fastmath={"contract"}).compile(arguments)


def _name_of_cuda() -> str:
    """Name what runs CUDA kernels in a child."""
    settings: Any = numba.config
    if settings.ENABLE_CUDASIM:
        return "simulator"
    driver: Any = cuda
    return str(driver.get_current_device().name.decode())


_warm_up()
FOUND = {"cuda": _name_of_cuda()}
