"""What the probes of Module 4 ask about: tensors that lie in their storage in many ways, and what came out."""

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Shape = tuple[int, ...]
Values = NDArray[np.float64]
Calls = dict[str, Callable[..., Any]]

UNUSED = 777.0  # what lies between the cells, where there are gaps


@dataclass(frozen=True)
class Laid:
    """A tensor before it is one.

    Attributes:
        storage: The numbers, in a row.
        cells: The tensor's cells: an array that looks into the storage.
    """

    storage: Values
    cells: Values

    def __str__(self) -> str:
        """Show the cells, as a student would write them, if there are few; and the strides, where they matter."""
        if not 1 <= self.cells.size <= 12:
            return f"a tensor of shape {self.shape}, strides {self.strides}"
        strides = "" if self.cells.flags.c_contiguous else f" with strides {self.strides}"
        return f"tensor({self.cells.tolist()}){strides}"

    @property
    def shape(self) -> Shape:
        """The shape of the tensor."""
        return self.cells.shape

    @property
    def strides(self) -> tuple[int, ...]:
        """How far apart neighbours along each dimension lie in the storage."""
        return tuple(step // self.storage.itemsize for step in self.cells.strides)

    def arrays(self) -> tuple[Values, NDArray[np.int64], NDArray[np.int64]]:
        """Give the storage, the shape and the strides that a kernel takes."""
        return self.storage, np.array(self.shape, np.int64), np.array(self.strides, np.int64)

    def tensor(self, minitorch: ModuleType, requires_grad: bool = False) -> Any:
        """Make the tensor."""
        made = minitorch.Tensor.make(self.storage.copy(), self.shape, self.strides)
        made.requires_grad_(requires_grad)
        return made


# Where the cells lie


def plain(values: Any) -> Laid:
    """Lay cells side by side, in row-major order."""
    cells = np.array(values, dtype=np.float64)
    return Laid(cells.reshape(-1), cells)


def permuted(rng: Generator, values: Values, gap: int = 1) -> Laid:
    """Lay cells with the dimensions in any order, and with gaps between neighbours if asked to."""
    order = rng.permutation(values.ndim)
    rows = np.full((*np.array(values.shape, int)[order], gap), UNUSED)
    cells = rows[..., 0].transpose(np.argsort(order))
    cells[...] = values
    return Laid(rows.reshape(-1), cells)


def anyhow(rng: Generator, shape: Shape) -> Laid:
    """Lay cells in any way: dimensions in any order, now and then gaps, or one number for all along a dimension."""
    held = tuple(1 if rng.random() < 0.1 else size for size in shape)
    laid = permuted(rng, numbers(rng, held), gap=int(rng.choice((1, 1, 2))))
    return Laid(laid.storage, np.broadcast_to(laid.cells, shape))


# Which numbers there are


def numbers(rng: Generator, shape: Shape) -> Values:
    """Draw numbers from -10 upward, no two of them alike, and none of them 0; up to a thousand end at 10."""
    count = int(np.prod(shape))
    return (rng.permutation(max(count, 1000))[:count] / 50 - 9.99).reshape(shape)


# What came out


def read(tensor: Any) -> Any:
    """Read the cells of a tensor as an array of its shape; of anything else, its type will do."""
    if not hasattr(tensor, "tuple"):
        return f"no tensor but {type(tensor).__name__}"
    storage, shape, strides = tensor.tuple()
    cells = np.empty(tuple(int(size) for size in shape))
    for index in np.ndindex(cells.shape):
        cells[index] = storage[sum(i * int(step) for i, step in zip(index, strides))]
    return cells


def answers(
    minitorch: ModuleType, rng: Generator, calls: Calls, size: float = 1.0, **inputs: Laid
) -> dict[str, Any]:
    """Make each call on tensors of its own, go backward from the result, and read it and the gradients.

    Args:
        minitorch: The library that is asked.
        rng: Draws the derivatives to begin with.
        calls: Functions of tensors, by how they are written.
        size: How large these derivatives may be.
        **inputs: What the tensors are made of, by name.

    Returns:
        Results and gradients by call, which names the tensors and the derivative too.
    """
    where = ", ".join(f"{name} = {laid}" for name, laid in inputs.items())
    found: dict[str, Any] = {}
    for call, compute in calls.items():
        tensors = {name: laid.tensor(minitorch, True) for name, laid in inputs.items()}
        result = compute(*tensors.values())
        found[f"{call}, where {where}"] = read(result)
        shape = tuple(int(n) for n in result.shape)
        d = permuted(rng, rng.integers(1, 101, shape) * rng.choice((-1, 1), shape) * size / 100)
        result.backward(d.tensor(minitorch))
        for name, tensor in tensors.items():
            called = f"{name}.grad after {call}.backward(d), where d = {d}, {where}"
            found[called] = None if tensor.grad is None else read(tensor.grad)
    return found


def shared_derivatives(
    minitorch: ModuleType, rng: Generator, calls: Calls, x: Laid, size: float = 1.0
) -> dict[str, Any]:
    """Add another tensor to the result of each call, so that both get the same derivative, and walk twice.

    Args:
        minitorch: The library that is asked.
        rng: Draws the other tensors, and the derivatives to begin with.
        calls: Functions of one tensor, by how they are written.
        x: What the tensor is made of.
        size: How large the derivatives are.

    Returns:
        All gradients after each walk, and the tensors afterwards, by call.
    """
    found: dict[str, Any] = {}
    for call, compute in calls.items():
        for first in (True, False):
            t = x.tensor(minitorch, True)
            result = compute(t)
            shape = tuple(int(n) for n in result.shape)
            w = plain(numbers(rng, shape)).tensor(minitorch, True)
            d = plain(numbers(rng, shape) * size)
            start = d.tensor(minitorch)
            total = result + w if first else w + result
            compute(permuted(rng, numbers(rng, x.shape)).tensor(minitorch, True))
            for turn in (1, 2):
                total.backward(start)
                where = f"{turn} times ({call} + w).backward(d), x = {x}, d = {d}"
                for name, each in {"x": t, "w": w}.items():
                    grad = None if each.grad is None else read(each.grad)
                    found[f"{name}.grad after {where}, w {'last' if first else 'first'}"] = grad
            found[f"x after {call} and backward, x = {x}"] = read(t)
            found[f"d after {call} and backward, d = {d}"] = read(start)
    return found
