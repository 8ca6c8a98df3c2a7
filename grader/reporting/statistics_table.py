"""What a class did, on a terminal: how its scores are spread, and a table of its modules and tasks.

Text reaches rich only inside ``Text``, where ``[red]`` means nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from grader.errors import some
from grader.model import Status
from grader.reporting import text, words
from grader.reporting.plain import Page, one_line
from grader.reporting.statistics import (
    BINS,
    ClassStatistics,
    CommonFailure,
    Gap,
    ModuleStatistics,
    Share,
    TaskStatistics,
)

_WIDE = 84  # columns; below, a task takes three lines
_BAR = 40  # columns of the longest bar
_BESIDE = 16  # columns that its label and its count take
_GAPS = 20  # that are listed
_NAME = 24  # columns of a submission's id, and of a title


def render(found: ClassStatistics) -> RenderableType:
    """Show what a class did."""
    parts: list[RenderableType] = [*_head(found)]
    if found.scored:
        parts += [Text(), _Distribution(found.distribution)]
    if found.modules:
        parts += [Text(), _Tasks(found.modules), Text(), Text(_legend(), style="dim")]
    return Page(*parts)


class _Distribution:
    """Bars, best scores first; the longest is as wide as there is room."""

    def __init__(self, counts: tuple[int, ...]) -> None:
        self.counts = counts

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        room = max(min(options.max_width - _BESIDE, _BAR), 1)
        for place, count in reversed(list(enumerate(self.counts))):
            bar = "━" * math.ceil(room * count / max(self.counts))  # one of many is still seen
            said = f"{_bin(place):>9}  {bar} {count or ''}"
            yield Text(said, no_wrap=True, overflow="ellipsis")


class _Tasks:
    """Modules and tasks: a table or, on a narrow terminal, a few lines each."""

    def __init__(self, modules: tuple[ModuleStatistics, ...]) -> None:
        self.modules = modules

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if options.max_width < _WIDE:
            for module in self.modules:
                yield from _stacked(module)
            return
        table = _table()
        for position, module in enumerate(self.modules):
            if position:
                table.add_row()
            table.add_row(*_module_row(module))
            for task in module.tasks:
                table.add_row(*_task_row(task))
        yield table


def _head(found: ClassStatistics) -> Iterator[RenderableType]:
    said = words.counted(found.submissions, "submission")
    if found.median is not None:
        said += f", median score {_percent(found.median)}"
    yield Text(said, style="bold")
    if found.full_marks:
        names = some([text.line(each, _NAME) for each in found.full_marks])
        yield Text(f"{len(found.full_marks):,} with full marks: {names}", style="green")
    if rest := found.submissions - found.scored:
        yield Text(f"{rest:,} with nothing that could be scored", style="yellow")
    yield from _gaps(found.ungraded, words.UNGRADED, "bold magenta")
    yield from _gaps(found.unread, words.STATUS[Status.UNREAD], "bold red")


def _gaps(gaps: Sequence[Gap], what: str, style: str) -> Iterator[RenderableType]:
    """List submissions, or files of them, that are missing in the numbers, and why."""
    if gaps:
        who = words.counted(len({gap.submission for gap in gaps}), "submission")
        files = " with files" if gaps[0].path else ""
        yield Text(f"{who}{files} that {what}:", style=style)
    for gap in gaps[:_GAPS]:
        said = f"{text.line(gap.submission, _NAME)}: {gap.said}"
        yield Padding(one_line(said, style), (0, 0, 0, 2))
    if len(gaps) > _GAPS:
        yield Text(f"  and {len(gaps) - _GAPS:,} more", style=style)


def _table() -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("", no_wrap=True)
    table.add_column("", no_wrap=True, max_width=_NAME)
    for heading in ("of", "passed", "median"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("the others", no_wrap=True)
    table.add_column(one_line("most common first failure"))
    return table


def _module_row(module: ModuleStatistics) -> tuple[Text, ...]:
    bold = (module.id, module.title, str(module.submissions), "", _percent(module.median), "")
    return *(one_line(each, "bold") for each in bold), one_line(_spread(module), "dim")


def _task_row(task: TaskStatistics) -> tuple[Text, ...]:
    said = (
        f"  {text.line(task.id)}",
        text.line(_title(task)),
        str(task.submissions),
        _percent(task.pass_rate),
        _percent(task.median),
        _others(task),
    )
    return *(Text(each, overflow="ellipsis") for each in said), one_line(_failure(task), "dim")


def _stacked(module: ModuleStatistics) -> Iterator[RenderableType]:
    """Show a module where there is no room for a table."""
    yield _line(text.line(module.id), module.title, f"of {module.submissions:,}", "bold")
    yield _below(f"median {_percent(module.median)}, {_spread(module)}")
    for task in module.tasks:
        yield _line(f"  {text.line(task.id)}", _title(task), f"of {task.submissions:,}")
        rates = f"passed {_percent(task.pass_rate)}, median {_percent(task.median)}"
        yield _below(", ".join(filter(None, (rates, _others(task)))))
        if task.common_failure:
            yield _below(_failure(task))


def _line(number: str, title: str, count: str, style: str = "") -> Table:
    row = Table.grid(padding=(0, 2, 0, 0), expand=True)
    row.add_column(width=5)
    row.add_column(ratio=1)
    row.add_column(justify="right", no_wrap=True)
    row.add_row(Text(number, style=style), one_line(title, style), Text(count, style=style))
    return row


def _below(said: str) -> Padding:
    return Padding(one_line(said, "dim"), (0, 0, 0, 7))


def _title(task: TaskStatistics) -> str:
    return f"{task.title} (bonus)" if task.bonus else task.title


def _others(task: TaskStatistics) -> str:
    """Count those that did not pass, a mark each: ``✗12 ○3``."""
    counts = {
        Status.UNREAD: task.unread,
        Status.WRONG: task.wrong,
        Status.TODO: task.todo,
        Status.NOT_REACHED: task.not_reached,
        Status.GRADER_ERROR: task.grader_error,
    }
    return " ".join(f"{words.MARK[status]}{count}" for status, count in counts.items() if count)


def _legend() -> str:
    """Say what the marks of the others mean."""
    meant = (f"{words.MARK[s]} {words.STATUS[s]}" for s in Status if s is not Status.PASSED)
    return "  ".join(meant)


def _failure(task: TaskStatistics) -> str:
    """Tell the most common first failure: how many share it, one of them, the test, what it says."""
    shared = task.common_failure
    if shared is None:
        return ""
    # A stub's message names its task, which stands beside it already.
    message = shared.message.removeprefix(f"Task {task.id}: ")
    return f"{_sharing(shared)}: {shared.test}: {message}"


def _sharing(shared: CommonFailure) -> str:
    who = text.line(shared.example, _NAME)
    return f"only {who}" if shared.submissions == 1 else f"{shared.submissions:,} like {who}"


def _spread(module: ModuleStatistics) -> str:
    took = f"{module.mean_seconds:.1f} s on average"
    if module.lower_quartile is None or module.upper_quartile is None:
        return took
    ends = f"{_percent(module.lower_quartile)} and {_percent(module.upper_quartile)}"
    return f"half between {ends}, {took}"


def _bin(place: int) -> str:
    """Name a bin: ``0–9%``, and the last one ``90–100%``."""
    width = 100 // BINS
    last = 100 if place == BINS - 1 else width * (place + 1) - 1
    return f"{width * place}–{last}%"


def _percent(share: Share | None) -> str:
    """Write a share, rounded down: it is 100% only where it is all."""
    return "–" if share is None else f"{math.floor(round(100 * share, 6))}%"
