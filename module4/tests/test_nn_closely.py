"""Tasks 4.3 and 4.4 once more: what stays as it was, sizes that are large, odd or empty, and numbers of other kinds."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from comparison import assert_close, difference
from tensors import Values, assert_tensor, lay, numbers, read

import minitorch

POOLED: dict[str, Callable[[Any], Any]] = {
    "tile(x, (2, 1))[0]": lambda x: minitorch.tile(x, (2, 1))[0],
    "tile(x, (1, 1))[0]": lambda x: minitorch.tile(x, (1, 1))[0],
    "avgpool2d(x, (2, 2))": lambda x: minitorch.avgpool2d(x, (2, 2)),
    "avgpool2d(x, (1, 3))": lambda x: minitorch.avgpool2d(x, (1, 3)),
}

LARGEST: dict[str, Callable[[Any], Any]] = {
    "max(x, 2)": lambda x: minitorch.max(x, 2),
    "argmax(x, 3)": lambda x: minitorch.argmax(x, 3),
    "softmax(x, 3)": lambda x: minitorch.softmax(x, 3),
    "logsoftmax(x, 1)": lambda x: minitorch.logsoftmax(x, 1),
    "maxpool2d(x, (2, 2))": lambda x: minitorch.maxpool2d(x, (2, 2)),
    "maxpool2d(x, (1, 1))": lambda x: minitorch.maxpool2d(x, (1, 1)),
    "dropout(x, 0.0)": lambda x: minitorch.dropout(x, 0.0),
    "dropout(x, 1.0)": lambda x: minitorch.dropout(x, 1.0),
    "dropout(x, 0.5, ignore=True)": lambda x: minitorch.dropout(x, 0.5, ignore=True),
}

IMAGES = lay(numbers((2, 3, 4, 6)))


# Task 4.3


@pytest.mark.task4_3
def test_pooling_only_reads() -> None:
    """Tiles and means are made of images that stay as they were, and so do derivatives that others hold too."""
    assert_only_reads(POOLED)


@pytest.mark.task4_3
def test_images_of_other_sizes() -> None:
    """Images may be large, a batch may be empty, and one kernel may follow another."""
    for shape, kernel in [
        ((1, 1, 260, 2), (130, 1)),
        ((1, 2, 2, 300), (2, 3)),
        ((130, 1, 2, 2), (2, 2)),
        ((0, 2, 4, 4), (2, 2)),
        ((2, 3, 4, 6), (4, 6)),
        ((2, 3, 4, 6), (2, 3)),
    ]:
        x = lay(numbers(shape))
        batch, channels, height, width = shape
        high, wide = kernel
        rows = x.cells.reshape(batch, channels, height // high, high, width // wide, wide)
        cut = rows.transpose(0, 1, 2, 4, 3, 5).reshape(
            *shape[:2], height // high, width // wide, high * wide
        )
        tiles, new_height, new_width = minitorch.tile(x.tensor(), kernel)
        assert_tensor(tiles, cut, f"tile(x, {kernel})[0], x of shape {shape}")
        assert_close(
            [new_height, new_width], [height // high, width // wide], "new_height, new_width"
        )
        got = minitorch.avgpool2d(x.tensor(), kernel)
        assert_tensor(
            got, cut.sum(axis=4) / (high * wide), f"avgpool2d(x, {kernel}), x of shape {shape}"
        )


@pytest.mark.task4_3
def test_images_that_leave_a_rest() -> None:
    """Images that can't be cut into tiles without a rest are refused with a ValueError that says so."""
    assert_refused({"tile": minitorch.tile, "avgpool2d": minitorch.avgpool2d})


# Task 4.4


@pytest.mark.task4_4
def test_images_whose_largest_leave_a_rest() -> None:
    """maxpool2d refuses images that can't be cut into tiles without a rest, as tile does."""
    assert_refused({"maxpool2d": minitorch.maxpool2d})


@pytest.mark.task4_4
def test_functions_only_read() -> None:
    """All functions leave x as it was, and derivatives that others hold too; a second walk adds the same again."""
    assert_only_reads(LARGEST)


@pytest.mark.task4_4
def test_each_call_for_itself() -> None:
    """What one call saves for its backward, another call of the same function does not change."""
    for call in ("max(x, 2)", "softmax(x, 3)", "maxpool2d(x, (2, 2))"):
        alone, together = IMAGES.tensor(True), IMAGES.tensor(True)
        weights = lay(numbers(tuple(LARGEST[call](IMAGES.tensor()).shape), 7)).tensor()
        (LARGEST[call](alone) * weights).sum().backward()
        first = LARGEST[call](together)
        other = lay(numbers((2, 3, 4, 6), 31)).tensor(True)
        (LARGEST[call](other) * weights).sum().backward()
        (first * weights).sum().backward()
        assert_tensor(
            together.grad, read(alone.grad), f"x.grad after {call}, with another call in between"
        )


@pytest.mark.task4_4
def test_dropout_makes_a_new_tensor() -> None:
    """dropout drops in its result, and not in its input; each call draws anew, also for the same tensor."""
    x = lay(np.ones((20, 30))).tensor()
    dropped = [read(minitorch.dropout(x, 0.5)) for _ in range(3)]
    assert_tensor(x, np.ones((20, 30)), "x after three calls of dropout(x, 0.5)")
    alike = [bool((dropped[n] == dropped[n - 1]).all()) for n in range(3)]
    assert_close(alike, [False] * 3, "did two of three calls drop the same cells")
    for each in dropped:
        assert_close(
            sorted(set(each.ravel().tolist())), [0.0, 2.0], "the numbers in dropout(ones, 0.5)"
        )


