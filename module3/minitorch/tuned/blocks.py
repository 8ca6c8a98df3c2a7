"""Blocks of matrices: what makes a matrix product fast once its loops are right.

A product of two matrices of 500 rows and columns reads each number 500 times. What it costs is the reading: from main
memory a number takes as long as a hundred multiplications, from the nearest cache as long as a few, and from a register
no time at all. So a fast product copies a block of each matrix to where its numbers lie close together, and then does
as much as it can with every number that it has in its hands.

A *register* is where the processor keeps a number that it calculates with. Those for *vectors* hold several at once,
side by side: four, or eight with AVX-512. One instruction multiplies eight pairs, and adds the products to eight sums.
There are 16 or 32 such registers. Here, 12 or 16 of them hold the sums of a tile of the result: four rows, and 12 or
32 columns.

    for k in range(deep):
        b = right[k, 0:32]                    four vectors of eight numbers, each read once …
        sums of row 0 += left[0, k] * b
        sums of row 1 += left[1, k] * b       … and used four times
        sums of row 2 += left[2, k] * b
        sums of row 3 += left[3, k] * b

So for every 128 products, 36 numbers are read, all from near by, and none is written: only when all of ``deep`` is
through are the sums added to those in memory. ``four_rows`` says the same in plain Python, and that is what runs where
nothing is compiled. From this, the compiler would not find out how to keep vectors in registers, so the second half of
the file tells it, instruction by instruction. Which processor is meant, it doesn't say: the compiler knows how to add
vectors on any, if need be with two instructions or four.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic, overload
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ..tensor_data import Storage

Block = NDArray[np.float64]
"""A block: two dimensions, its rows side by side. Rows come in fours and columns in eights; what is too much is 0."""

TALL = 128
"""How many rows of the left matrix and of the result a thread takes on at a time."""

DEEP = 128
"""How many columns of the left matrix, and rows of the right one, a block has at most."""

WIDE = 32
"""How many columns of the right matrix. Such a block fits into the nearest cache, and is read there many times."""

LINE = 8
"""Memory is read in lines of eight numbers. Eight that begin where a line does are read at once, others are not."""


@njit(error_model="numpy")
def zeros(rows: int, columns: int) -> Block:
    """Make a block of zeros that begins where a line of memory does."""
    height, width = (rows + 3) // 4 * 4, (columns + LINE - 1) // LINE * LINE
    numbers = np.zeros(height * width + LINE)
    first = -(numbers.ctypes.data // numbers.itemsize) % LINE
    return numbers[first : first + height * width].reshape(height, width)


@njit(error_model="numpy")
def block(storage: Storage, start: int, rows: int, down: int, columns: int, across: int) -> Block:
    """Copy a part of a matrix of any strides.

    Args:
        storage: The storage of the matrix.
        start: Where in it the part begins.
        rows: How many rows it has.
        down: The stride from row to row.
        columns: How many columns it has.
        across: The stride from column to column.

    Returns:
        The copy.
    """
    copy = zeros(rows, columns)
    step_down, step_across = np.uint64(down), np.uint64(across)  # unsigned: see loops.py
    # A few columns at a time: of a transposed matrix, the lines that are read are still near by for the next row.
    for left in range(0, columns, WIDE):
        for row in range(np.uint64(rows)):
            first = np.uint64(start) + row * step_down
            for column in range(np.uint64(left), np.uint64(min(columns, left + WIDE))):
                copy[row, column] = storage[first + column * step_across]
    return copy


@njit(error_model="numpy")
def paste(
    sums: Block, storage: Storage, start: int, rows: int, down: int, columns: int, across: int
) -> None:
    """Write a block into a part of a matrix of any strides: the other way around, ``block`` would copy it."""
    step_down, step_across = np.uint64(down), np.uint64(across)
    for row in range(np.uint64(rows)):
        first = np.uint64(start) + row * step_down
        for column in range(np.uint64(columns)):
            storage[first + column * step_across] = sums[row, column]


def four_rows(sums: Block, top: int, first: int, left: Block, right: Block) -> None:
    """Add four rows of one block, times another block, to a part of the sums.

    Args:
        sums: The sums, of as many rows as ``left``.
        top: The first of the four rows, of ``left`` and of the sums.
        first: Which column of the sums belongs to the first one of ``right``.
        left: A block.
        right: Another one. If it has fewer rows than ``left`` has columns, these columns hold nothing but zeros.
    """
    deep, width = right.shape
    for row in range(top, top + 4):
        for k in range(deep):
            for column in range(width):
                sums[row, first + column] += left[row, k] * right[k, column]


# The same for compiled code, in the words of LLVM, Numba's compiler. These functions run once, when it compiles: they
# write instructions down, and loops of theirs are instructions one after the other. Only ``for_range`` makes a loop.

_CONTRACT = ("contract",)
"""What instructions may do: add a product in the same step that makes it, so that both are rounded once."""


# Not strict: the parameters of the one are types, those of the other values.
@overload(four_rows, inline="always", strict=False)
def _compiled(sums: Any, top: Any, first: Any, left: Any, right: Any) -> Callable[..., None]:
    """Say what takes the place of ``four_rows`` in compiled code."""

    def four_rows(sums: Block, top: int, first: int, left: Block, right: Block) -> None:
        _in_registers(sums, top, first, left, right)

    return four_rows


@intrinsic
def _in_registers(typing: Any, sums: Any, top: Any, first: Any, left: Any, right: Any) -> Any:
    """Do the work of ``four_rows``."""

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, values: Any) -> ir.Value:
        s, a, b = (_Rows(context, builder, signature.args[n], values[n]) for n in (0, 3, 4))
        _tiles(context, builder, s, values[1], values[2], a, b)
        return context.get_dummy_value()

    return types.void(sums, types.int64, types.int64, left, right), generate


class _Rows:
    """A block, as instructions see it: the address of its first number, and how many rows and columns there are."""

    def __init__(self, context: Any, builder: ir.IRBuilder, kind: Any, block: ir.Value) -> None:
        array = context.make_array(kind)(context, builder, block)
        self.builder, self.first = builder, array.data
        self.height, self.width = cgutils.unpack_tuple(builder, array.shape, 2)

    def at(self, row: ir.Value, column: ir.Value) -> ir.Value:
        """Calculate the address of a number."""
        place = self.builder.add(self.builder.mul(row, self.width), column)
        return self.builder.gep(self.first, [place])

    def four(self, top: ir.Value, column: ir.Value) -> list[ir.Value]:
        """Calculate the addresses of four numbers, one below the other."""
        return [self.at(self.builder.add(top, _whole(row)), column) for row in range(4)]


def _tiles(
    context: Any,
    builder: ir.IRBuilder,
    sums: _Rows,
    top: ir.Value,
    first: ir.Value,
    left: _Rows,
    right: Any,
) -> None:
    """Go through four rows of sums from left to right: in tiles as wide as registers allow, then in narrower ones."""
    # Numbers in a vector, and vectors in a row of a tile. Registers are left for as many of ``right``, and a number.
    size, most = (8, 4) if "+avx512f" in context.codegen().magic_tuple()[2] else (4, 3)
    begin = _whole(0)
    for count in range(most, 0, -1):
        vector, step = ir.VectorType(ir.DoubleType(), size), _whole(count * size)
        tiles = builder.udiv(builder.sub(right.width, begin), step)
        end = builder.add(begin, builder.mul(tiles, step))
        with cgutils.for_range_slice(builder, begin, end, step, inc=True) as (column, _):
            to = sums.four(top, builder.add(first, column))
            _tile(builder, vector, count, to, left.four(top, _whole(0)), right, column)
        begin = end


def _tile(
    builder: ir.IRBuilder,
    vector: ir.VectorType,
    count: int,
    to: list[ir.Value],
    left: list[ir.Value],
    right: Any,
    column: ir.Value,
) -> None:
    """Calculate sums in registers, and then add them to those in memory.

    Args:
        builder: Takes the instructions down.
        vector: The kind of a vector.
        count: How many vectors of columns there are.
        to: Where the four rows of sums begin.
        left: Where the four rows of the left block begin.
        right: The right block.
        column: Which of its columns comes first.
    """
    none = ir.Constant(vector, 0.0)
    sums = [[cgutils.alloca_once_value(builder, none) for _ in range(count)] for _ in range(4)]
    with cgutils.for_range(builder, right.height) as turn:
        across = _vectors(builder, right.at(turn.index, column), vector, count)
        b = [builder.load(address, align=8) for address in across]
        for row in range(4):
            a = _spread(builder, builder.load(builder.gep(left[row], [turn.index])), vector)
            for place in range(count):
                product = builder.fmul(a, b[place], flags=_CONTRACT)
                total = builder.fadd(builder.load(sums[row][place]), product, flags=_CONTRACT)
                builder.store(total, sums[row][place])
    for row in range(4):
        for address, total in zip(_vectors(builder, to[row], vector, count), sums[row]):
            before = builder.load(address, align=8)
            builder.store(builder.fadd(before, builder.load(total)), address, align=8)


def _vectors(
    builder: ir.IRBuilder, first: ir.Value, vector: ir.VectorType, count: int
) -> list[ir.Value]:
    """Calculate the addresses of vectors side by side."""
    begin = builder.bitcast(first, vector.as_pointer())
    return [builder.gep(begin, [_whole(place)]) for place in range(count)]


def _spread(builder: ir.IRBuilder, number: ir.Value, vector: ir.VectorType) -> ir.Value:
    """Make a vector that holds one number everywhere."""
    empty = ir.Constant(vector, ir.Undefined)
    single = builder.insert_element(empty, number, _whole(0))
    first = ir.Constant(ir.VectorType(ir.IntType(32), vector.count), 0)
    return builder.shuffle_vector(single, empty, first)


def _whole(number: int) -> ir.Constant:
    """Make a whole number."""
    return ir.Constant(ir.IntType(64), number)
