"""Probes of Task 2.3: the kernels that map, zip and reduce make, on storages of every kind."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
from numpy.random import Generator

from grader.running.probes import probe

from .calls import refusal
from ..layouts import Layout, Shape, part, permuted, row_major, shape_of
from ..stored import Stored, filled, hundredths, outcome, read, store
from .inputs import kernel_input

UNWRITTEN = 777.0  # what out holds beforehand where it is only to be written

ONE = {
    "lambda x: 3 * x + 1": lambda x: 3 * x + 1,
    "lambda x: x if x > 0 else x * x": lambda x: x if x > 0 else x * x,
}
TWO = {
    "lambda x, y: 2 * x - y": lambda x, y: 2 * x - y,
    "lambda x, y: x if x < y else 7 * y": lambda x, y: x if x < y else 7 * y,
}
FOLDS = {
    "lambda acc, x: acc / 2 - x": lambda acc, x: acc / 2 - x,
    "lambda acc, x: x if x > acc else acc": lambda acc, x: x if x > acc else acc,
}
EMPTY: tuple[Shape, ...] = ((0,), (2, 0), (0, 3), (0, 1, 2))


@probe("2.3", cases=32)
def mapped_cells(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Map between tensors of one shape."""
    shape = shape_of(rng, case)
    return outcomes(minitorch, rng, "tensor_map", ONE, shape, kernel_input(rng, shape))


