"""Task 4.7: convolution by unfolding, which others call im2col."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest
from arrays import array_backend
from away import convolutions_away
from comparison import assert_close
from convolutions import assert_all_stays, assert_only_wanted, convolved, gradients
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sliding import slid_by_numpy
from strategies import FEW, draw_laid
from tensors import Laid, Shape, Values, assert_tensor, lay, numbers, read

import minitorch

some = settings(max_examples=20)

SIGNAL = lay([[[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]]])
IMAGE = lay([[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]])
PHOTOS = lay(numbers((2, 3, 4, 5)))  # two images of three channels, 4 high and 5 wide


# What windows see, and where it goes back to, in plain loops


def meetings(seen: Shape) -> list[tuple[Shape, Shape]]:
    """List which element of a result of windows, of this shape, holds which number of the images."""
    B, H, W, C, kh, kw = seen
    return [
        ((b, i, j, c, k, m), (b, c, i + k, j + m))
        for b, i, j, c, k, m in np.ndindex(B, H, W, C, kh, kw)
        if i + k < H and j + m < W
    ]


def seen_by(x: Values, window: Shape) -> Values:
    """Read each number that a window meets; beyond the edges, it meets 0."""
    B, C, H, W = x.shape
    seen = np.zeros((B, H, W, C, *window))
    for at, place in meetings(seen.shape):
        seen[at] = x[place]
    return seen


def sent_back(seen: Values) -> Values:
    """Add each element to the number that it was read from."""
    B, H, W, C, _, _ = seen.shape
    images = np.zeros((B, C, H, W))
    for at, place in meetings(seen.shape):
        images[place] += seen[at]
    return images


# How the tests ask: NumPy calculates, so that products are quick, and nothing is compiled


@cache
def backend() -> Any:
    return array_backend(minitorch)


def made(x: Laid, requires_grad: bool = False) -> minitorch.Tensor:
    """Make a tensor that calculates by NumPy."""
    tensor = x.tensor(requires_grad)
    tensor._type_(backend())
    return tensor


def assert_right(
    call: Callable[..., minitorch.Tensor],
    expected: Values,
    slopes: Callable[[Values], list[Values]],
    what: str,
    **inputs: Laid,
) -> None:
    """Assert that a call gives the right tensor, and that the right derivatives reach its inputs.

    Args:
        call: A function of tensors.
        expected: What it should give.
        slopes: Finds the derivatives by the inputs for a derivative of the result.
        what: The call, as one would type it.
        **inputs: The tensors, by name.
    """
    __tracebackhide__ = True
    tensors = {name: made(x, requires_grad=True) for name, x in inputs.items()}
    result = call(*tensors.values())
    assert_tensor(result, expected, what)
    d = numbers(expected.shape, first=50)
    result.backward(made(lay(d, order=range(d.ndim)[::-1])))  # stored column by column
    for (name, tensor), slope in zip(tensors.items(), slopes(d), strict=True):
        assert_tensor(tensor.grad, slope, f"{name}.grad after {what}.backward(d)")


@st.composite
def looks(draw: st.DrawFn) -> tuple[Laid, Shape]:
    """Draw images, stored in any way, and a window, which may be larger than they are."""
    size = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    window = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    return draw_laid(draw, (draw(FEW), draw(FEW), *size)), window


# By hand


@pytest.mark.task4_7
def test_unfold1d_by_hand() -> None:
    """A window of width 3 sees 1, 2, 3 first, then 2, 3, 4, and so on; behind the end, it sees 0."""
    expected = [[1, 2, 3], [2, 3, 4], [3, 4, 5], [4, 5, 6], [5, 6, 0], [6, 0, 0]]
    before = [[0, 0, 1], [0, 1, 2], [1, 2, 3], [2, 3, 4], [3, 4, 5], [4, 5, 6]]
    rows = minitorch.unfold1d(SIGNAL.tensor(), 3)
    faults = {
        "the zeros stand before the signal; they belong behind it.": np.array(
            [before], float
        ).tolist()
    }
    assert_close(
        read(rows).tolist(), np.array([expected], float).tolist(), "unfold1d(x, 3)", faults
    )


@pytest.mark.task4_7
def test_conv1d_by_hand() -> None:
    """These rows, each times the weights 5, 2, 3, give 18, 28, 38, 48, 37, 30."""
    got = minitorch.conv1d_by_unfold(SIGNAL.tensor(), lay([[[5.0, 2.0, 3.0]]]).tensor())
    assert_tensor(got, [[[18.0, 28.0, 38.0, 48.0, 37.0, 30.0]]], "conv1d_by_unfold(x, w)")


@pytest.mark.task4_7
def test_channels_of_signals_by_hand() -> None:
    """In a row stands what the window sees of channel 0, then what it sees of channel 1."""
    stereo = lay([[[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]]])
    expected = [[[1, 2, 10, 20], [2, 3, 20, 30], [3, 0, 30, 0]]]
    assert_tensor(minitorch.unfold1d(stereo.tensor(), 2), expected, "unfold1d(x, 2)")


@pytest.mark.task4_7
def test_windows_by_hand() -> None:
    """A window of 2 by 2 in the corner of [[1, 2, 3], [4, 5, 6]] sees [[1, 2], [4, 5]]; below and right are zeros."""
    got = read(minitorch.windows(IMAGE.tensor(), (2, 2)))
    assert_close(list(got.shape), [1, 2, 3, 1, 2, 2], "windows(x, (2, 2)).shape")
    for (i, j), expected in {
        (0, 0): [[1.0, 2.0], [4.0, 5.0]],
        (0, 1): [[2.0, 3.0], [5.0, 6.0]],
        (0, 2): [[3.0, 0.0], [6.0, 0.0]],
        (1, 0): [[4.0, 5.0], [0.0, 0.0]],
        (1, 2): [[6.0, 0.0], [0.0, 0.0]],
    }.items():
        assert_close(got[0, i, j, 0].tolist(), expected, f"what windows(x, (2, 2)) sees at {i, j}")


@pytest.mark.task4_7
def test_unfold_by_hand() -> None:
    """There is a row for each place, and in it the window's rows, one behind the other."""
    expected = [[1, 2, 4, 5], [2, 3, 5, 6], [3, 0, 6, 0], [4, 5, 0, 0], [5, 6, 0, 0], [6, 0, 0, 0]]
    assert_tensor(minitorch.unfold(IMAGE.tensor(), (2, 2)), [expected], "unfold(x, (2, 2))")
    above = [[1, 4], [2, 5], [3, 6], [4, 0], [5, 0], [6, 0]]
    assert_tensor(minitorch.unfold(IMAGE.tensor(), (2, 1)), [above], "unfold(x, (2, 1))")


