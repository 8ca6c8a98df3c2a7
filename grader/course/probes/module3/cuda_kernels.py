"""Probes of Task 3.3: the CUDA kernels that map, zip and reduce make, and the practice sum, in the simulator."""

from types import ModuleType
from typing import Any

import numpy as np
from numpy.random import Generator

from grader.running.probes import probe

from ..layouts import Layout, Shape, column_major, part, row_major, shape_of
from ..stored import Stored, read, store
from ..tests.global_memory import Reads
from .cuda_grids import BLOCK, UNWRITTEN, launch, threads_for
from .inputs import anyhow, compound, dense, double, triple

REDUCED: tuple[tuple[Shape, int], ...] = (
    ((4,), 0),
    ((1,), 0),
    ((2, 3), 1),
    ((3, 2), 0),
    ((2, 7, 1), 1),
    ((1, 2, 3), 2),
    ((2, 1), 1),
    ((2, 0), 1),
    ((0,), 0),
)
"""Shapes, and the dimension to reduce. There are few cells left: the simulator runs 1024 threads for each."""

MANY = (31, 33, 100, 1024, 1025, 1500, 2100)


@probe("3.3", cases=40)
def cuda_map(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Map between tensors of one shape, or into a larger one."""
    shape = shape_of(rng, case // 2)
    x = store(rng, anyhow(rng, part(rng, shape) if case % 2 else shape))
    return mapped(minitorch, dense(rng, shape), x)


@probe("3.3", cases=40)
def cuda_zip(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Zip tensors of one shape, or of shapes that broadcast to the result's."""
    shape = shape_of(rng, case // 2)
    shapes = [part(rng, shape) if case % 2 else shape for _ in range(2)]
    x, y = (store(rng, anyhow(rng, each)) for each in shapes)
    return zipped(minitorch, dense(rng, shape), x, y)


@probe("3.3", cases=8)
def cuda_operations_in_many_blocks(
    minitorch: ModuleType, rng: Generator, case: int
) -> dict[str, Any]:
    """Map and zip more than a block has threads, or as many, or one less."""
    sizes = ((31,), (32,), (33,), (64,), (5, 13), (7, 3, 5))
    shape = (
        sizes[case] if case < len(sizes) else (int(rng.integers(2, 9)), int(rng.integers(9, 20)))
    )
    x, y = store(rng, row_major(shape)), store(rng, column_major(shape))
    return mapped(minitorch, row_major(shape), x) | zipped(minitorch, column_major(shape), x, y)


@probe("3.3", cases=len(REDUCED) + 3)
def cuda_reduce(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Reduce along one dimension, from a start value, a tensor that lies anyhow."""
    if case < len(REDUCED):
        shape, dim = REDUCED[case]
    else:
        shape = tuple(rng.permutation([2, 1, int(rng.integers(2, 9))]).tolist())
        dim = shape.index(max(shape))
    a = store(rng, anyhow(rng, shape))
    kept = shape[:dim] + (1,) + shape[dim + 1 :]
    gaps = tuple(2 * stride for stride in dense(rng, kept).strides)
    return reduced(minitorch, Layout(kept, gaps), a, dim, float(rng.integers(1, 200)) / 100)


@probe("3.3", cases=len(MANY) + 1)
def cuda_reduce_of_many(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Reduce a long row, longer even than a block has threads."""
    size = MANY[case] if case < len(MANY) else int(rng.integers(1030, 2000))
    a = Stored(rng.integers(0, 5, size) / 1000, row_major((size,)))
    return reduced(minitorch, row_major((1,)), a, 0, 0.25)


@probe("3.3", cases=12)
def cuda_sums(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Add up 32 numbers in each block; behind the last one that counts, there are more."""
    sizes = (1, 2, 31, 32, 33, 63, 64, 65, 100)
    size = sizes[case] if case < len(sizes) else int(rng.integers(1, 150))
    numbers = store(rng, row_major((160,))).numbers
    out = np.full(-(-size // BLOCK), UNWRITTEN)
    minitorch.cuda_ops.jit_sum_practice[len(out), BLOCK](out, numbers.copy(), size)
    return {f"out after jit_sum_practice of {size} of the numbers {numbers.tolist()}": out}


@probe("3.3", cases=2)
def cuda_operations_on_tensors(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Call the operations that CudaOps and sum_practice make of the kernels."""
    ops = minitorch.CudaOps
    x, y = (store(rng, dense(rng, shape)) for shape in ((2, 1, 3), (3, 1)))
    row = store(rng, row_major((int(rng.integers(33, 65)),)))
    a, b = (stored.tensor(minitorch) for stored in (x, y))
    sums = minitorch.cuda_ops.sum_practice(row.tensor(minitorch))
    return {
        f"CudaOps.map(lambda x: 3 * x + 1)({x})": read(ops.map(triple)(a)),
        f"CudaOps.zip(lambda x, y: 2 * x - y)({x}, {y})": read(ops.zip(double)(a, b)),
        f"CudaOps.reduce(lambda x, y: x + y + x * y, 0.5)({x}, {2 * case})": read(
            ops.reduce(compound, 0.5)(a, 2 * case)
        ),
        f"sum_practice({row})": read(sums),
    }


@probe("3.3", cases=1)
def threads_that_share_a_sum(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask whether a block's threads share the reading, or one of them does it all."""
    numbers = rng.integers(0, 5, 600) / 1000
    sums, folds = Reads(), Reads()
    minitorch.cuda_ops.jit_sum_practice[2, BLOCK](np.zeros(2), sums.of(numbers), 64)
    one, size = np.ones(1, np.int64), np.array([600])
    kernel = minitorch.cuda_ops.tensor_reduce(minitorch.cuda_ops.device_jit(compound))
    kernel[1, 1024](np.zeros(1), one, one, 1, folds.of(numbers), size, one, 0, 0.0)
    return {
        "jit_sum_practice of 64 numbers: no thread reads more than 8": sums.most <= 8,
        "tensor_reduce of 600 cells: no thread reads more than 20": folds.most <= 20,
    }


@probe("3.3", cases=1)
def threads_that_have_nothing_to_do(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask whether threads read something that find no cell left."""
    ops = minitorch.cuda_ops
    one, size = np.ones(1, np.int64), np.array([int(rng.integers(2, 30))])
    out, b = np.zeros(size[0]), rng.random(size[0])
    maps, zips = Reads(), Reads()
    shape = (out, size, one, len(out))
    ops.tensor_map(ops.device_jit(triple))[1, BLOCK](*shape, maps.of(b), size, one)
    ops.tensor_zip(ops.device_jit(double))[1, BLOCK](*shape, zips.of(b), size, one, b, size, one)
    return {
        f"tensor_map of {len(out)} cells: how many threads read": maps.threads,
        f"tensor_zip of {len(out)} cells: how many threads read": zips.threads,
    }


@probe("3.3", cases=4)
def cuda_operations_on_many(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Map and zip more than a thousand cells, and cells with indices beyond 127."""
    shape = ((1025,), (130, 2), (3, 129), (int(rng.integers(1030, 1060)),))[case]
    x, y = store(rng, row_major(shape)), store(rng, column_major(shape))
    return mapped(minitorch, row_major(shape), y) | zipped(minitorch, column_major(shape), x, y)


@probe("3.3", cases=2)
def all_digits_of_cuda_operations(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Calculate with large numbers, and ask for what is left of them: no digit may be lost."""
    large, rest = 1e9, rng.integers(1, 1000, 4).astype(float)
    x, four, one = Stored(large + rest, row_major((4,))), row_major((4,)), row_major((1,))
    answers = {
        f"{key}, less {less}": got - less if isinstance(got, np.ndarray) else got
        for less, found in (
            (3 * large, mapped(minitorch, four, x)),
            (large, zipped(minitorch, four, x, x)),
            (large, reduced(minitorch, one, Stored(large + rest[:1], one), 0, 0.0)),
        )
        for key, got in found.items()
    }
    numbers = np.array([large, *rest, *[0.0] * 27, -large, 5.0])
    out = np.full(2, UNWRITTEN)
    minitorch.cuda_ops.jit_sum_practice[2, BLOCK](out, numbers, len(numbers))
    answers[f"sums of [{large}, {rest}] and [{-large}, 5.0], less {large}"] = out + [-large, large]
    return answers


@probe("3.3", cases=3)
def many_cuda_sums(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Add up in dozens of blocks, and call what is made of the kernel; the numbers stay as they were."""
    size = (1025, 500, int(rng.integers(130, 300)))[case]
    numbers = store(rng, row_major((size,))).numbers
    before, out = numbers.copy(), np.full(-(-size // BLOCK), UNWRITTEN)
    minitorch.cuda_ops.jit_sum_practice[len(out), BLOCK](out, numbers, size)
    called = f"jit_sum_practice of {size} numbers"
    few = store(rng, row_major((int(rng.integers(1, 33)),)))
    row = Stored(before, row_major((size,))).tensor(minitorch)
    return {
        f"out after {called}": out,
        f"are they as they were after {called}": bool((numbers == before).all()),
        f"sum_practice of {size} numbers": read(minitorch.cuda_ops.sum_practice(row)),
        f"sum_practice({few})": read(minitorch.cuda_ops.sum_practice(few.tensor(minitorch))),
    }


@probe("3.3", cases=3)
def cuda_operations_by_turns(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Make two operations of each kind, call them by turns, and read what they gave at the end."""
    ops = minitorch.CudaOps
    shape, small = ((5, 13), (2, 3), (3, 1, 2))[case], (2, 2)
    x, y = store(rng, dense(rng, shape)), store(rng, dense(rng, part(rng, shape)))
    z = store(rng, row_major(small))
    a, b, c = (each.tensor(minitorch) for each in (x, y, z))
    double, negate = (ops.map(lambda x, n=n: n * x) for n in (2.0, -1.0))
    plus, minus = (ops.zip(lambda x, y, n=n: x + n * y) for n in (1.0, -1.0))
    total, product = ops.reduce(lambda x, y: x + y, 100.0), ops.reduce(lambda x, y: x * y, 1.0)
    kept = {
        "map(2 * x)(x)": double(a),
        "map(-x)(x)": negate(a),
        "map(2 * x)(y)": double(b),
        "zip(x + y)(x, y)": plus(a, b),
        "zip(x - y)(y, x)": minus(b, a),
        "zip(x + y)(x, x)": plus(a, a),
        "reduce(x + y, 100.0)(z, 1)": total(c, 1),
        "reduce(x * y, 1.0)(z, 1)": product(c, 1),
        "x itself": a,
    }
    return {f"CudaOps.{call}, x = {x}, y = {y}, z = {z}": read(got) for call, got in kept.items()}


@probe("3.3", cases=2)
def cuda_operations_that_do_not_fit(
    minitorch: ModuleType, rng: Generator, case: int
) -> dict[str, Any]:
    """Map into another tensor, and ask for what cannot be."""
    ops, shape = minitorch.CudaOps, ((3,), (2, 3))[case]
    x = store(rng, dense(rng, shape))
    a, larger = x.tensor(minitorch), minitorch.zeros((2, *shape))
    operation = ops.map(triple)
    found: dict[str, Any] = {
        f"does CudaOps.map(fn)(x, out) give out, out of {(2, *shape)}": operation(a, larger)
        is larger,
        f"out afterwards, x = {x}": read(larger),
        "x afterwards": read(a),
    }
    asked: dict[str, Any] = {
        "a map into a smaller tensor": lambda: operation(larger, minitorch.zeros(shape)),
        "a zip with another size": lambda: ops.zip(double)(a, minitorch.zeros((shape[-1] + 7,))),
        "a reduce along a dimension too far": lambda: ops.reduce(compound)(a, len(shape)),
    }
    for what, ask in asked.items():
        try:
            found[what] = read(ask())
        except minitorch.IndexingError as error:
            found[what] = type(error).__name__
    return found


# What the probes are made with


def mapped(minitorch: ModuleType, out: Layout, x: Stored) -> dict[str, Any]:
    """Map a tensor by 3x + 1."""
    ops = minitorch.cuda_ops
    call = "tensor_map(device_jit(lambda x: 3 * x + 1))"
    return launch(ops.tensor_map(ops.device_jit(triple)), threads_for(size_of(out)), call, out, x)


def zipped(minitorch: ModuleType, out: Layout, x: Stored, y: Stored) -> dict[str, Any]:
    """Zip two tensors by 2x - y."""
    ops = minitorch.cuda_ops
    call = "tensor_zip(device_jit(lambda x, y: 2 * x - y))"
    kernel = ops.tensor_zip(ops.device_jit(double))
    return launch(kernel, threads_for(size_of(out)), call, out, x, y)


def reduced(
    minitorch: ModuleType, out: Layout, a: Stored, dim: int, start: float
) -> dict[str, Any]:
    """Reduce a tensor by x + y + x * y."""
    ops = minitorch.cuda_ops
    call = "tensor_reduce(device_jit(lambda x, y: x + y + x * y))"
    kernel = ops.tensor_reduce(ops.device_jit(compound))
    return launch(kernel, (size_of(out), 1024), call, out, a, more=(dim, start))


def size_of(out: Layout) -> int:
    """Count the cells of a tensor."""
    return int(np.prod(out.shape))
