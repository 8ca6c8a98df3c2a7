"""Probes of Tasks 4.1 and 4.2: the kernels on storages of every kind, convolutions of tensors, and races."""

from collections.abc import Callable
from functools import cache
from itertools import product
from types import ModuleType
from typing import Any

import numba
import numpy as np
from numpy.random import Generator

from grader.running.probes import probe

from .inputs import UNUSED, Laid, Shape, answers, anyhow, numbers, permuted, plain, read
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


LARGE: tuple[tuple[Shape, Shape], ...] = (
    ((1, 1, 2, 300), (1, 1, 2, 130)),
    ((130, 1, 2, 3), (2, 1, 1, 2)),
    ((1, 130, 2, 3), (1, 130, 2, 2)),
    ((1, 1, 2, 3), (130, 1, 2, 2)),
)
"""Inputs and windows of two dimensions: hundreds of places and weights, of images and of channels."""


@probe("4.1", cases=len(LARGE))
def large_signals(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Call the kernel of one dimension with hundreds of places, weights, signals and channels."""
    input, weight = (without_height(shape) for shape in LARGE[case])
    out = (input[0], weight[0], input[2])
    kernel = serial(minitorch.fast_conv._tensor_conv1d)
    return outcomes(kernel, "_tensor_conv1d", rng, input, weight, out)


@probe("4.2", cases=len(LARGE) + 1)
def large_images(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Call the kernel of two dimensions with hundreds of places, weights, images and channels."""
    input, weight = (*LARGE, ((1, 1, 260, 3), (1, 1, 3, 2)))[case]
    kernel = serial(minitorch.fast_conv._tensor_conv2d)
    return outcomes(kernel, "_tensor_conv2d", rng, input, weight, (input[0], weight[0], *input[2:]))


@probe("4.1", cases=2)
def all_digits_of_signals(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Add up large numbers that take each other away: no digit of the rest may be lost."""
    return rest_of_sums(minitorch, serial(minitorch.fast_conv._tensor_conv1d), rng, (1, 1, 4))


@probe("4.2", cases=2)
def all_digits_of_images(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Add up large numbers that take each other away: no digit of the rest may be lost."""
    return rest_of_sums(minitorch, serial(minitorch.fast_conv._tensor_conv2d), rng, (1, 1, 2, 2))


@probe("4.1", cases=6)
def conv1d_around_its_kernel(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask what is given around the kernel of one dimension."""
    return around(minitorch, rng, minitorch.conv1d, case, without_height)


@probe("4.2", cases=6)
def conv2d_around_its_kernel(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask what is given around the kernel of two dimensions."""
    return around(minitorch, rng, minitorch.conv2d, case, lambda shape: shape)


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


def without_height(shape: Shape) -> Shape:
    """Leave the height out of the shape of images or windows."""
    return (*shape[:2], *shape[3:])


def rest_of_sums(
    minitorch: ModuleType, kernel: Callable[..., None], rng: Generator, shape: Shape
) -> dict[str, Any]:
    """Add up four numbers with windows of ones, forward and reversed: one or two of them are large."""
    rest = rng.integers(1, 100, 2).astype(float)
    found: dict[str, Any] = {}
    for reverse, last in product((False, True), (-1e9, 0.0)):
        cells = np.array([1e9 + 1.0, *rest, last]).reshape(shape)
        x, ones, target = plain(cells), plain(np.ones(shape)), plain(np.full(shape, UNUSED))
        kernel(*target.arrays(), 4, *x.arrays(), *ones.arrays(), reverse)
        place = -1 if reverse else 0
        called = f"the sum of {cells.ravel().tolist()}, in shape {shape}, reverse={reverse}"
        found[f"{called}, less {1e9 + last}"] = float(target.cells.ravel()[place]) - (1e9 + last)
    return found


def around(
    minitorch: ModuleType,
    rng: Generator,
    convolve: Callable[..., Any],
    case: int,
    cut: Callable[[Shape], Shape],
) -> dict[str, Any]:
    """Share derivatives, walk twice, want only one derivative, and ask for what is empty or cannot be."""
    batch, channels, out_channels, height, width = rng.integers(1, 4, 5).tolist()
    x = numbers(rng, cut((batch, channels, height, width)))
    w = numbers(rng, cut((out_channels, channels, 2, 2)))
    wanted = ((True, True), (True, False), (False, True))[case % 3]
    inputs = {"x": permuted(rng, x), "w": permuted(rng, w)}
    s, t = (laid.tensor(minitorch, each) for laid, each in zip(inputs.values(), wanted))
    first = convolve(s, t)
    convolve(s * 2.0, t)
    y = plain(numbers(rng, tuple(int(n) for n in first.shape))).tensor(minitorch, True)
    d = plain(numbers(rng, tuple(int(n) for n in first.shape))).tensor(minitorch)
    before = read(d)
    where = f"x = {inputs['x']}, w = {inputs['w']}, which want derivatives: {wanted}"
    found: dict[str, Any] = {f"conv(x, w), read after another call, {where}": read(first)}
    total = first + y if case % 2 else y + first
    for turn in (1, 2):
        total.backward(d)
        for name, tensor in {"x": s, "w": t, "y": y}.items():
            grad = None if tensor.grad is None else read(tensor.grad)
            found[f"{name}.grad after {turn} times (conv(x, w) + y).backward(d), {where}"] = grad
    found["x, w, d are as they were"] = [
        bool((read(tensor) == was).all()) for tensor, was in ((s, x), (t, w), (d, before))
    ]
    asked: dict[str, tuple[Shape, Shape]] = {
        "channels that differ": ((1, 2, 3, 4), (3, 1, 2, 2)),
        "an empty batch": ((0, 2, 3, 4), (3, 2, 2, 2)),
        "no channels": ((1, 0, 3, 4), (3, 0, 2, 2)),
        "no width": ((1, 2, 3, 0), (3, 2, 2, 2)),
    }
    for what, shapes in asked.items():
        one, other = (plain(np.ones(cut(shape))).tensor(minitorch) for shape in shapes)
        try:
            found[what] = read(convolve(one, other))
        except minitorch.IndexingError as error:
            found[what] = type(error).__name__
    try:
        found["an input of two dimensions"] = read(convolve(minitorch.zeros((2, 2)), t))
    except minitorch.IndexingError as error:
        found["an input of two dimensions"] = type(error).__name__
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
