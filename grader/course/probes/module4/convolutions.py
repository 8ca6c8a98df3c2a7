"""Probes of Tasks 4.1 and 4.2: the kernels on storages of every kind, convolutions of tensors, and races."""

from collections.abc import Callable
from functools import cache
from types import ModuleType
from typing import Any

import numba
import numpy as np
from numpy.random import Generator

from grader.running.probes import probe

from .inputs import UNUSED, Laid, Shape, answers, anyhow, numbers, permuted, plain
from ..tests.turns import shared

CORNERS: tuple[tuple[int, int, int, Shape, Shape], ...] = (
    (1, 1, 1, (1, 1), (1, 1)),
    (1, 1, 1, (4, 5), (1, 2)),
    (1, 1, 1, (3, 2), (5, 4)),
    (3, 1, 1, (2, 3), (2, 2)),
    (1, 3, 1, (2, 3), (2, 2)),
    (1, 1, 3, (2, 3), (2, 2)),
    (2, 3, 1, (4, 4), (3, 1)),
    (3, 1, 2, (1, 5), (2, 3)),
    (2, 2, 2, (5, 1), (3, 2)),
    (1, 2, 3, (3, 3), (3, 3)),
)
"""Batch, input channels, output channels, height and width of the input, and of the window."""


@probe("4.1", cases=40)
def kernel_of_conv1d(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Call the kernel of one dimension, forward and reversed."""
    kernel = serial(minitorch.fast_conv._tensor_conv1d)
    return outcomes(kernel, "_tensor_conv1d", rng, *sizes(rng, case, dims=1))


@probe("4.2", cases=40)
def kernel_of_conv2d(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Call the kernel of two dimensions, forward and reversed."""
    kernel = serial(minitorch.fast_conv._tensor_conv2d)
    return outcomes(kernel, "_tensor_conv2d", rng, *sizes(rng, case, dims=2))


@probe("4.1", cases=20)
def convolved_signals(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Convolve tensors of three dimensions, and go backward."""
    x, w, _ = sizes(rng, case, dims=1)
    inputs = {"x": permuted(rng, numbers(rng, x)), "w": permuted(rng, numbers(rng, w))}
    return answers(minitorch, rng, {"conv1d(x, w)": minitorch.conv1d}, **inputs)


@probe("4.2", cases=20)
def convolved_images(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Convolve tensors of four dimensions, and go backward."""
    x, w, _ = sizes(rng, case, dims=2)
    inputs = {"x": permuted(rng, numbers(rng, x)), "w": permuted(rng, numbers(rng, w))}
    return answers(minitorch, rng, {"conv2d(x, w)": minitorch.conv2d}, **inputs)


@probe("4.1", cases=2)
def turns_of_conv1d(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask whether the turns of a parallel loop keep out of each other's way."""
    shapes = (3, 2, 4), (2, 2, 3), (3, 2, 4)
    return shared_arrays(minitorch.fast_conv._tensor_conv1d, rng, shapes, reverse=case == 1)


@probe("4.2", cases=2)
def turns_of_conv2d(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask whether the turns of a parallel loop keep out of each other's way."""
    shapes = (3, 2, 4, 3), (2, 2, 2, 3), (3, 2, 4, 3)
    return shared_arrays(minitorch.fast_conv._tensor_conv2d, rng, shapes, reverse=case == 1)


# What the probes are made with


@cache
def serial(kernel: Callable[..., None]) -> Callable[..., None]:
    """Compile a kernel without threads, such that an index outside of a storage is an IndexError."""
    return numba.njit(boundscheck=True)(kernel)  # type: ignore[no-any-return]


def sizes(rng: Generator, case: int, dims: int) -> tuple[Shape, Shape, Shape]:
    """Take the sizes of this case, or draw some once there are no more.

    Args:
        rng: Draws them.
        case: The number of the case.
        dims: How many dimensions the windows slide along.

    Returns:
        The shapes of the input, of the weight, and of out: mostly as wide (and high) as the input.
    """
    if case < len(CORNERS):
        batch, channels, out_channels, size, window = CORNERS[case]
        place = size
    else:
        batch, channels, out_channels = (int(n) for n in rng.integers(1, 4, 3))
        size, window, other = (tuple(map(int, rng.integers(1, 6, 2))) for _ in range(3))
        place = other if case % 3 == 0 else size
    first = (batch, channels, *size[-dims:]), (out_channels, channels, *window[-dims:])
    return *first, (batch, out_channels, *place[-dims:])


def outcomes(
    kernel: Callable[..., None], name: str, rng: Generator, input: Shape, weight: Shape, out: Shape
) -> dict[str, Any]:
    """Call a kernel in both directions, and tell what out holds then, and whether all else is as it was."""
    found: dict[str, Any] = {}
    x, w = anyhow(rng, input), anyhow(rng, weight)
    for reverse in (False, True):
        target = permuted(rng, np.full(out, UNUSED), gap=int(rng.choice((1, 1, 2))))
        arguments = [*target.arrays(), target.cells.size, *x.arrays(), *w.arrays()]
        before = [np.copy(argument) for argument in arguments]
        kernel(*arguments, reverse)
        same = all(np.array_equal(was, now) for was, now in zip(before[1:], arguments[1:]))
        call = f"{name} of {x} with {w} into {described(target)}, reverse={reverse}"
        found[f"out after {call}"] = target.cells.copy()
        found[f"all else is as it was after {call}"] = same
    return found


def described(out: Laid) -> str:
    """Describe where a result goes."""
    return f"shape {out.shape}, strides {out.strides}"


def shared_arrays(
    kernel: Callable[..., None], rng: Generator, shapes: tuple[Shape, Shape, Shape], reverse: bool
) -> dict[str, Any]:
    """Tell in which arrays several turns of a parallel loop write at the same place."""
    x, w = plain(numbers(rng, shapes[0])), plain(numbers(rng, shapes[1]))
    out = plain(np.full(shapes[2], UNUSED))
    arguments = [*out.arrays(), out.cells.size, *x.arrays(), *w.arrays()]
    call = f"{kernel.__name__} on shapes {shapes[0]} and {shapes[1]}, reverse={reverse}"
    found = shared(kernel, *arguments, reverse)
    return {f"arrays in which several turns of {call} write at the same place": found}
