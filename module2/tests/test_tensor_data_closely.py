"""Tasks 2.1 and 2.2 once more: large shapes, many dimensions, and what TensorData promises around your functions."""

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from comparison import assert_close

import minitorch
from minitorch import tensor_data

# Task 2.1


@pytest.mark.task2_1
def test_large_shapes() -> None:
    """A shape may have hundreds of rows, and a tensor more elements than fit into a small whole number."""
    for shape, strides, index, place in [
        ((300, 200), (200, 1), (299, 199), 59_999),
        ((300, 200), (200, 1), (128, 0), 25_600),
        ((70_000, 70_000), (70_000, 1), (69_999, 69_999), 4_899_999_999),
        ((2,) * 12, tuple(2**k for k in range(11, -1, -1)), (1, 0) * 6, 2730),
    ]:
        got = operator.index(tensor_data.index_to_position(array(index), array(strides)))
        assert_close(got, place, f"index_to_position({index}, {strides})")
        out_index = np.full(len(shape), -1)
        tensor_data.to_index(place, array(shape), out_index)
        assert_close(out_index.tolist(), list(index), f"out_index after to_index({place}, {shape})")


@pytest.mark.task2_1
def test_one_shape_after_the_other() -> None:
    """Each call goes by its own arguments, whatever was asked before."""
    for strides, place in [((3, 1), 5), ((1, 2), 5), ((10, 1), 12), ((3, 1), 5)]:
        got = operator.index(tensor_data.index_to_position(array((1, 2)), array(strides)))
        assert_close(got, place, f"index_to_position((1, 2), {strides})")
    for shape, index in [((2, 3), [1, 2]), ((3, 2), [2, 1]), ((1, 6), [0, 5]), ((2, 3), [1, 2])]:
        out_index = np.full(2, -1)
        tensor_data.to_index(5, array(shape), out_index)
        assert_close(out_index.tolist(), index, f"out_index after to_index(5, {shape})")
    data = made((2, 3, 4))
    for order, shape in [((2, 0, 1), (4, 2, 3)), ((0, 2, 1), (2, 4, 3)), ((2, 1, 0), (4, 3, 2))]:
        assert_close(list(data.permute(*order).shape), list(shape), f"shape after permute{order}")


@pytest.mark.task2_1
def test_indices_that_do_not_fit() -> None:
    """get and set find what an index inside the shape names, and refuse any other index with an IndexingError."""
    data = made((2, 3))
    assert_close(data.get((1, 2)), 5.5, "get((1, 2)) of the numbers from 0.5 up, in shape (2, 3)")
    for index in [(2, 0), (0, 3), (-1, 0), (0, -1), (1,), (0, 0, 0), (0, 1.0)]:
        assert_close(refused(lambda: data.get(index)), True, f"is get({index}) refused")
        assert_close(refused(lambda: data.set(index, 9.0)), True, f"is set({index}, 9.0) refused")
    assert_close(data.get((1, 0)), 3.5, "get((1, 0)) afterwards")


@pytest.mark.task2_1
def test_orders_that_are_none() -> None:
    """permute wants each dimension once, and refuses anything else with an IndexingError."""
    data = made((2, 2, 2))
    assert_close(data.permute(2, 0, 1).get((1, 0, 1)), 3.5, "permute(2, 0, 1).get((1, 0, 1))")
    for order in [(0, 0, 1), (2, 2, 1), (0, 1), (0, 1, 2, 3), (1, 2, 3), (-1, 0, 1)]:
        assert_close(refused(lambda: data.permute(*order)), True, f"is permute{order} refused")


@pytest.mark.task2_1
def test_indices_may_be_kept() -> None:
    """indices gives an index of its own for each element, so that a list of them can be kept."""
    got = list(made((2, 2)).indices())
    assert_close(got, [(0, 0), (0, 1), (1, 0), (1, 1)], "list(indices()) of shape (2, 2)")


