"""Task 2.2: which shapes go together, and which element of the smaller tensor meets an element of the bigger one."""

import re

import numpy as np
import pytest
from comparison import assert_close
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from strategies import (
    Index,
    Shape,
    any_shapes,
    broadcast_pairs,
    parts,
    row_major,
    shape_and_part,
    shapes,
)

import minitorch

few = settings(max_examples=30)


# shape_broadcast


@pytest.mark.task2_2
def test_a_size_of_1_takes_the_other_size() -> None:
    """First rule: where one size is 1, the result has the other, whichever of the two shapes it is in."""
    for shape1, shape2, expected in [
        ((1,), (5,), (5,)),
        ((5,), (1,), (5,)),
        ((2, 1), (2, 3), (2, 3)),
        ((1, 3), (2, 1), (2, 3)),
        ((1, 5, 1), (4, 1, 6), (4, 5, 6)),
        ((1, 1), (1, 1), (1, 1)),
    ]:
        assert_close(union(shape1, shape2), expected, f"shape_broadcast({shape1}, {shape2})")


@pytest.mark.task2_2
def test_equal_sizes_stay() -> None:
    """Second rule: where both sizes are the same, it is the result's as well."""
    for shape in [(5,), (2, 3), (4, 1, 3)]:
        assert_close(union(shape, shape), shape, f"shape_broadcast({shape}, {shape})")


@pytest.mark.task2_2
def test_the_shorter_shape_is_filled_up_in_front() -> None:
    """Third rule: dimensions are matched from the right, and where one shape has none left, it counts as 1."""
    for shape1, shape2, expected in [
        ((3,), (2, 3), (2, 3)),
        ((2, 3), (3,), (2, 3)),
        ((1,), (2, 3), (2, 3)),
        ((2, 3, 1), (7, 2, 1, 5), (7, 2, 3, 5)),
        ((3, 1), (2, 1, 4), (2, 3, 4)),
        ((), (2, 3), (2, 3)),
        ((4,), (), (4,)),
        ((), (), ()),
    ]:
        assert_close(union(shape1, shape2), expected, f"shape_broadcast({shape1}, {shape2})")


@pytest.mark.task2_2
def test_empty_dimensions_count_like_others() -> None:
    """A size of 0 is a size like any other: with 1 and with 0 it gives 0."""
    for shape1, shape2, expected in [
        ((0,), (1,), (0,)),
        ((1,), (0,), (0,)),
        ((0,), (0,), (0,)),
        ((2, 1), (0,), (2, 0)),
        ((0, 3), (), (0, 3)),
    ]:
        assert_close(union(shape1, shape2), expected, f"shape_broadcast({shape1}, {shape2})")


@pytest.mark.task2_2
@few
@given(broadcast_pairs)
@example(((2, 1, 3), (4, 1)))
@example(((3,), (2, 1)))
def test_shape_broadcast(pair: tuple[Shape, Shape]) -> None:
    """The common shape is the one that NumPy finds."""
    shape1, shape2 = pair
    got = union(shape1, shape2)
    assert_close(got, np.broadcast_shapes(shape1, shape2), f"shape_broadcast({shape1}, {shape2})")


@pytest.mark.task2_2
@few
@given(any_shapes, any_shapes)
@example((2, 3), (2,))
@example((3, 2), (3,))
@example((0,), (2,))
def test_whether_there_is_a_common_shape(shape1: Shape, shape2: Shape) -> None:
    """Of any two shapes, shape_broadcast gives the common shape, or raises IndexingError where NumPy finds none."""
    try:
        expected: Shape | str = np.broadcast_shapes(shape1, shape2)
    except ValueError:
        expected = "IndexingError"
    try:
        got: Shape | str = union(shape1, shape2)
    except minitorch.IndexingError:
        got = "IndexingError"
    assert_close(got, expected, f"shape_broadcast({shape1}, {shape2})")


@pytest.mark.task2_2
@few
@given(broadcast_pairs)
@example(((2, 3), (3,)))
def test_the_order_does_not_matter(pair: tuple[Shape, Shape]) -> None:
    """Two shapes give the same result whichever comes first."""
    shape1, shape2 = pair
    call = f"shape_broadcast({shape2}, {shape1}), beside shape_broadcast({shape1}, {shape2})"
    assert_close(union(shape2, shape1), union(shape1, shape2), call)


@pytest.mark.task2_2
@few
@given(shapes.flatmap(lambda shape: st.tuples(parts(shape), parts(shape), parts(shape))))
@example(((2, 1), (3,), (4, 1, 1)))
def test_three_shapes_in_either_grouping(three: tuple[Shape, Shape, Shape]) -> None:
    """Of three shapes, it does not matter which two go together first."""
    a, b, c = three
    left, right = union(union(a, b), c), union(a, union(b, c))
    call = f"shape_broadcast(shape_broadcast({a}, {b}), {c}), beside shape_broadcast({a}, shape_broadcast({b}, {c}))"
    assert_close(left, right, call)


