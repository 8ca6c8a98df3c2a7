"""Prove the course with the real judge, in several workers, and show each claim as it is settled."""

from __future__ import annotations

import queue
import secrets
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from grader.authoring.verify import Check, Files, Proof, plan
from grader.classes.judging import ENTRY, WARM
from grader.cli.common import console
from grader.model import Course, Look, Task, TaskId, TaskVerdict
from grader.oracle.examiner import Examiner
from grader.oracle.library import Library
from grader.sandbox import open_sandbox


def prove(
    course: Course, tasks: Sequence[TaskId], seed: int | None, jobs: int, data: Path | None = None
) -> int:
    """Prove the course, and print every claim.

    Args:
        course: An authored course.
        tasks: Which of its tasks; all when empty.
        seed: Of all that is drawn; none: a fresh one.
        jobs: How many workers.
        data: Folder of real data for exams that can be held on some.

    Returns:
        How many claims do not hold.
    """
    drawn = secrets.randbits(63) if seed is None else seed
    checks = plan(course, tasks)
    screen = console()
    broken: list[Proof] = []
    total = 0
    with ExitStack() as opened, _progress(screen) as progress:
        bar = progress.add_task("proving", total=len(checks))
        workers = [_Worker(course, drawn, opened, data) for _ in range(min(jobs, len(checks)))]
        for proofs in _settled(checks, workers):
            for proof in proofs:
                total += 1
                _tell(screen, proof)
                if not proof.held:
                    broken.append(proof)
            progress.advance(bar)
    # Once more at the end: a log is often read from there, and sometimes only that is kept.
    for proof in broken:
        _tell(screen, proof)
    screen.print(f"{total - len(broken)} of {total} claims hold (seed {drawn}).", soft_wrap=True)
    return len(broken)


class _Worker:
    """The judge that submissions meet, for made-up ones of the author's; for one thread at a time.

    Args:
        course: The course.
        seed: Of all that is drawn.
        opened: Closes the sandbox in the end.
        data: Folder of real data.
    """

    def __init__(self, course: Course, seed: int, opened: ExitStack, data: Path | None) -> None:
        self._sandbox = opened.enter_context(open_sandbox(None, True, ENTRY, WARM))
        self._examiner = Examiner(Library(course, self._sandbox, data), self._sandbox)
        self._seed = seed

    def judge(self, task: Task, files: Files, look: Look) -> TaskVerdict:
        """Judge a task."""
        return self._examiner.judge(task, files, self._seed, look)

    def stop(self) -> None:
        """End what is under way, from another thread."""
        self._sandbox.halt()


def _settled(checks: Sequence[Check], workers: Sequence[_Worker]) -> Iterator[list[Proof]]:
    """Make the checks side by side, and yield what came of each in their order."""
    idle: queue.SimpleQueue[_Worker] = queue.SimpleQueue()
    for worker in workers:
        idle.put(worker)

    def settle(check: Check) -> list[Proof]:
        worker = idle.get()
        try:
            return list(check(worker.judge))
        finally:
            idle.put(worker)

    with ThreadPoolExecutor(len(workers)) as pool:
        try:
            yield from pool.map(settle, checks)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for worker in workers:
                worker.stop()
            raise


def _progress(screen: Console) -> Progress:
    """Make a bar that counts checks; silent where the output is no terminal."""
    columns = (TextColumn("proving"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal)


def _tell(screen: Console, proof: Proof) -> None:
    mark = Text("held  ", "green") if proof.held else Text("BROKEN", "bold red")
    screen.print(
        mark.append(f"  {proof.task:7}  {proof.claim}", "default not bold"), soft_wrap=True
    )
    if not proof.held:
        screen.print(Text(f"        {proof.detail}"), soft_wrap=True)
