"""Probes of Task 3.2: the kernel of matrix multiplication, in parallel, products of tensors and their gradients."""

from functools import cache
from types import ModuleType
from typing import Any

import numpy as np
from numpy.random import Generator

from grader.running.probes import probe

from .inputs import (
    Layout,
    Shape,
    Stored,
    anyhow,
    cells,
    column_major,
    dense,
    filled,
    read,
    row_major,
    store,
)
from .threads import different_results

UNWRITTEN = 777.0  # what out holds beforehand

SIZES: tuple[tuple[int, int, int, int], ...] = (
    (1, 1, 1, 1),
    (1, 2, 3, 4),
    (1, 4, 3, 2),
    (1, 1, 5, 1),
    (1, 5, 1, 5),
    (3, 2, 2, 2),
    (2, 3, 1, 2),
    (1, 2, 0, 3),
    (2, 1, 0, 1),
    (1, 0, 2, 3),
    (1, 2, 3, 0),
    (0, 2, 3, 2),
)
"""How many matrices; and n, k, m of (n, k) times (k, m)."""


@probe("3.2", cases=60)
def matrix_kernel(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Multiply matrices that lie anyhow; every third time, one of the factors is a single matrix."""
    number, n, k, m = SIZES[case] if case < len(SIZES) else rng.integers(1, 7, 4).tolist()
    a = store(rng, anyhow(rng, (1 if case % 3 == 1 else number, n, k)))
    b = store(rng, anyhow(rng, (1 if case % 3 == 2 else number, k, m)))
    return multiplied(minitorch, dense(rng, (number, n, m)), a, b)


@probe("3.2", cases=20)
def matrix_kernel_on_larger_ones(
    minitorch: ModuleType, rng: Generator, case: int
) -> dict[str, Any]:
    """Multiply matrices of sizes up to 70, or one of them up to 300, each factor in rows or in columns."""
    sizes = rng.integers(1, 71 if case < 4 else 20, 3)
    if case >= 8:
        sizes[case % 3] = rng.integers(130, 301)
    n, k, m = sizes.tolist()
    number = int(rng.integers(1, 3))
    a = store(rng, (column_major if case & 1 else row_major)((number, n, k)))
    b = store(rng, (column_major if case & 2 else row_major)((number, k, m)))
    out = (column_major if case & 4 else row_major)((number, n, m))
    return multiplied(minitorch, out, a, b)


@probe("3.2", cases=24)
def products_of_tensors(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Multiply tensors of two and three dimensions, and go backward."""
    n, k, m, number = rng.integers(1, 6, 4).tolist()
    fronts: tuple[tuple[Shape, Shape], ...] = (
        ((), ()),
        ((number,), (number,)),
        ((number,), ()),
        ((), (number,)),
        ((1,), (number,)),
        ((number,), (1,)),
    )
    left, right = fronts[case % len(fronts)]
    x, y = (store(rng, dense(rng, shape)) for shape in ((*left, n, k), (*right, k, m)))
    product = x.tensor(minitorch, backend(minitorch), True) @ y.tensor(
        minitorch, backend(minitorch), True
    )
    d = store(rng, dense(rng, tuple(product.shape)))
    history = product.history
    by_x, by_y = history.last_fn._backward(history.ctx, d.tensor(minitorch, backend(minitorch)))
    where = f"x = {x}, y = {y}"
    return {
        f"x @ y, {where}": read(product),
        f"MatMul.backward(ctx, d)[0], {where}, d = {d}": read(by_x),
        f"MatMul.backward(ctx, d)[1], {where}, d = {d}": read(by_y),
    }


@probe("3.2", cases=1)
def races_in_products(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Let two threads multiply the same matrices again and again."""
    shape = (8, 150, 150)
    x, y = (
        Stored(rng.integers(-9, 10, 8 * 150 * 150).astype(np.float64), layout)
        for layout in (row_major(shape), column_major(shape))
    )
    out = filled(row_major(shape), UNWRITTEN)
    return different_results(rng, kernel(minitorch), "tensor_matrix_multiply", out, x, y)


# What the probes are made with


def kernel(minitorch: ModuleType) -> Any:
    """Take the library's compiled kernel."""
    return minitorch.fast_ops.tensor_matrix_multiply


@cache
def backend(minitorch: ModuleType) -> Any:
    """Make a backend whose matrix multiplication is compiled; nothing else is asked of it, so nothing else is."""
    return minitorch.TensorBackend(minitorch.FastOps)


def multiplied(minitorch: ModuleType, out: Layout, a: Stored, b: Stored) -> dict[str, Any]:
    """Let the kernel multiply, and tell what out holds then, and whether all else is as it was."""
    arguments = [array for each in (filled(out, UNWRITTEN), a, b) for array in each.arrays()]
    before = [array.copy() for array in arguments]
    kernel(minitorch)(*arguments)
    untouched = all(np.array_equal(was, now) for was, now in zip(before[1:], arguments[1:]))
    where = f"tensor_matrix_multiply of {a} and {b} into {out}"
    return {
        f"out after {where}": cells(arguments[0], out),
        f"all else is as it was after {where}": untouched,
    }
