"""What a student reads about a task in another system: plain text, made harmless."""

from __future__ import annotations

from collections.abc import Iterator

from grader.model import Failure, TaskRecord
from grader.reporting import words
from grader.reporting.text import clean, line

_FAILURES = 3  # that are told in full


def feedback(task: TaskRecord) -> str:
    """Tell where a task stands, why, what was counted, and its first failures.

    Args:
        task: Any task of a record.

    Returns:
        Paragraphs; never empty.
    """
    said = [
        standing(task),
        ", ".join(words.counts(task)),
        words.follow_through(task),
        *map(_told, task.failures[:_FAILURES]),
        words.more_failures(task, _FAILURES),
    ]
    return "\n\n".join(filter(None, said))


def standing(task: TaskRecord) -> str:
    """Say in one line where a task stands, and why."""
    why = words.why(task)
    return f"{words.STATUS[task.status]}: {why}" if why else words.STATUS[task.status]


def title(task: TaskRecord) -> str:
    """Name a task: ``Task 0.1: Operators``."""
    return line(f"Task {task.id}: {task.title}")


def _told(failure: Failure) -> str:
    """Tell one failure; each piece is cut by itself, so that none buries the others."""
    return "\n".join(f"{label}: {clean(said, 500)}" for label, said in _pieces(failure) if said)


def _pieces(failure: Failure) -> Iterator[tuple[str, str]]:
    yield line(failure.test) or "test", words.OUTCOME[failure.outcome]
    yield "file", words.place(failure)
    yield "should hold", failure.sentence
    yield "asked", failure.asked
    yield "input", failure.input
    yield "got", failure.got
    yield "expected", failure.expected
    yield "message", words.message(failure)
    yield "hint", failure.hint
    yield "run", words.command(failure)