@pytest.mark.task2_2
def test_shapes_that_do_not_go_together() -> None:
    """Where two sizes differ and neither is 1, an IndexingError says so, and shows both shapes."""
    for pair in [((5,), (6,)), ((5, 7), (5,)), ((2, 5), (5, 2)), ((0,), (5,)), ((7, 5, 3), (6, 3))]:
        for shape1, shape2 in (pair, pair[::-1]):
            with pytest.raises(minitorch.IndexingError) as caught:
                minitorch.shape_broadcast(shape1, shape2)
            shown = {int(number) for number in re.findall(r"\d+", str(caught.value))}
            call = f"shape_broadcast({shape1}, {shape2})"
            assert {*shape1, *shape2} <= shown, f"{call}: got an error that says: {caught.value}"


# broadcast_index


@pytest.mark.task2_2
def test_broadcast_index_by_hand() -> None:
    """A dimension of size 1 is always at 0, and the dimensions in front that the smaller shape lacks are left out."""
    for big_index, big_shape, shape, expected in [
        ((1, 2), (2, 3), (2, 3), [1, 2]),  # nothing is broadcast
        ((1, 2), (2, 3), (1, 3), [0, 2]),  # one row for all
        ((1, 2), (2, 3), (2, 1), [1, 0]),  # one column for all
        ((1, 2), (2, 3), (3,), [2]),  # a row without rows around it
        ((1, 2), (2, 3), (1,), [0]),
        ((1, 2), (2, 3), (), []),
        ((3, 1, 2), (4, 2, 3), (2, 1), [1, 0]),
    ]:
        call = f"out_index after broadcast_index({big_index}, {big_shape}, {shape}, out_index)"
        assert_close(small_index(big_index, big_shape, shape), expected, call)


@pytest.mark.task2_2
@few
@given(shape_and_part)
@example(((2, 3, 2), (3, 1)))
@example(((2, 3), (2, 1)))
@example(((3, 2, 3), (2, 3)))
@example(((2, 2), ()))
def test_broadcast_index(big_and_small: tuple[Shape, Shape]) -> None:
    """Each element of the bigger shape meets the element of the smaller that NumPy stretches to it."""
    big_shape, shape = big_and_small
    indices = row_major(shape).indices()
    numbered = np.arange(len(indices)).reshape(shape)
    stretched = np.broadcast_to(numbered, big_shape)
    for big_index in row_major(big_shape).indices():
        expected = list(indices[stretched[big_index]])
        call = f"out_index after broadcast_index({big_index}, {big_shape}, {shape}, out_index)"
        assert_close(small_index(big_index, big_shape, shape), expected, call)


@pytest.mark.task2_2
def test_broadcast_index_into_a_longer_array() -> None:
    """out_index may be longer than the smaller shape: the index is written to its front, and what lies behind stays."""
    out_index = np.full(32, -1, dtype=np.int32)
    minitorch.broadcast_index(array(3, 1, 2), array(4, 2, 3), array(2, 1), out_index)
    call = "out_index of 32 numbers after broadcast_index((3, 1, 2), (4, 2, 3), (2, 1), out_index)"
    assert_close(out_index.tolist(), [1, 0] + [-1] * 30, call)


@pytest.mark.task2_2
def test_broadcast_index_only_reads() -> None:
    """broadcast_index writes into out_index and nowhere else: index and shapes stay as they were."""
    big_index, big_shape, shape = array(1, 2), array(2, 3), array(2, 1)
    minitorch.broadcast_index(big_index, big_shape, shape, array(-1, -1))
    got = [big_index.tolist(), big_shape.tolist(), shape.tolist()]
    assert_close(got, [[1, 2], [2, 3], [2, 1]], "big_index, big_shape and shape afterwards")


# What the tests are made with


def array(*numbers: int) -> NDArray[np.int64]:
    """Make the array that an index or a shape is."""
    return np.array(numbers, dtype=np.int64)


def union(shape1: Shape, shape2: Shape) -> Shape:
    """Ask for the shape that two shapes broadcast to; it must be a tuple, as every shape."""
    shape = minitorch.shape_broadcast(shape1, shape2)
    call = f"shape_broadcast({shape1}, {shape2})"
    assert isinstance(shape, tuple), f"{call}: got {shape!r}, expected a tuple"
    return tuple(int(size) for size in shape)


def small_index(big_index: Index, big_shape: Shape, shape: Shape) -> list[int]:
    """Ask for the index in the smaller shape, written over the remains of another one."""
    out_index = np.full(len(shape), -1, dtype=np.int32)
    minitorch.broadcast_index(array(*big_index), array(*big_shape), array(*shape), out_index)
    return out_index.tolist()
