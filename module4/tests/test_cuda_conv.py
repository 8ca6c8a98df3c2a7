"""Bonus Task 4.6: convolutions on a GPU, or in the simulator. What they are to give is what Tasks 4.1 and 4.2 say."""

from typing import Any

import numpy as np
import pytest
from comparison import assert_close
from convolutions import Convolution, convolved, gradients, run
from global_memory import Reads
from hypothesis import given, settings
from strategies import convolutions
from tensors import Laid, Shape, assert_tensor, backward, lay, numbers

import minitorch
from minitorch import cuda_conv

WIDTH, SIDE = 32, 16  # threads of a block in one dimension; in two, each way

ROW = lay([[[1.0, 2.0, 3.0, 4.0]]])
PAIR = lay([[[1.0, 10.0]]])
SQUARE = lay([[[[1.0, 2.0], [3.0, 4.0]]]])
CORNER = lay([[[[1.0, 10.0], [100.0, 1000.0]]]])

SIGNALS: list[tuple[Shape, Shape, int]] = [
    ((1, 1, 33), (1, 1, 2), 33),
    ((2, 1, 40), (1, 1, 5), 40),
    ((1, 2, 70), (2, 2, 35), 70),
    ((1, 1, 6), (1, 1, 40), 6),
    ((1, 1, 80), (1, 1, 70), 34),
]
"""Shapes of inputs and weights, and the width of out: blocks and steps along the window, whole ones and others."""

IMAGES: list[tuple[Shape, Shape, Shape]] = [
    ((1, 1, 17, 3), (1, 1, 2, 2), (17, 3)),
    ((1, 1, 3, 18), (1, 1, 2, 3), (3, 18)),
    ((1, 2, 4, 3), (2, 2, 17, 2), (4, 3)),
    ((1, 1, 2, 20), (1, 1, 2, 18), (2, 5)),
]
"""Shapes of inputs and weights, and height and width of out."""


# The kernels


@pytest.mark.task4_6
def test_signals_by_hand() -> None:
    """The window [1, 10] on [1, 2, 3, 4]: each number plus ten times its right neighbour; reversed, its left one."""
    got = run(launch, call(ROW, PAIR))
    assert_close(got.tolist(), [[[21.0, 32.0, 43.0, 4.0]]], "[1, 2, 3, 4] with [1, 10]")
    got = run(launch, call(ROW, PAIR, reverse=True))
    assert_close(got.tolist(), [[[1.0, 12.0, 23.0, 34.0]]], "[1, 2, 3, 4] with [1, 10], reversed")


@pytest.mark.task4_6
def test_images_by_hand() -> None:
    """A window of 2 x 2 weights gives 1, 10, 100 and 1000 times a cell and its neighbours to the right and below."""
    got = run(launch, call(SQUARE, CORNER))
    assert_close(got.tolist(), [[[[4321.0, 402.0], [43.0, 4.0]]]], "[[1, 2], [3, 4]]")
    got = run(launch, call(SQUARE, CORNER, reverse=True))
    assert_close(got.tolist(), [[[[1.0, 12.0], [103.0, 1234.0]]]], "[[1, 2], [3, 4]], reversed")


@pytest.mark.task4_6
@settings(max_examples=40)
@given(convolutions(dims=1, widest=5))
def test_signals(drawn: Convolution) -> None:
    """However signals, windows and out are stored, and however many there are, the sums are right."""
    assert_right(drawn)


@pytest.mark.task4_6
@settings(max_examples=5)
@given(convolutions(dims=2, widest=3))
def test_images(drawn: Convolution) -> None:
    """However images, windows and out are stored, and however many there are, the sums are right."""
    assert_right(drawn)


