"""Probes of Task 3.2: the kernel of matrix multiplication, products of tensors and their gradients.

All of it on one thread, as small products are calculated, so that one kernel has to be compiled. Races are looked for
in the plain function; and where speed is measured, in parallel.
"""

from functools import cache
from types import ModuleType
from typing import Any

import numpy as np
from numpy.random import Generator

from grader.running.probes import probe

from ..layouts import Layout, Shape, column_major, row_major
from ..stored import Stored, filled, outcome, read, store
from ..tests.turns import shared
from .inputs import anyhow, dense

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


@probe("3.2", cases=4)
def many_matrices(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Multiply hundreds of small matrices, and a few of more than a hundred rows and columns."""
    number, n, k, m = ((150, 2, 3, 2), (300, 1, 1, 1), (2, 130, 3, 131), (129, 3, 2, 1))[case]
    a, b = store(rng, dense(rng, (number, n, k))), store(rng, dense(rng, (number, k, m)))
    return multiplied(minitorch, dense(rng, (number, n, m)), a, b)


@probe("3.2", cases=4)
def all_digits_of_sums(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Multiply rows of large and small numbers, and ask for what is left of the large ones: no digit may be lost."""
    rest, last = rng.integers(1, 100, 4).astype(float), (-1e9, 0.0)[case % 2]
    rows = np.array([[[1e9 + rest[0], rest[1], rest[2], last]] * 2])
    a = Stored(rows.ravel(), row_major((1, 2, 4)))
    b = Stored(np.ones(12), row_major((1, 4, 3)))
    found = multiplied(minitorch, dense(rng, (1, 2, 3)), a, b)
    return {
        f"{key}, less {1e9 + last}": got - (1e9 + last) if isinstance(got, np.ndarray) else got
        for key, got in found.items()
    }


@probe("3.2", cases=12)
def products_of_more_dimensions(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Multiply tensors of up to five dimensions, empty ones among them, and factors that don't go together."""
    fronts: tuple[tuple[Shape, Shape], ...] = (
        ((2, 1), (1, 3)),
        ((2, 2), (2, 2)),
        ((), (2, 3)),
        ((2, 1, 2), (3, 1)),
        ((0,), ()),
        ((2, 3), (3,)),
    )
    left, right = fronts[case % len(fronts)]
    n, k, m = rng.integers(1, 4, 3).tolist()
    k = 0 if case >= len(fronts) and case % 2 else k
    x, y = (store(rng, dense(rng, shape)) for shape in ((*left, n, k), (*right, k, m)))
    s, t = (each.tensor(minitorch, backend=backend(minitorch)) for each in (x, y))
    found = {f"x @ y, x = {x}, y = {y}": read(s @ t)}
    found |= {"x afterwards": read(s), "y afterwards": read(t)}
    row = minitorch.zeros((k + 1, m))
    for what, one, other in (
        ("inner sizes differ", s, row),
        ("a factor of one dimension", s, minitorch.zeros((k,))),
    ):
        try:
            found[what] = read(minitorch.FastOps.matrix_multiply(one, other))
        except minitorch.IndexingError as error:
            found[what] = type(error).__name__
    return found


@probe("3.2", cases=2)
def products_kept(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Keep a product while others of the same shape are calculated."""
    shape = ((3, 3), (2, 3, 3))[case]
    x, y = (store(rng, dense(rng, shape)) for _ in range(2))
    s, t = (each.tensor(minitorch, backend=backend(minitorch)) for each in (x, y))
    first, second = s @ t, t @ s
    where = f"x = {x}, y = {y}, read after both"
    answers = {f"x @ y, {where}": read(first), f"y @ x, {where}": read(second)}
    return answers | {"x afterwards": read(s), "y afterwards": read(t)}


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
    s, t = (each.tensor(minitorch, True, backend(minitorch)) for each in (x, y))
    product = s @ t
    d = store(rng, dense(rng, tuple(product.shape)))
    history = product.history
    by_x, by_y = history.last_fn._backward(
        history.ctx, d.tensor(minitorch, backend=backend(minitorch))
    )
    where = f"x = {x}, y = {y}"
    return {
        f"x @ y, {where}": read(product),
        f"MatMul.backward(ctx, d)[0], {where}, d = {d}": read(by_x),
        f"MatMul.backward(ctx, d)[1], {where}, d = {d}": read(by_y),
    }


@probe("3.2", cases=2)
def turns_of_products(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask whether the turns of a parallel loop keep out of each other's way."""
    a, b = store(rng, row_major((2, 70, 5))), store(rng, column_major((1 + case, 5, 6)))
    out = filled(row_major((2, 70, 6)), UNWRITTEN)
    arrays = [array for stored in (out, a, b) for array in stored.arrays()]
    found = shared(minitorch.fast_ops.tensor_matrix_multiply, *arrays)
    call = f"tensor_matrix_multiply of {a} and {b}"
    return {f"arrays in which several turns of {call} write at the same place": found}


# What the probes are made with


def kernel(minitorch: ModuleType) -> Any:
    """Take the library's kernel, the one that small products are calculated with if there is one."""
    ops = minitorch.fast_ops
    return getattr(ops, "_small_matrix_multiply", ops.tensor_matrix_multiply)


@cache
def backend(minitorch: ModuleType) -> Any:
    """Make a backend whose matrix multiplication is compiled; nothing else is asked of it, so nothing else is."""
    return minitorch.TensorBackend(minitorch.FastOps)


def multiplied(minitorch: ModuleType, out: Layout, a: Stored, b: Stored) -> dict[str, Any]:
    """Let the kernel multiply, and tell what came of it."""
    return outcome(kernel(minitorch), "tensor_matrix_multiply", filled(out, UNWRITTEN), a, b)
