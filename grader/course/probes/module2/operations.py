"""Probes of Task 2.3: the kernels that map, zip and reduce make, on storages of every kind."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

from numpy.random import Generator

from grader.running.probes import probe

from ..layouts import Layout, Shape, part, permuted, shape_of
from ..stored import Stored, filled, hundredths, outcome, store
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
