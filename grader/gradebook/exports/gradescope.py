"""Gradescope's ``results.json``, a file for each submission.

Bonus points stand beside the score, as in every record, and are not in it. All text is shown as plain text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from grader.gradebook.exports.feedback import feedback, title
from grader.gradebook.exports.naming import named
from grader.model import Record, Status, TaskRecord
from grader.reporting import words
from grader.reporting.account import account
from grader.reporting.text import clean, line


def gradescope(records: Sequence[Record]) -> Mapping[str, bytes]:
    """Write a class for Gradescope; a submission that could not be graded is left out, as every file tells a score.

    Args:
        records: Of the class.

    Returns:
        Each file's name and content.
    """
    graded = [record for record in records if words.has_score(record)]
    return {name: _file(record) for name, record in named(graded, ".json")}


def unscored(records: Sequence[Record]) -> Iterator[str]:
    """Name the submissions that are left out.

    Args:
        records: Of the class.

    Yields:
        str: A line for each.
    """
    for record in records:
        if not words.has_score(record):
            yield f"{line(record.submission.id)} is left out"


def _file(record: Record) -> bytes:
    return msgspec.json.format(msgspec.json.encode(_results(record)), indent=2) + b"\n"


def _results(record: Record) -> dict[str, Any]:
    info = record.submission
    return {
        "score": record.score,
        "execution_time": record.seconds,
        "output": _output(record),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [_test(task) for task in words.tasks(record)],
        "extra_data": {
            "submission": clean(info.id),
            "commit": info.commit and clean(info.commit),
            "submitted_at": info.submitted_at and clean(info.submitted_at),
        },
    }


def _test(task: TaskRecord) -> dict[str, Any]:
    """Make a task's entry; without a score where the grader broke."""
    return {
        "name": title(task),
        "number": clean(task.id),
        **({} if task.status is Status.GRADER_ERROR else _score(task)),
        "output": feedback(task),
        "tags": [task.status, task.kind, *(["bonus"] if task.bonus else [])],
        "visibility": "visible",
    }


def _score(task: TaskRecord) -> dict[str, Any]:
    passed = task.status is Status.PASSED
    return {
        "score": task.score,
        "max_score": task.points,
        "status": "passed" if passed else "failed",
    }


def _output(record: Record) -> str:
    bonus = f", and {words.number(record.bonus)} bonus" if record.bonus else ""
    score = f"{words.number(record.score)} of {words.number(record.points)} points{bonus}"
    waiting = f"Not graded, at no cost to you: {', '.join(words.broken(record))}."
    problems = (problem.said for problem in record.problems)
    waits = waiting if words.broken(record) else ""
    changes = (f"{entry.what}: {entry.points}" for entry in account(record))
    said = [score, *changes, words.BASIS[record.basis], words.warning(record), waits, *problems]
    return "\n".join(filter(None, map(clean, said)))
