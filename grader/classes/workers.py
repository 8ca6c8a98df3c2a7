"""Grade many submissions side by side; one that goes wrong never stops the others."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from grader.classes.grading import Grader, Told
from grader.errors import GraderError
from grader.model import Record, Submission


@dataclass(frozen=True)
class Graded:
    """What became of one submission: its record, or why the grader has none."""

    id: str
    record: Record | None = None
    error: str = ""


def grade_all(
    takers: Iterable[tuple[str, Callable[[], Submission]]],
    make_grader: Callable[[], Grader],
    *,
    jobs: int,
    told: Told,
    done: Callable[[Graded], None],
) -> list[Graded]:
    """Grade submissions with a number of workers, each with sandboxes of its own.

    Args:
        takers: Ids and functions that take the submissions apart, called in a worker.
        make_grader: Opens a worker's grader.
        jobs: How many workers.
        told: Called after each task, from a worker.
        done: Called after each submission, from a worker.

    Returns:
        What became of each, in the order given.

    Raises:
        GraderError: If no worker can open a sandbox.
    """
    waiting: queue.SimpleQueue[tuple[int, str, Callable[[], Submission]]] = queue.SimpleQueue()
    count = 0
    for number, (name, take) in enumerate(takers):
        waiting.put((number, name, take))
        count += 1
    results: dict[int, Graded] = {}
    fatal: list[GraderError] = []

    def work() -> None:
        try:
            with make_grader() as grader:
                while not fatal:
                    number, name, take = waiting.get_nowait()
                    results[number] = _grade(grader, name, take, told)
                    done(results[number])
        except queue.Empty:
            return
        except GraderError as error:
            fatal.append(error)

    threads = [threading.Thread(target=work, name=f"worker {n}") for n in range(min(jobs, count))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if fatal:
        raise fatal[0]
    return [results[number] for number in sorted(results)]


def _grade(grader: Grader, name: str, take: Callable[[], Submission], told: Told) -> Graded:
    try:
        return Graded(name, grader.grade(take(), told))
    except GraderError:
        raise
    except (
        Exception
    ) as error:  # one bad submission never stops the rest; the record of it is this text
        return Graded(name, error=f"{type(error).__name__}: {error}")
