"""Global memory of a GPU that counts who reads it; where a real GPU runs the kernels, nobody counts."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minitorch import device


@dataclass
class Reads:
    """How many numbers each thread has read, by the places of its block and of itself."""

    of_threads: Counter[tuple[int, ...]] = field(default_factory=Counter)

    @property
    def most(self) -> int:
        """How many numbers the thread has read that has read most."""
        return max(self.of_threads.values(), default=0)


def watched(numbers: NDArray[np.float64]) -> tuple[Any, Reads]:
    """Put numbers into global memory.

    Args:
        numbers: The numbers, in one dimension.

    Returns:
        What to hand to a kernel, and the counts.
    """
    reads = Reads()
    if not device.simulated:
        return numbers, reads
    from numba.cuda.simulator import kernelapi
    from numba.cuda.simulator.cudadrv.devicearray import FakeCUDAArray

    class Watched(FakeCUDAArray):  # type: ignore[misc]
        """Numbers that know who reads them."""

        def __getitem__(self, place: Any) -> Any:
            """Read, and count it."""
            thread: Any = kernelapi.threading.current_thread()
            reads.of_threads[*thread.blockIdx, *thread.threadIdx] += np.size(self._ary[place])
            return super().__getitem__(place)

    return Watched(numbers), reads