@pytest.mark.task2_1
def test_sample_draws_any_index() -> None:
    """sample draws the index of an element, any of them, and after the same seed the same."""
    data = made((2, 3))
    minitorch.seed(1)
    drawn = [tuple(data.sample()) for _ in range(200)]
    assert_close(sorted(set(drawn)), list(data.indices()), "what 200 calls of sample() draw")
    minitorch.seed(1)
    again = [tuple(data.sample()) for _ in range(200)]
    assert_close(again, drawn, "what sample() draws after the same seed")


@pytest.mark.task2_1
def test_to_numpy_copies() -> None:
    """to_numpy copies the elements in the order of their indices; what is written there changes no tensor."""
    data = made((2, 3))
    for each, expected in [
        (data, [[0.5, 1.5, 2.5], [3.5, 4.5, 5.5]]),
        (data.permute(1, 0), [[0.5, 3.5], [1.5, 4.5], [2.5, 5.5]]),
    ]:
        array = each.to_numpy()
        assert_close(array.tolist(), expected, f"to_numpy() of shape {each.shape}")
        array[:] = -1.0
        assert_close(each.get((1, 1)), 4.5, "get((1, 1)) after the array was overwritten")


@pytest.mark.task2_1
def test_storage_is_shared_and_shapes_are_not() -> None:
    """An array of floats is the storage itself; shape and strides are each tensor's own, also of tensors alike."""
    numbers = np.arange(6.0)
    first, second = (tensor_data.TensorData(numbers, (2, 3)) for _ in range(2))
    first.set((1, 1), 9.0)
    assert_close([numbers[4], second.get((1, 1))], [9.0, 9.0], "numbers[4], second.get((1, 1))")
    first.tuple()[2][:] = 0
    third = tensor_data.TensorData(numbers, (2, 3))
    got = [second.get((1, 2)), third.get((1, 2))]
    assert_close(
        got, [5.0, 5.0], "get((1, 2)) of others, after the first one's strides were cleared"
    )


@pytest.mark.task2_1
def test_storages_of_other_kinds() -> None:
    """A storage may be made of whole numbers, in a list, a tuple or an array, and holds floats."""
    for numbers in ([1, 2, 3], (1, 2, 3), np.array([1, 2, 3]), np.array([1, 2, 3], np.float32)):
        data = tensor_data.TensorData(numbers, (3,))
        data.set((1,), 0.25)
        got = [data.get((n,)) for n in range(3)]
        assert_close(
            got, [1.0, 0.25, 3.0], f"elements of TensorData({numbers!r}), the middle set to 0.25"
        )
    data = tensor_data.TensorData([1e9 + 1.0, 2.0], (2,))
    assert_close(data.get((0,)) - 1e9, 1.0, "get((0,)) - 1e9, where 1e9 + 1 is stored")


@pytest.mark.task2_1
def test_strides() -> None:
    """Without strides, elements lie in row-major order; strides that lead outside of the storage are refused."""
    data = tensor_data.TensorData(np.arange(24.0), (2, 3, 4))
    assert_close([int(n) for n in data.strides], [12, 4, 1], "strides of shape (2, 3, 4)")
    assert_close(data.get((1, 2, 3)), 23.0, "get((1, 2, 3)) of the numbers from 0 up")
    for strides in [(3, 2), (2, 1, 1), (4, 1), (-1, 1)]:
        what = f"are strides {strides} of shape (2, 3) refused"
        numbers = np.arange(6.0)
        got = refused(lambda: tensor_data.TensorData(numbers, (2, 3), strides))
        assert_close(got, True, what)


@pytest.mark.task2_1
def test_storages_of_another_size() -> None:
    """Strides may read one number many times, or leave numbers out; what is written goes into the storage."""
    numbers = np.arange(9.0)
    for shape, strides, expected in [
        ((3, 3), (0, 1), [[0.0, 1.0, 2.0]] * 3),
        ((2, 2, 2), (3, 3, 1), [[[0.0, 1.0], [3.0, 4.0]], [[3.0, 4.0], [6.0, 7.0]]]),
        ((3,), (4,), [0.0, 4.0, 8.0]),
        ((2,), (1,), [0.0, 1.0]),
        ((), (), 0.0),
        ((0, 3), (3, 1), []),
    ]:
        data = tensor_data.TensorData(numbers, shape, strides)
        got = [data.get(tuple(index)) for index in np.ndindex(shape)]
        what = f"elements of TensorData(0 to 8, {shape}, {strides})"
        assert_close(got, np.ravel(expected).tolist(), what)
        assert_close(data.to_numpy().tolist(), expected, f"to_numpy() of the {what}")
    tensor_data.TensorData(numbers, (3,), (4,)).set((1,), -1.0)
    assert_close(numbers[4], -1.0, "number 4 of the storage, element 1 of its diagonal set to -1")


