"""Classroom 50's ``result.json``, version 1, a file for each submission.

Its scores are integers, so all of them are in hundredths of a point, which is what records hold: nothing is lost. A
record's total is rounded once, from exact fractions, and each task's score by itself; so that the tests add up to the
total here, single hundredths are moved, first in tasks that earned a part of their points. Tasks that don't count
towards the total, bonus tasks and those that the grader broke on, are out of 0 points; what a bonus task earned stands
in its ``bonus``.

A record does not hold the tag of a submission, nor where its release and its review are: the commit stands for the tag,
and the addresses are empty.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from grader.gradebook.exports.feedback import standing, title
from grader.gradebook.exports.naming import named
from grader.model import Record, Status, TaskRecord
from grader.reporting import words
from grader.reporting.account import account, changed
from grader.reporting.text import clean, line

SCHEMA = "classroom50/result/v1"


def classroom50(records: Sequence[Record], classroom: str, assignment: str) -> Mapping[str, bytes]:
    """Write a class for Classroom 50; a submission without a commit's time or a score is left out.

    Args:
        records: Of the class.
        classroom: Its short name there.
        assignment: The assignment's short name there.

    Returns:
        Each file's name and content.
    """
    place = {"classroom": clean(classroom), "assignment": clean(assignment)}
    dated = [record for record in records if _moment(record) and words.has_score(record)]
    return {name: _file(record, place) for name, record in named(dated, ".json")}


def undated(records: Sequence[Record]) -> Iterator[str]:
    """Name the submissions that are left out.

    Args:
        records: Of the class.

    Yields:
        str: A line for each.
    """
    for record in records:
        if words.has_score(record) and not _moment(record):
            yield (
                f"{line(record.submission.id)} is left out: it has no commit's time, which Classroom 50 asks for;"
                " grade it as REPOSITORY@REVISION"
            )


def _file(record: Record, place: Mapping[str, str]) -> bytes:
    return msgspec.json.format(msgspec.json.encode(_result(record, place)), indent=2) + b"\n"


def _result(record: Record, place: Mapping[str, str]) -> dict[str, Any]:
    info = record.submission
    commit = line(info.commit or "")
    return {
        "schema": SCHEMA,
        **place,
        "assignment_type": "individual",
        "owner": clean(info.id),
        "submission": f"submit/{commit}",
        "commit": commit,
        "release": "",
        "review": "",
        "datetime": _moment(record),
        "score": _hundredths(record.score),
        "max-score": _hundredths(record.points),
        "tests": [*_tests(record), *_terms(record)],
    }


def _tests(record: Record) -> Iterator[dict[str, Any]]:
    scores = _settled(record)
    for task in words.tasks(record):
        yield {
            "test-name": title(task),
            "passed": task.status is Status.PASSED,
            "score": scores.get(task.id, 0),
            "max-score": _hundredths(task.points) if task.id in scores else 0,
            "status": task.status,
            "message": standing(task),
            **({"bonus": _hundredths(task.score)} if task.bonus else {}),
        }


def _terms(record: Record) -> Iterator[dict[str, Any]]:
    """Say what was added to or taken from what the tasks earned; Classroom 50 has no scores below zero to say it in."""
    for entry in account(record)[1:-1]:
        nothing = {"passed": True, "score": 0, "max-score": 0}
        yield {"test-name": line(entry.what), **nothing, "message": f"{entry.points} points"}


def _settled(record: Record) -> dict[str, int]:
    """Give the scores of the tasks that count, each moved by a hundredth at most, so that they add up."""
    counted = {task.id: task for task in words.tasks(record) if _counts(task)}
    scores = {id: _hundredths(task.score) for id, task in counted.items()}
    missing = round((record.score - changed(record)) * 100) - sum(scores.values())
    step = 1 if missing > 0 else -1
    movable = [task for task in counted.values() if _has_room(task, step)]
    for task in sorted(movable, key=_exactness)[: abs(missing)]:
        scores[task.id] += step
    return scores


def _counts(task: TaskRecord) -> bool:
    return not task.bonus and task.status is not Status.GRADER_ERROR


def _has_room(task: TaskRecord, step: int) -> bool:
    return task.score < task.points if step > 0 else task.score > 0


def _exactness(task: TaskRecord) -> tuple[bool, bool]:
    """Sort first what rounding has most likely changed: a part of the points, then what is neither nothing nor all."""
    return not 0 < task.score < task.points, task.status is not Status.WRONG


def _hundredths(points: float) -> int:
    return max(round(points * 100), 0)


def _moment(record: Record) -> str:
    """Write the commit's time as Classroom 50 does; nothing where there is none."""
    try:
        moment = datetime.fromisoformat(record.submission.submitted_at or "")
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return ""
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
