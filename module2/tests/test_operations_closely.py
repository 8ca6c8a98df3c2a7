"""Task 2.3 once more: many cells, all digits, numbers of other kinds, and what calls leave behind."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from comparison import assert_close
from strategies import Layout
from tensors import Stored, assert_tensor, filled, plain

import minitorch
from minitorch import tensor_ops

# The kernels


@pytest.mark.task2_3
def test_many_cells() -> None:
    """Hundreds of cells, and up to a dozen dimensions, are no more special than a few."""
    for shape in [(300,), (130, 3), (2, 150), (2,) * 9]:
        cells = np.arange(float(np.prod(shape))).reshape(shape)
        x = plain(cells)
        got = written(tensor_ops.tensor_map(lambda x: 3.0 * x + 1.0), shape, x)
        assert_close(got.tolist(), (3.0 * cells + 1.0).tolist(), f"out of a map of {shape}")
        got = written(tensor_ops.tensor_zip(lambda x, y: 2.0 * x - y), shape, x, plain(cells**2))
        assert_close(got.tolist(), (2.0 * cells - cells**2).tolist(), f"out of a zip of {shape}")
        for dim, kept in ((0, (1, *shape[1:])), (len(shape) - 1, (*shape[:-1], 1))):
            reduce = tensor_ops.tensor_reduce(lambda acc, x: acc / 2.0 + x)
            got = written(reduce, kept, x, dim)
            expected = np.zeros(kept)
            for row in np.split(cells, shape[dim], axis=dim):
                expected = expected / 2.0 + row
            assert_close(got.tolist(), expected.tolist(), f"out of a reduce of {shape} along {dim}")


@pytest.mark.task2_3
def test_every_digit_counts() -> None:
    """Cells keep all digits of large numbers: 1e9 + 1 is 1 more than 1e9, in map, zip and reduce."""
    large = plain([1e9, 1e9 + 2.0])
    got = written(tensor_ops.tensor_map(lambda x: x + 1.0), (2,), large)
    assert_close((got - 1e9).tolist(), [1.0, 3.0], "the map of x + 1, less 1e9")
    got = written(tensor_ops.tensor_zip(lambda x, y: x + y), (2,), large, plain(1.0))
    assert_close((got - 1e9).tolist(), [1.0, 3.0], "the zip of x + y with 1.0, less 1e9")
    terms = plain([[1e9, 1.0, 2.0, -1e9]])
    got = written(tensor_ops.tensor_reduce(lambda acc, x: acc + x), (1, 1), terms, 1)
    assert_close(got.tolist(), [[3.0]], "the reduce of acc + x over 1e9, 1, 2, -1e9")
    x = minitorch.tensor([1e9 + 1.0])
    assert_tensor(x - 1e9, [1.0], "tensor([1e9 + 1.0]) - 1e9")
    assert_tensor(1.0 / minitorch.tensor([1e-9]), [1e9], "1.0 / tensor([1e-9])")


@pytest.mark.task2_3
def test_one_kernel_serves_many_calls() -> None:
    """A kernel may be called again, with other numbers, strides and shapes: each call begins afresh."""
    negate = tensor_ops.tensor_map(lambda x: -x)
    minus = tensor_ops.tensor_zip(lambda x, y: x - y)
    fold = tensor_ops.tensor_reduce(lambda acc, x: acc - x)
    rows = plain([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    turned = Stored(rows.numbers, Layout((2, 3), (1, 2)))
    for x in (rows, turned, plain([[[7.0]], [[8.0]]]), plain([5.0]), rows):
        for out in (row_major(x.shape), column_major(x.shape)):
            got = laid(negate, out, x)
            assert_close(
                got.tolist(), (-x.values).tolist(), f"out of {out}: the map of -x, x = {x}"
            )
            got = laid(minus, out, x, rows if x.shape == (2, 3) else x)
            expected = x.values - (rows.values if x.shape == (2, 3) else x.values)
            assert_close(
                got.tolist(), expected.tolist(), f"out of {out}: the zip of x - y, x = {x}"
            )
        kept = (1, *x.shape[1:])
        got = laid(fold, row_major(kept), x, 0)
        expected = -x.values.sum(0, keepdims=True)
        assert_close(got.tolist(), expected.tolist(), f"the reduce of acc - x along 0, x = {x}")


@pytest.mark.task2_3
def test_a_map_of_a_tensor_into_itself() -> None:
    """A map may write into the tensor that it reads: each cell is read before it is written."""
    kernel = tensor_ops.tensor_map(lambda x: 3.0 * x + 1.0)
    storage, shape, strides = plain([[1.0, 2.0], [3.0, 4.0]]).arrays()
    kernel(storage, shape, strides, storage, shape, strides)
    assert_close(
        storage.tolist(), [4.0, 7.0, 10.0, 13.0], "the storage after a map of 3x + 1 into it"
    )
    x = minitorch.tensor([1.0, -2.0])
    got = minitorch.SimpleOps.map(lambda x: -x)(x, x)
    assert_tensor(x, [-1.0, 2.0], "x after SimpleOps.map(lambda x: -x)(x, x)")
    assert_close(got is x, True, "is x what it gave")


@pytest.mark.task2_3
def test_a_map_into_another_tensor() -> None:
    """SimpleOps.map writes into the tensor that it is given, broadcasting, and refuses one that is too small."""
    double = minitorch.SimpleOps.map(lambda x: 2.0 * x)
    x, out = minitorch.tensor([1.0, 2.0]), minitorch.zeros((2, 2))
    got = double(x, out)
    assert_close(got is out, True, "is out what the map gave")
    assert_tensor(out, [[2.0, 4.0], [2.0, 4.0]], "out after the map of 2x of [1, 2]")
    assert_tensor(x, [1.0, 2.0], "x afterwards")
    for shape in [(1, 1), (3,), ()]:
        what = f"is a map of shape (2,) into shape {shape} refused"
        assert_close(refused(lambda: double(x, minitorch.zeros(shape))), True, what)


# Tensors


@pytest.mark.task2_3
def test_results_are_apart() -> None:
    """Each result has numbers of its own: a later one of the same shape does not change it."""
    x, y = minitorch.tensor([[1.0, 2.0]]), minitorch.tensor([[3.0, 5.0]])
    first = [
        x + y,
        x * y,
        x < y,
        x.exp(),
        x.sum(1),
        -x,
        x.sum(),
        minitorch.zeros((1, 2)),
        x.zeros(),
    ]
    before = [each.to_numpy().tolist() for each in first]
    for _ in (y + y, y * y, y < x, y.exp(), y.sum(1), -y, y.sum()):
        pass
    for each in (minitorch.zeros((1, 2)), x.zeros()):
        each[0, 0] = 7.0
    got = [each.to_numpy().tolist() for each in first]
    assert_close(got, before, "x + y, x * y, x < y, x.exp(), x.sum(1), …, read again later")


@pytest.mark.task2_3
def test_numbers_of_other_kinds() -> None:
    """Beside a tensor, any number will do: whole ones, True and False, and those of NumPy, on either side."""
    x = minitorch.tensor([[1.0, 2.0], [3.0, 4.0]])
    values = np.array([[1.0, 2.0], [3.0, 4.0]])
    for n in (2, True, np.float64(2.5), np.float32(0.5), np.int64(3)):
        number = float(n)
        assert_tensor(x + n, values + number, f"x + {n!r}")
        assert_tensor(n + x, values + number, f"{n!r} + x")
        assert_tensor(x - n, values - number, f"x - {n!r}")
        assert_tensor(n - x, number - values, f"{n!r} - x")
        assert_tensor(x * n, values * number, f"x * {n!r}")
        assert_tensor(n * x, values * number, f"{n!r} * x")
        assert_tensor(x / n, values / number, f"x / {n!r}")
        assert_tensor(x < n, values < number, f"x < {n!r}")
        assert_tensor(x == n, values == number, f"x == {n!r}")


@pytest.mark.task2_3
def test_what_tensors_are_made_of() -> None:
    """tensor takes numbers of all kinds, in lists, tuples or arrays, nested however deep."""
    for numbers in (
        [[1, 2], [3, 4]],
        ((1.0, 2.0), (3.0, 4.0)),
        [(1, 2.0), [3, 4.0]],
        np.array([[1, 2], [3, 4]]),
        np.array([[1, 2], [3, 4]], np.float32),
    ):
        x = minitorch.tensor(numbers)
        assert_tensor(-x, [[-1.0, -2.0], [-3.0, -4.0]], f"-tensor({numbers!r})")
    assert_tensor(-minitorch.tensor(2), np.array(-2.0), "-tensor(2)")
    assert_tensor(-minitorch.tensor([[[]]]), np.zeros((1, 1, 0)), "-tensor([[[]]])")
    assert_tensor(-minitorch.tensor([True, False]), [-1.0, 0.0], "-tensor([True, False])")
    got = [
        minitorch.tensor([1.0], requires_grad=wanted).exp().requires_grad()
        for wanted in (True, False)
    ]
    assert_close(got, [True, False], "tensor([1.0], requires_grad=…).exp().requires_grad()")


@pytest.mark.task2_3
def test_zeros_and_random_numbers() -> None:
    """zeros holds zeros; rand draws from 0 to 1, other numbers in each call, and the same after the same seed."""
    assert_tensor(minitorch.zeros((2, 3)) + 1.0, np.ones((2, 3)), "zeros((2, 3)) + 1.0")
    minitorch.seed(5)
    first, second = minitorch.rand((4, 5)), minitorch.rand((4, 5))
    minitorch.seed(5)
    again = minitorch.rand((4, 5))
    assert_tensor((first == second).sum(), [0.0], "how many numbers of two calls of rand are equal")
    assert_tensor((first == again).sum(), [20.0], "how many are equal after the same seed, of 20")
    assert_tensor(
        (first < 0.0) + (first > 1.0), np.zeros((4, 5)), "which numbers are not from 0 to 1"
    )


@pytest.mark.task2_3
def test_elements() -> None:
    """Elements are read and written by their index, also where the tensor is permuted."""
    x = minitorch.tensor([[1.0, 2.0], [3.0, 4.0]])
    turned = x.permute(1, 0)
    assert_close([turned[0, 1], turned[1, 0]], [3.0, 2.0], "x.permute(1, 0)[0, 1], […][1, 0]")
    turned[1, 0] = 0.25
    assert_tensor(x + 0.0, [[1.0, 0.25], [3.0, 4.0]], "x after x.permute(1, 0)[1, 0] = 0.25")
    assert_close(x.sum().item(), 8.25, "x.sum().item()")
    assert_close(refused(lambda: x.item()), True, "is item() of four elements refused")


@pytest.mark.task2_3
def test_detached_tensors() -> None:
    """detach gives the same numbers without a history, and requires_grad_(False) forgets it."""
    x = minitorch.tensor([1.0, 2.0], requires_grad=True)
    result = x * 3.0
    detached = result.detach()
    assert_close(
        [result.requires_grad(), detached.requires_grad()], [True, False], "requires_grad()"
    )
    detached[0] = 9.0
    assert_tensor(result, [9.0, 6.0], "result after result.detach()[0] = 9.0")
    x.requires_grad_(False)
    assert_close((x * 3.0).requires_grad(), False, "(x * 3.0).requires_grad() afterwards")


@pytest.mark.task2_3
def test_contiguous_remembers() -> None:
    """contiguous gives the same cells side by side; a tensor that it has to copy is still known to come from x."""
    x = minitorch.tensor([[1.0, 2.0, 3.0]], requires_grad=True)
    y = minitorch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    copied, flat = y.permute(1, 0).contiguous(), x.permute(1, 0).view(3)
    assert_tensor(copied.view(4), [1.0, 3.0, 2.0, 4.0], "y.permute(1, 0).contiguous().view(4)")
    assert_tensor(flat, [1.0, 2.0, 3.0], "x.permute(1, 0).view(3), where x has one row")
    got = [each.requires_grad() and not each.is_leaf() for each in (copied, flat)]
    assert_close(got, [True, True], "do they have histories")


# What the tests are made with


def row_major(shape: tuple[int, ...]) -> Layout:
    """Lay cells in rows."""
    return Layout(shape, tuple(int(np.prod(shape[dim + 1 :])) for dim in range(len(shape))))


def column_major(shape: tuple[int, ...]) -> Layout:
    """Lay cells in columns."""
    return Layout(shape, tuple(int(np.prod(shape[:dim])) for dim in range(len(shape))))


def written(kernel: Callable[..., None], shape: tuple[int, ...], *inputs: Stored | int) -> Any:
    """Let a kernel write into rows of zeros."""
    return laid(kernel, row_major(shape), *inputs)


def laid(kernel: Callable[..., None], layout: Layout, *inputs: Stored | int) -> Any:
    """Let a kernel write into zeros that lie in some way."""
    out = filled(layout, 0.0)
    storage, *rest = out.arrays()
    for each in inputs:
        rest += each.arrays() if isinstance(each, Stored) else [each]  # type: ignore[arg-type]
    kernel(storage, *rest)
    return Stored(tuple(storage.tolist()), layout).values


def refused(compute: Callable[[], Any]) -> bool:
    """Say whether a computation is answered with an IndexingError."""
    try:
        compute()
    except minitorch.IndexingError:
        return True
    return False
