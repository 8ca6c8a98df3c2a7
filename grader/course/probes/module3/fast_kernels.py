"""Probes of Task 3.1: the kernels that map, zip and reduce make, in parallel, on storages of every kind.

Compiling one takes seconds. So there is one of each kind, and every probe asks it.
"""

from collections.abc import Callable
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
    part,
    row_major,
    shape_of,
    store,
)
from .threads import MANY, MOMENT, SELDOM, different_results, usleep

HALF = len(MANY.shape) // 2
UNWRITTEN = 777.0  # what out holds beforehand where it is only to be written
EMPTY: tuple[Shape, ...] = ((0,), (2, 0), (0, 3), (0, 1, 2))
ALIKE: tuple[tuple[Layout, Shape], ...] = (
    (row_major((2, 3)), (1, 3)),
    (row_major((3, 2)), (3, 1)),
    (row_major((5,)), (1,)),
    (row_major((3, 2, 2)), (3, 1, 2)),
    (column_major((3, 2)), (3, 1)),
    (column_major((2, 3)), (1, 3)),
)
"""Shapes of a result, and of an input whose strides are the same all the same."""


def triple(x: float) -> float:
    """Compute 3x + 1."""
    if x % SELDOM == 0:
        usleep(MOMENT)
    return 3.0 * x + 1.0


def double(x: float, y: float) -> float:
    """Compute 2x - y."""
    if x % SELDOM == 0:
        usleep(MOMENT)
    return 2.0 * x - y


def compound(x: float, y: float) -> float:
    """Compute (1 + x) * (1 + y) - 1: neither order nor grouping of several numbers matters."""
    if y % SELDOM == 0:
        usleep(MOMENT)
    return x + y + x * y


WRITTEN = {"map": "3 * x + 1", "zip": "2 * x - y", "reduce": "x + y + x * y"}


@cache
def kernel(minitorch: ModuleType, kind: str) -> Callable[..., None]:
    """Make the library's kernel of one kind; it is compiled at the first call."""
    from numba import njit  # here, as only a child needs it

    functions: dict[str, Callable[..., float]] = {"map": triple, "zip": double, "reduce": compound}
    maker = getattr(minitorch.fast_ops, f"tensor_{kind}")
    made: Callable[..., None] = maker(njit(functions[kind]))
    return made


