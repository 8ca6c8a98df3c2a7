"""Races, found without threads: the kernel runs as plain Python, and each parallel loop is watched turn by turn.

Two turns of one ``prange`` that write at the same place of an array made before the loop are a race, whether or not
threads ever meet there. (The module's own tests ask the same.)
"""

import ast
import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from textwrap import dedent
from types import CodeType, FunctionType
from typing import Any

import numpy as np
from numpy.typing import NDArray

NOBODY = -1


def shared(kernel: Callable[..., None], *arguments: Any) -> list[str]:
    """List the arrays in which several turns of a parallel loop write at the same place.

    Args:
        kernel: A function with a ``prange``, not compiled.
        *arguments: What to call it with; each turn shall have other numbers to write.

    Returns:
        The names of the arrays. None are found in what runs only if it is compiled.

    Raises:
        NotImplementedError: The kernel is to be written yet.
    """
    watch = _Watch()
    with suppress(AttributeError, IndexError, TypeError, ValueError):
        _plain(kernel, watch.prange)(*arguments)
    return sorted(watch.shared)


def _plain(kernel: Callable[..., None], prange: Callable[..., Iterator[int]]) -> FunctionType:
    """Make a function of the same code, in which nothing is compiled, and prange is another one."""
    known = kernel.__globals__
    names = {name: getattr(value, "py_func", value) for name, value in known.items()}
    names["prange"] = prange
    for name, value in names.items():
        if isinstance(value, FunctionType) and value.__globals__ is known:
            names[name] = FunctionType(value.__code__, names, name, value.__defaults__)
    return FunctionType(kernel.__code__, names, kernel.__name__, kernel.__defaults__)


class _Watch:
    """Stands in for prange, and looks after each turn which elements have changed."""

    def __init__(self) -> None:
        self.shared: set[str] = set()
        self._inside = False

    def prange(self, *bounds: int) -> Iterator[int]:
        """Take the turns of a loop one after the other. A loop inside of another one is not parallel."""
        if self._inside:
            yield from range(*bounds)
            return
        caller = sys._getframe(1)
        added_up = _added_up(caller.f_code)
        arrays = {
            name: value
            for name, value in caller.f_locals.items()
            if isinstance(value, np.ndarray) and name not in added_up
        }
        writers = {name: np.full(array.shape, NOBODY) for name, array in arrays.items()}
        self._inside = True
        for turn in range(*bounds):
            before = {name: array.copy() for name, array in arrays.items()}
            yield turn
            for name, array in arrays.items():
                written = _differ(before[name], array)
                if (writers[name][written] != NOBODY).any():
                    self.shared.add(name)
                writers[name][written] = turn
        self._inside = False


def _differ(one: NDArray[Any], other: NDArray[Any]) -> NDArray[np.bool_]:
    """Say which elements differ. (What an array holds that nobody has filled may be nan, which is the same as nan.)"""
    return (one != other) & ~((one != one) & (other != other))


def _added_up(code: CodeType) -> set[str]:
    """Name what a function adds up as a whole: of ``total += row``, Numba gives each thread its own, and adds them."""
    try:
        tree = ast.parse(dedent(inspect.getsource(code)))
    except (OSError, SyntaxError):
        return set()
    targets = [node.target for node in ast.walk(tree) if isinstance(node, ast.AugAssign)]
    return {target.id for target in targets if isinstance(target, ast.Name)}
