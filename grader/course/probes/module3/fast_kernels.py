"""Probes of Task 3.1: the kernels that map, zip and reduce make, on storages of every kind.

Compiling one takes a second, and for several threads much longer. So there is one of each kind, for one thread, and
every probe asks it. Races are looked for in the plain function; and where speed is measured, in parallel.
"""

from collections.abc import Callable
from functools import cache
from types import ModuleType
from typing import Any
from unittest.mock import patch

import numpy as np
from numba import njit
from numpy.random import Generator

from grader.running.probes import probe

from ..layouts import Layout, Shape, column_major, part, row_major, shape_of
from ..stored import Stored, filled, outcome, read, store
from ..tests.turns import plainly, shared
from .inputs import anyhow, compound, dense, double, latest, triple

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

WRITTEN = {"map": "3 * x + 1", "zip": "2 * x - y", "reduce": "x + y + x * y"}
FUNCTIONS: dict[str, Callable[..., float]] = {"map": triple, "zip": double, "reduce": compound}


@cache
def parallel(minitorch: ModuleType, kind: str) -> Any:
    """Make the library's kernel of one kind; nothing is compiled before it is called."""
    maker = getattr(minitorch.fast_ops, f"tensor_{kind}")
    return maker(njit(FUNCTIONS[kind]))


@cache
def kernel(minitorch: ModuleType, kind: str) -> Any:
    """Have the same kernel compiled for one thread, such that an index outside of a storage is an IndexError."""
    made = parallel(minitorch, kind)
    return njit(boundscheck=True)(getattr(made, "py_func", made))


