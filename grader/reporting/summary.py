"""A record as Markdown: the summary of a run in GitHub Actions, and the parts that a comment shares with it."""

from __future__ import annotations

from collections.abc import Iterator

from grader.model import Basis, Failure, ModuleRecord, Record, Status, TaskRecord
from grader.reporting import markdown, speeds, words
from grader.reporting.account import account
from grader.reporting.markdown import Section

SUMMARY_LIMIT = 2**20  # bytes that GitHub takes of a step's summary
_UNREAD = 10  # files that are listed
_FINDINGS = 50  # of style that are listed
_WIDTH = 10  # of a bar
_SHORT = 300  # characters that may stand in a line
_NO_BREAK = "\u00a0"  # a space at which no line ends


def summary(record: Record) -> str:
    """Write a step's summary: scores, and for each task that falls short its first failure.

    Args:
        record: Any record, whoever wrote it.

    Returns:
        Markdown of no more than ``SUMMARY_LIMIT`` bytes.
    """
    failed = [task for task in words.tasks(record) if task.status is Status.WRONG]
    details = [Section(f"task {markdown.title(t.id)}", detail(t), need=2) for t in failed]
    rest = [remarks(record), Section("style", _style(record), need=1)]
    return markdown.fitted([*head(record), *details, *rest, next_step(record)], SUMMARY_LIMIT)


def head(record: Record, trusted: bool = True) -> list[Section]:
    """Write what comes first: the score, what it stands on, a bar for each module, a row for each task.

    Args:
        record: Any record.
        trusted: Whether it comes from a run that students can't change; else, it is no more than advice.

    Returns:
        Sections.
    """
    score = f"## {number(record.score)} of {number(record.points)} points"
    if not words.has_score(record):
        return [
            Section("the score", f"## {words.UNGRADED.capitalize()}\n\n{_gaps(record)}", need=9)
        ]
    bonus = f", and {number(record.bonus)} bonus" if record.bonus else ""
    modules = [Section(f"module {markdown.title(m.id)}", _tasks(m), need=4) for m in record.modules]
    return [
        Section("the score", f"{score}{bonus}\n\n{_basis(record, trusted)}", need=9),
        Section("what could not be read", _gaps(record), need=9),
        Section("how the score came about", _account(record), need=8),
        Section("the modules", _bars(record), need=6),
        *modules,
    ]


def _gaps(record: Record) -> str:
    """Say why it could not be graded, and which files could not be read; nothing where all is well."""
    unread = words.unread(record)
    said = [(words.STATUS[Status.UNREAD], problem.said) for problem in unread[:_UNREAD]]
    if why := words.ungraded(record):
        said.insert(0, (words.UNGRADED, why))
    lines = [f"**{what.capitalize()}:** {markdown.code(why, 400)}" for what, why in said]
    rest = len(unread) - _UNREAD
    return "\n\n".join([*lines, *([f"and {rest:,} more"] if rest > 0 else [])])


def detail(task: TaskRecord) -> str:
    """Show a task's first failure: what was asked, what it gave, what is expected, and a hint."""
    failure = words.first_failure(task)
    said = [f"### Task {markdown.title(task.id)}, {markdown.title(task.title)}: {_status(task)}"]
    if failure:
        said += _failure(failure)
    elif words.why(task):
        said.append(markdown.block(words.why(task)))
    measured = [markdown.code(line) for line in speeds.lines(task)]
    counted = ", ".join(filter(None, [*words.counts(task), words.more_failures(task)]))
    return "\n\n".join([*said, *measured, *filter(None, [_follow_through(task), counted])])


def remarks(record: Record) -> Section:
    """List what Python, NumPy or Numba warned about."""
    found = words.remarks(record)
    shown = markdown.block("\n".join(found[:_FINDINGS]), limit=20_000) if found else ""
    said = f"### Warnings (they cost no points)\n\n{shown}" if found else ""
    return Section("warnings", said, need=1)


def next_step(record: Record) -> Section:
    """Say what to do now, and with which command."""
    step = words.next_step(record)
    where = (
        f" in {markdown.code(words.place(failure))}" if (failure := _failure_of(step.task)) else ""
    )
    if words.unread(record):
        said = markdown.code(step.text, 600)
    elif step.task and step.command:
        said = _instruction(step.task, where)
    else:
        said = markdown.title(step.text)
    command = markdown.block(step.command, "sh") if step.command else ""
    return Section("the next step", f"**Next:** {said}\n\n{command}".strip(), need=8)


