"""What may be told of a run in which student code sat beside the reference's files: fractions and counts.

Such code could read those files and put them into whatever it writes. So nothing that the child wrote leaves that run:
what fails in both runs is told in the words of the first one, in which all files were the student's own.
"""

from __future__ import annotations

from dataclasses import replace

from grader.model import Failure, Outcome, SpeedReport, Task, TaskVerdict
from grader.oracle import calls

_STILL = "This does not pass with correct earlier files either."


def told(task: Task, beside: TaskVerdict, first: TaskVerdict) -> TaskVerdict:
    """Give the verdict of a run beside the reference without a word of the child's.

    Args:
        task: The task.
        beside: The verdict with the reference's earlier files.
        first: The verdict with the student's own.

    Returns:
        The fraction, the status and the counts of ``beside``, in the words of ``first``.
    """
    known = {failure.test: failure for failure in reversed(first.failures)}
    tests = dict.fromkeys(failure.test for failure in beside.failures)
    return replace(
        beside,
        failures=tuple(known.get(test) or _unknown(task, test) for test in tests),
        speed=_measured(beside.speed),
        note="",
        remarks=first.remarks,
    )


def _unknown(task: Task, test: str) -> Failure:
    """Word a failure that the first run did not have, or did not tell."""
    return Failure(
        test=test,
        outcome=Outcome.FAILED,
        message=_STILL,
        hint=task.hint_for(test),
        command=calls.check(task),
        file=task.files[0] if task.files else "",
    )


def _measured(speed: SpeedReport | None) -> SpeedReport | None:
    """Keep what the parent measured; leave out what the child said of its kernels."""
    if speed is None:
        return None
    threads = (replace(each, loops=int(each.loops > 0), told="") for each in speed.threads)
    return replace(speed, threads=tuple(threads))
