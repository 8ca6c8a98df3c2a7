"""Task 3.6: how fast each rung of the ladder multiplies, on one thread, and what its time goes into.

python project/run_ladder.py --predict

It takes about 20 seconds, half of them to compile; more on a busy machine, or with a larger --largest.
"""

from __future__ import annotations

import argparse
import math
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it runs from any folder

# NumPy multiplies with all cores, unless it is told so before it is imported; one thread is to be held against one.
os.environ.update(dict.fromkeys(("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))

import numba  # noqa: E402
import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

from minitorch import FastOps, SimpleBackend, Tensor, TensorBackend, fast_ops  # noqa: E402
from minitorch.tuned import TunedBackend  # noqa: E402
from project import matmul_ladder  # noqa: E402
from project.charts import Chart  # noqa: E402
from project.experiment import Findings, Question, run  # noqa: E402
from project.timing import Timing, in_turns  # noqa: E402
from project.watching import count  # noqa: E402

Numbers = NDArray[np.float64]
Work = Callable[[], Any]
Rung = Callable[[Numbers, Numbers], Work]  # makes two matrices ready; the work is to multiply them

NUMBER = 8  # bytes
SLOW = 0.1  # seconds that a product may take, for a rung to go on to the next size
ROOM = 2**25  # products that a table may hold
FEW = 10_000  # products: with fewer, the time is that of calls
MEGABYTES = 64  # more than caches hold, on most machines

SQUARES = f"n x n times n x n, up to {SLOW} s each"
SWEPT = (
    "by_lists",
    "by_rows, TunedOps",
    "by_rows_at_once, TunedOps",
    "by_broadcast, TunedOps",
    "three loops, Numba",
    "a @ b, FastOps",
    "NumPy",
)
QUESTIONS = [
    Question(
        "lists over cells",
        "by_lists and by_cells are the same three loops. How many times as fast is by_lists?",
    ),
    Question(
        "by_rows on SimpleOps",
        "by_rows leaves the innermost loop to the tensors. With SimpleOps, beside by_lists, it is …",
        ("faster", "slower"),
    ),
    Question(
        "at 256 x 256, TunedOps",
        "by_rows_at_once calls 512 operations, by_broadcast two. At 256 x 256, the faster one is …",
        ("by_rows_at_once", "by_broadcast"),
    ),
]


# The rungs


def rungs() -> dict[str, Rung]:
    """List the rungs, from the bottom up: the student's, and others to hold them against."""
    fast, tuned = TensorBackend(FastOps), TunedBackend()
    found: dict[str, Rung] = {"by_cells": on_tensors(matmul_ladder.by_cells, SimpleBackend)}
    ours = ("by_rows", "by_rows_at_once", "by_broadcast")
    for name in ours:
        found[f"{name}, SimpleOps"] = on_tensors(getattr(matmul_ladder, name), SimpleBackend)
    found["by_lists"] = on_lists
    for name in ours:
        found[f"{name}, FastOps"] = on_tensors(getattr(matmul_ladder, name), fast)
    found["by_rows, FastOps, b by columns"] = on_tensors(matmul_ladder.by_rows, fast, True)
    for name in ours:
        found[f"{name}, TunedOps"] = on_tensors(getattr(matmul_ladder, name), tuned)
    found["einsum, TunedOps"] = on_tensors(by_einsum, tuned)
    found["three loops, Numba"] = on_arrays(three_loops)
    found["a @ b, FastOps"] = on_tensors(Tensor.__matmul__, fast)
    found["a @ b, TunedOps"] = on_tensors(Tensor.__matmul__, tuned)
    found["NumPy"] = on_arrays(np.matmul)
    return found


def on_tensors(
    multiply: Callable[[Tensor, Tensor], Tensor], backend: TensorBackend, turned: bool = False
) -> Rung:
    """Make a rung of a function of tensors; ``turned`` says that the right one lies in memory column by column."""

    def ready(a: Numbers, b: Numbers) -> Work:
        left = Tensor.make(a.ravel(), a.shape, backend=backend)
        if turned:
            right = Tensor.make(b.T.ravel(), b.T.shape, backend=backend).permute(1, 0)
        else:
            right = Tensor.make(b.ravel(), b.shape, backend=backend)
        return partial(multiply, left, right)

    return ready


def on_arrays(multiply: Callable[[Numbers, Numbers], Any]) -> Rung:
    """Make a rung of a function of NumPy's arrays."""
    return lambda a, b: partial(multiply, a, b)


def on_lists(a: Numbers, b: Numbers) -> Work:
    """Make the rung of lists."""
    return partial(matmul_ladder.by_lists, a.tolist(), b.tolist())


def by_einsum(a: Tensor, b: Tensor) -> Tensor:
    """Multiply by the student's ``einsum``, where there is one."""
    try:
        einsum = import_module("minitorch.einsum").einsum
    except ImportError:
        raise NotImplementedError("It comes with Task 2.7.") from None
    product: Tensor = einsum("ik,kj->ij", a, b)
    return product


@numba.njit
def three_loops(a: Numbers, b: Numbers) -> Numbers:
    """Multiply as ``by_lists`` does, but compiled."""
    out = np.empty((a.shape[0], b.shape[1]))
    for i in range(a.shape[0]):
        for j in range(b.shape[1]):
            total = 0.0
            for p in range(a.shape[1]):
                total += a[i, p] * b[p, j]
            out[i, j] = total
    return out


def checked(found: Mapping[str, Rung]) -> tuple[dict[str, Rung], list[str]]:
    """Try each rung on small matrices, which also compiles it: those that multiply, and why the others don't.

    Args:
        found: The rungs.

    Returns:
        Those that can be timed; and a line for each of the others.

    Raises:
        NotImplementedError: None of the student's own can: there is nothing to show.
    """
    a, b = np.arange(6.0).reshape(2, 3), np.arange(12.0).reshape(3, 4) - 5
    good: dict[str, Rung] = {}
    others: list[str] = []
    missing: list[NotImplementedError] = []
    for name, rung in found.items():
        try:
            product = rung(a, b)()
        except NotImplementedError as todo:
            if name.startswith("by_"):
                missing.append(todo)
            others.append(f"{name}: nothing to time yet. {todo}")
            continue
        if np.allclose(product.to_numpy() if isinstance(product, Tensor) else product, a @ b):
            good[name] = rung
        else:
            others.append(f"{name}: its product is wrong. See pytest -m task3_6")
    if missing and not any(name.startswith("by_") for name in good):
        raise missing[0]
    return good, others


# What is measured


def matrices(n: int, k: int, m: int) -> tuple[Numbers, Numbers]:
    """Draw two matrices."""
    rng = np.random.default_rng(n + k + m)
    return rng.random((n, k)), rng.random((k, m))


def speed(size: tuple[int, int, int], seconds: float) -> float:
    """Tell GFLOP/s: billions of operations with numbers a second. Each product is added to a sum: that makes two."""
    return 2 * math.prod(size) / seconds / 1e9


def sweep(found: Mapping[str, Rung], largest: int) -> dict[int, dict[str, float]]:
    """Time square matrices of 8, 16, 32, … rows. A rung that is slow, or would fill the memory, takes no larger ones.

    Args:
        found: The rungs.
        largest: The largest size.

    Returns:
        For each size, the seconds that each rung took, by name.
    """
    swept: dict[int, dict[str, float]] = {}
    climbing = dict(found)
    n = 8
    while n <= largest and climbing:
        works = {name: rung(*matrices(n, n, n)) for name, rung in climbing.items()}
        taken = {name: timing.seconds for name, timing in in_turns(works, budget=0.1).items()}
        swept[n] = taken
        n *= 2
        climbing = {
            name: rung
            for name, rung in climbing.items()
            if taken[name] <= SLOW and (n**3 <= ROOM or "broadcast" not in name)
        }
    return swept


def computing() -> float:
    """Measure how many GFLOP/s the processor computes in the fastest product there is, NumPy's."""
    size = (256, 256, 256)
    timing = in_turns({"product": on_arrays(np.matmul)(*matrices(*size))})["product"]
    return speed(size, timing.seconds)


def moving() -> float:
    """Measure how many billion bytes a second an operation reads from memory and writes into a new array."""
    numbers = np.ones(MEGABYTES * 2**20 // NUMBER)
    timing = in_turns({"add": lambda: numbers + 1.0}, rounds=5)["add"]
    return 2 * numbers.nbytes / timing.seconds / 1e9


# What is shown


@dataclass(frozen=True)
class Bars:
    """A bar for each of some numbers, along a logarithmic axis.

    Attributes:
        title: What they are.
        unit: What they are counted in.
        values: The numbers, above 0, by their names.
    """

    title: str
    unit: str
    values: Mapping[str, float]

    def text(self) -> str:
        """Draw it in characters: from a power of ten below the smallest number, four more for each factor of ten."""
        width = max(map(len, self.values))
        low = self._low()
        lines = [
            f"  {name:{width}} {'#' * max(1, round(4 * (math.log10(value) - low)))} {value:.2g}"
            for name, value in self.values.items()
        ]
        return "\n".join(
            [f"{self.title}, {self.unit} (4 more characters = 10 times as much)", *lines]
        )

    def draw(self, axes: Any) -> None:
        """Draw it into matplotlib's axes."""
        names, values = list(self.values), list(self.values.values())
        axes.barh(names, values, left=0, color="C0")
        axes.set(xscale="log", title=self.title, xlabel=self.unit)
        axes.set_xlim(left=10.0 ** self._low())
        axes.invert_yaxis()

    def _low(self) -> int:
        return math.ceil(math.log10(min(self.values.values()))) - 1


def table(size: tuple[int, int, int], timings: Mapping[str, Timing]) -> str:
    """Write a line for each rung: its time, how far it varies, and what it is a factor of."""
    n, k, m = size
    width = max(map(len, timings))
    base, first = next(iter(timings.items()))
    lines = [
        f"({n}, {k}) times ({k}, {m}): {n * k * m:,} products, and as many sums; factors over {base}",
        "",
        f"{'':{width}}  {'ms':>9}  {'spread':>6}  {'factor':>8}  {'GFLOP/s':>8}",
    ]
    for name, timing in timings.items():
        spread = f"{timing.spread:.0%}" if timing.samples > 1 else "once"
        factor = first.seconds / timing.seconds
        lines.append(
            f"{name:{width}}  {digits(1e3 * timing.seconds):>9}  {spread:>6}"
            f"  {digits(factor):>8}  {digits(speed(size, timing.seconds)):>8}"
        )
    return "\n".join(lines)


def digits(number: float) -> str:
    """Write a number with three digits that count, and never with an exponent."""
    places = max(0, 2 - math.floor(math.log10(number)))
    return f"{round(number, 2 - math.floor(math.log10(number))):,.{places}f}"


def costs(size: tuple[int, int, int], timings: Mapping[str, Timing]) -> str:
    """Divide the time of some rungs by what they count."""
    n, k, m = size
    steps = n * k * m
    told = (
        ("by_cells", 2 * steps, "cell read from a tensor by Python"),
        ("by_lists", steps, "step of Python's loop over lists"),
        ("by_rows, TunedOps", 2 * n * m, "operation on tensors of k numbers, and the views for it"),
        ("by_broadcast, FastOps", steps, "product found with an index, and its sum"),
        ("by_broadcast, TunedOps", steps, "product found without an index, and its sum"),
        ("a @ b, TunedOps", steps, "product that is kept nowhere, and its sum"),
    )
    lines = [
        f"{digits(1e9 * timings[name].seconds / count):>9} ns  for one {what} ({name}: {count:,})"
        for name, count, what in told
        if name in timings
    ]
    if steps < FEW:
        lines.append(
            f"Most of this is the time of calls: it means something from some {FEW:,} products on."
        )
    return "\n".join(["What one of each costs:", *lines])


def climb(options: argparse.Namespace) -> Findings:
    """Time all rungs with the sizes asked for, and some with square matrices of growing size."""
    fast_ops.SMALL = 2**60  # no tensor is large enough for several threads
    found, others = checked(rungs())
    size = (options.n, options.k, options.m)
    a, b = matrices(*size)
    timings = in_turns({name: rung(a, b) for name, rung in found.items()})
    seconds = {name: timing.seconds for name, timing in timings.items()}
    swept = sweep({name: found[name] for name in SWEPT if name in found}, options.largest)
    lines = {
        name: [(n, speed((n, n, n), taken[name])) for n, taken in swept.items() if name in taken]
        for name in SWEPT
        if name in found
    }
    peak, moved = computing(), moving()
    roof = f"""On this machine, one thread computes up to {digits(peak)} GFLOP/s, and moves {digits(moved)} GB/s.
A product that is written to memory and read again moves {2 * NUMBER} bytes for 2 operations:
no more than {digits(moved / NUMBER)} GFLOP/s, unless the products stay in the cache.

In the last picture, a line ends where a product takes over {SLOW} s, or too much memory."""
    limits = {"computing, one thread": peak, "memory, if products are stored": moved / NUMBER}
    bars = {name: speed(size, taken) for name, taken in seconds.items()}
    return Findings(
        "\n\n".join([table(size, timings), *others, costs(size, timings), roof]),
        answers(seconds, swept),
        [
            Bars("The ladder", "GFLOP/s", bars),
            Chart(SQUARES, "n", "GFLOP/s", lines, log_x=True, log_y=True, limits=limits),
        ],
    )


def answers(
    seconds: Mapping[str, float], swept: Mapping[int, Mapping[str, float]]
) -> dict[str, str]:
    """Answer the questions, as far as what they are about was timed."""
    lists, cells, rows = (seconds.get(n) for n in ("by_lists", "by_cells", "by_rows, SimpleOps"))
    large = {name.partition(",")[0]: taken for name, taken in swept.get(256, {}).items()}
    both = [name for name in QUESTIONS[2].choices if name in large]
    right = (
        digits(cells / lists) if cells and lists else None,
        ("faster" if rows < lists else "slower") if rows and lists else None,
        min(both, key=large.__getitem__) if len(both) == 2 else None,
    )
    return {q.about: each for q, each in zip(QUESTIONS, right) if each}


if __name__ == "__main__":
    run(
        "3.6",
        "Time the rungs of the ladder, on one thread.",
        QUESTIONS,
        climb,
        n={"type": count, "default": 5, "help": "rows of the left matrix"},
        k={"type": count, "default": 784, "help": "its columns, and rows of the right one"},
        m={"type": count, "default": 10, "help": "columns of the right one"},
        largest={"type": count, "default": 256, "help": "of the square ones; 1024 takes longer"},
    )
