"""Tasks 4.3 and 4.4: tiling, and pooling by the mean and by the largest."""

from itertools import product

import numpy as np
import pytest
from comparison import assert_close
from hypothesis import example, given, settings
from strategies import images
from tensors import Laid, Values, assert_tensor, backward, lay, numbers

import minitorch

few = settings(max_examples=25)

Kernel = tuple[int, int]

TABLE = lay([[[[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]]]])  # one image, 2 high and 4 wide
STACK = lay(numbers((2, 3, 4, 6)))  # two images of three channels, 4 high and 6 wide
TURNED = lay(numbers((3, 2, 4, 3)), order=(3, 1, 0, 2))


def tiles(x: Values, kernel: Kernel) -> Values:
    """Cut each image into tiles as large as the kernel, and write the cells of each tile into a row."""
    (batch, channels, height, width), (high, wide) = x.shape, kernel
    rows = np.zeros((batch, channels, height // high, width // wide, high * wide))
    for b, c, i, j in product(*map(range, rows.shape[:4])):
        corner = x[b, c, i * high : (i + 1) * high, j * wide : (j + 1) * wide]
        rows[b, c, i, j] = corner.ravel()
    return rows


def images_of(rows: Values, kernel: Kernel) -> Values:
    """Put rows back where they were cut from."""
    (batch, channels, height, width, _), (high, wide) = rows.shape, kernel
    x = np.zeros((batch, channels, height * high, width * wide))
    for b, c, i, j in product(*map(range, rows.shape[:4])):
        corner = rows[b, c, i, j].reshape(kernel)
        x[b, c, i * high : (i + 1) * high, j * wide : (j + 1) * wide] = corner
    return x


# Tiles


@pytest.mark.task4_3
def test_tile_by_hand() -> None:
    """An image of 2 rows and 4 columns, cut by (2, 2), gives two tiles; each is read row by row."""
    tiled, height, width = minitorch.tile(TABLE.tensor(), (2, 2))
    expected = [[[[[1.0, 2.0, 5.0, 6.0], [3.0, 4.0, 7.0, 8.0]]]]]
    assert_tensor(tiled, expected, "tile(x, (2, 2))[0]")
    assert_close([int(height), int(width)], [1, 2], "list(tile(x, (2, 2))[1:])")


@pytest.mark.task4_3
def test_flat_kernels_by_hand() -> None:
    """A kernel is (height, width): (2, 1) takes what stands above each other, (1, 2) what stands side by side."""
    above, height, width = minitorch.tile(TABLE.tensor(), (2, 1))
    assert_tensor(above, [[[[[1, 5], [2, 6], [3, 7], [4, 8]]]]], "tile(x, (2, 1))[0]")
    assert_close([int(height), int(width)], [1, 4], "list(tile(x, (2, 1))[1:])")
    beside, height, width = minitorch.tile(TABLE.tensor(), (1, 2))
    assert_tensor(beside, [[[[[1, 2], [3, 4]], [[5, 6], [7, 8]]]]], "tile(x, (1, 2))[0]")
    assert_close([int(height), int(width)], [2, 2], "list(tile(x, (1, 2))[1:])")


@pytest.mark.task4_3
@few
@given(images())
@example((STACK, (2, 3)))
@example((TURNED, (2, 1)))
@example((TABLE, (2, 4)))
def test_tile(drawn: tuple[Laid, Kernel]) -> None:
    """tile leaves images and channels where they are, and gives each tile's cells in a row, however x is stored."""
    x, kernel = drawn
    tiled, height, width = minitorch.tile(x.tensor(), kernel)
    expected = tiles(x.cells, kernel)
    assert_tensor(tiled, expected, f"tile(x, {kernel})[0]")
    called = f"list(tile(x, {kernel})[1:])"
    assert_close([int(height), int(width)], list(expected.shape[2:4]), called)


@pytest.mark.task4_3
@few
@given(images())
@example((STACK, (2, 3)))
@example((TURNED, (2, 1)))
def test_gradient_of_tile(drawn: tuple[Laid, Kernel]) -> None:
    """The derivative of each cell of a tile goes back to where the cell came from."""
    x, kernel = drawn
    d, (dx,) = backward(lambda t: minitorch.tile(t, kernel)[0], x)
    what = f"x.grad after tile(x, {kernel})[0].backward(d)"
    assert_tensor(dx, images_of(d, kernel), what)


# Averages


@pytest.mark.task4_3
def test_avgpool2d_by_hand() -> None:
    """The mean of 1, 2, 5 and 6 is 3.5, that of 3, 4, 7 and 8 is 5.5."""
    assert_tensor(
        minitorch.avgpool2d(TABLE.tensor(), (2, 2)), [[[[3.5, 5.5]]]], "avgpool2d(x, (2, 2))"
    )


@pytest.mark.task4_3
@few
@given(images())
@example((STACK, (2, 3)))
@example((TURNED, (2, 1)))
@example((STACK, (4, 6)))
def test_avgpool2d(drawn: tuple[Laid, Kernel]) -> None:
    """avgpool2d puts one cell in the place of each tile: its mean. Each cell of a tile has an equal share in it."""
    x, kernel = drawn
    rows = tiles(x.cells, kernel)
    what = f"avgpool2d(x, {kernel})"
    assert_tensor(minitorch.avgpool2d(x.tensor(), kernel), rows.mean(axis=4), what)
    d, (dx,) = backward(lambda t: minitorch.avgpool2d(t, kernel), x)
    shares = np.repeat(d[..., np.newaxis], rows.shape[4], axis=4) / rows.shape[4]
    assert_tensor(dx, images_of(shares, kernel), f"x.grad after {what}.backward(d)")


# The largest


@pytest.mark.task4_4
def test_maxpool2d_by_hand() -> None:
    """The largest of 1, 2, 5 and 6 is 6, that of 3, 4, 7 and 8 is 8."""
    assert_tensor(
        minitorch.maxpool2d(TABLE.tensor(), (2, 2)), [[[[6.0, 8.0]]]], "maxpool2d(x, (2, 2))"
    )


@pytest.mark.task4_4
@few
@given(images())
@example((STACK, (2, 3)))
@example((TURNED, (2, 1)))
@example((STACK, (4, 6)))
def test_maxpool2d(drawn: tuple[Laid, Kernel]) -> None:
    """maxpool2d puts one cell in the place of each tile: its largest, which alone gets the derivative."""
    x, kernel = drawn
    rows = tiles(x.cells, kernel)
    what = f"maxpool2d(x, {kernel})"
    assert_tensor(minitorch.maxpool2d(x.tensor(), kernel), rows.max(axis=4), what)
    d, (dx,) = backward(lambda t: minitorch.maxpool2d(t, kernel), x)
    largest = rows == rows.max(axis=4, keepdims=True)
    assert_tensor(
        dx, images_of(d[..., np.newaxis] * largest, kernel), f"x.grad after {what}.backward(d)"
    )
