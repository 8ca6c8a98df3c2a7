"""Several workers prove side by side: in order, and none goes on when one breaks."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest

from grader.authoring.verify import Check, Judge, Proof
from grader.cli.proving import _settled
from grader.errors import TomlError
from grader.model import Status, Task, TaskVerdict


class Worker:
    """Stands for a worker; notes whether it was stopped."""

    def __init__(self) -> None:
        self.stopped = False

    def judge(self, task: Task, files: Any, look: str) -> TaskVerdict:
        return TaskVerdict(task.id, Status.PASSED, Fraction(1))

    def stop(self) -> None:
        self.stopped = True


def claiming(words: str, after: threading.Event | None = None, then: Any = None) -> Check:
    """Make a check that waits for an event, and then sets another."""

    def check(judge: Judge) -> Iterator[Proof]:
        if after is not None:
            assert after.wait(10)
        if then is not None:
            then.set()
        yield Proof("0.1", words, True)

    return check


def settle(checks: list[Check], workers: list[Worker]) -> list[str]:
    return [proof.claim for proofs in _settled(checks, workers) for proof in proofs]  # type: ignore[arg-type]


def test_claims_come_in_the_order_of_the_checks() -> None:
    """The first check ends only after the second, in another worker."""
    second_ended = threading.Event()
    checks = [claiming("one", after=second_ended), claiming("two", then=second_ended)]
    assert settle(checks, [Worker(), Worker()]) == ["one", "two"]


def test_one_worker_makes_all_checks() -> None:
    assert settle([claiming(str(n)) for n in range(5)], [Worker()]) == list("01234")


def test_an_error_of_the_course_stops_all_workers() -> None:
    def broken(judge: Judge) -> Iterator[Proof]:
        raise TomlError("module0/module.toml", 3, "This is not right.")
        yield

    workers = [Worker(), Worker()]
    with pytest.raises(TomlError):
        settle([claiming("one"), broken, claiming("two")], workers)
    assert all(worker.stopped for worker in workers)


def test_who_stops_reading_stops_all_workers() -> None:
    worker = Worker()
    found = _settled([claiming(str(n)) for n in range(5)], [worker])  # type: ignore[list-item]
    next(found)
    found.close()  # type: ignore[attr-defined]
    assert worker.stopped
