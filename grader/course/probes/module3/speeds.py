"""Tasks 3.1 and 3.2: how fast the kernels are, one beside the reference's.

Each kernel is compiled once, and takes what comes in several layouts.
"""

from functools import cache
from math import prod
from types import ModuleType
from typing import Any

import numpy as np
from numpy.random import Generator

from grader.running.probes import Work, speed

from ..fresh import Array, Fresh, layout
from ..layouts import Shape

SHAPE = (256, 512)  # of a matrix
# Of one where threads are looked at: what it takes to wake them, for each call, must be little beside the work.
LARGE = (1024, 512)
# Of all outputs in a round: each call of a kernel has one of its own, and all are looked at.
CELLS = 12 * prod(LARGE)
BATCH, SIDE, PRODUCTS = 4, 128, 8  # matrices in a tensor, their size, tensors in a round
SIZE = BATCH * SIDE * SIDE


def line(x: float) -> float:
    """Calculate next to nothing, so that the loop around it is what takes the time."""
    return 0.5 * x + 1.0


def add(x: float, y: float) -> float:
    """Add."""
    return x + y


@cache
def map_kernel(minitorch: ModuleType) -> Any:
    """Make the kernel that all cases of map share."""
    return minitorch.fast_ops.tensor_map(minitorch.fast_ops.njit(line))


@cache
def zip_kernel(minitorch: ModuleType) -> Any:
    """Make the kernel that all cases of zip share."""
    return minitorch.fast_ops.tensor_zip(minitorch.fast_ops.njit(add))


@cache
def reduce_kernel(minitorch: ModuleType) -> Any:
    """Make the kernel that all cases of reduce share."""
    return minitorch.fast_ops.tensor_reduce(minitorch.fast_ops.njit(add))


@speed("3.1", threads=True)
def map_contiguous(minitorch: ModuleType, rng: Generator) -> Work:
    """Input and output lie in memory alike."""
    kernel, numbers, plain = map_kernel(minitorch), Fresh(rng, prod(LARGE)), layout(LARGE)
    outs = np.empty((CELLS // prod(LARGE), prod(LARGE)))

    def go(fresh: Generator) -> Array:
        numbers.renew(fresh)
        for out in outs:
            kernel(out, *plain, numbers.some(fresh), *plain)
        return outs

    return Work(go, kernel)


@speed("3.1", threads=True)
def zip_contiguous(minitorch: ModuleType, rng: Generator) -> Work:
    """Both inputs and the output lie in memory alike."""
    return zip_work(minitorch, rng, LARGE, LARGE, CELLS)


@speed("3.1")
def zip_broadcast(minitorch: ModuleType, rng: Generator) -> Work:
    """One row meets every row of a matrix."""
    return zip_work(minitorch, rng, SHAPE, (1, SHAPE[1]), CELLS // 4)  # it takes longer


def zip_work(minitorch: ModuleType, rng: Generator, shape: Shape, other: Shape, cells: int) -> Work:
    """Zip matrices of a shape with other tensors, so many cells in all."""
    kernel, outs = zip_kernel(minitorch), np.empty((cells // prod(shape), prod(shape)))
    matrices, others = Fresh(rng, prod(shape)), Fresh(rng, prod(other))
    plain, beside = layout(shape), layout(other)

    def go(fresh: Generator) -> Array:
        matrices.renew(fresh)
        others.renew(fresh)
        for out in outs:
            kernel(out, *plain, matrices.some(fresh), *plain, others.some(fresh), *beside)
        return outs

    return Work(go, kernel)


@speed("3.1", threads=True)
def reduce_rows(minitorch: ModuleType, rng: Generator) -> Work:
    """Each row becomes one number."""
    return reduce_work(minitorch, rng, LARGE, 1, 3 * CELLS)


@speed("3.1")
def reduce_columns(minitorch: ModuleType, rng: Generator) -> Work:
    """Each column becomes one number."""
    return reduce_work(minitorch, rng, SHAPE, 0, CELLS)


def reduce_work(minitorch: ModuleType, rng: Generator, shape: Shape, dim: int, cells: int) -> Work:
    """Reduce matrices of a shape along a dimension, so many cells in all."""
    kernel, numbers = reduce_kernel(minitorch), Fresh(rng, prod(shape))
    results = (shape[0], 1) if dim else (1, shape[1])
    outs = np.empty((cells // prod(shape), prod(results)))
    to, plain = layout(results), layout(shape)

    def go(fresh: Generator) -> Array:
        numbers.renew(fresh)
        outs[:] = 0.0
        for out in outs:
            kernel(out, *to, numbers.some(fresh), *plain, dim)
        return outs

    return Work(go, kernel)


@speed("3.2", threads=True)
def product(minitorch: ModuleType, rng: Generator) -> Work:
    """Both factors lie in memory row by row."""
    return product_work(minitorch, rng, layout((BATCH, SIDE, SIDE)))


@speed("3.2")
def product_transposed(minitorch: ModuleType, rng: Generator) -> Work:
    """The right factor lies in memory column by column, as in a gradient."""
    return product_work(minitorch, rng, layout((BATCH, SIDE, SIDE), (0, 2, 1)))


def product_work(minitorch: ModuleType, rng: Generator, right: tuple[Array, Array]) -> Work:
    """Multiply matrices, the right one of such a layout."""
    kernel, plain = minitorch.fast_ops.tensor_matrix_multiply, layout((BATCH, SIDE, SIDE))
    lefts, rights = Fresh(rng, SIZE), Fresh(rng, SIZE)
    outs = np.empty((PRODUCTS, SIZE))

    def go(fresh: Generator) -> Array:
        lefts.renew(fresh)
        rights.renew(fresh)
        outs[:] = 0.0
        for out in outs:
            kernel(out, *plain, lefts.some(fresh), *plain, rights.some(fresh), *right)
        return outs

    return Work(go, kernel)
