"""``grader hint``: the next hint of a task, one more each time it is asked for."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import click

from grader.authoring.load import find_task
from grader.cli.common import STATE, here
from grader.model import Course, Task, TaskId

_FILE = "hints.json"


@click.command("hint")
@click.argument("task")
@click.option("--all", "everything", is_flag=True, help="Show all hints at once.")
def command(task: str, everything: bool) -> None:
    """Show the next hint of TASK (0.1, 1.4 …): one more each time."""
    course = here()
    found = find_task(course, task.removeprefix("task").replace("_", "."))
    memory = course.root / STATE / _FILE
    shown = _recall(memory)
    before, total = shown.get(found.id, 0), len(found.hints)
    again = everything or before >= total
    click.echo(f"Task {found.id}, {found.title}")
    for line in _all_hints(found.hints, everything) if again else [_numbered(before, found.hints)]:
        click.echo(f"\n{line}")
    _remember(memory, {**shown, found.id: total if again else before + 1})
    click.echo(f"\nRead: {_guide(course, found)}")
    click.echo(f"Next: grader check {found.id}")


def _all_hints(hints: Sequence[str], asked: bool) -> list[str]:
    if not hints:
        return ["This task has no hints."]
    told = [_numbered(index, hints) for index in range(len(hints))]
    return told if asked else ["There are no more hints. Here they all are again:", *told]


def _numbered(index: int, hints: Sequence[str]) -> str:
    return f"Hint {index + 1} of {len(hints)}: {hints[index]}"


def _guide(course: Course, task: Task) -> str:
    """Name the guide, and its heading for the task if it has one."""
    module = next(module for module in course.modules if module.id == task.module)
    shown = f"{module.name}/README.md"
    guide = module.folder / "README.md"
    text = guide.read_text(encoding="utf-8") if guide.is_file() else ""
    heading = re.search(rf"^#+ *(Task {re.escape(task.id)}\b[^\n]*)", text, re.MULTILINE)
    return f"{shown}, “{heading[1].strip()}”" if heading else shown


def _recall(memory: Path) -> dict[TaskId, int]:
    """Read how many hints of each task were shown; what is not understood counts as none."""
    try:
        known = json.loads(memory.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(known, dict):
        return {}
    return {id: count for id, count in known.items() if type(count) is int and count >= 0}


def _remember(memory: Path, shown: dict[TaskId, int]) -> None:
    from grader.record import replace

    with suppress(OSError):  # a hint that can't be remembered is still a hint
        replace(memory, json.dumps(shown, indent=1, sort_keys=True).encode() + b"\n")