@probe("3.1", cases=40)
def fast_map(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Map between tensors of one shape, or into a larger one."""
    shape = shape_of(rng, case // 2)
    x = store(rng, anyhow(rng, part(rng, shape) if case % 2 else shape))
    return asked(minitorch, "map", filled(dense(rng, shape), UNWRITTEN), x)


@probe("3.1", cases=40)
def fast_zip(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Zip tensors of one shape, or of shapes that broadcast to the result's."""
    shape = shape_of(rng, case // 2)
    shapes = [part(rng, shape) if case % 2 else shape for _ in range(2)]
    x, y = (store(rng, anyhow(rng, each)) for each in shapes)
    return asked(minitorch, "zip", filled(dense(rng, shape), UNWRITTEN), x, y)


@probe("3.1", cases=16)
def fast_operations_side_by_side(
    minitorch: ModuleType, rng: Generator, case: int
) -> dict[str, Any]:
    """Map and zip what lies in memory like the result, in its own order of dimensions."""
    layout = dense(rng, shape_of(rng, case))
    x, y, z = store(rng, layout), store(rng, layout), store(rng, dense(rng, layout.shape))
    answers = asked(minitorch, "map", filled(layout, UNWRITTEN), x)
    for a, b in ((x, y), (x, z), (z, x)):
        answers |= asked(minitorch, "zip", filled(layout, UNWRITTEN), a, b)
    return answers


@probe("3.1", cases=len(ALIKE))
def fast_operations_on_equal_strides(
    minitorch: ModuleType, rng: Generator, case: int
) -> dict[str, Any]:
    """Map and zip where strides agree, but shapes don't."""
    out, shape = ALIKE[case]
    spare = store(rng, row_major((20,))).numbers  # who walks on where the input ends finds numbers
    x, y = Stored(spare, Layout(shape, out.strides)), store(rng, out)
    answers = asked(minitorch, "map", filled(out, UNWRITTEN), x)
    for a, b in ((x, y), (y, x), (x, x)):
        answers |= asked(minitorch, "zip", filled(out, UNWRITTEN), a, b)
    return answers


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


@probe("3.1", cases=4)
def order_of_fast_reduce(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Reduce by a function that gives its second argument: the last element of each row, if the order is kept."""
    x = store(rng, anyhow(rng, shape_of(rng, 4 + case) or (5,)))
    reduce = plainly(minitorch.fast_ops.tensor_reduce(njit(latest)))
    answers: dict[str, Any] = {}
    for dim in range(len(x.shape)):
        kept = x.shape[:dim] + (1,) + x.shape[dim + 1 :]
        out = store(rng, dense(rng, kept))
        answers |= outcome(reduce, "tensor_reduce(njit(lambda x, y: y))", out, x, dim=dim)
    return answers


@probe("3.1", cases=3)
def turns_of_fast_operations(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask whether the turns of a parallel loop keep out of each other's way."""
    kind = ("map", "zip", "reduce")[case]
    out = filled(row_major((2, 1, 4) if kind == "reduce" else (2, 3, 4)), UNWRITTEN)
    inputs = [store(rng, column_major(shape)) for shape in ((2, 3, 4), (3, 4))[: 1 + (case == 1)]]
    arrays = [array for stored in (out, *inputs) for array in stored.arrays()]
    found = shared(parallel(minitorch, kind), *arrays, *((1,) if kind == "reduce" else ()))
    return {f"arrays in which several turns of {called(kind)} write at the same place": found}


@probe("3.1", cases=len(EMPTY))
def fast_operations_on_nothing(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Map and zip nothing; reduce a dimension of size 0, so that the start values stay."""
    nothing = filled(row_major(EMPTY[case]), 0.0)
    answers = asked(minitorch, "map", nothing, nothing)
    answers |= asked(minitorch, "zip", nothing, nothing, store(rng, row_major((1,))))
    return answers | along_each(minitorch, rng, nothing)


MANY: tuple[Shape, ...] = ((300,), (130, 3), (3, 130), (70, 90), (2,) * 9)
"""Shapes of hundreds and thousands of cells, one of them of nine dimensions."""


@probe("3.1", cases=2 * len(MANY))
def fast_operations_on_many(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Map, zip and reduce many cells, which lie like the result or anyhow."""
    shape = MANY[case % len(MANY)]
    layouts = [row_major(shape) if case < len(MANY) else anyhow(rng, shape) for _ in range(2)]
    x, y = (Stored(rng.integers(-9, 10, each.length) / 1000, each) for each in layouts)
    out = filled(row_major(shape), UNWRITTEN)
    answers = asked(minitorch, "map", out, x) | asked(minitorch, "zip", out, x, y)
    for dim in (0, len(shape) - 1):
        kept = shape[:dim] + (1,) + shape[dim + 1 :]
        answers |= asked(minitorch, "reduce", store(rng, dense(rng, kept)), x, dim=dim)
    return answers


@probe("3.1", cases=6)
def all_digits_of_fast_operations(
    minitorch: ModuleType, rng: Generator, case: int
) -> dict[str, Any]:
    """Map, zip and reduce large numbers, and ask for what is left of them: no digit may be lost."""
    shape, large = ((1, 2), (2, 1), (3, 1, 2))[case % 3], 1e9
    lies = dense(rng, shape)
    x = Stored(large + rng.integers(1, 1000, lies.length), lies)
    out = filled(dense(rng, shape), UNWRITTEN)
    dim = shape.index(1)
    answers = asked(minitorch, "map", out, x) | asked(minitorch, "zip", out, x, x)
    answers |= asked(minitorch, "reduce", filled(dense(rng, shape), 0.0), x, dim=dim)
    less = {"map": 3 * large, "zip": large, "reduce": large}
    return {
        f"{key}, less {less[kind]}": got - less[kind] if isinstance(got, np.ndarray) else got
        for key, got in answers.items()
        for kind in less
        if f"tensor_{kind}(" in key
    }


@probe("3.1", cases=12)
def operations_of_fast_kernels(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Call the operations that FastOps makes of the kernels, two of each kind by turns, and read them at the end."""
    return plainly_asked(minitorch, lambda: operated(minitorch, np.random.default_rng(case), case))


@probe("3.1", cases=4)
def operations_that_do_not_fit(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Map into tensors, its own input among them, and ask FastOps for what cannot be."""
    return plainly_asked(minitorch, lambda: misfits(minitorch, np.random.default_rng(case), case))


# What the probes are made with


def plainly_asked(minitorch: ModuleType, ask: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Ask while small operations run kernels as plain Python; what runs only if it is compiled, is compiled."""
    with patch.object(minitorch.fast_ops, "alone", plainly, create=True):
        return ask()


def operated(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Make two operations of each kind, call them by turns, and read what they gave at the end."""
    ops = minitorch.FastOps
    shape = shape_of(rng, 3 + case)
    x, y = store(rng, dense(rng, shape)), store(rng, dense(rng, part(rng, shape)))
    a, b = x.tensor(minitorch), y.tensor(minitorch)
    double, negate = (ops.map(lambda x, n=n: n * x) for n in (2.0, -1.0))
    plus, minus = (ops.zip(lambda x, y, n=n: x + n * y) for n in (1.0, -1.0))
    total, product = ops.reduce(lambda x, y: x + y, 100.0), ops.reduce(lambda x, y: x * y, 1.0)
    dim = case % len(shape)
    kept = {
        "map(2 * x)(x)": double(a),
        "map(-x)(x)": negate(a),
        "map(2 * x)(y)": double(b),
        "zip(x + y)(x, y)": plus(a, b),
        "zip(x - y)(y, x)": minus(b, a),
        "zip(x + y)(x, x)": plus(a, a),
        f"reduce(x + y, 100.0)(x, {dim})": total(a, dim),
        f"reduce(x * y, 1.0)(x, {dim})": product(a, dim),
        f"reduce(x + y, 100.0)(2 * x, {dim})": total(double(a), dim),
        "x itself": a,
    }
    return {f"FastOps.{call}, x = {x}, y = {y}": read(result) for call, result in kept.items()}


def misfits(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Map a tensor into others, and ask for what cannot be."""
    ops, wrong = minitorch.FastOps, minitorch.IndexingError
    shape = ((3,), (2, 3), (4, 1, 2), (3, 2))[case]
    x = store(rng, dense(rng, shape))
    a, larger = x.tensor(minitorch), minitorch.zeros((2, *shape))
    operation, add = ops.map(triple), ops.zip(double)
    found: dict[str, Any] = {
        f"does FastOps.map(fn)(x, out) give out, out of {(2, *shape)}": operation(a, larger)
        is larger,
        f"out afterwards, x = {x}": read(larger),
        "x afterwards": read(a),
        "x after FastOps.map(fn)(x, x)": read(operation(a, a)),
    }
    asked: dict[str, Callable[[], Any]] = {
        "a map into a smaller tensor": lambda: operation(larger, minitorch.zeros(shape)),
        "a zip with another size": lambda: add(a, minitorch.zeros((shape[-1] + 7,))),
        "a reduce along a dimension too far": lambda: ops.reduce(compound)(a, len(shape)),
    }
    for what, ask in asked.items():
        try:
            found[what] = read(ask())
        except wrong as error:
            found[what] = type(error).__name__
    return found


def along_each(minitorch: ModuleType, rng: Generator, a: Stored) -> dict[str, Any]:
    """Reduce a tensor along each of its dimensions."""
    answers: dict[str, Any] = {}
    for dim in range(len(a.shape)):
        kept = a.shape[:dim] + (1,) + a.shape[dim + 1 :]
        answers |= asked(minitorch, "reduce", store(rng, dense(rng, kept)), a, dim=dim)
    return answers


def asked(
    minitorch: ModuleType, kind: str, out: Stored, *inputs: Stored, dim: int | None = None
) -> dict[str, Any]:
    """Let the kernel of one kind write, and tell what came of it."""
    return outcome(kernel(minitorch, kind), called(kind), out, *inputs, dim=dim)


def called(kind: str) -> str:
    """Write how a kernel is made."""
    names = "x" if kind == "map" else "x, y"
    return f"tensor_{kind}(njit(lambda {names}: {WRITTEN[kind]}))"
