"""How a student's score came about: every attempt, what counts of it, and what was given by hand."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from grader.model import Adjustment, Attempt, ModuleId, Record
from grader.reporting import text, words
from grader.reporting.account import account, signed
from grader.reporting.plain import Page, headed


def render(
    record: Record,
    attempts: Sequence[Attempt],
    chosen: Mapping[ModuleId, int],
    adjustments: Sequence[Adjustment],
) -> RenderableType:
    """Show what was handed in, and how the score came about.

    Args:
        record: What counts.
        attempts: All that was handed in.
        chosen: For each module the number of the attempt that counts.
        adjustments: What was given and taken by hand.

    Returns:
        Something that rich can draw.
    """
    name = text.line(record.submission.student)
    title = f"{text.line(record.submission.id)}{f', {name}' if name else ''}"
    parts: list[RenderableType] = [Text(title, style="bold"), Text(), _attempts(attempts, chosen)]
    if adjustments:
        parts += [Text(), _adjustments(adjustments)]
    entries: list[tuple[str, str]] = [(entry.what, entry.points) for entry in account(record)]
    if entries:
        parts += [Text(), _two_columns(entries)]
    total = Text(f"{words.number(record.score)} of {words.number(record.points)} points", "bold")
    return Page(*parts, Text(), total)


def _attempts(attempts: Sequence[Attempt], chosen: Mapping[ModuleId, int]) -> Table:
    table = headed("attempt", "handed in", "commit", "score", "counts for")
    for attempt in attempts:
        info = attempt.record.submission
        _row(
            table,
            str(attempt.number),
            _moment(info.submitted_at or "") or f"not known; graded {_moment(attempt.received_at)}",
            text.line(info.commit or "", 10),
            f"{words.number(attempt.record.score)} / {words.number(attempt.record.points)}",
            _counts_for([id for id, number in chosen.items() if number == attempt.number]),
        )
    return table


def _counts_for(modules: Collection[ModuleId]) -> str:
    return ", ".join(f"module{id}" for id in modules) or "nothing"


def _adjustments(adjustments: Sequence[Adjustment]) -> Table:
    table = headed("by hand", "points", "for", "who", "when", "why")
    for each in adjustments:
        _row(
            table,
            str(each.number),
            signed(float(each.points)),
            f"module{each.module}" if each.module else "all",
            text.line(each.author),
            _moment(each.made_at),
            words.cut(each.reason),
        )
    return table


def _two_columns(rows: Sequence[tuple[str, str]]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column()
    table.add_column(justify="right")
    for what, points in rows:
        table.add_row(Text(what), Text(points))
    return table


def _row(table: Table, *cells: str) -> None:
    table.add_row(*map(Text, cells))


def _moment(said: str) -> str:
    """Shorten a time of ISO 8601 to minutes; it is in UTC."""
    return f"{text.line(said[:16]).replace('T', ' ')} UTC" if said else ""