@pytest.mark.task4_4
def test_rates_of_other_kinds() -> None:
    """A rate may be a whole number: 0 drops nothing, and 1 everything."""
    x = IMAGES
    assert_tensor(minitorch.dropout(x.tensor(), 0), x.cells, "dropout(x, 0)")
    assert_tensor(minitorch.dropout(x.tensor(), 1), np.zeros(x.shape), "dropout(x, 1)")
    assert_tensor(minitorch.dropout(x.tensor(), 1, True), x.cells, "dropout(x, 1, True)")
    got = read(minitorch.dropout(x.tensor(), np.float64(0.25)))
    expected = np.where(got == 0.0, 0.0, x.cells / 0.75)
    assert_close(got.tolist(), expected.tolist(), "dropout(x, np.float64(0.25))")


@pytest.mark.task4_4
def test_many_cells() -> None:
    """The largest may stand far behind, and hundreds of scores may share the probability 1."""
    cells = numbers((2, 300)) / 10
    cells[0, 200] = cells[1, 299] = 9.0
    x = lay(cells)
    stands = cells == cells.max(axis=1, keepdims=True)
    assert_tensor(minitorch.argmax(x.tensor(), 1), stands, "argmax of rows of 300")
    assert_tensor(minitorch.max(x.tensor(), 1), [[9.0], [9.0]], "max of rows of 300")
    powers = np.exp(cells)
    assert_shares(minitorch.softmax(x.tensor(), 1), powers, "softmax of rows of 300")
    large = lay([[1e9, 1e9 + 1.0, 1e9 - 1.0]])
    assert_tensor(
        minitorch.max(large.tensor(), 1) - 1e9, [[1.0]], "max([[1e9, 1e9 + 1, 1e9 - 1]], 1) - 1e9"
    )
    got = minitorch.softmax(large.tensor(), 1)
    assert_shares(got, np.exp([[0.0, 1.0, -1.0]]), "softmax([[1e9, 1e9 + 1, 1e9 - 1]], 1)")


@pytest.mark.task4_4
def test_nothing_to_choose_from() -> None:
    """Of no scores, there are no probabilities; of no images, no largest; and dropping from nothing leaves nothing."""
    empty = lay(np.zeros((2, 0)))
    for name in ("softmax", "logsoftmax", "argmax"):
        got = getattr(minitorch, name)(empty.tensor(), 1)
        assert_tensor(got, np.zeros((2, 0)), f"{name}(x, 1), x of shape (2, 0)")
        got = getattr(minitorch, name)(empty.tensor(), 0)
        assert_tensor(got, np.zeros((2, 0)), f"{name}(x, 0), x of shape (2, 0)")
    assert_tensor(minitorch.dropout(empty.tensor(), 0.5), np.zeros((2, 0)), "dropout(x, 0.5)")
    got = minitorch.maxpool2d(lay(np.zeros((0, 1, 4, 4))).tensor(), (2, 2))
    assert_tensor(got, np.zeros((0, 1, 2, 2)), "maxpool2d of an empty batch")


# What the tests are made with


def assert_only_reads(functions: dict[str, Callable[[Any], Any]]) -> None:
    """Assert that functions, forward and backward, write into nothing that they are given."""
    __tracebackhide__ = True
    for call, compute in functions.items():
        alone, x = IMAGES.tensor(True), IMAGES.tensor(True)
        result = compute(alone)
        d = numbers(tuple(int(size) for size in result.shape), 50)
        result.backward(lay(d).tensor())
        expected = gradient(alone)
        result, start = compute(x), lay(d).tensor()
        w = result.zeros()
        w.requires_grad_(True)
        total = w + result
        for times in (1, 2):
            total.backward(start)
            assert_tensor(x, IMAGES.cells, f"x after (w + {call}).backward(d)")
            assert_tensor(start, d, f"d after (w + {call}).backward(d)")
            assert_tensor(w.grad, times * d, f"w.grad after {times} times (w + {call}).backward(d)")
            got = gradient(x).tolist()
            what = f"x.grad after {times} times (w + {call}).backward(d)"
            assert_close(got, (times * expected).tolist(), what)


def assert_shares(got: Any, powers: Values, what: str) -> None:
    """Assert that cells are each row's shares in its sum, up to what the EPS inside of log may add to them."""
    __tracebackhide__ = True
    expected = powers / powers.sum(axis=1, keepdims=True)
    if not np.allclose(read(got), expected, rtol=1e-5, atol=1e-6):
        raise AssertionError(difference(read(got).tolist(), expected.tolist(), what))


def gradient(x: Any) -> Values:
    """Read a gradient; where there is none, that counts as 0."""
    return np.zeros(IMAGES.shape) if x.grad is None else read(x.grad)


def assert_refused(pooling: dict[str, Callable[..., Any]]) -> None:
    """Assert that images of 5 x 5 are not cut into tiles of 2 x 2, and images of 4 x 4 are."""
    __tracebackhide__ = True
    for name, pool in pooling.items():
        cut = pool(lay(numbers((1, 1, 4, 4))).tensor(), (2, 2))
        shape = list((cut[0] if isinstance(cut, tuple) else cut).shape)[:4]
        assert_close(shape, [1, 1, 2, 2], f"the shape of {name}(x, (2, 2)), x of 4 x 4")
        for height, width in [(5, 5), (4, 5), (5, 4), (1, 2)]:
            x = lay(numbers((1, 1, height, width))).tensor()
            with pytest.raises((ValueError, AssertionError)) as refusal:
                pool(x, (2, 2))
            said = str(refusal.value)
            assert (
                str(height) in said and str(width) in said
            ), f"{name} of {height} x {width} says: {said}"