def _instruction(task: TaskRecord, where: str) -> str:
    if task.status is Status.NOT_REACHED:
        return f"task {markdown.title(task.id)} waits for an earlier one. Start there:"
    verb = "write" if task.status is Status.TODO else "fix"
    named = f"task {markdown.title(task.id)}, {markdown.title(task.title)}"
    return f"{verb} {named}{where if where != ' in ' else ''}. Then run:"


def _failure_of(task: TaskRecord | None) -> Failure | None:
    return words.first_failure(task) if task else None


def _basis(record: Record, trusted: bool) -> str:
    if not trusted:
        return "**By the tests, as your own branch ran them.** That is advice; a grade comes from another run."
    if record.basis is Basis.VERIFIED:
        return "**Verified:** by the tests, and by fresh questions that a reference answered too."
    return "**From the visible tests.** Grading asks further questions."


def _bars(record: Record) -> str:
    rows = [
        (f"{markdown.title(m.id)} {markdown.title(m.title)}", _bar(m), _of(m.score, m.points))
        for m in record.modules
    ]
    return markdown.table(("Module", "", "Points"), rows, right=(2,)) if rows else ""


def _account(record: Record) -> str:
    """Tell how the score came about; nothing where it is what the tasks earned."""
    rows = [(markdown.code(entry.what, _SHORT), entry.points) for entry in account(record)]
    return markdown.table(("How the score came about", "Points"), rows, right=(1,)) if rows else ""


def _tasks(module: ModuleRecord) -> str:
    rows = [
        (
            markdown.title(task.id),
            markdown.title(task.title) + (" (bonus)" if task.bonus else ""),
            _status(task),
            "–" if task.status is Status.GRADER_ERROR else _of(task.score, task.points),
            markdown.code(words.why(task) or speeds.beaten(task)),
        )
        for task in module.tasks
    ]
    return markdown.table(("", "Task", "Status", "Points", "Why"), rows, right=(3,))


def _status(task: TaskRecord) -> str:
    return f"{words.MARK[task.status]} {words.STATUS[task.status]}".replace(" ", _NO_BREAK)


def _bar(module: ModuleRecord) -> str:
    """Draw how much of a module is earned; full only when all of it is."""
    share = module.score / module.points if module.points > 0 else 0.0
    filled = int(_WIDTH * min(max(share, 0.0), 1.0))
    return "▰" * filled + "▱" * (_WIDTH - filled)


def _of(score: float, points: float) -> str:
    return f"{number(score)} / {number(points)}".replace(" ", _NO_BREAK)


def number(value: float) -> str:
    """Write points; a number that no course gives is not written out."""
    return words.number(value) if abs(value) < 1e6 else "?"


def _failure(failure: Failure) -> Iterator[str]:
    where = f", in {markdown.code(words.place(failure))}" if words.place(failure) else ""
    yield f"{markdown.code(failure.test)} {words.OUTCOME[failure.outcome]}{where}"
    if failure.sentence:
        yield markdown.code(words.cut(failure.sentence), 400)
    for label, content in (
        ("Asked", failure.asked),
        ("Input", failure.input),
        ("Got", failure.got),
        ("Expected", failure.expected),
        ("Message", words.message(failure)),
        ("Hint", failure.hint),
    ):
        if content:
            yield f"{label}:{_quoted(content)}"


def _quoted(content: str) -> str:
    """Quote one line in a line, and several as a block."""
    if len(content) <= _SHORT and "\n" not in content.strip("\n"):
        return f" {markdown.code(content, _SHORT)}"
    return f"\n{markdown.block(content, limit=1000)}"


def _follow_through(task: TaskRecord) -> str:
    return markdown.code(words.follow_through(task), 400)


def _style(record: Record) -> str:
    if not record.style:
        return ""
    shown = "\n".join(record.style[:_FINDINGS])
    rest = len(record.style) - _FINDINGS
    more = f"\n\nand {rest:,} more" if rest > 0 else ""
    return f"### Style\n\n{markdown.block(shown, limit=20_000)}{more}"