@pytest.mark.task4_7
def test_fold_by_hand() -> None:
    """If all windows of 2 by 2 send back 1, each number gets as many as there are windows that see it."""
    ones = lay(np.ones((1, 2, 3, 1, 2, 2)))
    expected = [[[[1.0, 2.0, 2.0], [2.0, 4.0, 4.0]]]]
    faults = {
        "what meets at a number is overwritten, not added up.": np.ones((1, 1, 2, 3)).tolist()
    }
    assert_close(read(minitorch.fold(ones.tensor())).tolist(), expected, "fold of ones", faults)


# Windows and fold


@pytest.mark.task4_7
def test_windows_repeat_nothing() -> None:
    """Windows of 2 by 3 read 720 numbers of 2 x 3 x 4 x 5, but in memory lie 210: the images in their frame."""
    seen = minitorch.windows(PHOTOS.tensor(), (2, 3))
    assert_close(int(seen.size), 720, "windows(x, (2, 3)).size")
    assert_close(len(seen.storage()), 210, "len(windows(x, (2, 3)).storage())")


@pytest.mark.task4_7
@some
@given(looks())
@example((PHOTOS, (2, 3)))
@example((IMAGE, (4, 5)))
@example((lay(numbers((2, 3, 4, 2)), order=(3, 1, 0, 2)), (3, 1)))
def test_windows(drawn: tuple[Laid, Shape]) -> None:
    """At each place, windows sees what lies below the window in each channel; each derivative goes back there."""
    x, window = drawn
    assert_right(
        lambda t: minitorch.windows(t, window),
        seen_by(x.cells, window),
        lambda d: [sent_back(d)],
        f"windows(x, {window})",
        x=x,
    )


@pytest.mark.task4_7
@some
@given(looks(), st.data())
def test_fold(drawn: tuple[Laid, Shape], data: st.DataObject) -> None:
    """fold(y) adds each element of y to the number that windows would have read there, however y is stored."""
    x, window = drawn
    y = draw_laid(data.draw, seen_by(x.cells, window).shape)
    given = y.tensor()
    assert_tensor(minitorch.fold(given), sent_back(y.cells), "fold(y)")
    assert_tensor(given, y.cells, "y after fold(y)")


@pytest.mark.task4_7
@some
@given(looks(), st.data())
@example((PHOTOS, (2, 3)), None)
def test_fold_is_the_adjoint(drawn: tuple[Laid, Shape], data: Any) -> None:
    """The sum of windows(x) * y is that of x * fold(y), for any y: no element of y is lost, and none is invented."""
    x, window = drawn
    shape = seen_by(x.cells, window).shape
    y = draw_laid(data.draw, shape) if data else lay(numbers(shape, 7))
    seen, back = minitorch.windows(x.tensor(), window), minitorch.fold(y.tensor())
    one, other = (read(seen) * y.cells).sum(), (x.cells * read(back)).sum()
    assert_close(float(one), float(other), "the sum of windows(x) * y, beside that of x * fold(y)")


