"""The child's side of measuring speed: do timed work when told to, and show afterwards what came of it.

No clock is read here. The parent reads the clocks of this process from outside, so nothing that student code does to
this file's functions makes its work look cheaper; it can only do the work, or be found out by the outputs.
"""

from __future__ import annotations

import contextlib
import io
import sys
import zlib
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.running.probes import Speed, Work, rng

Array = NDArray[np.float64]
CELLS = 8  # of each output that are shown
# Where Numba's diagnostics begin to be about the function's lines.
LISTING = "Parallel loop listing"
TOLD = 4000  # characters of Numba's diagnostics


class Bench:
    """One library, and the case that is being measured on it.

    Args:
        load: Imports the ``minitorch`` package.
        cases: What can be measured, by name.
        folder: Where the library lies; it is left out of what Numba tells.
    """

    def __init__(
        self, load: Callable[[], ModuleType], cases: Mapping[str, Speed], folder: str
    ) -> None:
        self._load = load
        self._cases = cases
        self._folder = folder
        self._work = Work(lambda generator: [])
        self._outputs: Sequence[Array] = []

    def prepare(self, name: str, seed: int) -> dict[str, Any]:
        """Make a case's work ready and do it once, which compiles whatever compiles on first use.

        Args:
            name: The case.
            seed: Of what it prepares.

        Returns:
            What Numba says of its kernel, where threads are looked at.
        """
        case = self._cases[name]
        self._outputs = []
        self._work = Work(lambda generator: [])  # what the case before holds may go first
        set_threads(1)
        self._work = case.prepare(self._load(), rng(seed, name, 0))
        self._outputs = self._work.go(rng(seed, name, 1))
        return diagnostics(self._work.kernel, self._folder) if case.threads else {}

    def go(self, number: int) -> None:
        """Do the work once, on what follows from a number."""
        self._outputs = self._work.go(np.random.default_rng(number))

    def show(self, number: int) -> Array:
        """Show something of all cells, and a few cells by themselves, of the last outputs.

        Args:
            number: Chooses the cells. It is not known before the work is done, so that nothing may be left out.

        Returns:
            A row an output: the sum of its squares, and some of its cells.
        """
        generator = np.random.default_rng(number)
        rows = []
        for output in self._outputs:
            flat = output.reshape(-1)
            cells = flat[generator.integers(flat.size, size=CELLS)]
            rows.append([np.dot(flat, flat), *cells])
        return np.array(rows)

    def digest(self) -> int:
        """Give a checksum of all bits of the last outputs: where it changes, no cell has to be looked at to know."""
        found = 0
        for output in self._outputs:
            found = zlib.crc32(np.ascontiguousarray(output).data, found)
        return found


def follow(
    bench: Bench,
    send: Callable[[str, Any], None],
    next_order: Callable[[], Any],
    **more: Callable[..., Any],
) -> None:
    """Follow the parent's orders, one by one, until there are no more.

    Args:
        bench: What they are about.
        send: Sends what came of an order, under the order's name; or ``failed``, and why.
        next_order: Gives the next order, a list of its name and its arguments; None at the end.
        **more: What follows other orders, by their names.
    """
    orders: dict[str, Callable[..., Any]] = {
        "prepare": bench.prepare,
        "go": bench.go,
        "show": bench.show,
        "digest": bench.digest,
        "threads": set_threads,
        **more,
    }
    while (order := next_order()) is not None:
        name, *arguments = order
        try:
            done = orders[name](*arguments)
        except Exception as error:  # student code may raise anything; the parent words it
            send("failed", {"raised": type(error).__name__, "message": str(error)[:2000]})
        else:
            send(name, done)


def set_threads(wanted: int) -> int:
    """Set how many threads Numba's kernels use, as far as it allows.

    Args:
        wanted: How many.

    Returns:
        How many they use now.
    """
    numba = sys.modules.get("numba")
    if numba is None:
        return 1
    count = min(wanted, numba.config.NUMBA_NUM_THREADS)
    numba.set_num_threads(count)
    return int(count)


def diagnostics(kernel: Any, folder: str) -> dict[str, Any]:
    """Ask Numba which parallel loops it made of a kernel that has run.

    It makes some of array expressions too, and those don't count.

    Args:
        kernel: What ``njit`` returned.
        folder: The library's; it is left out of the text.

    Returns:
        ``loops``, the number of ``prange`` among them, and ``told``, the text that ``parallel_diagnostics`` prints.
    """
    if not hasattr(kernel, "parallel_diagnostics"):
        return {"loops": 0, "told": "This is not a function that Numba compiled."}
    found = [
        part.get_metadata(signature).get("parfor_diagnostics")
        for part in _parts(kernel)
        for signature in part.signatures
    ]
    compiled = [each for each in found if each is not None and each.has_setup]
    loops = [loop for each in compiled for loop in each.get_parfors()]
    own = sum(any(pattern[0] == "prange" for pattern in loop.patterns) for loop in loops)
    if not loops:
        return {"loops": 0, "told": "Numba made no parallel loop of this function."}
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        kernel.parallel_diagnostics(level=1)
    text = printed.getvalue().replace(f"{folder}/", "")
    lines = (line.rstrip() for line in text[max(0, text.find(LISTING)) :].splitlines())
    return {"loops": own, "told": "\n".join(line for line in lines if line.strip("=- "))[:TOLD]}


def _parts(kernel: Any) -> list[Any]:
    """List a kernel and the compiled functions that it names: a loop may stand in one of those."""
    function = kernel.py_func
    around = [cell.cell_contents for cell in function.__closure__ or ()]
    named = [function.__globals__.get(name) for name in function.__code__.co_names]
    return [kernel, *(each for each in around + named if hasattr(each, "parallel_diagnostics"))]
