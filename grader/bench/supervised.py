"""Run tests in a process of their own, each of which may take some seconds.

A kernel whose threads wait for each other never ends, and one that writes beside its arrays ruins the CUDA context of
its process. After either, a new process goes on with the tests that are left.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Generator
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from grader.model import Seconds
from grader.running.plugin import run_pytest

SEED = 1
RUINED = "CUDA_ERROR"  # in the message if the driver refused: it refuses everything from then on
STARTING = "(before the first test)"
START_SECONDS: Seconds = 120.0  # that importing everything may take


@dataclass(frozen=True)
class Ran:
    """How a test ended."""

    test: str
    outcome: str  # passed, failed, skipped, or too slow
    message: str = ""  # its first line


def run_supervised(folder: Path, marks: str, limit: Seconds) -> Generator[Ran, None, None]:
    """Run the tests of a module, and yield each as it ends.

    Args:
        folder: The module's.
        marks: Which tests, as pytest's option ``-m`` takes it.
        limit: What each test may take.
    """
    done: list[str] = []
    left = True
    while left:
        left = yield from _process(folder, marks, limit, done)


def _process(
    folder: Path, marks: str, limit: Seconds, done: list[str]
) -> Generator[Ran, None, bool]:
    """Run the tests that are left in one process as far as it comes, and return whether some are left."""
    context = get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_run, args=(theirs, folder, marks, done))
    child.start()
    theirs.close()
    before, running = len(done), ""
    try:
        while ours.poll(limit if running else START_SECONDS):
            kind, *told = ours.recv()
            if kind == "over":
                return False
            if kind == "start":
                (running,) = told
            else:
                running = ""
                done.append(told[0])
                yield Ran(*told)
        outcome, why = "too slow", f"it takes more than {limit:g} seconds"
    except EOFError:
        outcome, why = "failed", "its process has ended"
    finally:
        ours.close()
        child.kill()
        child.join()
    if not running and len(done) > before:
        return True
    done.append(running)
    yield Ran(running or STARTING, outcome, why)
    return bool(running)


def _run(parent: Connection, folder: Path, marks: str, done: Collection[str]) -> None:
    """Run tests, and send how each one ends: what the child does."""
    os.chdir(folder)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for printed in (1, 2):
        os.dup2(nowhere, printed)
    files = sorted(path.as_posix() for path in Path("tests").glob("test_*.py"))
    run_pytest(_Plugin(parent, done), files, seed=SEED, extra=["-m", marks])
    parent.send(("over",))


class _Plugin:
    """Leaves out what is done, sends how tests end, and stops once the CUDA context is ruined."""

    def __init__(self, parent: Connection, done: Collection[str]) -> None:
        self._parent = parent
        self._done = done

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out the tests that have run already."""
        items[:] = [item for item in items if item.nodeid not in self._done]

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Say which test begins."""
        self._parent.send(("start", nodeid))

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
        """Send how the test ended, or why it could not begin."""
        outcome = yield
        report = outcome.get_result()
        if report.when == "teardown" or (report.when == "setup" and report.passed):
            return
        error = call.excinfo.value if call.excinfo else None
        self._parent.send(("end", item.nodeid, report.outcome, _first_line(error)))
        if RUINED in report.longreprtext:
            os._exit(1)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Send why a file could not be imported; none of its tests can run."""
        if report.failed and report.nodeid not in self._done:
            said = report.longreprtext.strip().rpartition("\n")[2].removeprefix("E").strip()
            self._parent.send(("end", report.nodeid, "failed", said))


def _first_line(error: BaseException | None) -> str:
    """Give the first line of what an error says, after its type unless it is a failed assertion."""
    text = str(error or "").partition("\n")[0]
    if error is None or isinstance(error, AssertionError | pytest.skip.Exception):
        return text
    return f"{type(error).__name__}: {text}"