# Rows


@pytest.mark.task4_7
@some
@given(looks())
@example((PHOTOS, (2, 3)))
@example((lay(numbers((2, 2, 3, 2)), order=(2, 3, 1, 0)), (1, 4)))
def test_unfold(drawn: tuple[Laid, Shape]) -> None:
    """unfold has a row for each place, with all that is seen of channel 0, then of channel 1, and so on."""
    x, window = drawn
    seen = seen_by(x.cells, window)
    rows = x.shape[0], x.shape[2] * x.shape[3], x.shape[1] * window[0] * window[1]
    assert_right(
        lambda t: minitorch.unfold(t, window),
        seen.reshape(rows),
        lambda d: [sent_back(d.reshape(seen.shape))],
        f"unfold(x, {window})",
        x=x,
    )


@pytest.mark.task4_7
@some
@given(st.data())
def test_unfold1d(data: st.DataObject) -> None:
    """unfold1d does for signals what unfold does for images that are 1 high."""
    x = draw_laid(data.draw, (data.draw(FEW), data.draw(FEW), data.draw(st.integers(1, 5))))
    width = data.draw(st.integers(1, 6))
    seen = seen_by(x.cells[:, :, None], (1, width))
    B, _, W, C, _, _ = seen.shape
    assert_right(
        lambda t: minitorch.unfold1d(t, width),
        seen.reshape(B, W, C * width),
        lambda d: [sent_back(d.reshape(seen.shape))[:, :, 0]],
        f"unfold1d(x, {width})",
        x=x,
    )


# Convolutions


@pytest.mark.task4_7
@some
@given(looks(), FEW, st.data())
@example((PHOTOS, (2, 3)), 2, None)
@example((IMAGE, (3, 4)), 3, None)
@example((lay(numbers((2, 3, 3, 2)), order=(3, 1, 2, 0)), (1, 2)), 2, None)
def test_conv2d_by_unfold(drawn: tuple[Laid, Shape], out_channels: int, data: Any) -> None:
    """conv2d_by_unfold gives the sums of Task 4.2, and the same derivatives by the images and by the weights."""
    x, window = drawn
    B, C, H, W = x.shape
    shape = out_channels, C, *window
    w = draw_laid(data.draw, shape) if data else lay(numbers(shape, 11), order=(1, 3, 0, 2))
    assert_right(
        minitorch.conv2d_by_unfold,
        convolved((B, out_channels, H, W), x.cells, w.cells),
        lambda d: list(gradients(x.cells, w.cells, d)),
        "conv2d_by_unfold(x, w)",
        x=x,
        w=w,
    )


@pytest.mark.task4_7
@some
@given(looks(), FEW, st.data())
@example((PHOTOS, (2, 3)), 2, None)
@example((IMAGE, (3, 4)), 3, None)
def test_conv1d_by_unfold(drawn: tuple[Laid, Shape], out_channels: int, data: Any) -> None:
    """conv1d_by_unfold gives the sums of Task 4.1, and the same derivatives by the signals and by the weights."""
    images, (_, width) = drawn
    x = lay(images.cells[:, :, 0], order=(2, 0, 1))
    B, C, W = x.shape
    shape = out_channels, C, width
    w = draw_laid(data.draw, shape) if data else lay(numbers(shape, 11), order=(1, 2, 0))
    assert_right(
        minitorch.conv1d_by_unfold,
        convolved((B, out_channels, W), x.cells, w.cells),
        lambda d: list(gradients(x.cells, w.cells, d)),
        "conv1d_by_unfold(x, w)",
        x=x,
        w=w,
    )


@pytest.mark.task4_7
def test_your_own_products() -> None:
    """The same comes out, and all stays as it was, where your own operations of Module 2 calculate."""
    x, w = lay(numbers((2, 1, 2, 3))), lay(numbers((1, 1, 2, 2), 9))
    assert_all_stays(minitorch.conv2d_by_unfold, "conv2d_by_unfold", x, w)
    assert_only_wanted(minitorch.conv2d_by_unfold, x, w)


@pytest.mark.task4_7
def test_two_output_channels_by_hand() -> None:
    """The windows [1, 10] and [100, 1000] on 1, 2, 3 give 21, 32, 3 and 2100, 3200, 300."""
    signal, weights = lay([[[1.0, 2.0, 3.0]]]), lay([[[1.0, 10.0]], [[100.0, 1000.0]]])
    got = minitorch.conv1d_by_unfold(signal.tensor(), weights.tensor())
    viewed = [[[201.0, 302.0, 3.0], [2010.0, 3020.0, 30.0]]]
    last = [[[21.0, 2100.0, 32.0], [3200.0, 3.0, 300.0]]]
    assert_close(
        got.to_numpy().tolist(),
        [[[21.0, 32.0, 3.0], [2100.0, 3200.0, 300.0]]],
        "conv1d_by_unfold(x, w)",
        {
            "the weights were viewed as columns, where rows have to become columns (permute).": viewed,
            "channels come last after @: permute before the result is viewed.": last,
        },
    )


