"""Probes of Task 4.6: convolutions by CUDA kernels, in the simulator."""

from types import ModuleType
from typing import Any

import numpy as np
from numpy.random import Generator

from grader.running.probes import probe

from ..tests.global_memory import Reads
from .inputs import UNUSED, Shape, answers, anyhow, numbers, permuted, plain, read

WIDTH, SIDE = 32, 16  # threads of a block in one dimension; in two, each way

SIGNALS: tuple[tuple[Shape, Shape, int], ...] = (
    ((1, 1, 1), (1, 1, 1), 1),
    ((2, 3, 5), (2, 3, 2), 5),
    ((1, 1, 33), (2, 1, 4), 33),
    ((1, 2, 32), (1, 2, 33), 32),
    ((1, 1, 70), (1, 1, 40), 70),
    ((1, 1, 5), (1, 1, 36), 40),
)
"""Shapes of inputs and weights, and the width of out."""

IMAGES: tuple[tuple[Shape, Shape, Shape], ...] = (
    ((1, 1, 1, 1), (1, 1, 1, 1), (1, 1)),
    ((2, 2, 3, 4), (2, 2, 2, 3), (3, 4)),
    ((1, 1, 17, 2), (1, 1, 2, 1), (17, 2)),
    ((1, 1, 2, 19), (1, 1, 2, 2), (2, 19)),
    ((1, 2, 3, 3), (1, 2, 18, 2), (2, 3)),
    ((1, 1, 2, 20), (1, 1, 2, 18), (2, 4)),
)
"""Shapes of inputs and weights, and height and width of out."""


