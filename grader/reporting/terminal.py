"""A record on a terminal: one table, the first failure in full, one next step.

Text reaches rich only inside ``Text``, where ``[red]`` means nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from grader.model import Failure, ModuleRecord, ProblemKind, Record, Status, TaskRecord
from grader.reporting import speeds, text, words
from grader.reporting.account import account
from grader.reporting.plain import Command, Page, Quote, one_line

_STYLE = {
    Status.PASSED: "green",
    Status.UNREAD: "bold red",
    Status.WRONG: "bold red",
    Status.TODO: "yellow",
    Status.NOT_REACHED: "dim",
    Status.GRADER_ERROR: "bold magenta",
}
_WIDE = 84  # columns; below, a task takes two lines
_PROBLEMS = 5  # of a submission that are listed
_REMARKS = 3  # likewise


def render(record: Record) -> RenderableType:
    """Show one graded submission."""
    step = words.next_step(record)
    parts: list[RenderableType] = [*_head(record), Text(), _Tasks(record)]
    if record.terms:
        parts += [Text(), _account(record)]
    notes = list(_notes(record))
    if notes:
        parts += [Text(), *notes]
    shown = words.to_look_at(record)
    if shown:
        parts += [Text(), *_detail(shown)]
    parts += [Text(), Text(step.text, style="bold")]
    if step.command:
        parts.append(Padding(Command(step.command), (0, 0, 0, 2)))
    return Page(*parts)


def class_table(records: Sequence[Record]) -> RenderableType:
    """Show many graded submissions, a line each, with the first thing that keeps each from full marks."""
    modules = sorted({module.id for record in records for module in record.modules})
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("", justify="right", style="dim", no_wrap=True)
    table.add_column("submission", max_width=32)
    for heading in ("score", "of", *(f"m{module}" for module in modules)):
        table.add_column(one_line(heading), justify="right", no_wrap=True)
    table.add_column(one_line("first to look at"))
    for row, record in enumerate(records, 1):
        table.add_row(str(row), *_class_row(record, modules))
    warnings = dict.fromkeys(filter(None, map(words.warning, records)))
    shouted = [Text(warning, style="bold red") for warning in warnings]
    return Page(table, Text(), *shouted, Text(words.class_summary(records), style="bold"))


class _Tasks:
    """Modules and tasks: a table with reasons in it or, on a narrow terminal, two lines a task."""

    def __init__(self, record: Record) -> None:
        self.record = record

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if options.max_width < _WIDE:
            for module in self.record.modules:
                yield from _stacked(module)
            return
        table = _grid(5)
        for position, module in enumerate(self.record.modules):
            if position:
                table.add_row()
            table.add_row(*_module_row(module))
            for task in module.tasks:
                table.add_row(*_task_row(task), one_line(_remark(task), "dim"))
        yield table


def _head(record: Record) -> Iterator[Text]:
    who, student = text.line(record.submission.id) or "?", text.line(record.submission.student)
    yield one_line(f"{who}, {student}" if student else who, "bold")
    score = f"{words.score(record)} of {words.points(record)} points"
    if record.bonus:
        score += f", and {words.number(record.bonus)} bonus"
    if words.has_score(record):
        yield Text.assemble((score, "bold"), (f"  {words.BASIS[record.basis]}", "dim"))
    if words.warning(record):
        yield Text(words.warning(record), style="bold red")
    if why := words.ungraded(record):
        yield Text(f"{words.UNGRADED}: {words.cut(why)}", style=_STYLE[Status.GRADER_ERROR])
    unread = words.unread(record)
    for problem in unread[:_PROBLEMS]:
        said = f"{words.STATUS[Status.UNREAD]}: {words.cut(problem.said)}"
        yield Text(said, style=_STYLE[Status.UNREAD])
    if len(unread) > _PROBLEMS:
        yield Text(f"and {len(unread) - _PROBLEMS:,} more", style=_STYLE[Status.UNREAD])


def _stacked(module: ModuleRecord) -> Iterator[RenderableType]:
    """Show a module where there is no room for a table."""
    number, title, _, score = _module_row(module)
    yield _row(number, title, score)
    for task in module.tasks:
        number, title, status, score = _task_row(task)
        yield _row(number, title, score)
        if _remark(task):
            status.append(f": {_remark(task)}", style="not bold")
        status.no_wrap, status.overflow = True, "ellipsis"
        yield Padding(status, (0, 0, 0, 7))


def _row(number: Text, title: Text, score: Text) -> Table:
    row = Table.grid(padding=(0, 2, 0, 0), expand=True)
    row.add_column(width=5)
    row.add_column(ratio=1)
    row.add_column(justify="right", no_wrap=True)
    row.add_row(number, title, score)
    return row


def _grid(columns: int) -> Table:
    """Make a table without lines whose fourth column is of numbers and whose last one gives way."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    for column in range(columns):
        last = column == columns - 1
        grid.add_column(no_wrap=not last, justify="right" if column == 3 else "left")
    return grid


