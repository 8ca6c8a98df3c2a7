"""Task 2.1: where a tensor keeps its elements, and how permuting shows the same ones in another order."""

from __future__ import annotations

import operator

import numpy as np
import pytest
from comparison import assert_close
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from strategies import SHARED, Index, Layout, Shape, draw_layout, layouts, row_major, shapes

import minitorch

few = settings(max_examples=25)


@st.composite
def stored_layouts(draw: st.DrawFn) -> Layout:
    """Draw a layout that fits a storage of as many numbers as there are elements: without gaps."""
    return draw_layout(draw, draw(shapes), SHARED)


@st.composite
def permutes(draw: st.DrawFn) -> tuple[Layout, Index]:
    """Draw such a layout, and an order of its dimensions."""
    layout = draw(stored_layouts())
    return layout, tuple(draw(st.permutations(range(len(layout.shape)))))


# index_to_position


@pytest.mark.task2_1
def test_index_to_position_by_hand() -> None:
    """The position is index[0] * strides[0] + index[1] * strides[1] + …, for as many dimensions as there are."""
    for index, strides, expected in [
        ((2,), (1,), 2),
        ((1, 2), (3, 1), 5),  # shape (2, 3), row by row
        ((2, 1), (1, 3), 5),  # the same element, seen by the transposed tensor
        ((1, 2), (0, 1), 2),  # stride 0: all rows are the same one
        ((1, 0, 2), (100, 10, 1), 102),
    ]:
        assert_close(position(index, strides), expected, f"index_to_position({index}, {strides})")


@pytest.mark.task2_1
def test_index_to_position_without_dimensions() -> None:
    """A tensor without dimensions has one element, at position 0."""
    assert_close(position((), ()), 0, "index_to_position((), ())")


@pytest.mark.task2_1
@few
@given(layouts())
@example(Layout((2, 3), (5, 2)))
def test_index_to_position(layout: Layout) -> None:
    """A position is the sum of index * stride whatever the strides are: in any order, with gaps, or 0."""
    for index in layout.indices():
        call = f"index_to_position({index}, {layout.strides})"
        assert_close(position(index, layout.strides), layout.position(index), call)


@pytest.mark.task2_1
def test_index_to_position_only_reads() -> None:
    """index_to_position leaves the index and the strides as they were."""
    index, strides = array(1, 2), array(3, 1)
    minitorch.index_to_position(index, strides)
    assert_close([index.tolist(), strides.tolist()], [[1, 2], [3, 1]], "index, strides afterwards")


# to_index


@pytest.mark.task2_1
def test_to_index_by_hand() -> None:
    """In shape (2, 3), the last dimension runs fastest: (0, 0), (0, 1), (0, 2), (1, 0), and so on."""
    for ordinal, expected in enumerate([[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2]]):
        call = f"out_index after to_index({ordinal}, (2, 3), out_index)"
        assert_close(index_of(ordinal, (2, 3)), expected, call)


@pytest.mark.task2_1
@few
@given(shapes)
@example((2, 3, 2))
@example((3, 1, 2))
@example((1, 1))
@example(())
def test_to_index(shape: Shape) -> None:
    """Counting up from 0, to_index comes by every index of the shape exactly once, in order."""
    indices = row_major(shape).indices()
    got = [tuple(index_of(ordinal, shape)) for ordinal in range(len(indices))]
    assert_close(got, indices, f"the indices of shape {shape}, counted through by to_index")


@pytest.mark.task2_1
@few
@given(shapes)
@example((2, 3, 2))
def test_to_index_and_back(shape: Shape) -> None:
    """Where the elements lie one behind the other, index_to_position takes back what to_index did."""
    layout = row_major(shape)
    for ordinal in range(layout.length):
        index = tuple(index_of(ordinal, shape))
        call = f"index_to_position({index}, {layout.strides}), where to_index({ordinal}) had led"
        assert_close(position(index, layout.strides), ordinal, call)


@pytest.mark.task2_1
def test_to_index_of_arrays_of_any_width() -> None:
    """Shape, index and ordinal may be 32 or 64 bits wide."""
    for wide, narrow in [(np.int64, np.int32), (np.int32, np.int64)]:
        out_index = np.full(3, -1, dtype=wide)
        minitorch.to_index(np.arange(24)[17], np.array((2, 3, 4), dtype=narrow), out_index)
        assert_close(
            out_index.tolist(), [1, 1, 1], "out_index after to_index(17, (2, 3, 4), out_index)"
        )


@pytest.mark.task2_1
def test_to_index_into_a_longer_array() -> None:
    """out_index may be longer than the shape: the index is written to its front, and what lies behind stays."""
    out_index = np.full(32, -1, dtype=np.int32)
    minitorch.to_index(17, array(2, 3, 4), out_index)
    call = "out_index of 32 numbers after to_index(17, (2, 3, 4), out_index)"
    assert_close(out_index.tolist(), [1, 1, 1] + [-1] * 29, call)


@pytest.mark.task2_1
def test_to_index_only_reads_the_shape() -> None:
    """to_index writes into out_index and nowhere else: the shape stays as it was."""
    shape, out_index = array(2, 3), array(-1, -1)
    minitorch.to_index(5, shape, out_index)
    assert_close(shape.tolist(), [2, 3], "shape after to_index(5, shape, out_index)")


# TensorData: what the two functions are for


@pytest.mark.task2_1
@few
@given(stored_layouts())
@example(Layout((2, 3), (1, 2)))
def test_get(layout: Layout) -> None:
    """get finds the number of each index, however they lie in the storage."""
    data = tensor_data(layout)
    for index in layout.indices():
        expected = float(data._storage[layout.position(index)])
        assert_close(data.get(index), expected, f"get({index}) of {layout}")