@pytest.mark.task4_7
def test_one_product() -> None:
    """All images and all output channels are one product of matrices: @ is called once, and conv2d is not called."""
    calls = []
    counting = array_backend(minitorch)
    multiply = counting.matrix_multiply
    counting.matrix_multiply = lambda a, b: calls.append(1) or multiply(a, b)
    x, w = PHOTOS.tensor(), lay(numbers((2, 3, 2, 3))).tensor()
    signals, windows = lay(numbers((2, 3, 4))).tensor(), lay(numbers((2, 3, 2))).tensor()
    for tensor in (x, w, signals, windows):
        tensor._type_(counting)
    with convolutions_away():
        minitorch.conv2d_by_unfold(x, w)
        assert_close(len(calls), 1, "calls of @, by the backend of x, in conv2d_by_unfold(x, w)")
        minitorch.conv1d_by_unfold(signals, windows)
        assert_close(len(calls), 2, "calls of @, by that backend, in both convolutions together")


@pytest.mark.task4_7
def test_backend_stays() -> None:
    """Results have the backend that the input came with."""
    x, w = made(PHOTOS), made(lay(numbers((2, 3, 2, 3))))
    signals, windows = made(lay(numbers((2, 3, 4)))), made(lay(numbers((2, 3, 2))))
    seen = minitorch.windows(x, (2, 3))
    results = {
        "windows(x, (2, 3))": seen,
        "fold(y)": minitorch.fold(seen),
        "unfold(x, (2, 3))": minitorch.unfold(x, (2, 3)),
        "unfold1d(x, 2)": minitorch.unfold1d(signals, 2),
        "conv2d_by_unfold(x, w)": minitorch.conv2d_by_unfold(x, w),
        "conv1d_by_unfold(x, w)": minitorch.conv1d_by_unfold(signals, windows),
    }
    for call, result in results.items():
        assert_close(result.backend is backend(), True, f"does {call} keep the backend of x")


@pytest.mark.task4_7
def test_what_cannot_be() -> None:
    """Where shapes don't fit together, an IndexingError says so; of no images, there are no rows."""
    x, signals = PHOTOS.tensor(), lay(numbers((2, 3, 4))).tensor()
    none = minitorch.zeros((0, 3, 4, 5))
    assert_close(list(minitorch.unfold(none, (2, 2)).shape), [0, 20, 12], "unfold(x, (2, 2)).shape")
    for what, call in {
        "windows of signals": lambda: minitorch.windows(signals, (2, 2)),
        "windows of no height": lambda: minitorch.windows(x, (0, 2)),
        "signals unfolded as images": lambda: minitorch.unfold(signals, (2, 2)),
        "images unfolded as signals": lambda: minitorch.unfold1d(x, 2),
        "channels that differ": lambda: minitorch.conv2d_by_unfold(
            x, minitorch.zeros((1, 2, 2, 2))
        ),
        "weights of signals": lambda: minitorch.conv2d_by_unfold(x, minitorch.zeros((1, 3, 2))),
    }.items():
        try:
            call()
        except minitorch.IndexingError:
            continue
        raise AssertionError(f"{what}: got no error, expected an IndexingError")


# A network


def losses(convolve: Callable[..., minitorch.Tensor]) -> list[float]:
    """Train a small network of two convolutions for four steps, and list its losses."""
    rng = np.random.default_rng(0)
    pictures, wanted = (made(lay(rng.uniform(-1.0, 1.0, (3, c, 4, 5)))) for c in (1, 2))
    weights = [
        minitorch.Parameter(made(lay(rng.uniform(-0.5, 0.5, shape))))
        for shape in ((3, 1, 2, 3), (2, 3, 3, 2))
    ]
    optim = minitorch.SGD(weights, 0.01)
    found = []
    for _ in range(4):
        optim.zero_grad()
        hidden = convolve(pictures, weights[0].value).relu()
        wrong = convolve(hidden, weights[1].value) - wanted
        loss = (wrong * wrong).sum()
        loss.backward()
        optim.step()
        found.append(loss.item())
    return found


@pytest.mark.task4_7
def test_a_network_learns_the_same() -> None:
    """A network learns by unfolding just what it learns by sliding: step after step, it has the same loss."""
    with slid_by_numpy(minitorch):
        expected = losses(minitorch.conv2d)
    assert expected[-1] < expected[0] - 1.0, "the loss falls by sliding"
    assert_close(losses(minitorch.conv2d_by_unfold), expected, "the loss before each of four steps")
