"""Task 4.1: convolutions in one dimension."""

from collections.abc import Callable
from functools import cache

import numba
import numpy as np
import pytest
from comparison import assert_close
from convolutions import (
    Convolution,
    assert_all_stays,
    assert_by_hand,
    assert_only_wanted,
    convolved,
    gradients,
    run,
    twice_reversed,
)
from hypothesis import example, given, settings
from strategies import convolutions
from tensors import Laid, assert_tensor, backward, lay, numbers
from turns import plainly, shared

import minitorch
from minitorch import fast_conv

ROW = lay([[[1.0, 2.0, 3.0, 4.0]]])
PAIR = lay([[[1.0, 10.0]]])
NARROW = lay([[[1.0, 2.0]]])
LONG = lay([[[1.0, 10.0, 100.0, 1000.0]]])  # a window that is longer than NARROW
TWO_CHANNELS = lay([[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]])
THREE_WINDOWS = lay([[[1.0], [0.0]], [[0.0], [1.0]], [[1.0], [10.0]]])  # for two channels


def call(input: Laid, weight: Laid, reverse: bool = False) -> Convolution:
    """Make a call whose result lies side by side."""
    out = lay(np.zeros((input.shape[0], weight.shape[0], input.shape[2])))
    return Convolution(input, weight, out, reverse)


@cache
def kernel() -> Callable[..., None]:
    """Compile the kernel without threads, which is sooner done; an index outside of a storage is an IndexError."""
    return numba.njit(boundscheck=True)(fast_conv._tensor_conv1d)


@cache
def kernels() -> dict[str, Callable[..., None]]:
    """Make the kernel in both ways: as plain Python, where an error names its line, and compiled."""
    return {"as plain Python": plainly(fast_conv._tensor_conv1d), "compiled": kernel()}


PLAIN = [
    call(ROW, PAIR),
    call(ROW, PAIR, reverse=True),
    call(TWO_CHANNELS, THREE_WINDOWS),
    call(NARROW, LONG, reverse=True),
    Convolution(lay(numbers((2, 3, 5))), lay(numbers((2, 3, 2))), lay(np.zeros((2, 2, 7))), True),
    Convolution(
        lay(numbers((2, 3, 5)), order=(2, 0, 1)),
        lay(numbers((3, 3, 4)), order=(1, 2, 0)),
        lay(np.zeros((2, 3, 4)), order=(2, 1, 0)),
        False,
    ),
    Convolution(lay(numbers((2, 2, 3))), lay(numbers((2, 2, 4))), lay(np.zeros((2, 2, 2))), False),
]


# The kernel


@pytest.mark.task4_1
def test_kernel_by_hand() -> None:
    """The window [1, 10] on [1, 2, 3, 4]: each number plus ten times its right neighbour; behind the 4 comes a 0."""
    assert_by_hand(
        kernels(), call(ROW, PAIR), [[[21.0, 32.0, 43.0, 4.0]]], "[1, 2, 3, 4] with [1, 10]"
    )


@pytest.mark.task4_1
def test_reversed_kernel_by_hand() -> None:
    """Reversed, the window reaches to the left: each number plus ten times its left neighbour, before the 1 a 0."""
    few = call(ROW, PAIR, reverse=True)
    assert_by_hand(
        kernels(),
        few,
        [[[1.0, 12.0, 23.0, 34.0]]],
        "[1, 2, 3, 4] with [1, 10], reversed",
        twice_reversed(few),
    )


@pytest.mark.task4_1
def test_channels_by_hand() -> None:
    """Each output channel has a window for every input channel, and adds up what they give."""
    expected = [[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [41.0, 52.0, 63.0]]]
    assert_by_hand(
        kernels(),
        call(TWO_CHANNELS, THREE_WINDOWS),
        expected,
        "channels [1, 2, 3] and [4, 5, 6], windows of one number",
    )


@pytest.mark.task4_1
def test_plain_kernel() -> None:
    """The kernel gives the right sums as plain Python, where an error names its line."""
    for few in PLAIN:
        got = run(kernels()["as plain Python"], few)
        expected = convolved(few.out.shape, few.input.cells, few.weight.cells, few.reverse)
        assert_close(got.tolist(), expected.tolist(), f"out of {few}")


@pytest.mark.task4_1
def test_turns() -> None:
    """No two turns of a parallel loop write at the same place: what a turn writes into, it has made itself."""
    few = call(lay(numbers((3, 2, 4))), lay(numbers((2, 2, 3))))
    arguments = [*few.out.arrays(), few.out.cells.size, *few.input.arrays(), *few.weight.arrays()]
    found = shared(fast_conv._tensor_conv1d, *arguments, False)
    assert_close(found, [], "arrays that several turns of a prange write into at the same place")


@pytest.mark.task4_1
@settings(max_examples=60)
@given(convolutions(dims=1, widest=5))
@example(call(NARROW, LONG))
@example(call(NARROW, LONG, reverse=True))
@example(call(TWO_CHANNELS, lay(numbers((1, 2, 2)))))
@example(call(lay(numbers((3, 2, 4))), lay(numbers((2, 2, 3)), order=(2, 1, 0))))
def test_kernel(drawn: Convolution) -> None:
    """Each cell of out is the sum of all products of a window with what lies below it, however all are stored."""
    got = run(kernel(), drawn)
    expected = convolved(drawn.out.shape, drawn.input.cells, drawn.weight.cells, drawn.reverse)
    assert_close(got.tolist(), expected.tolist(), "out")