@pytest.mark.task4_6
@pytest.mark.parametrize(("input", "weight", "width"), SIGNALS, ids=str)
def test_long_signals(input: Shape, weight: Shape, width: int) -> None:
    """Signals and windows may be longer than a block: several blocks share a signal, each takes the window in parts."""
    for reverse in (False, True):
        out = lay(np.zeros((input[0], weight[0], width)), order=(2, 1, 0))
        assert_right(Convolution(lay(numbers(input)), lay(numbers(weight, 30)), out, reverse))


@pytest.mark.task4_6
@pytest.mark.parametrize(("input", "weight", "places"), IMAGES, ids=str)
def test_large_images(input: Shape, weight: Shape, places: Shape) -> None:
    """Images and windows may be larger than a block: several blocks share an image, each takes the window in parts."""
    for reverse in (False, True):
        out = lay(np.zeros((input[0], weight[0], *places)), order=(3, 1, 0, 2))
        assert_right(Convolution(lay(numbers(input)), lay(numbers(weight, 30)), out, reverse))


@pytest.mark.task4_6
def test_threads_share_what_they_read() -> None:
    """For a window of 12 weights, no thread reads 12 weights, nor 12 numbers of the signal. (A GPU does not count.)"""
    for shape in [(1, 1, 12), (1, 1, 3, 4)]:
        x, w = lay(numbers(shape)), lay(numbers(shape, 30))
        out = lay(np.zeros(shape))
        (x_storage, *of_x), (w_storage, *of_w) = x.arrays(), w.arrays()
        of_signal, of_weights = Reads(), Reads()
        rest = [of_signal.of(x_storage), *of_x, of_weights.of(w_storage), *of_w]
        launch(*out.arrays(), 12, *rest, False)
        expected = convolved(shape, x.cells, w.cells)
        assert_close(out.cells.tolist(), expected.tolist(), f"out of shape {shape}")
        most = max(of_signal.most, of_weights.most)
        assert most <= 6, f"one thread read {most} of 12 numbers"


# The operations on tensors


@pytest.mark.task4_6
@pytest.mark.parametrize(
    ("input", "weight"), [((2, 2, 4), (3, 2, 2)), ((2, 1, 2, 3), (1, 1, 2, 2))], ids=["1d", "2d"]
)
def test_tensors(input: Shape, weight: Shape) -> None:
    """cuda_conv.conv1d and conv2d convolve tensors, and their gradients are what each number counted for."""
    fn = cuda_conv.conv1d if len(input) == 3 else cuda_conv.conv2d
    x, w = lay(numbers(input), order=range(len(input))[::-1]), lay(numbers(weight, 30))
    out = (input[0], weight[0], *input[2:])
    assert_tensor(fn(x.tensor(), w.tensor()), convolved(out, x.cells, w.cells), "conv(x, w)")
    d, (dx, dw) = backward(fn, x, w)
    expected_x, expected_w = gradients(x.cells, w.cells, d)
    assert_tensor(dx, expected_x, "the gradient of conv(x, w) by x")
    assert_tensor(dw, expected_w, "the gradient of conv(x, w) by w")


@pytest.mark.task4_6
def test_many_blocks_with_a_rest() -> None:
    """Signals, images and windows may take three blocks or more each way, and the last one has a rest."""
    for input, weight, width in [((1, 1, 130), (1, 1, 3), 130), ((1, 1, 5), (1, 1, 100), 110)]:
        for reverse in (False, True):
            out = lay(np.zeros((1, 1, width)))
            assert_right(Convolution(lay(numbers(input)), lay(numbers(weight, 30)), out, reverse))
    for shape in [(1, 1, 35, 2), (1, 1, 2, 50)]:
        assert_right(call(lay(numbers(shape)), lay(numbers((1, 1, 2, 3), 30))))
    tall = Convolution(
        lay(numbers((1, 1, 36, 2))), lay(numbers((1, 1, 35, 2))), lay(np.zeros((1, 1, 2, 2))), False
    )
    assert_right(tall)