@probe("3.1", cases=40)
def fast_map(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Map between tensors of one shape, or into a larger one."""
    shape = shape_of(rng, case // 2)
    x = store(rng, anyhow(rng, part(rng, shape) if case % 2 else shape))
    return outcome(minitorch, "map", filled(dense(rng, shape), UNWRITTEN), x)


@probe("3.1", cases=40)
def fast_zip(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Zip tensors of one shape, or of shapes that broadcast to the result's."""
    shape = shape_of(rng, case // 2)
    shapes = [part(rng, shape) if case % 2 else shape for _ in range(2)]
    x, y = (store(rng, anyhow(rng, each)) for each in shapes)
    return outcome(minitorch, "zip", filled(dense(rng, shape), UNWRITTEN), x, y)


@probe("3.1", cases=16)
def fast_operations_side_by_side(
    minitorch: ModuleType, rng: Generator, case: int
) -> dict[str, Any]:
    """Map and zip what lies in memory like the result, in its own order of dimensions."""
    layout = dense(rng, shape_of(rng, case))
    x, y, z = store(rng, layout), store(rng, layout), store(rng, dense(rng, layout.shape))
    answers = outcome(minitorch, "map", filled(layout, UNWRITTEN), x)
    for a, b in ((x, y), (x, z), (z, x)):
        answers |= outcome(minitorch, "zip", filled(layout, UNWRITTEN), a, b)
    return answers


@probe("3.1", cases=len(ALIKE))
def fast_operations_on_equal_strides(
    minitorch: ModuleType, rng: Generator, case: int
) -> dict[str, Any]:
    """Map and zip where strides agree, but shapes don't."""
    out, shape = ALIKE[case]
    spare = store(rng, row_major((20,))).numbers  # who walks on where the input ends finds numbers
    x, y = Stored(spare, Layout(shape, out.strides)), store(rng, out)
    answers = outcome(minitorch, "map", filled(out, UNWRITTEN), x)
    for a, b in ((x, y), (y, x), (x, x)):
        answers |= outcome(minitorch, "zip", filled(out, UNWRITTEN), a, b)
    return answers


@probe("3.1", cases=2)
def races_in_fast_map_and_zip(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Let two threads calculate the same again and again."""
    kind = ("map", "zip")[case]
    row = Stored(np.arange(2.0**HALF), row_major(MANY.shape[:HALF]))
    out = filled(row_major(MANY.shape), UNWRITTEN)
    inputs = (MANY, row)[: case + 1]
    return different_results(rng, kernel(minitorch, kind), called(kind), out, *inputs)


@probe("3.1", cases=28)
def fast_reduce(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Reduce a tensor along each of its dimensions, from start values that differ."""
    shape = shape_of(rng, case) or (5,)
    return along_each(minitorch, rng, store(rng, anyhow(rng, shape)))


@probe("3.1", cases=12)
def fast_reduce_of_many(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Reduce dimensions of all sizes up to a hundred."""
    shape = (int(rng.integers(1, 4)), int(rng.integers(8 * case, 8 * case + 8)) + 1)
    layout = dense(rng, shape if case % 2 else shape[::-1])
    return along_each(minitorch, rng, Stored(rng.integers(0, 5, layout.length) / 100, layout))


@probe("3.1", cases=1)
def races_in_fast_reduce(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Let two threads reduce the same again and again."""
    shape = MANY.shape
    starts = filled(row_major((*shape[:HALF], 1, *shape[HALF + 1 :])), 100.0)
    return different_results(rng, kernel(minitorch, "reduce"), called("reduce"), starts, MANY, HALF)


@probe("3.1", cases=len(EMPTY))
def fast_operations_on_nothing(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Map and zip nothing; reduce a dimension of size 0, so that the start values stay."""
    nothing = filled(row_major(EMPTY[case]), 0.0)
    answers = outcome(minitorch, "map", nothing, nothing)
    answers |= outcome(minitorch, "zip", nothing, nothing, store(rng, row_major((1,))))
    return answers | along_each(minitorch, rng, nothing)


# What the probes are made with


def along_each(minitorch: ModuleType, rng: Generator, a: Stored) -> dict[str, Any]:
    """Reduce a tensor along each of its dimensions."""
    answers: dict[str, Any] = {}
    for dim in range(len(a.shape)):
        kept = a.shape[:dim] + (1,) + a.shape[dim + 1 :]
        answers |= outcome(minitorch, "reduce", store(rng, dense(rng, kept)), a, dim=dim)
    return answers


def outcome(
    minitorch: ModuleType, kind: str, out: Stored, *inputs: Stored, dim: int | None = None
) -> dict[str, Any]:
    """Let a kernel write, and tell what out holds then, and whether all else is as it was.

    Args:
        minitorch: The library that is asked.
        kind: Of the kernel: map, zip or reduce.
        out: What out holds beforehand, and where its cells lie.
        *inputs: The tensors to read.
        dim: The dimension to reduce, for a reduce.

    Returns:
        The cells of out, and whether inputs, shapes and strides are as they were.
    """
    arguments = [array for stored in (out, *inputs) for array in stored.arrays()]
    before = [array.copy() for array in arguments]
    kernel(minitorch, kind)(*arguments, *(() if dim is None else (dim,)))
    untouched = all(np.array_equal(was, now) for was, now in zip(before[1:], arguments[1:]))
    along = "" if dim is None else f" along {dim}"
    where = f"{called(kind)} of {', '.join(map(str, inputs))}{along} into {out.layout}"
    return {
        f"out after {where}": cells(arguments[0], out.layout),
        f"all else is as it was after {where}": untouched,
    }


def called(kind: str) -> str:
    """Write how a kernel is made."""
    names = "x" if kind == "map" else "x, y"
    return f"tensor_{kind}(njit(lambda {names}: {WRITTEN[kind]}))"
