"""Global memory of the simulated GPU, which counts who reads it."""

from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Watch:
    """Counts how many numbers each thread reads, by the places of its block and of itself."""

    def __init__(self) -> None:
        self.of_threads: Counter[tuple[int, ...]] = Counter()

    @property
    def most(self) -> int:
        """How many numbers the thread has read that has read most."""
        return max(self.of_threads.values(), default=0)

    def over(self, numbers: NDArray[np.float64]) -> Any:
        """Put numbers into memory that is watched, for a kernel to be called with."""
        from numba.cuda.simulator import kernelapi  # here, as only a child has the simulator
        from numba.cuda.simulator.cudadrv.devicearray import FakeCUDAArray

        counts = self.of_threads

        class Watched(FakeCUDAArray):  # type: ignore[misc]
            """Numbers that know who reads them."""

            def __getitem__(self, place: Any) -> Any:
                """Read, and count it."""
                thread: Any = kernelapi.threading.current_thread()
                counts[(*thread.blockIdx, *thread.threadIdx)] += np.size(self._ary[place])
                return super().__getitem__(place)

        return Watched(numbers)