@pytest.mark.task2_1
def test_what_is_contiguous() -> None:
    """A tensor is contiguous where its elements lie in row-major order; a stride that is never used may be any."""
    square, row = made((2, 3)), made((1, 3))
    got = [each.is_contiguous() for each in (square, square.permute(1, 0), row, row.permute(1, 0))]
    assert_close(
        got, [True, False, True, True], "is_contiguous() of (2, 3), (1, 3), and each transposed"
    )


# Task 2.2


@pytest.mark.task2_2
def test_shapes_of_any_kind() -> None:
    """Shapes may be tuples, lists or arrays; they stay as they are, and the common shape is a tuple."""
    for one, other in [([2, 1], [3]), ((4,), [2, 3, 1]), (array((2, 1)), array((3,))), ([], (2,))]:
        before = [list(one), list(other)]
        got = tensor_data.shape_broadcast(one, other)
        expected = np.broadcast_shapes(tuple(one), tuple(other))
        call = f"shape_broadcast({one!r}, {other!r})"
        assert isinstance(got, tuple), f"{call}: got {got!r}, which is not a tuple"
        assert_close(tuple(int(size) for size in got), expected, call)
        assert_close([list(one), list(other)], before, f"the shapes after {call}")


@pytest.mark.task2_2
def test_large_and_long_shapes() -> None:
    """Sizes may go into the thousands, and shapes may have many dimensions: all of them are looked at."""
    many = (2,) * 12
    for one, other, expected in [
        ((300, 1), (1000,), (300, 1000)),
        ((128,), (128,), (128,)),
        (many, (1,) * 12, many),
        ((3, *(1,) * 11), many[1:], (3, *many[1:])),
    ]:
        got = tensor_data.shape_broadcast(one, other)
        assert_close(tuple(int(n) for n in got), expected, f"shape_broadcast({one}, {other})")
    for one, other in [((300,), (172,)), (many, (3, *many[1:])), ((1000, 2), (1000,))]:
        call = f"shape_broadcast({one}, {other})"
        assert_close(
            refused(lambda: tensor_data.shape_broadcast(one, other)), True, f"is {call} refused"
        )


@pytest.mark.task2_2
def test_large_indices() -> None:
    """Indices may be large, and there may be many of them."""
    many = (2,) * 12
    for big_index, big_shape, shape, expected in [
        ((299, 999), (300, 1000), (1000,), [999]),
        ((299, 999), (300, 1000), (300, 1), [299, 0]),
        ((1,) * 12, many, (2, 1) * 6, [1, 0] * 6),
        ((1, 0) * 6, many, many[1:], [0, 1] * 5 + [0]),
    ]:
        out_index = np.full(len(shape), -1)
        arguments = [array(numbers) for numbers in (big_index, big_shape, shape)]
        tensor_data.broadcast_index(*arguments, out_index)
        call = f"broadcast_index({big_index}, {big_shape}, {shape}, out_index)"
        assert_close(out_index.tolist(), expected, f"out_index after {call}")
        assert_close(arguments[1].tolist(), list(big_shape), f"big_shape after {call}")


# What the tests are made with


def array(numbers: Any) -> Any:
    """Make the array that an index, a shape or strides are."""
    return np.array(numbers, dtype=np.int64)


def made(shape: tuple[int, ...]) -> Any:
    """Store 0.5, 1.5, 2.5, … row by row."""
    return tensor_data.TensorData(np.arange(int(np.prod(shape))) + 0.5, shape)


def refused(ask: Callable[[], Any]) -> bool:
    """Say whether a question is answered with an IndexingError."""
    try:
        ask()
    except tensor_data.IndexingError:
        return True
    return False
