"""The command that repeats what a report shows, where it is not a test of the course."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from shlex import quote

from grader.authoring import syntax
from grader.model import Module, RelPath, Task
from grader.oracle.quoting import Laid, text_of

MAX_CALL = 200  # characters of a call to paste
_KNOWN = {"np": "import numpy as np", "math": "import math", "list": "", "tuple": "", "len": ""}


def check(task: Task) -> str:
    """Give the command that judges a task again: it repeats probes, exams and planted bugs."""
    return f"grader check {task.id}"


def call(module: Module, task: Task, asked: str, laid: Laid) -> str:
    """Give the command that prints what a call returns.

    Args:
        module: The task's module.
        task: The task.
        asked: The call, as a report shows it: ``relu(-2.0)``.
        laid: The files of the stage.

    Returns:
        A line for the shell. If ``asked`` is not an expression of names from the task's files, it checks the task.
    """
    names = _free_names(asked)
    imports = [_import(name, task, laid) for name in names]
    if not names or len(asked) > MAX_CALL or None in imports:
        return check(task)
    lines = [*filter(None, imports), f"print({asked})"]
    return f"cd {module.name} && python -c {quote('; '.join(lines))}"


def _free_names(source: str) -> list[str]:
    """List the names that an expression takes from outside, in alphabetical order; none if it is not an expression."""
    try:
        body = syntax.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    if [type(statement) for statement in body] != [ast.Expr]:
        return []
    nodes = list(ast.walk(body[0]))
    own = {node.arg for node in nodes if isinstance(node, ast.arg)}
    return sorted({node.id for node in nodes if isinstance(node, ast.Name)} - own)


def _import(name: str, task: Task, laid: Laid) -> str | None:
    """Give the line that imports a name: nothing is needed for a built-in one; None: it is unknown."""
    for path in _defining(name, task, laid):
        return f"from {path.removesuffix('.py').replace('/', '.')} import {name}"
    return _KNOWN.get(name)


def _defining(name: str, task: Task, laid: Laid) -> Iterator[RelPath]:
    """Yield the task's files that define a name at their top level."""
    definition = re.compile(rf"^(?:def|class) {re.escape(name)}\b", re.MULTILINE)
    return (path for path in task.files if definition.search(text_of(path, laid)))