@probe("4.6", cases=30)
def cuda_kernel_of_conv1d(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Call the kernel of one dimension, forward and reversed, on what lies anyhow."""
    if case < len(SIGNALS):
        input, weight, width = SIGNALS[case]
    else:
        batch, channels, out_channels = rng.integers(1, 4, 3).tolist()
        size, window, other = rng.integers(1, 7, 3).tolist()
        input, weight = (batch, channels, size), (out_channels, channels, window)
        width = other if case % 3 == 0 else size
    return outcomes(minitorch, rng, input, weight, (input[0], weight[0], width))


@probe("4.6", cases=len(IMAGES) + 4)
def cuda_kernel_of_conv2d(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Call the kernel of two dimensions, forward and reversed, on what lies anyhow."""
    if case < len(IMAGES):
        input, weight, places = IMAGES[case]
    else:
        batch, channels, out_channels = rng.integers(1, 3, 3).tolist()
        size, window = (tuple(rng.integers(1, 4, 2).tolist()) for _ in range(2))
        input, weight, places = (batch, channels, *size), (out_channels, channels, *window), size
    return outcomes(minitorch, rng, input, weight, (input[0], weight[0], *places))


@probe("4.6", cases=4)
def cuda_convolutions_of_tensors(
    minitorch: ModuleType, rng: Generator, case: int
) -> dict[str, Any]:
    """Convolve tensors, and go backward."""
    dims = 1 + case % 2
    batch, channels, out_channels = rng.integers(1, 3, 3).tolist()
    x = permuted(rng, numbers(rng, (batch, channels, *rng.integers(1, 5, dims).tolist())))
    w = permuted(rng, numbers(rng, (out_channels, channels, *rng.integers(1, 4, dims).tolist())))
    fn = getattr(minitorch.cuda_conv, f"conv{dims}d")
    return answers(minitorch, rng, {f"cuda_conv.conv{dims}d(x, w)": fn}, x=x, w=w)


@probe("4.6", cases=5)
def cuda_convolutions_of_many_blocks(
    minitorch: ModuleType, rng: Generator, case: int
) -> dict[str, Any]:
    """Call the kernels where signals, images and windows take three blocks or more, the last one with a rest."""
    input, weight, places = (
        ((1, 1, 130), (1, 1, 3), (130,)),
        ((1, 1, 5), (1, 1, 100), (110,)),
        ((1, 1, 35, 2), (1, 1, 2, 3), (35, 2)),
        ((1, 1, 2, 50), (1, 1, 2, 2), (2, 50)),
        ((1, 1, 36, 2), (1, 1, 35, 2), (2, 2)),
    )[case]
    return outcomes(minitorch, rng, input, weight, (1, 1, *places))


@probe("4.6", cases=2)
def all_digits_of_cuda_convolutions(
    minitorch: ModuleType, rng: Generator, case: int
) -> dict[str, Any]:
    """Add up large numbers that take each other away: no digit of the rest may be lost."""
    shape = ((1, 1, 4), (1, 1, 2, 2))[case]
    cells = np.array([1e9 + 1.0, *rng.integers(1, 100, 2).astype(float), -1e9]).reshape(shape)
    x, ones, out = plain(cells), plain(np.ones(shape)), plain(np.full(shape, UNUSED))
    launch(minitorch, *out.arrays(), 4, *x.arrays(), *ones.arrays(), False)
    return {f"the sum of {cells.ravel().tolist()}, in shape {shape}": float(out.cells.ravel()[0])}


@probe("4.6", cases=4)
def cuda_convolutions_around_their_kernels(
    minitorch: ModuleType, rng: Generator, case: int
) -> dict[str, Any]:
    """Launch many blocks by the operations, want only one derivative, and ask for what is empty or cannot be."""
    library = minitorch.cuda_conv
    fn, input, weight = (
        (library.conv1d, (2, 1, 70), (2, 1, 3)),
        (library.conv2d, (1, 2, 18, 3), (2, 2, 2, 2)),
        (library.conv1d, (1, 2, 5), (2, 2, 2)),
        (library.conv2d, (1, 1, 2, 3), (2, 1, 2, 2)),
    )[case]
    x, w = permuted(rng, numbers(rng, input)), permuted(rng, numbers(rng, weight))
    s, t = x.tensor(minitorch, case == 2), w.tensor(minitorch, case == 3)
    result = fn(s, t)
    called = f"conv of {x} with {w}"
    found: dict[str, Any] = {called: read(result), "x afterwards": read(s), "w afterwards": read(t)}
    if case >= 2:
        result.sum().backward()
        for name, each in {"x": s, "w": t}.items():
            found[f"{name}.grad after {called}"] = None if each.grad is None else read(each.grad)
    empty = minitorch.zeros((0, *input[1:]))
    found["conv of an empty batch"] = read(fn(empty, t))
    for what, one in {
        "channels": minitorch.zeros((1, 9, *input[2:])),
        "dimensions": minitorch.zeros((2,)),
    }.items():
        try:
            found[f"wrong {what}"] = read(fn(one, t))
        except minitorch.IndexingError as error:
            found[f"wrong {what}"] = type(error).__name__
    return found


@probe("4.6", cases=2)
def threads_that_share_a_window(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask whether a thread reads all weights of a window, and all that they meet."""
    shape = ((1, 1, 20), (1, 1, 4, 5))[case]
    x, w, out = (plain(numbers(rng, shape)) for _ in range(3))
    reads = Reads()
    (_, *of_x), (_, *of_w) = x.arrays(), w.arrays()
    rest = [reads.of(x.storage), *of_x, reads.of(w.storage), *of_w]
    launch(minitorch, *out.arrays(), 20, *rest, False)
    return {
        f"tensor_conv{1 + case}d with 20 weights: no thread reads more than 15 numbers": reads.most
        <= 15
    }


# What the probes are made with


def outcomes(
    minitorch: ModuleType, rng: Generator, input: Shape, weight: Shape, out: Shape
) -> dict[str, Any]:
    """Call a kernel in both directions, and tell what out holds then, and whether all else is as it was."""
    found: dict[str, Any] = {}
    x, w = anyhow(rng, input), anyhow(rng, weight)
    for reverse in (False, True):
        target = permuted(rng, np.full(out, UNUSED), gap=2)
        arguments = [*target.arrays(), target.cells.size, *x.arrays(), *w.arrays()]
        before = [np.copy(argument) for argument in arguments]
        launch(minitorch, *arguments, reverse)
        same = all(np.array_equal(was, now) for was, now in zip(before[1:], arguments[1:]))
        where = f"shape {target.shape}, strides {target.strides}"
        call = f"tensor_conv{len(out) - 2}d of {x} with {w} into {where}, reverse={reverse}"
        found[f"out after {call}"] = target.cells.copy()
        found[f"all else is as it was after {call}"] = same
    return found


def launch(minitorch: ModuleType, out: Any, out_shape: Any, *rest: Any) -> None:
    """Launch the kernel of one dimension or of two: blocks over out, and for each image and output channel."""
    batch, channels, *places = (int(size) for size in out_shape)
    library = minitorch.cuda_conv
    if len(places) == 1:
        grid, threads, kernel = (-(-places[0] // WIDTH), 1), (WIDTH, 1), library.tensor_conv1d
    else:
        grid = -(-places[0] // SIDE), -(-places[1] // SIDE)
        threads, kernel = (SIDE, SIDE), library.tensor_conv2d
    kernel[(*grid, batch * channels), threads](out, out_shape, *rest)
