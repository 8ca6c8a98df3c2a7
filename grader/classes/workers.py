"""Grade many submissions side by side; one that goes wrong never stops the others."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from grader.classes.grading import Grader, Told
from grader.errors import GraderError, NotGradable
from grader.model import Record, Submission
from grader.reporting.text import line
from grader.reporting.words import broken, ungraded

Taker = Callable[[], Submission]
How = Callable[[Grader, Submission, Told], Record]


@dataclass(frozen=True)
class Graded:
    """What became of one submission."""

    id: str
    record: Record

    @property
    def fault(self) -> str:
        """Why the grader could not grade it, or not wholly; nothing where it could."""
        if tasks := broken(self.record):
            return f"the grader itself broke on {', '.join(tasks)}"
        return ungraded(self.record)


def faults(results: Iterable[Graded]) -> dict[str, str]:
    """Give what the grader broke on, by submission."""
    return {graded.id: graded.fault for graded in results if graded.fault}


def grade_all(
    takers: Iterable[tuple[str, Taker]],
    make_grader: Callable[[], Grader],
    *,
    jobs: int,
    told: Told,
    done: Callable[[Graded], None],
    how: How = lambda grader, submission, told: grader.grade(submission, told),
) -> list[Graded]:
    """Grade submissions with a number of workers, each with sandboxes of its own.

    Args:
        takers: Ids and functions that take the submissions apart, called in a worker.
        make_grader: Makes a worker's grader.
        jobs: How many workers.
        told: Called after each task, from a worker.
        done: Called after each submission, from a worker.
        how: What a grader does with a submission.

    Returns:
        What became of each, in the order given.

    Raises:
        GraderError: If no worker can open a sandbox, or results can't be kept.
        KeyboardInterrupt: On Ctrl-C; children are ended, and what is under way is not kept.
    """
    team = _Team(takers, told, done, how)
    graders = [make_grader() for _ in range(min(jobs, team.waiting.qsize()))]
    threads = [threading.Thread(target=team.work, args=(grader,)) for grader in graders]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    except BaseException as interruption:
        team.fatal.append(interruption)
        for grader in graders:
            grader.stop()
        for thread in threads:
            if thread.ident is not None:  # it was started
                thread.join()
        raise
    if team.fatal:
        raise team.fatal[0]
    return [team.results[number] for number in sorted(team.results)]


class _Team:
    """What the workers share: the submissions that wait, what became of the others, and what ends it all."""

    def __init__(
        self,
        takers: Iterable[tuple[str, Taker]],
        told: Told,
        done: Callable[[Graded], None],
        how: How,
    ) -> None:
        self.waiting: queue.SimpleQueue[tuple[int, str, Taker]] = queue.SimpleQueue()
        for number, (name, take) in enumerate(takers):
            self.waiting.put((number, name, take))
        self.results: dict[int, Graded] = {}
        self.fatal: list[BaseException] = []
        self._told = told
        self._done = done
        self._how = how

    def work(self, grader: Grader) -> None:
        """Grade until nothing waits, or until something went wrong that concerns all."""
        try:
            with grader:
                while not self.fatal:
                    number, name, take = self.waiting.get_nowait()
                    self.results[number] = self._grade(grader, name, take)
                    self._done(self.results[number])
        except queue.Empty:
            return
        except BaseException as error:  # the main thread raises it again: a thread has no caller
            self.fatal.append(error)

    def _grade(self, grader: Grader, name: str, take: Taker) -> Graded:
        submission = Submission(name, "", {})
        try:
            submission = take()
            return Graded(name, self._how(grader, submission, self._told))
        except GraderError:
            raise
        except NotGradable as error:
            fault = str(error)
        # One bad submission never stops the rest; its result is this text.
        except Exception as error:
            told = line(f"{type(error).__name__}: {error}")
            fault = f"the grader itself broke; please report it: {told}"
        return Graded(name, self._how(grader, replace(submission, fault=fault), self._told))
