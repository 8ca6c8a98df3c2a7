"""What Numba makes of your compiled kernels: which loops run in parallel, and how fast they are.

python project/parallel_check.py --only zip
"""

from __future__ import annotations

import argparse
import linecache
import os
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it runs from any folder

# NumPy multiplies with all cores, unless it is told so before it is imported; one thread is to be held against one.
os.environ.update(dict.fromkeys(("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))

import numba  # noqa: E402
import numpy as np  # noqa: E402
from numba.core.errors import NumbaError, NumbaPerformanceWarning  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

from minitorch import Tensor, fast_ops, operators  # noqa: E402  (needs the line above)
from project.printing import spell_out  # noqa: E402

Numbers = NDArray[np.float64]
Shape = tuple[int, ...]

RUNS = 20  # with the same numbers, watched for races
TIMES = 9  # that a kernel and NumPy are timed; the shortest time counts


@dataclass(frozen=True)
class Kernel:
    """A kernel, and how to call it.

    Attributes:
        make: Makes it; nothing is compiled before the first call.
        peer: What does the same with NumPy, and writes into ``out``.
        shapes: Gives for a size the shapes of the result and of what it is calculated from.
        small: The size with which it is compiled, and watched for races.
        large: The size with which it is timed.
        sized: Whether it is handed the number of elements of ``out``, too.
        further: What it is handed behind the tensors.
    """

    make: Callable[[], Any]
    peer: Callable[..., object]
    shapes: Callable[[int], tuple[Shape, ...]]
    small: int = 100
    large: int = 1000
    sized: bool = False
    further: tuple[int | bool, ...] = ()


KERNELS = {
    "map": Kernel(
        lambda: fast_ops.tensor_map(fast_ops.njit(operators.neg)),
        np.negative,
        lambda n: ((1, n, n),) * 2,
    ),
    "zip": Kernel(
        lambda: fast_ops.tensor_zip(fast_ops.njit(operators.add)),
        np.add,
        lambda n: ((1, n, n),) * 3,
    ),
    "reduce": Kernel(
        lambda: fast_ops.tensor_reduce(fast_ops.njit(operators.add)),
        lambda a, out: a.sum(axis=2, keepdims=True, out=out),
        lambda n: ((1, n, 1), (1, n, n)),
        further=(2,),
    ),
    "matmul": Kernel(
        lambda: fast_ops.tensor_matrix_multiply,
        np.matmul,
        lambda n: ((1, n, n),) * 3,
        large=256,
    ),
}


class Run:
    """A kernel's call with random numbers, and NumPy's with the same.

    Args:
        kernel: How to call it.
        compiled: What to call.
        size: The size of the tensors.
        transposed: Whether the matrices of the first one lie in memory column by column.
    """

    def __init__(self, kernel: Kernel, compiled: Any, size: int, transposed: bool = False) -> None:
        rng = np.random.default_rng(size)
        out_shape, *shapes = kernel.shapes(size)
        self.arrays = [rng.random(shape) for shape in shapes]
        if transposed:
            self.arrays[0] = rng.random(_turned(shapes[0])).swapaxes(-1, -2)
        self.out = np.zeros(out_shape)
        out, *operands = [_tensor(array).tuple() for array in (self.out, *self.arrays)]
        size_of_out = (self.out.size,) if kernel.sized else ()
        read = [part for operand in operands for part in operand]
        self._handed = (*out, *size_of_out, *read, *kernel.further)
        self._storage = out[0]
        self._kernel, self._compiled = kernel, compiled

    def __call__(self) -> Numbers:
        """Run the kernel, and give its result."""
        self._storage[:] = 0.0
        self._compiled(*self._handed)
        return self._storage.copy()

    def times_numpy(self) -> float:
        """Tell how many times as fast as NumPy one thread of the kernel is."""
        ours = _shortest(lambda: self._compiled(*self._handed))
        return _shortest(lambda: self._kernel.peer(*self.arrays, out=self.out)) / ours


def _turned(shape: Shape) -> Shape:
    """Let the last two sizes swap places."""
    *front, rows, columns = shape
    return (*front, columns, rows)


def _tensor(array: Numbers) -> Tensor:
    """Read an array's numbers as a tensor of the same shape and strides."""
    strides = tuple(stride // array.itemsize for stride in array.strides)
    return Tensor.make(array.ravel("K"), array.shape, strides)


def _shortest(run: Callable[[], object]) -> float:
    taken = []
    for _ in range(TIMES):
        begun = time.process_time()  # of the processor, so that other programs matter less
        run()
        taken.append(time.process_time() - begun)
    return min(taken)


Remarks = dict[int, str]  # by line number


def remarks(compiled: Any) -> tuple[Remarks, bool]:
    """Read Numba's diagnostics of a kernel that has been called.

    Args:
        compiled: The kernel.

    Returns:
        What there is to say of its lines, and whether one of its loops runs in parallel.
    """
    diagnostics = compiled.get_metadata(compiled.signatures[0]).get("parfor_diagnostics")
    if diagnostics is None or not diagnostics.has_setup:
        return {}, False
    found: Remarks = {}
    parallel = False
    inner = {loop.id for outer in diagnostics.initial_parfors for loop in _inside(outer)}
    for loop in diagnostics.initial_parfors:
        caller = _caller(loop)
        if caller:
            found.setdefault(*caller)
        elif loop.id in inner:
            found[loop.loc.line] = "inside of a parallel loop: each thread runs it alone"
        else:
            found[loop.loc.line] = "parallel"
            parallel = True
    lines = {loop.id: loop.loc.line for loop in diagnostics.initial_parfors}
    for first, others in diagnostics.fusion_info.items():
        for other in others:
            found[lines[other]] = f"parallel, in one with the loop of line {lines[first]}"
    return dict(sorted(found.items())), parallel


def _inside(loop: Any) -> Iterator[Any]:
    """Yield the parallel loops that stand inside of one."""
    for block in loop.loop_body.values():
        for statement in block.body:
            if type(statement) is type(loop):
                yield statement
                yield from _inside(statement)


def _caller(loop: Any) -> tuple[int, str] | None:
    """Tell which line calls what a loop is part of: ``np.prod`` brings its own. None for the kernel's own loops."""
    for pattern in loop.patterns:
        if isinstance(pattern, tuple) and pattern[1] == "internal":
            (function, _), place = pattern[2]
            return place.line, f"{function} brings a parallel loop of its own"
    return None


def report(name: str, whole: bool) -> str:
    """Compile a kernel, and say what became of it.

    Args:
        name: Which one.
        whole: Whether to print all that Numba has to say, too.

    Returns:
        A headline, and a line for each line of the kernel that Numba has done something about.
    """
    kernel = KERNELS[name]
    compiled = kernel.make()
    run = Run(kernel, compiled, kernel.small)
    first = run()
    alike = sum(np.array_equal(run(), first) for _ in range(RUNS))
    if whole:
        compiled.parallel_diagnostics(level=3)
    found, parallel = remarks(compiled)
    threads = numba.get_num_threads()
    how = f"parallel, {threads} threads" if parallel else "NOT PARALLEL"
    numba.set_num_threads(1)
    ordered, transposed = (
        Run(kernel, compiled, kernel.large, turned).times_numpy() for turned in (False, True)
    )
    numba.set_num_threads(threads)
    lines = [
        f"{name:<8}{how}; one thread has {ordered:.2f} times NumPy's speed, "
        f"{transposed:.2f} if it is transposed"
    ]
    if alike < RUNS:
        lines.append(
            f"  {RUNS - alike} of {RUNS} runs gave another answer: threads get in each other's way"
        )
    file = compiled.py_func.__code__.co_filename
    for line, said in found.items():
        text = linecache.getline(file, line).strip()
        lines.append(f"  {line:>4}  {text:<60}  {said}")
    return "\n".join(lines)


def main() -> None:
    """Check one kernel after the other."""
    spell_out()
    parser = argparse.ArgumentParser(description="Show which loops of your kernels are parallel.")
    parser.add_argument("--only", choices=list(KERNELS), help="check one kernel")
    parser.add_argument("--full", action="store_true", help="print all of Numba's diagnostics")
    options = parser.parse_args()
    warnings.simplefilter("ignore", NumbaPerformanceWarning)  # not parallel: that is said below
    folder = Path(fast_ops.__file__).parent
    print(f"The kernels in {folder}. Each takes some seconds to compile.\n", flush=True)
    missing = False
    for name in [options.only] if options.only else KERNELS:
        try:
            print(report(name, options.full), flush=True)
        except NotImplementedError as todo:
            print(f"{name:<8}nothing to check yet. {todo}")
            missing = True
        except NumbaError as error:
            print(f"{name:<8}Numba can't compile it:\n\n{error}")
            missing = True
        print()
    sys.exit(int(missing))


if __name__ == "__main__":
    main()
