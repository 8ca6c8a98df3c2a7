"""How fast the operations of Module 3 are, beside NumPy, PyTorch and OpenBLAS, which is what NumPy multiplies with.

Each is measured twice: the reference's, as the guide teaches it, and that of ``minitorch.tuned``. Each does the whole
operation, from tensors to a new tensor. All numbers are float64.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from importlib import import_module
from typing import Any

import numpy as np

from grader.bench.contests import Contest, call, contest, optional

SIDE = 1000  # of the matrices: 10^6 elements


class Operand:
    """The same numbers as a tensor of ours, an array of NumPy's and a tensor of PyTorch's."""

    def __init__(self, *shape: int, axes: tuple[int, ...] = (), positive: bool = False) -> None:
        minitorch, torch = import_module("minitorch"), optional("torch")
        numbers = np.random.default_rng(0).normal(size=shape)
        numbers = abs(numbers) if positive else numbers
        axes = axes or tuple(range(len(shape)))
        self.ours = minitorch.Tensor.make(numbers.ravel(), shape).permute(*axes)
        self.array = numbers.transpose(axes)
        self.torch = torch.from_numpy(numbers.copy()).permute(axes) if torch else None


def contests() -> Iterator[Contest]:
    """Yield every contest, the cheap ones first."""
    yield from _maps()
    yield from _zips()
    yield from _reductions()
    yield from _products()


def _maps() -> Iterator[Contest]:
    torch, operators = optional("torch"), import_module("minitorch").operators
    for name in ("neg", "relu", "sigmoid", "exp", "log"):
        a = Operand(SIDE, SIDE, positive=name == "log")
        peers = {
            "NumPy": call(np, {"neg": "negative", "exp": "exp"}.get(name), a.array),
            "PyTorch": call(torch, name, a.torch),
        }
        if name == "log":  # ours is that of x + EPS
            peers["NumPy"] = lambda: np.log(a.array + operators.EPS)
            peers["PyTorch"] = (lambda: torch.log(a.torch + operators.EPS)) if torch else None
        for kind, ops in _operations():
            ours = ops.map(getattr(operators, name))
            yield contest(f"map: {name}{kind}", partial(ours, a.ours), peers)


def _zips() -> Iterator[Contest]:
    torch, operators = optional("torch"), import_module("minitorch").operators
    adds = [(kind, ops.zip(operators.add)) for kind, ops in _operations()]
    square, row, column = Operand(SIDE, SIDE), Operand(SIDE), Operand(SIDE, 1)
    cube = Operand(100, 100, 100)
    pairs = {
        "a + b": (square, Operand(SIDE, SIDE)),
        "a + row": (square, row),
        "a + column": (square, column),
        "a + number": (square, Operand(1)),
        "a + b.T": (square, Operand(SIDE, SIDE, axes=(1, 0))),
        "a + b permuted, 3-d": (cube, Operand(100, 100, 100, axes=(1, 2, 0))),
        "a + b, 4 x 4": (Operand(4, 4), Operand(4, 4)),
    }
    for name, (a, b) in pairs.items():
        peers = {
            "NumPy": call(np, "add", a.array, b.array),
            "PyTorch": call(torch, "add", a.torch, b.torch),
        }
        for kind, add in adds:
            yield contest(f"zip: {name}{kind}", partial(add, a.ours, b.ours), peers)


def _reductions() -> Iterator[Contest]:
    torch, operators = optional("torch"), import_module("minitorch").operators
    kinds = [
        (kind, {"sum": ops.reduce(operators.add, 0.0), "max": ops.reduce(operators.max, -np.inf)})
        for kind, ops in _operations()
    ]
    square = Operand(SIDE, SIDE)
    folds = {
        "sum, last of two": ("sum", square, 1),
        "sum, first of two": ("sum", square, 0),
        "sum, middle of three": ("sum", Operand(100, 100, 100), 1),
        "sum, all": ("sum", Operand(SIDE * SIDE), 0),
        "sum, last, 10 long": ("sum", Operand(SIDE * 100, 10), 1),
        "sum, transposed": ("sum", Operand(SIDE, SIDE, axes=(1, 0)), 0),
        "max, last of two": ("max", square, 1),
        "max, first of two": ("max", square, 0),
        "max, all": ("max", Operand(SIDE * SIDE), 0),
    }
    for name, (fold, a, dim) in folds.items():
        peers = {
            "NumPy": call(np, fold, a.array, axis=dim, keepdims=True),
            "PyTorch": call(torch, {"max": "amax"}.get(fold, fold), a.torch, dim, keepdim=True),
        }
        for kind, ours in kinds:
            yield contest(f"reduce: {name}{kind}", partial(ours[fold], a.ours, dim), peers)


def _products() -> Iterator[Contest]:
    torch = optional("torch")
    square, turned = Operand(512, 512), Operand(512, 512, axes=(1, 0))
    pairs = {
        **{f"{n}": (Operand(n, n), Operand(n, n)) for n in (32, 64, 128, 256, 512, 1024)},
        "512, a.T @ b": (turned, square),
        "512, a @ b.T": (square, turned),
        "512, a.T @ b.T": (turned, turned),
        "64 of 32": (Operand(64, 32, 32), Operand(64, 32, 32)),
        "128 x 392 @ 392 x 64": (Operand(128, 392), Operand(392, 64)),
    }
    for name, (a, b) in pairs.items():
        peers = {
            "OpenBLAS": call(np, "matmul", a.array, b.array),
            "PyTorch": call(torch, "matmul", a.torch, b.torch),
        }
        for kind, ops in _operations():
            multiply = partial(ops.matrix_multiply, a.ours, b.ours)
            yield contest(f"matmul: {name}{kind}", multiply, peers)


def _operations() -> list[tuple[str, Any]]:
    """List what is measured: the end of a name, and the operations."""
    return [
        ("", import_module("minitorch").FastOps),
        (", tuned", import_module("minitorch.tuned").TunedOps),
    ]
