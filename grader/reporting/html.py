"""A record as a page, and a class as a table: each one self-contained file that asks nothing of the network.

No script runs on a page, and its policy forbids any. Every value passes through ``clean`` and then through escaping.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from grader.model import ModuleRecord, Record, Status, TaskId
from grader.reporting import speeds, text, words

_TEMPLATES = Path(__file__).parent / "templates"
_BAR = 1000  # units of a bar's width
_GAP = 4  # units between two tasks in it


@dataclass(frozen=True)
class Part:
    """One task's stretch of its module's bar, in units."""

    status: Status
    start: float
    room: float
    earned: float


@dataclass(frozen=True)
class Row:
    """One submission in the table of a class."""

    name: str
    link: str
    record: Record
    statuses: dict[TaskId, Status]


def page(record: Record) -> str:
    """Make a submission's report, for its student to read. The seed stays out of it."""
    template = _environment().get_template("report.html")
    return template.render(record=record, name=_name(record), step=words.next_step(record))


def index(records: Sequence[Record]) -> str:
    """Make the table of a class, which links to ``<submission id>/report.html``."""
    rows = [_row(record) for record in records]
    passed = Counter(
        task for row in rows for task, status in row.statuses.items() if status is Status.PASSED
    )
    return (
        _environment()
        .get_template("index.html")
        .render(
            records=records,
            rows=rows,
            columns=sorted({task for row in rows for task in row.statuses}, key=_in_order),
            passed=passed.__getitem__,
            warnings=dict.fromkeys(filter(None, map(words.warning, records))),
        )
    )


@cache
def _environment() -> Environment:
    style = (_TEMPLATES / "style.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    environment.globals.update(
        words=words,
        speeds=speeds,
        line=text.line,
        parts=_parts,
        tally=_tally,
        moment=_moment,
        style=Markup(style),
        policy="default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; "
        f"style-src 'sha256-{digest}'",
    )
    return environment


def _finalize(value: object) -> object:
    """Clean whatever a template writes; escaping comes after. The style sheet and macros are ``Markup``: ours."""
    return text.clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _name(record: Record) -> str:
    return text.line(record.submission.id, 80) or "?"


def _parts(module: ModuleRecord) -> Iterator[Part]:
    """Divide a module's bar among its tasks, by points; a bonus task has no stretch."""
    tasks = [task for task in module.tasks if not task.bonus and task.points > 0]
    unit = (_BAR - _GAP * (len(tasks) - 1)) / sum(task.points for task in tasks) if tasks else 0.0
    start = 0.0
    for task in tasks:
        room = task.points * unit
        yield Part(task.status, round(start, 1), round(room, 1), round(task.score * unit, 1))
        start += room + _GAP


def _tally(record: Record) -> list[tuple[Status, int]]:
    """Count tasks by status, in the order of the statuses."""
    counts = Counter(task.status for task in words.tasks(record))
    return [(status, counts[status]) for status in Status if counts[status]]


def _moment(said: str) -> str:
    """Write a time for people: ``2026-11-20 23:41 UTC``; as it is when it is no time."""
    try:
        return f"{datetime.fromisoformat(said).astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    except (ValueError, OverflowError):
        return text.line(said, 40)


def _row(record: Record) -> Row:
    link = f"./{quote(record.submission.id, safe='', errors='replace')}/report.html"
    statuses = {task.id: task.status for task in words.tasks(record)}
    return Row(_name(record), link, record, statuses)


def _in_order(task: TaskId) -> tuple[int, ...]:
    """Sort ``0.10`` after ``0.9``; what is no task id goes first."""
    return tuple(int(part) if part.isdecimal() else -1 for part in task.split("."))