def _module_row(module: ModuleRecord) -> tuple[Text, Text, Text, Text]:
    score = f"{words.number(module.score)} / {words.number(module.points)}"
    said = (module.id, text.line(module.title), _bar(module), score)
    number, title, bar, total = (Text(each, style="bold") for each in said)
    return number, title, bar, total


def _task_row(task: TaskRecord) -> tuple[Text, Text, Text, Text]:
    title = f"{task.title} (bonus)" if task.bonus else task.title
    return (
        Text(f"  {text.line(task.id)}"),
        Text(text.line(title)),
        Text(f"{words.MARK[task.status]} {words.STATUS[task.status]}", style=_STYLE[task.status]),
        Text(words.score_of(task)),
    )


def _remark(task: TaskRecord) -> str:
    """Say why a task is where it is; of one that passed, what is remarkable."""
    return words.why(task) or speeds.beaten(task)


def _bar(module: ModuleRecord) -> str:
    """Draw how much of a module is earned; full only when all of it is."""
    filled = int(10 * module.score / module.points) if module.points else 0
    return "━" * filled + "┄" * (10 - filled)


def _account(record: Record) -> Table:
    """Tell how the score came about."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column()
    table.add_column(justify="right", no_wrap=True, vertical="bottom")
    for entry in account(record):
        table.add_row(Text(entry.what), Text(entry.points))
    return table


def _notes(record: Record) -> Iterator[Text]:
    notes = [problem for problem in record.problems if problem.kind is ProblemKind.NOTE]
    for problem in notes[:_PROBLEMS]:
        yield one_line(f"problem: {problem.said}", "yellow")
    if len(notes) > _PROBLEMS:
        yield Text(f"problem: and {len(notes) - _PROBLEMS:,} more", style="yellow")
    remarks = words.remarks(record)
    for remark in remarks[:_REMARKS]:
        yield Text(f"warning, costs no points: {remark}", style="dim")
    if len(remarks) > _REMARKS:
        yield Text(f"and {words.counted(len(remarks) - _REMARKS, 'more warning')}", style="dim")
    if record.sandbox.cuda:
        yield one_line(words.cuda(record), "dim")
    if record.style:
        rest = len(record.style) - 1
        yield one_line(
            f"style: {words.cut(record.style[0])}" + (f"; and {rest:,} more" if rest else "")
        )


def _detail(task: TaskRecord) -> Iterator[RenderableType]:
    """Show a task's first failure in full."""
    said = f"Task {task.id}, {task.title}: {words.STATUS[task.status]}"
    yield one_line(said, _STYLE[task.status])
    failure = words.first_failure(task)
    if failure:
        yield from _failure(failure)
    elif words.why(task):
        yield Padding(Quote(words.why(task)), (0, 0, 0, 2))
    for said in speeds.lines(task):
        yield Padding(Text(said, style="dim"), (0, 0, 0, 2))
    more = words.more_failures(task)
    for said in (words.follow_through(task), ", ".join(words.counts(task)), more):
        if said:
            yield Padding(Text(said, style="dim"), (0, 0, 0, 2))


def _failure(failure: Failure) -> Iterator[RenderableType]:
    name = one_line(f"{failure.test} {words.OUTCOME[failure.outcome]}")
    yield Padding(name, (0, 0, 0, 2))
    if words.place(failure):
        yield Padding(one_line(f"in {words.place(failure)}", "dim"), (0, 0, 0, 2))
    if failure.sentence:
        yield Padding(Text(words.cut(failure.sentence), style="italic"), (0, 0, 0, 2))
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column()
    for label, content in (
        ("asked", failure.asked),
        ("input", failure.input),
        ("got", failure.got),
        ("expected", failure.expected),
        ("message", words.message(failure)),
        ("hint", failure.hint),
    ):
        if content:
            table.add_row(f"  {label}", Quote(content))
    yield table


def _class_row(record: Record, modules: Sequence[str]) -> list[Text]:
    scores = {module.id: words.number(module.score) for module in record.modules}
    totals = [words.score(record), words.points(record)]
    numbers = totals + [scores.get(module, "–") for module in modules]
    return [one_line(record.submission.id), *map(Text, numbers), _reason(record)]


def _reason(record: Record) -> Text:
    tone = words.tone(record)
    return one_line(words.reason(record), _STYLE[tone] if tone else "green")
