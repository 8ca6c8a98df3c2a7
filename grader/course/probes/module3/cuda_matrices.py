"""Probes of Task 3.4: matrix multiplication by CUDA kernels, in the simulator."""

from types import ModuleType
from typing import Any

import numpy as np
from numpy.random import Generator

from grader.running.probes import probe

from ..layouts import Layout, Shape, column_major, row_major
from ..stored import Stored, filled, read, store
from ..tests.global_memory import Reads
from .cuda_grids import BLOCK, UNWRITTEN, launch, squares_for
from .inputs import anyhow, dense

SIZES: tuple[tuple[int, int, int, int], ...] = (
    (1, 1, 1, 1),
    (1, 2, 3, 4),
    (2, 4, 3, 2),
    (2, 3, 2, 5),
    (3, 2, 5, 1),
    (1, 2, 0, 3),
    (1, 3, 32, 2),
    (1, 3, 33, 2),
    (1, 2, 75, 3),
    (1, 34, 2, 3),
    (1, 3, 4, 34),
    (1, 33, 34, 35),
)
"""How many matrices; and n, k, m of (n, k) times (k, m)."""

FRONTS: tuple[tuple[Shape, Shape], ...] = (
    ((), ()),
    ((2,), ()),
    ((), (2,)),
    ((1,), (2,)),
    ((2, 1), (1, 2)),
)


