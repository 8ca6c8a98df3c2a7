"""Where CUDA kernels run: on a GPU or, where there is none, in Numba's simulator, as threads of Python.

Numba decides when ``numba.cuda`` is imported for the first time, so import this file before anything that does.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from contextlib import suppress
from typing import Any

_CHOICE = "NUMBA_ENABLE_CUDASIM"  # what Numba reads; whoever sets it has decided, and nothing is looked for


def _has_gpu() -> bool:
    """Ask the driver whether it knows a GPU. It is much quicker than asking Numba."""
    try:
        driver = ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
    except OSError:
        return False
    count = ctypes.c_int(0)
    return (
        driver.cuInit(0) == 0
        and driver.cuDeviceGetCount(ctypes.byref(count)) == 0
        and count.value > 0
    )


def _compiles() -> bool:
    """Ask Numba whether the CUDA toolkit is there too, in a process of its own: here, it could not be unasked."""
    question = "from numba import cuda; raise SystemExit(not cuda.is_available())"
    answer = subprocess.run([sys.executable, "-c", question], capture_output=True, check=False)
    return answer.returncode == 0


if _CHOICE not in os.environ and "numba.cuda" not in sys.modules:
    os.environ[_CHOICE] = "0" if _has_gpu() and _compiles() else "1"

from numba import config  # noqa: E402  only now is the choice made

config.reload_config()  # Numba itself may have been imported long ago

from numba import cuda  # noqa: E402

simulated = bool(config.ENABLE_CUDASIM)
"""Whether the simulator runs the kernels. It is right, but slow: each thread of a block is a thread of Python."""

if simulated:
    with suppress(ImportError):  # without greenlet, the simulator works as Numba has it
        from . import simulator

        simulator.install()


def is_on_gpu(numbers: Any) -> bool:
    """Say whether an array lies in the memory of the GPU, or of the simulated one."""
    return bool(getattr(numbers, "__cuda_ndarray__", False))


def to_gpu(numbers: Any) -> Any:
    """Copy an array into the memory of the GPU, unless it lies there already."""
    return numbers if is_on_gpu(numbers) else cuda.to_device(numbers)


def to_host(numbers: Any) -> Any:
    """Copy an array back into the memory of the processor, unless it lies there already."""
    return numbers.copy_to_host() if is_on_gpu(numbers) else numbers


def name() -> str:
    """Name what runs the kernels: the GPU, or ``simulator``."""
    if simulated:
        return "simulator"
    found = cuda.get_current_device().name
    return found.decode() if isinstance(found, bytes) else str(found)