# With tensors: compiled for several threads


@pytest.mark.task4_1
@pytest.mark.parametrize(
    ("input", "weight"),
    [
        (ROW, PAIR),
        (NARROW, LONG),
        (lay(numbers((2, 3, 5))), lay(numbers((4, 3, 2)))),
        (lay(numbers((3, 1, 4)), order=(2, 0, 1)), lay(numbers((2, 1, 3)), order=(1, 2, 0))),
    ],
)
def test_conv1d(input: Laid, weight: Laid) -> None:
    """conv1d(x, w) convolves tensors, and the derivatives by x and by w are right in every cell, at the edges too."""
    expected = convolved(call(input, weight).out.shape, input.cells, weight.cells)
    assert_tensor(fast_conv.conv1d(input.tensor(), weight.tensor()), expected, "conv1d(x, w)")
    d, (dx, dw) = backward(fast_conv.conv1d, input, weight)
    d_input, d_weight = gradients(input.cells, weight.cells, d)
    assert_tensor(dx, d_input, "x.grad after conv1d(x, w).backward(d)")
    assert_tensor(dw, d_weight, "w.grad after conv1d(x, w).backward(d)")


@pytest.mark.task4_1
@pytest.mark.parametrize("reverse", [False, True])
def test_threads(reverse: bool) -> None:
    """Many threads give the same numbers as one, each time anew: none writes where another one reads or writes."""
    many = call(lay(numbers((8, 6, 400))), lay(numbers((6, 6, 20))), reverse)
    alone = run(kernel(), many)
    for _ in range(3):
        together = run(fast_conv.tensor_conv1d, many)
        assert np.allclose(
            together, alone
        ), "threads get in each other's way: out differs from run to run"


# Large sizes, all digits, and what is given around the kernel


@pytest.mark.task4_1
def test_large_sizes() -> None:
    """There may be hundreds of signals, channels or weights, and each of them counts. (As plain Python.)"""
    for input, weight in [
        ((1, 1, 300), (1, 1, 130)),
        ((130, 1, 3), (2, 1, 2)),
        ((1, 130, 3), (1, 130, 2)),
        ((1, 1, 3), (130, 1, 2)),
    ]:
        for reverse in (False, True):
            few = call(lay(numbers(input)), lay(numbers(weight, 30)), reverse)
            got = run(kernels()["as plain Python"], few)
            expected = convolved(few.out.shape, few.input.cells, few.weight.cells, reverse)
            what = f"out of {input} with {weight}, reverse={reverse}"
            assert_close(got.tolist(), expected.tolist(), what)


@pytest.mark.task4_1
def test_every_digit_counts() -> None:
    """Sums keep all their digits: 1e9 + 3 is 3 more than 1e9, in whichever order it is added up. (As plain Python.)"""
    ones = lay([[[1.0, 1.0, 1.0, 1.0]]])
    for last in (-1e9, 0.0):
        terms = lay([[[1e9, 1.0, 2.0, last]]])
        for reverse, place in ((False, 0), (True, -1)):
            got = run(kernels()["as plain Python"], call(terms, ones, reverse))
            what = f"out of 1e9, 1, 2, {last} with 1s, less {1e9 + last}, reverse={reverse}"
            assert_close(float(got.ravel()[place]) - (1e9 + last), 3.0, what)


@pytest.mark.task4_1
def test_tensors_stay_as_they_were() -> None:
    """A convolution makes a new tensor, and going backward changes neither x nor w, nor what others hold too."""
    assert_all_stays(minitorch.conv1d, "conv1d", ROW, PAIR)


@pytest.mark.task4_1
def test_a_derivative_that_nobody_wants() -> None:
    """Only tensors that require a gradient get one, and it is right whether or not the other does."""
    assert_only_wanted(minitorch.conv1d, ROW, PAIR)


@pytest.mark.task4_1
def test_shapes_that_do_not_fit() -> None:
    """Wrong channels or dimensions are an IndexingError; where there is nothing to add up, the result is zeros."""
    expected = convolved(ROW.shape, ROW.cells, PAIR.cells)
    assert_tensor(minitorch.conv1d(ROW.tensor(), PAIR.tensor()), expected, "conv1d(x, w)")
    for input, weight in [((1, 2, 4), (3, 1, 2)), ((1, 4), (1, 1, 2)), ((1, 1, 4), (1, 2))]:
        with pytest.raises(minitorch.IndexingError):
            minitorch.conv1d(lay(numbers(input)).tensor(), lay(numbers(weight)).tensor())
    for input, weight in [
        ((0, 2, 4), (3, 2, 2)),
        ((1, 2, 0), (3, 2, 2)),
        ((1, 0, 4), (3, 0, 2)),
        ((1, 2, 4), (0, 2, 2)),
    ]:
        got = minitorch.conv1d(lay(numbers(input)).tensor(), lay(numbers(weight)).tensor())
        shape = (input[0], weight[0], *input[2:])
        assert_tensor(
            got, np.zeros(shape), f"conv1d(x, w), x of shape {input}, w of shape {weight}"
        )