@probe("3.4", cases=len(SIZES) + 6)
def cuda_matrix_kernel(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Multiply matrices that lie anyhow; every third time, one of the factors is a single matrix."""
    drawn = [int(rng.integers(1, 3)), *rng.integers(1, 7, 3).tolist()]
    number, n, k, m = SIZES[case] if case < len(SIZES) else drawn
    a = store(rng, anyhow(rng, (1 if case % 3 == 1 else number, n, k)))
    b = store(rng, anyhow(rng, (1 if case % 3 == 2 else number, k, m)))
    return multiplied(minitorch, dense(rng, (number, n, m)), a, b)


@probe("3.4", cases=3)
def cuda_matrices_by_the_row(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Multiply two matrices, or a single one and two, into rows or into columns."""
    a = store(rng, row_major((1 if case == 1 else 2, 2, 3)))
    b = store(rng, (row_major if case else column_major)((1 if case == 2 else 2, 3, 2)))
    return multiplied(minitorch, (column_major if case else row_major)((2, 2, 2)), a, b)


@probe("3.4", cases=6)
def cuda_practice_products(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Multiply small square matrices in one block."""
    size = (1, 2, 5, 31, 32)[case] if case < 5 else int(rng.integers(3, 12))
    a, b = (store(rng, row_major((size, size))) for _ in range(2))
    out = filled(row_major((size * size,)), UNWRITTEN).numbers
    threads = min(BLOCK, size + 3)
    practice = minitorch.cuda_ops.jit_mm_practice
    practice[1, (threads, threads)](out, a.numbers.copy(), b.numbers.copy(), size)
    return {f"out after jit_mm_practice[1, ({threads}, {threads})] of {a} and {b}": out}


@probe("3.4", cases=len(FRONTS))
def cuda_products_of_tensors(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Call the operations that are made of the kernels: CudaOps.matrix_multiply and mm_practice."""
    left, right = FRONTS[case]
    n, k, m = rng.integers(1, 6, 3).tolist()
    x, y = (store(rng, dense(rng, shape)) for shape in ((*left, n, k), (*right, k, m)))
    a, b = (store(rng, dense(rng, (n, n))) for _ in range(2))
    product = minitorch.CudaOps.matrix_multiply(x.tensor(minitorch), y.tensor(minitorch))
    practice = minitorch.cuda_ops.mm_practice(a.tensor(minitorch), b.tensor(minitorch))
    return {
        f"CudaOps.matrix_multiply({x}, {y})": read(product),
        f"mm_practice({a}, {b})": read(practice),
    }


@probe("3.4", cases=4)
def cuda_products_of_many_blocks(
    minitorch: ModuleType, rng: Generator, case: int
) -> dict[str, Any]:
    """Multiply matrices that take three blocks or more each way, the last of which has a rest."""
    n, k, m = ((65, 2, 3), (2, 3, 97), (3, 129, 2), (2, int(rng.integers(98, 127)), 67))[case]
    a, b = store(rng, dense(rng, (1, n, k))), store(rng, dense(rng, (1, k, m)))
    return multiplied(minitorch, dense(rng, (1, n, m)), a, b)


@probe("3.4", cases=2)
def all_digits_of_cuda_products(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Multiply rows in which large numbers take each other away: no digit of the rest may be lost."""
    rest = rng.integers(1, 100, 4).astype(float)
    rows = np.array([[1e9 + rest[0], rest[1], rest[2], -1e9]] * 4)
    a, b = Stored(rows.ravel(), row_major((4, 4))), Stored(np.ones(16), row_major((4, 4)))
    practice = minitorch.cuda_ops.mm_practice(a.tensor(minitorch), b.tensor(minitorch))
    one = row_major((1, 4, 4))
    answers = multiplied(minitorch, one, Stored(a.numbers, one), Stored(b.numbers, one))
    return answers | {f"mm_practice({a}, …) with ones": read(practice)}


@probe("3.4", cases=5)
def cuda_products_of_more_dimensions(
    minitorch: ModuleType, rng: Generator, case: int
) -> dict[str, Any]:
    """Multiply tensors of up to four dimensions, and larger ones, and factors that don't go together."""
    left, right = (
        ((2, 2, 2, 3), (2, 2, 3, 2)),
        ((2, 1, 2, 0), (3, 0, 2)),
        ((35, 2), (2, 34)),
        ((0, 2, 3), (3, 2)),
        ((34, 3), (3, 2)),
    )[case]
    x, y = store(rng, dense(rng, left)), store(rng, dense(rng, right))
    a, b = x.tensor(minitorch), y.tensor(minitorch)
    found: dict[str, Any] = {
        f"CudaOps.matrix_multiply({x}, {y})": read(minitorch.CudaOps.matrix_multiply(a, b)),
        "the left factor afterwards": read(a),
        "the right factor afterwards": read(b),
    }
    turned = [store(rng, column_major((3, 3))) for _ in range(2)]
    practice = minitorch.cuda_ops.mm_practice(*(each.tensor(minitorch) for each in turned))
    found[f"mm_practice({turned[0]}, {turned[1]})"] = read(practice)
    try:
        found["inner sizes differ"] = read(
            minitorch.CudaOps.matrix_multiply(a, minitorch.zeros((9, 1)))
        )
    except minitorch.IndexingError as error:
        found["inner sizes differ"] = type(error).__name__
    return found


@probe("3.4", cases=1)
def threads_that_share_tiles(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask whether a thread reads one number of a tile, or all that it needs."""
    a, b = (store(rng, row_major(shape)) for shape in ((1, 6, 40), (1, 40, 6)))
    small, large = Reads(), Reads()
    practice = minitorch.cuda_ops.jit_mm_practice
    practice[1, (BLOCK, BLOCK)](np.zeros(81), small.of(a.numbers), small.of(b.numbers), 9)
    of_out, of_a, of_b = (
        stored.arrays()[1:] for stored in (filled(row_major((1, 6, 6)), 0.0), a, b)
    )
    kernel = minitorch.cuda_ops.tensor_matrix_multiply
    kernel[squares_for((1, 6, 6))](
        np.zeros(36), *of_out, 36, large.of(a.numbers), *of_a, large.of(b.numbers), *of_b
    )
    return {
        "jit_mm_practice of 9 x 9 matrices: no thread reads more than 4 numbers": small.most <= 4,
        "tensor_matrix_multiply with k = 40: no thread reads more than 8 numbers": large.most <= 8,
    }


# What the probes are made with


def multiplied(minitorch: ModuleType, out: Layout, a: Stored, b: Stored) -> dict[str, Any]:
    """Let the kernel multiply."""
    kernel = minitorch.cuda_ops.tensor_matrix_multiply
    return launch(kernel, squares_for(out.shape), "tensor_matrix_multiply", out, a, b)
