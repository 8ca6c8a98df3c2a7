"""Many submissions side by side: order, isolation from each other's faults, and Ctrl-C. Nothing is run here."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import pytest

from grader.classes.grading import Grader
from grader.classes.workers import Graded, grade_all
from grader.errors import NotWritable, SandboxError, Stopped
from grader.model import Problem, ProblemKind, Record, Submission
from grader.tests.sample_records import REFERENCE


class FakeGrader:
    """Answers by a submission's id; counts itself."""

    made = 0

    def __init__(self) -> None:
        type(self).made += 1
        self.stopped = threading.Event()

    def __enter__(self) -> FakeGrader:
        return self

    def __exit__(self, *exc: object) -> None:
        pass

    def grade(self, submission: Submission, told: object) -> Record:
        if submission.fault:
            why = Problem(".", submission.fault, ProblemKind.UNGRADED)
            return replace(RECORD, modules=(), problems=(why,))
        if submission.id == "odd":
            raise ZeroDivisionError("a bug of ours")
        if submission.id == "no sandbox":
            raise SandboxError("No sandbox.")
        if submission.id == "slow":
            os.kill(os.getpid(), signal.SIGINT)  # to the process, as a terminal does
            assert self.stopped.wait(20)
            raise Stopped
        return RECORD

    def stop(self) -> None:
        self.stopped.set()


RECORD = REFERENCE


def run(
    ids: list[str], jobs: int = 2, done: Callable[[Graded], None] = lambda graded: None
) -> list[Graded]:
    takers = [(id, lambda id=id: Submission(id, id, {})) for id in ids]
    make = cast(Callable[[], Grader], FakeGrader)
    return grade_all(takers, make, jobs=jobs, told=lambda *_: None, done=done)


@pytest.mark.parametrize("jobs", [1, 2, 7])
def test_results_come_in_the_order_given(jobs: int) -> None:
    ids = [f"s{number}" for number in range(20)]
    assert run(ids, jobs) == [Graded(id, RECORD) for id in ids]


def test_no_more_workers_than_submissions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeGrader, "made", 0)
    run(["one", "two"], jobs=200)
    assert FakeGrader.made == 2


def test_nobody_hands_in() -> None:
    assert run([]) == []


def test_one_that_breaks_the_grader_does_not_stop_the_others() -> None:
    one, odd, two = run(["one", "odd", "two"], jobs=1)
    assert (one.record, two.record) == (RECORD, RECORD)
    assert odd.record.modules == () and one.fault == ""
    told = "the grader itself broke; please report it: ZeroDivisionError: a bug of ours"
    assert odd.fault == odd.record.problems[0].message == told


def test_what_concerns_all_ends_the_run() -> None:
    with pytest.raises(SandboxError, match="No sandbox"):
        run(["one", "no sandbox", "two"])


@pytest.mark.parametrize("error", [NotWritable("out", "full"), OSError("disk full")])
def test_results_that_cannot_be_kept_end_the_run(error: Exception) -> None:
    """A worker's thread has no caller: its error must not vanish, nor leave the rest ungraded in silence."""

    def refuse(graded: Graded) -> None:
        raise error

    with pytest.raises(type(error)) as caught:
        run(["one", "two"], done=refuse)
    assert caught.value is error


def test_done_is_told_of_each_once() -> None:
    seen: list[Any] = []
    run(["one", "odd", "two"], done=seen.append)
    assert sorted(graded.id for graded in seen) == ["odd", "one", "two"]


@pytest.mark.usefixtures("ctrl_c")
def test_ctrl_c_stops_the_graders() -> None:
    before = set(threading.enumerate())  # other tests may have left some
    with pytest.raises(KeyboardInterrupt):
        run(["slow", "one", "two"], jobs=1)
    assert set(threading.enumerate()) <= before