@pytest.mark.task2_1
@few
@given(stored_layouts())
@example(Layout((2, 3), (1, 2)))
def test_set(layout: Layout) -> None:
    """set changes the number at its index, and no other."""
    for index in layout.indices():
        data = tensor_data(layout)
        expected = data._storage.tolist()
        expected[layout.position(index)] = -7.0
        data.set(index, -7.0)
        call = f"the storage after set({index}, -7.0) with {layout}"
        assert_close(data._storage.tolist(), expected, call)


@pytest.mark.task2_1
@few
@given(shapes)
@example((2, 3))
def test_indices(shape: Shape) -> None:
    """indices lists the index of every element, in order."""
    layout = row_major(shape)
    got = [tuple(int(i) for i in index) for index in tensor_data(layout).indices()]
    assert_close(got, layout.indices(), f"list(indices()) of shape {shape}")


# permute


@pytest.mark.task2_1
def test_permute_by_hand() -> None:
    """permute(1, 0) transposes: rows become columns, and the strides are exchanged along with the sizes."""
    data = tensor_data(row_major((2, 3)))
    turned = data.permute(1, 0)
    assert_close(
        look(turned), [(3, 2), (1, 3)], "shape and strides of permute(1, 0) of shape (2, 3)"
    )
    for index in row_major((3, 2)).indices():
        i, j = index
        assert_close(turned.get(index), data.get((j, i)), f"permute(1, 0).get({index})")


@pytest.mark.task2_1
def test_permute_in_a_circle() -> None:
    """permute(1, 2, 0) makes dimension 1 the first one, dimension 2 the second, and dimension 0 the last."""
    turned = tensor_data(row_major((2, 3, 4))).permute(1, 2, 0)
    expected = [(3, 4, 2), (4, 1, 12)]
    assert_close(look(turned), expected, "shape and strides of permute(1, 2, 0) of shape (2, 3, 4)")


@pytest.mark.task2_1
@few
@given(permutes())
@example((row_major((2, 3, 1)), (1, 2, 0)))
@example((Layout((2, 3, 2), (1, 4, 2)), (2, 0, 1)))
def test_permute(layout_and_order: tuple[Layout, Index]) -> None:
    """Dimension d of permute(*order) is dimension order[d] of the original: its size, its stride, its elements."""
    layout, order = layout_and_order
    data = tensor_data(layout)
    turned = data.permute(*order)
    call = f"permute{order} of {layout}"
    expected = [
        tuple(layout.shape[dim] for dim in order),
        tuple(layout.strides[dim] for dim in order),
    ]
    assert_close(look(turned), expected, f"shape and strides of {call}")
    for index in layout.indices():
        there = tuple(index[dim] for dim in order)
        assert_close(turned.get(there), data.get(index), f"get({there}) of {call}")


@pytest.mark.task2_1
@few
@given(permutes())
@example((row_major((2, 3, 4)), (1, 2, 0)))
def test_permute_back(layout_and_order: tuple[Layout, Index]) -> None:
    """Permuting by the inverse order gives back what was there."""
    layout, order = layout_and_order
    inverse = tuple(order.index(dim) for dim in range(len(order)))
    back = tensor_data(layout).permute(*order).permute(*inverse)
    call = f"shape and strides of permute{order} and then permute{inverse} of {layout}"
    assert_close(look(back), [layout.shape, layout.strides], call)


@pytest.mark.task2_1
def test_permute_shares_the_storage() -> None:
    """permute copies nothing: what is written into the one is read from the other."""
    data = tensor_data(row_major((2, 3)))
    turned = data.permute(1, 0)
    data.set((0, 1), 50.0)
    assert_close(turned.get((1, 0)), 50.0, "permute(1, 0).get((1, 0)) after set((0, 1), 50.0)")
    turned.set((2, 1), 60.0)
    assert_close(data.get((1, 2)), 60.0, "get((1, 2)) after permute(1, 0).set((2, 1), 60.0)")


@pytest.mark.task2_1
def test_permute_leaves_the_original_as_it_was() -> None:
    """permute gives new TensorData; the original keeps its shape and its strides."""
    data = tensor_data(row_major((2, 3)))
    data.permute(1, 0)
    assert_close(look(data), [(2, 3), (3, 1)], "shape and strides after permute(1, 0)")


# What the tests are made with


def array(*numbers: int) -> NDArray[np.int64]:
    """Make the array that an index, a shape or strides are."""
    return np.array(numbers, dtype=np.int64)


def position(index: Index, strides: Index) -> int:
    """Ask for the position of an index; any kind of whole number will do."""
    return operator.index(minitorch.index_to_position(array(*index), array(*strides)))


def index_of(ordinal: int, shape: Shape) -> list[int]:
    """Ask for the index of an ordinal, written over the remains of another one."""
    out_index = np.full(len(shape), -1, dtype=np.int32)
    minitorch.to_index(ordinal, array(*shape), out_index)
    return out_index.tolist()


def tensor_data(layout: Layout) -> minitorch.TensorData:
    """Store 0.5, 1.5, 2.5, … in a layout."""
    return minitorch.TensorData(
        np.arange(len(layout.indices())) + 0.5, layout.shape, layout.strides
    )


def look(data: minitorch.TensorData) -> list[tuple[int, ...]]:
    """List the shape and the strides of a tensor."""
    return [tuple(int(size) for size in data.shape), tuple(int(step) for step in data.strides)]
