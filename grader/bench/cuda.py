"""How fast the operations of Tasks 3.3 and 3.4 are on a GPU, beside CuPy and PyTorch on the same one.

All numbers are float64. They lie on the GPU beforehand, and the results stay there.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial
from importlib import import_module
from typing import Any

from grader.bench.contests import Contest, Seconds, call, contest, optional
from grader.bench.kernels import Operand

SIDE = 2000  # of the matrices: 4 * 10^6 elements
PRODUCTS = (256, 512, 1024, 2048)  # sides of the matrices that are multiplied
BATCH = (64, 32, 32)  # many small matrices


def obstacle() -> str | None:
    """Say what this machine lacks, if it can't measure."""
    if import_module("minitorch.device").simulated:
        return "There is no CUDA device that Numba can use: nothing is measured on a GPU."
    if _cupy() is None and _torch() is None:
        return "Neither CuPy nor PyTorch can use the GPU, so there is nothing to compare with."
    return None


def clock() -> Seconds:
    """Read the wall clock once the GPU has done all that was asked of it, by whichever library.

    Numba, CuPy and PyTorch share the primary context of the device, and this waits for all of it.
    """
    import_module("numba.cuda").synchronize()
    return time.perf_counter()


def contests() -> Iterator[Contest]:
    """Yield every contest, the cheap ones first."""
    yield from _maps()
    yield from _reductions()
    yield from _products()


class DeviceOperand(Operand):
    """The same numbers on the GPU: as a tensor of ours, an array of CuPy's and a tensor of PyTorch's."""

    def __init__(self, *shape: int) -> None:
        super().__init__(*shape)
        self.ours._tensor.to_cuda_()
        cupy, torch = _cupy(), _torch()
        self.cupy = cupy.asarray(self.array) if cupy else None
        self.torch = torch.from_numpy(self.array).to("cuda") if torch else None


def _maps() -> Iterator[Contest]:
    operations, operators = import_module("minitorch").CudaOps, import_module("minitorch").operators
    a = DeviceOperand(SIDE, SIDE)
    for name, in_cupy in (("neg", "negative"), ("relu", None), ("sigmoid", None), ("exp", "exp")):
        peers = {
            "CuPy": call(_cupy(), in_cupy, a.cupy),
            "PyTorch": call(_torch(), name, a.torch),
        }
        ours = operations.map(getattr(operators, name))
        yield contest(f"map: {name}", partial(ours, a.ours), peers)


def _reductions() -> Iterator[Contest]:
    operations, operators = import_module("minitorch").CudaOps, import_module("minitorch").operators
    total = operations.reduce(operators.add, 0.0)
    largest = operations.reduce(operators.max, float("-inf"))
    square, row = DeviceOperand(SIDE, SIDE), DeviceOperand(SIDE * SIDE)
    folds = {
        "sum, last of two": (total, square, 1),
        "sum, first of two": (total, square, 0),
        "sum, all": (total, row, 0),
        "max, last of two": (largest, square, 1),
    }
    for name, (ours, a, dim) in folds.items():
        theirs = "sum" if ours is total else "amax"
        peers = {
            "CuPy": call(_cupy(), theirs, a.cupy, axis=dim, keepdims=True),
            "PyTorch": call(_torch(), theirs, a.torch, dim, keepdim=True),
        }
        yield contest(f"reduce: {name}", partial(ours, a.ours, dim), peers)


def _products() -> Iterator[Contest]:
    multiply = import_module("minitorch").CudaOps.matrix_multiply
    shapes: dict[str, tuple[int, ...]] = {f"{n}": (n, n) for n in PRODUCTS}
    shapes["{} of {}".format(*BATCH)] = BATCH
    for name, shape in shapes.items():
        a, b = DeviceOperand(*shape), DeviceOperand(*shape)
        peers = {
            "CuPy": call(_cupy(), "matmul", a.cupy, b.cupy),
            "PyTorch": call(_torch(), "matmul", a.torch, b.torch),
        }
        yield contest(f"matmul: {name}", partial(multiply, a.ours, b.ours), peers)


def _cupy() -> Any:
    """Import CuPy, or give None where it is not installed or finds no GPU."""
    cupy = optional("cupy")
    return cupy if cupy and cupy.is_available() else None


def _torch() -> Any:
    """Import PyTorch, or give None where it is not installed or finds no GPU."""
    torch = optional("torch")
    return torch if torch and torch.cuda.is_available() else None
