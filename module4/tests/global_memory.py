"""Global memory of a GPU that counts who reads it; where a real GPU runs the kernels, nobody counts."""

from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Reads:
    """How many numbers each thread has read, by the places of its block and of itself."""

    def __init__(self) -> None:
        self.of_threads: Counter[tuple[int, ...]] = Counter()

    @property
    def threads(self) -> int:
        """How many threads have read something."""
        return len(self.of_threads)

    @property
    def most(self) -> int:
        """How many numbers the thread has read that has read most."""
        return max(self.of_threads.values(), default=0)

    def of(self, numbers: NDArray[np.float64]) -> Any:
        """Put numbers into global memory.

        Args:
            numbers: The numbers, in one dimension.

        Returns:
            What to hand to a kernel.
        """
        from numba import config  # here, as the library says before whether there is a simulator

        settings: Any = config
        if not settings.ENABLE_CUDASIM:
            return numbers
        from numba.cuda.simulator import kernelapi
        from numba.cuda.simulator.cudadrv.devicearray import FakeCUDAArray

        counts = self.of_threads

        class Watched(FakeCUDAArray):  # type: ignore[misc]
            """Numbers that know who reads them."""

            def __getitem__(self, place: Any) -> Any:
                """Read, and count it."""
                thread: Any = kernelapi.threading.current_thread()
                counts[*thread.blockIdx, *thread.threadIdx] += np.size(self._ary[place])
                return super().__getitem__(place)

        return Watched(numbers)
