"""The common core of what is measured beside a peer: both take turns, and only the ratio of their times counts.

A file of contests has a function ``contests()``. It runs in a process of its own, since how many threads Numba, BLAS
and PyTorch use is settled when they are imported: ``python -m grader.bench.contests MODULE COURSE THREADS ROUNDS``.
With one thread, time is the CPU's; with several, it is the wall clock's; or a file has a ``clock()`` of its own. What
can't be measured on a machine at all is said by ``obstacle()``, if the file has one.
"""

from __future__ import annotations

import gc
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

Seconds = float
Work = Callable[[], object]
Clock = Callable[[], Seconds]

ENOUGH: Seconds = 0.02  # of work between two looks at the clock
FIRST = 5  # calls in which everything gets compiled: a second way may be taken the second time

_THREADS = (
    "NUMBA_NUM_THREADS",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
)


@dataclass(frozen=True)
class Contest:
    """A piece of work, done by the course's library and by others."""

    name: str
    ours: Work
    peers: Mapping[str, Work]  # by name: NumPy, PyTorch, OpenBLAS


def contest(name: str, ours: Work, peers: Mapping[str, Work | None]) -> Contest:
    """Make a contest with all peers that there are."""
    return Contest(name, ours, {peer: work for peer, work in peers.items() if work is not None})


def call(package: Any, name: str | None, *operands: Any, **how: Any) -> Work | None:
    """Prepare a call of a package's function, if there is the package, and has the function."""
    if package is None or name is None:
        return None
    return partial(getattr(package, name), *operands, **how)


class NotMeasured(Exception):
    """A machine lacks what a file of contests needs; the text says what."""


@dataclass(frozen=True)
class Ratio:
    """How fast the course's library is where the peer's speed is 1: the median of all rounds, and the middle half."""

    median: float
    low: float
    high: float


@dataclass(frozen=True)
class Result:
    """What was found in a contest."""

    name: str
    threads: int
    seconds: Seconds  # that the course's library takes, median
    ratios: Mapping[str, Ratio]  # by peer


def hold(contest: Contest, clock: Clock, rounds: int, threads: int = 1) -> Result:
    """Let all take turns, round by round.

    Args:
        contest: Who does what. Everything is done a few times beforehand, so that it is compiled.
        clock: Tells the time.
        rounds: How many.
        threads: What to note in the result.

    Returns:
        Ratios within each round, and their median.
    """
    work = {"": contest.ours, **contest.peers}
    often = {name: _often(do, clock) for name, do in work.items()}
    times: dict[str, list[Seconds]] = {name: [] for name in work}
    for _ in range(rounds):
        gc.collect()
        for name, do in work.items():
            times[name].append(_timed(do, often[name], clock))
    ratios = {
        name: _ratio([peer / own for peer, own in zip(times[name], times[""], strict=True)])
        for name in contest.peers
    }
    return Result(contest.name, threads, statistics.median(times[""]), ratios)


def _often(do: Work, clock: Clock) -> int:
    """Find how often to do something so that it takes about ``ENOUGH``."""
    fastest = min(_timed(do, 1, clock) for _ in range(FIRST))
    return max(1, int(ENOUGH / max(fastest, 1e-7)))


def _timed(do: Work, often: int, clock: Clock) -> Seconds:
    begun = clock()
    for _ in range(often):
        do()
    return (clock() - begun) / often


def _ratio(ratios: list[float]) -> Ratio:
    if len(ratios) < 2:
        return Ratio(ratios[0], ratios[0], ratios[0])
    low, median, high = statistics.quantiles(ratios, n=4, method="inclusive")
    return Ratio(median, low, high)


def optional(name: str) -> Any:
    """Import a package that not everybody has, or give None."""
    try:
        return import_module(name)
    except ImportError:
        return None


def run_contests(
    module: str, course: Path, threads: int, rounds: int, tell: Callable[[str], None]
) -> Iterator[Result]:
    """Hold the contests of a file in a process of their own.

    Args:
        module: The file, as Python imports it.
        course: The folder that holds ``minitorch/``.
        threads: How many threads everybody may use.
        rounds: How many rounds a contest has.
        tell: Is told the name of each contest before it begins.

    Yields:
        Result: each as it comes.

    Raises:
        NotMeasured: This machine lacks what these contests need.
        subprocess.CalledProcessError: The process failed; what it says is on the standard error.
    """
    command = [sys.executable, "-m", __name__, module, str(course), str(threads), str(rounds)]
    environment = {**os.environ, **dict.fromkeys(_THREADS, str(threads))}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        for line in child.stdout:
            found = json.loads(line)
            if isinstance(found, str):
                tell(found)
            elif "obstacle" in found:
                raise NotMeasured(found["obstacle"])
            else:
                found["ratios"] = {name: Ratio(**ratio) for name, ratio in found["ratios"].items()}
                yield Result(**found)
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, command)


def _main(module: str, course: str, threads: int, rounds: int) -> None:
    sys.path.insert(0, course)
    torch = optional("torch")
    if torch is not None:
        torch.set_num_threads(threads)
    file = import_module(module)
    if why := _obstacle(file):
        print(json.dumps({"obstacle": why}))
        return
    clock = getattr(file, "clock", time.process_time if threads == 1 else time.perf_counter)
    for each in file.contests():
        print(json.dumps(each.name), flush=True)
        print(json.dumps(asdict(hold(each, clock, rounds, threads))), flush=True)


def _obstacle(file: ModuleType) -> str | None:
    """Ask a file of contests what this machine lacks, if it says so."""
    ask: Callable[[], str | None] = getattr(file, "obstacle", lambda: None)
    return ask()


if __name__ == "__main__":
    _main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