@probe("2.3", cases=32)
def mapped_and_broadcast_cells(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Map into a tensor that is larger than the input."""
    shape = shape_of(rng, case)
    return outcomes(minitorch, rng, "tensor_map", ONE, shape, kernel_input(rng, part(rng, shape)))


@probe("2.3", cases=32)
def zipped_cells(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Zip tensors of one shape."""
    shape = shape_of(rng, case)
    a, b = kernel_input(rng, shape), kernel_input(rng, shape)
    return outcomes(minitorch, rng, "tensor_zip", TWO, shape, a, b)


@probe("2.3", cases=32)
def zipped_and_broadcast_cells(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Zip tensors that are smaller than the result, each in its own way."""
    shape = shape_of(rng, case)
    a, b = kernel_input(rng, part(rng, shape)), kernel_input(rng, part(rng, shape))
    return outcomes(minitorch, rng, "tensor_zip", TWO, shape, a, b)


@probe("2.3", cases=32)
def reduced_cells(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Reduce a tensor along each of its dimensions, from start values that differ."""
    shape = shape_of(rng, case) or (5,)
    a = kernel_input(rng, shape)
    answers: dict[str, Any] = {}
    for dim in range(len(shape)):
        kept = shape[:dim] + (1,) + shape[dim + 1 :]
        starts = store(rng, permuted(rng, kept), hundredths)
        for name, fn in FOLDS.items():
            kernel = minitorch.tensor_ops.tensor_reduce(fn)
            answers |= outcome(kernel, f"tensor_reduce({name})", starts, a, dim=dim)
    return answers


@probe("2.3", cases=len(EMPTY))
def no_cells(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Map and zip nothing; reduce a dimension of size 0, so that the start values stay."""
    shape = EMPTY[case]
    nothing, starts = filled(Layout(shape, (1,) * len(shape)), 0.0), permuted(rng, (1, *shape[1:]))
    answers = outcomes(minitorch, rng, "tensor_map", ONE, shape, nothing)
    answers |= outcomes(minitorch, rng, "tensor_zip", TWO, shape, nothing, kernel_input(rng, (1,)))
    for name, fn in FOLDS.items():
        kernel = minitorch.tensor_ops.tensor_reduce(fn)
        before = store(rng, starts, hundredths)
        answers |= outcome(kernel, f"tensor_reduce({name})", before, nothing, dim=0)
    return answers


MANY: tuple[Shape, ...] = ((300,), (130, 3), (2, 150), (2,) * 9)
"""Shapes of hundreds of cells, one of them of nine dimensions."""


@probe("2.3", cases=len(MANY))
def many_cells(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Map, zip and reduce hundreds of cells."""
    shape = MANY[case]
    a, b = kernel_input(rng, shape), kernel_input(rng, shape)
    answers = outcomes(minitorch, rng, "tensor_map", ONE, shape, a)
    answers |= outcomes(minitorch, rng, "tensor_zip", TWO, shape, a, b)
    for dim in (0, len(shape) - 1):
        kept = shape[:dim] + (1,) + shape[dim + 1 :]
        for name, fn in FOLDS.items():
            starts = store(rng, permuted(rng, kept), hundredths)
            kernel = minitorch.tensor_ops.tensor_reduce(fn)
            answers |= outcome(kernel, f"tensor_reduce({name})", starts, a, dim=dim)
    return answers


@probe("2.3", cases=12)
def kernels_called_again(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Call the same kernels with one tensor after another, of the same shape and of others."""
    ops = minitorch.tensor_ops
    negate, minus = ops.tensor_map(lambda x: -x), ops.tensor_zip(lambda x, y: x - y)
    fold = ops.tensor_reduce(lambda acc, x: acc - x)
    shape = shape_of(rng, 3 + case)
    answers: dict[str, Any] = {}
    for turn, size in enumerate((shape, shape, shape[::-1], shape_of(rng, 99), shape), start=1):
        a, b = kernel_input(rng, size), kernel_input(rng, size)
        out, called = filled(permuted(rng, size), UNWRITTEN), f"call {turn} of"
        answers |= outcome(negate, f"{called} tensor_map(lambda x: -x)", out, a)
        answers |= outcome(minus, f"{called} tensor_zip(lambda x, y: x - y)", out, a, b)
        kept = store(rng, permuted(rng, (1, *size[1:])), hundredths)
        answers |= outcome(fold, f"{called} tensor_reduce(lambda acc, x: acc - x)", kept, a, dim=0)
    return answers


@probe("2.3", cases=8)
def all_digits(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask for what is left of large numbers: no digit may be lost on the way."""
    ops, large = minitorch.tensor_ops, 1e9
    numbers = rng.integers(1, 1000, 4).astype(float)
    x, four = Stored(large + numbers, row_major((4,))), filled(row_major((4,)), 0.0)
    terms = Stored(np.array([large, *numbers, -large]), row_major((6,)))
    kept, one = filled(row_major((1,)), 0.0), filled(row_major((1,)), 1.0)
    found = outcome(ops.tensor_map(lambda x: x + 1), "tensor_map(lambda x: x + 1)", four, x)
    found |= outcome(
        ops.tensor_zip(lambda x, y: x + y), "tensor_zip(lambda x, y: x + y)", four, x, one
    )
    fold = ops.tensor_reduce(lambda acc, x: acc + x)
    answers = {
        key: got - large if isinstance(got, np.ndarray) else got for key, got in found.items()
    }
    answers |= outcome(fold, "tensor_reduce(lambda acc, x: acc + x)", kept, terms, dim=0)
    (tiny,) = rng.uniform(1, 9, 1) * 1e-10
    made = minitorch.tensor([float(large + numbers[0])])
    answers[f"tensor([{large + numbers[0]}]) - {large}"] = read(made - large)
    answers[f"{tiny} / tensor([{tiny}])"] = read(float(tiny) / minitorch.tensor([float(tiny)]))
    return answers


@probe("2.3", cases=8)
def maps_into_tensors(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Map a tensor into itself, into a larger one, and into one that is too small."""
    shape = shape_of(rng, 3 + case)
    x, big = store(rng, permuted(rng, shape)), (2, *shape)
    kernel = minitorch.tensor_ops.tensor_map(lambda x: 3 * x + 1)
    storage, sizes, strides = x.arrays()
    kernel(storage, sizes, strides, storage, sizes, strides)
    answers: dict[str, Any] = {
        f"the storage after tensor_map(lambda x: 3 * x + 1) of {x} into itself": storage
    }
    negate = minitorch.SimpleOps.map(lambda x: -x)
    tensor, out = x.tensor(minitorch), minitorch.zeros(big)
    answers[f"does SimpleOps.map(fn)(x, out) give out, out of {big}"] = negate(tensor, out) is out
    answers[f"out afterwards, x = {x}"] = read(out)
    answers["x afterwards"] = read(tensor)
    answers["x after SimpleOps.map(lambda x: -x)(x, x)"] = read(negate(tensor, tensor))
    for wrong in ((*shape[:-1], shape[-1] + 1), shape[1:]):
        if wrong == shape or not wrong and shape == ():
            continue
        answers[f"SimpleOps.map(fn)(x, out), x of {big}, out of {wrong}"] = refusal(
            minitorch.IndexingError,
            lambda: read(negate(minitorch.zeros(big), minitorch.zeros(wrong))),
        )
    return answers


# What the probes are made with


def outcomes(
    minitorch: ModuleType,
    rng: Generator,
    maker: str,
    functions: dict[str, Callable[..., float]],
    shape: Shape,
    *inputs: Stored,
) -> dict[str, Any]:
    """Make a kernel of each function, and let it write a result of some shape, somehow laid out."""
    answers: dict[str, Any] = {}
    for name, fn in functions.items():
        kernel = getattr(minitorch.tensor_ops, maker)(fn)
        out = filled(permuted(rng, shape), UNWRITTEN)
        answers |= outcome(kernel, f"{maker}({name})", out, *inputs)
    return answers
