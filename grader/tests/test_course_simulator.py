"""The simulator of Modules 3 and 4: what a CUDA kernel does wrong, it does wrong in the same way every time."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.tests.authored import SOURCE, needs_course

pytestmark = needs_course

START = """
import numpy as np
from minitorch import cuda_ops, device
import numba
from numba import cuda

def launch(kernel, *arguments, blocks=1, threads=4):
    cuda.jit(kernel)[blocks, threads](*arguments)
    return arguments[0].tolist()
"""


def test_all_threads_wait_at_a_barrier(tmp_path: Path) -> None:
    """What one thread has written before a barrier, another one reads behind it; each block has its own memory."""
    kernel = """
        def kernel(out, reach):
            shared = cuda.shared.array(4, numba.float64)
            shared[cuda.threadIdx.x] = cuda.grid(1)
            cuda.syncthreads()
            out[cuda.grid(1)] = shared[(cuda.threadIdx.x + reach) % 4]

        print(launch(kernel, np.zeros(8), 1, blocks=2))
    """
    assert asked(tmp_path, kernel) == "[1.0, 2.0, 3.0, 0.0, 5.0, 6.0, 7.0, 4.0]"


def test_a_forgotten_barrier_shows(tmp_path: Path) -> None:
    """Shared memory that nobody has written yet holds nan, in each block anew: who doesn't wait reads it."""
    kernel = """
        def kernel(out):
            shared = cuda.shared.array(4, numba.float64)
            shared[cuda.threadIdx.x] = 1.0
            out[cuda.grid(1)] = shared[(cuda.threadIdx.x + 1) % 4]

        print({str(launch(kernel, np.zeros(8), blocks=2)) for _ in range(5)})
    """
    every_time = "[nan, nan, nan, 1.0, nan, nan, nan, 1.0]"
    assert asked(tmp_path, kernel) == f"{{'{every_time}'}}"


def test_arrays_on_one_line_are_two(tmp_path: Path) -> None:
    """Two shared arrays are two, wherever they are made; local ones belong to one thread, and hold no index yet."""
    kernel = """
        def kernel(out):
            a = cuda.shared.array(4, numba.float64); b = cuda.shared.array(4, numba.float64)
            own = cuda.local.array(2, numba.int64)
            a[cuda.threadIdx.x], b[cuda.threadIdx.x] = 1.0, 2.0
            out[cuda.threadIdx.x] = a[cuda.threadIdx.x] if own[1] < 0 else 3.0

        print(launch(kernel, np.zeros(4)))
    """
    assert asked(tmp_path, kernel) == "[1.0, 1.0, 1.0, 1.0]"


def test_an_error_names_its_thread(tmp_path: Path) -> None:
    """What goes wrong in a kernel comes out as it is, with a note of who it was; threads at a barrier are let go."""
    kernel = """
        def kernel(out):
            if cuda.threadIdx.x == 2:
                out[99] = 1.0
            cuda.syncthreads()

        try:
            launch(kernel, np.zeros(4), blocks=2)
        except IndexError as error:
            print(error.__notes__)
    """
    assert asked(tmp_path, kernel) == "['in thread (2, 0, 0) of block (0, 0, 0)']"


def test_a_vote_at_a_barrier(tmp_path: Path) -> None:
    """Numba's barriers that count are barriers, too."""
    kernel = """
        def kernel(out):
            out[cuda.threadIdx.x] = cuda.syncthreads_count(cuda.threadIdx.x > 1)

        print(launch(kernel, np.zeros(4)))
    """
    assert asked(tmp_path, kernel) == "[2.0, 2.0, 2.0, 2.0]"


PARTED = {
    "if cuda.threadIdx.x == 3: return": "thread (3, 0, 0) has ended",
    "if cuda.threadIdx.x == 3: cuda.syncthreads()": "thread (3, 0, 0) waits at the barrier in line {}",
}


@pytest.mark.parametrize("line", PARTED)
def test_all_threads_have_to_reach_a_barrier(tmp_path: Path, line: str) -> None:
    """Where others have ended before it, or wait at another one, a GPU may wait forever."""
    kernel = f"""
        first = sys._getframe().f_lineno
        def kernel(out):
            {line}
            cuda.syncthreads()

        try:
            launch(kernel, np.zeros(4))
        except RuntimeError as error:
            print(first)
            print(error)
            lines = [line for frame, line in traceback.walk_tb(error.__traceback__)
                     if frame.f_code.co_name == "kernel"]
            print(lines)
    """
    first, said, lines = asked(tmp_path, kernel, early="import sys, traceback\n").splitlines()
    begins = int(first) + 3
    assert said == (
        f"thread (0, 0, 0) waits at the barrier in line {begins}, "
        f"but {PARTED[line].format(begins - 1)}: all threads of a block have to reach each barrier"
    )
    assert lines == f"[{begins}]"


@pytest.mark.parametrize("early", ["", "import numba\n"])
def test_the_simulator_is_chosen_without_a_gpu(tmp_path: Path, early: str) -> None:
    """Where nobody has chosen, and there is no GPU, the simulator runs kernels, even if Numba was imported before."""
    code = "print(device.name() if device._has_gpu() else device.simulated)"
    assert asked(tmp_path, code, early=early, chosen=None) != "False"


def asked(folder: Path, code: str, early: str = "", chosen: str | None = "1") -> str:
    """Run some code with the library, in a process of its own, and give what it prints.

    Args:
        folder: For the program.
        code: What to run; it may be indented.
        early: What to run before the library is imported.
        chosen: Whether the simulator runs kernels, as whoever starts the process says; None: nobody says.

    Returns:
        The text, without the last line's end.
    """
    program = folder / "program.py"
    lines = code.splitlines()
    program.write_text(early + START + "\n".join(line.removeprefix(" " * 8) for line in lines))
    environment = {k: v for k, v in os.environ.items() if k != "NUMBA_ENABLE_CUDASIM"}
    if chosen is not None:
        environment["NUMBA_ENABLE_CUDASIM"] = chosen
    environment["PYTHONPATH"] = str(SOURCE)
    done = subprocess.run(
        [sys.executable, str(program)], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