@pytest.mark.task4_6
def test_every_digit_counts() -> None:
    """Sums keep all their digits, in shared memory too: 1e9 + 3 - 1e9 is 3."""
    signal, image = lay([[[1e9 + 1.0, 1.0, 1.0, -1e9]]]), lay([[[[1e9 + 1.0, 1.0], [1.0, -1e9]]]])
    got = run(launch, call(signal, lay([[[1.0] * 4]])))
    assert_close(float(got[0, 0, 0]), 3.0, "out of the signal 1e9 + 1, 1, 1, -1e9 with 1s, at 0")
    got = run(launch, call(image, lay([[[[1.0] * 2] * 2]])))
    assert_close(
        float(got[0, 0, 0, 0]), 3.0, "out of the image of the same numbers with 1s, at (0, 0)"
    )


@pytest.mark.task4_6
def test_larger_tensors() -> None:
    """The operations launch as many blocks as it takes, and leave their inputs as they were."""
    for input, weight in [((2, 1, 70), (2, 1, 3)), ((1, 2, 18, 3), (2, 2, 2, 2))]:
        fn = cuda_conv.conv1d if len(input) == 3 else cuda_conv.conv2d
        x, w = lay(numbers(input)), lay(numbers(weight, 30))
        a, b = x.tensor(), w.tensor()
        out = (input[0], weight[0], *input[2:])
        assert_tensor(fn(a, b), convolved(out, x.cells, w.cells), f"conv of {input} with {weight}")
        assert_tensor(a, x.cells, "x afterwards")
        assert_tensor(b, w.cells, "w afterwards")


@pytest.mark.task4_6
def test_tensors_that_do_not_fit() -> None:
    """Wrong channels or dimensions are an IndexingError; an empty batch gives an empty result."""
    x, w = lay(numbers((1, 2, 4))), lay(numbers((3, 2, 2)))
    expected = convolved((1, 3, 4), x.cells, w.cells)
    assert_tensor(cuda_conv.conv1d(x.tensor(), w.tensor()), expected, "cuda_conv.conv1d(x, w)")
    wrong = lay(numbers((3, 1, 2)))
    for fn in (cuda_conv.conv1d, cuda_conv.conv2d):
        with pytest.raises(minitorch.IndexingError):
            fn(x.tensor(), wrong.tensor())
    got = cuda_conv.conv1d(lay(np.zeros((0, 2, 4))).tensor(), w.tensor())
    assert_tensor(got, np.zeros((0, 3, 4)), "cuda_conv.conv1d of an empty batch")
    t, u = x.tensor(True), w.tensor(False)
    cuda_conv.conv1d(t, u).sum().backward()
    d_input, _ = gradients(x.cells, w.cells, np.ones((1, 3, 4)))
    assert_tensor(t.grad, d_input, "x.grad, where only x requires a gradient")


# What the tests are made with


def call(input: Laid, weight: Laid, reverse: bool = False) -> Convolution:
    """Make a call whose result lies side by side."""
    out = lay(np.zeros((input.shape[0], weight.shape[0], *input.shape[2:])))
    return Convolution(input, weight, out, reverse)


def launch(out: Any, out_shape: Any, *rest: Any) -> None:
    """Launch the kernel of one dimension or of two: blocks over out, and for each image and output channel."""
    batch, channels, *places = (int(size) for size in out_shape)
    if len(places) == 1:
        grid, threads, kernel = (-(-places[0] // WIDTH), 1), (WIDTH, 1), cuda_conv.tensor_conv1d
    else:
        grid = -(-places[0] // SIDE), -(-places[1] // SIDE)
        threads, kernel = (SIDE, SIDE), cuda_conv.tensor_conv2d
    kernel[(*grid, batch * channels), threads](out, out_shape, *rest)


def assert_right(drawn: Convolution) -> None:
    """Let the kernel calculate, and compare."""
    x, w = drawn.input.cells, drawn.weight.cells
    expected = convolved(drawn.out.shape, x, w, drawn.reverse)
    assert_close(run(launch, drawn).tolist(), expected.tolist(), f"out of {drawn}")
