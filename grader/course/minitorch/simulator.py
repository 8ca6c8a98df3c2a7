"""Numba's simulator of a GPU, made quick and strict: the threads of a block take turns, in the same order every time.

As Numba has it, the threads of a block are threads of Python, and run all at once. That is slow, and what a forgotten
barrier spoils is spoiled now and then. Here, one of them runs until it waits at a barrier or ends, then the next one
does, and so on; and memory that nobody has written yet holds what no calculation hides. So a wrong kernel is wrong at
every run, in the same way. And a barrier that not all threads of a block reach is an error; a GPU may wait forever.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
from greenlet import getcurrent, greenlet
from numba.cuda.simulator import kernel, kernelapi
from numba.np import numpy_support
from numpy.typing import NDArray


class Lane(greenlet):  # type: ignore[misc]
    """One thread of a block: a function that stops at each barrier, and goes on from there at its next turn.

    ``cuda.threadIdx`` and the like are the attributes of that name of the lane that runs; ``barrier`` is the line of
    the barrier at which it has stopped.
    """

    def __init__(self, block: Block, index: tuple[int, ...], place: tuple[int, ...]) -> None:
        super().__init__(block.function)
        width, height, _ = block.shape
        self._manager = block
        self.barrier = 0
        self.blockIdx = kernelapi.Dim3(*index)
        self.threadIdx = kernelapi.Dim3(*place)
        self.thread_id = place[0] + width * (place[1] + height * place[2])

    def syncthreads(self) -> None:
        """Wait at the barrier."""
        frame = sys._getframe(1)
        while frame.f_globals["__name__"].startswith("numba.") and frame.f_back is not None:
            frame = frame.f_back
        self.barrier = frame.f_lineno
        self.parent.switch()

    def __str__(self) -> str:
        """Say which thread it is, and how far it has come."""
        done = "has ended" if self.dead else f"waits at the barrier in line {self.barrier}"
        return f"thread {self.threadIdx} {done}"

    syncthreads_count = kernel.BlockThread.syncthreads_count
    syncthreads_and = kernel.BlockThread.syncthreads_and
    syncthreads_or = kernel.BlockThread.syncthreads_or


class Block:
    """Runs the threads of one block; it takes the place of Numba's ``BlockManager``."""

    def __init__(
        self, function: Callable[..., None], _grid: Any, shape: tuple[int, int, int], _debug: bool
    ) -> None:
        self.function = function
        self.shape = shape
        self.block_state = np.zeros(shape, dtype=np.bool_)  # of syncthreads_count and the like

    def run(self, index: tuple[int, ...], *arguments: Any) -> None:
        """Run all threads to their end.

        Args:
            index: Which block of the grid this is.
            *arguments: What the kernel was called with.

        Raises:
            Exception: What a thread raised, with a note that says which thread.
            RuntimeError: Some threads wait at a barrier that others don't reach.
        """
        kernel._get_kernel_context().shared._allocations.clear()  # each block has memory of its own
        lanes = [Lane(self, index, place) for place in np.ndindex(*self.shape)]
        while lanes:
            for lane in lanes:
                try:
                    lane.switch(
                        *arguments
                    )  # which go to the function, and to a barrier that heeds none
                except Exception as error:
                    error.add_note(f"in thread {lane.threadIdx} of block {lane.blockIdx}")
                    raise
            _refuse_to_part(lanes)
            lanes = [lane for lane in lanes if not lane.dead]


def _refuse_to_part(lanes: list[Lane]) -> None:
    """Raise a RuntimeError unless all threads wait at the same barrier, or all have ended.

    A thread that waits raises it, so that its traceback names the kernel's line.
    """
    for lane in lanes:
        if (lane.dead, lane.barrier) != (lanes[0].dead, lanes[0].barrier):
            waiting = lane if lanes[0].dead else lanes[0]
            waiting.throw(
                RuntimeError(
                    f"{lanes[0]}, but {lane}: all threads of a block have to reach each barrier"
                )
            )


def unwritten(shape: Any, dtype: Any) -> NDArray[Any]:
    """Make an array of what nobody means to write: nan, or a whole number that is no index."""
    array = np.empty(shape, numpy_support.as_dtype(dtype) if hasattr(dtype, "bitwidth") else dtype)
    array.fill(np.nan if array.dtype.kind == "f" else np.iinfo(array.dtype).min)
    return array


def _shared_array(self: Any, shape: Any, dtype: Any) -> NDArray[Any]:
    """Give all threads of a block the same array at the same place of the kernel."""
    caller = sys._getframe(1)
    place = (caller.f_code, caller.f_lasti)
    if place not in self._allocations:
        self._allocations[place] = unwritten(shape, dtype)
    found: NDArray[Any] = self._allocations[place]
    return found


def _local_array(self: Any, shape: Any, dtype: Any) -> NDArray[Any]:
    """Give a thread an array of its own."""
    return unwritten(shape, dtype)


def install() -> None:
    """Have Numba's simulator work this way."""
    kernel.BlockManager = Block
    kernelapi.threading = SimpleNamespace(current_thread=getcurrent)
    kernelapi.FakeCUDAShared.array = _shared_array
    kernelapi.FakeCUDALocal.array = _local_array
