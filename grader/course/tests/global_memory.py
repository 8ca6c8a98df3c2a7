"""Global memory of a GPU that counts who reads it. A real GPU does not count: a test that asks is skipped there."""

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
        _skip_on_gpu()
        return len(self.of_threads)

    @property
    def most(self) -> int:
        """How many numbers the thread has read that has read most."""
        _skip_on_gpu()
        return max(self.of_threads.values(), default=0)

    def of(self, numbers: NDArray[np.float64]) -> Any:
        """Put numbers into global memory.

        Args:
            numbers: The numbers, in one dimension.

        Returns:
            What to hand to a kernel.
        """
        if not _simulated():
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


def _simulated() -> bool:
    """Ask whether the simulator runs the kernels."""
    from numba import config  # here, as the library says before whether there is a simulator

    settings: Any = config
    return bool(settings.ENABLE_CUDASIM)


def _skip_on_gpu() -> None:
    """Skip a test that looks at what nobody has counted."""
    if not _simulated():
        import pytest  # here, as the probes need none

        pytest.skip("a real GPU does not count who reads; the simulator does")
