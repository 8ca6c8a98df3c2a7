"""Kernels as plain Python: soon there, and watched, whether the turns of a loop keep out of each other's way.

A race shows itself only when threads meet at a bad moment. But what it comes from can always be seen: two turns of one
``prange`` write at the same place of an array that was made before the loop. To see that, nothing is compiled.
"""

import ast
import copy
import inspect
import sys
from collections.abc import Callable, Iterator
from textwrap import dedent
from types import CellType, CodeType, FunctionType
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

NOBODY = -1

Prange = Callable[..., Iterator[int]]

UNRUNNABLE = (AttributeError, IndexError, TypeError, ValueError, ArithmeticError)
"""What plain Python may raise where compiled code goes on: what runs only if it is compiled is not wrong for that."""


def plainly(kernel: Callable[..., None]) -> Callable[..., None]:
    """Make a plain function of a kernel, compiled or not, and of all compiled code that it calls.

    Args:
        kernel: A function, maybe with a ``prange``.

    Returns:
        The function. What plain Python cannot run, it runs compiled. If that fails too, it raises what plain Python
        raised, which names the line; and so it does at once for an index outside of an array.
    """
    function = getattr(kernel, "py_func", kernel)
    plain = _Plain(range).function(function)
    compiled = numba.njit(boundscheck=True, error_model="numpy")(function)

    def run(*arguments: Any) -> None:
        before = copy.deepcopy(arguments)
        try:
            with np.errstate(all="ignore"):
                plain(*arguments)
        except UNRUNNABLE as error:
            if _is_outside(error):
                raise
            for argument, was in zip(arguments, before):
                if isinstance(argument, np.ndarray):
                    argument[...] = was
            try:
                compiled(*arguments)
            except Exception:  # whatever Numba has to say, the plain error says more
                raise error from None

    return run


def _is_outside(error: Exception) -> bool:
    """Say whether an error is about an index outside of an array, which compiled code would use unseen."""
    return isinstance(error, IndexError) and "out of bounds" in str(error)


def shared(kernel: Callable[..., None], *arguments: Any) -> list[str]:
    """List the arrays in which several turns of a parallel loop write at the same place.

    Args:
        kernel: A function with a ``prange``, compiled or not.
        *arguments: What to call it with; each turn shall have other numbers to write.

    Returns:
        The names of the arrays. None are found in what runs only if it is compiled.

    Raises:
        IndexError: The kernel reads or writes outside of an array.
        NotImplementedError: The kernel is to be written yet.
    """
    watch = _Watch()
    plain = _Plain(watch.prange).function(getattr(kernel, "py_func", kernel))
    try:
        with np.errstate(all="ignore"):
            plain(*arguments)
    except UNRUNNABLE as error:
        if _is_outside(error):
            raise
    return sorted(watch.shared)


class _Plain:
    """Makes functions of the same code, in which nothing is compiled, and prange is another one."""

    def __init__(self, prange: Prange) -> None:
        self._prange = prange
        self._known: dict[int, dict[str, Any]] = {}  # what stands in for a file's names

    def function(self, function: Any) -> Any:
        """Make a plain function of one that is not compiled."""
        cells = tuple(CellType(self._plain(c.cell_contents)) for c in function.__closure__ or ())
        names = self._names(function.__globals__)
        code, defaults = function.__code__, function.__defaults__
        made = FunctionType(code, names, function.__name__, defaults, cells)
        made.__kwdefaults__ = function.__kwdefaults__
        return made

    def _names(self, names: dict[str, Any]) -> dict[str, Any]:
        """Make plain what a file names, each file once: its functions name each other."""
        if id(names) not in self._known:
            made = self._known[id(names)] = dict(names)
            own = {
                name: self.function(value)
                for name, value in names.items()
                if isinstance(value, FunctionType) and value.__globals__ is names
            }
            compiled = {name: self._plain(value) for name, value in names.items()}
            made.update({**compiled, **own, "prange": self._prange})
        return self._known[id(names)]

    def _plain(self, value: Any) -> Any:
        """Make plain what is compiled; anything else stays."""
        return self.function(value.py_func) if hasattr(value, "py_func") else value


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
