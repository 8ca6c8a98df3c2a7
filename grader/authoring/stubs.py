"""Render one annotated text for one module: stubs for solutions, and nothing from later modules."""

from __future__ import annotations

import ast
import re
from collections.abc import Container, Iterator
from itertools import groupby

from grader.authoring import syntax
from grader.authoring.markers import SOURCE, Later, Solution, parse
from grader.errors import MarkerError
from grader.model import RelPath, TaskId

STUB_WIDTH = 100  # black's line length in the module folders

# Or what ends a signature of several lines.
_OPENS_A_SCOPE = re.compile(r"(async def|def|class)\b|[)\]]")
_IMPORT = re.compile(r"(import|from)\b")
_DEFINITION = re.compile(r"(async def|def|class)\b|@")


def render_text(
    text: str,
    path: RelPath,
    module: int,
    solved: Container[TaskId],
    known: Container[TaskId],
) -> str:
    """Render an annotated source as module ``module`` shows it.

    Source that is clean for black stays clean, whatever falls away. A file that is not Python stays as it is.

    Args:
        text: The annotated source.
        path: Its path inside ``grader/course``, and so inside the module folder.
        module: The number of the module it is rendered for.
        solved: The tasks whose solutions stay.
        known: The ids of the course's tasks.

    Returns:
        The rendered text.

    Raises:
        MarkerError: A marker is malformed, a later task's stub would show, or what is left is not Python.
    """
    if not path.endswith(".py"):
        return text
    rendered = _joined(list(_rendered_lines(text, path, module, solved, known)))
    try:
        syntax.parse(rendered)
    except SyntaxError as error:
        raise MarkerError(
            f"{SOURCE}/{path}",
            0,
            f"Rendered for module {module}, its line {error.lineno} is not Python: {error.msg}.",
            "keep a statement in every block of code whose markers fall away",
        ) from None
    return rendered


def stub(task: TaskId, function: str, path: RelPath, indent: int) -> list[str]:
    """Write the lines that stand for a solution, as black would."""
    margin = " " * indent
    message = f'"Task {task}: implement {function} in {path}"'
    lines = [f"{margin}# TODO: Task {task}", f"{margin}raise NotImplementedError({message})"]
    if len(lines[1]) > STUB_WIDTH:
        lines[1:] = [f"{margin}raise NotImplementedError(", f"{margin}    {message}", f"{margin})"]
    return lines


_DROPPED = None  # stands for one or more lines that fell away


def _rendered_lines(
    text: str, path: RelPath, module: int, solved: Container[TaskId], known: Container[TaskId]
) -> Iterator[str | None]:
    """Yield the lines of the rendering, and ``_DROPPED`` wherever some fell away."""
    blocks = parse(text, path, known)
    opening = {block.first: block for block in blocks}
    closing = {block.last for block in blocks}
    skip_to = 0
    for number, line in enumerate(text.splitlines(), start=1):
        if number <= skip_to:
            continue
        block = opening.get(number)
        if block is None:
            yield _DROPPED if number in closing else line
        elif isinstance(block, Later):
            skip_to = block.last if module < block.module else number
            yield _DROPPED
        else:
            _refuse_later_task(block, path, module)
            if block.task in solved:
                yield _DROPPED
            else:
                skip_to = block.last
                yield from stub(block.task, block.function, path, block.indent)
                yield _DROPPED


def _refuse_later_task(block: Solution, path: RelPath, module: int) -> None:
    introduced = block.task.split(".")[0]
    if int(introduced) > module:
        raise MarkerError(
            f"{SOURCE}/{path}",
            block.first,
            f"Module {module} would show the stub of task {block.task}.",
            f"put its function between '# from module {introduced}' and '# end from'",
        )


def _joined(lines: list[str | None]) -> str:
    """Join the kept lines. Where some fell away, leave the blank lines that black would leave."""
    kept: list[str] = []
    gap: list[str | None] = []
    for number, line in enumerate(lines):
        if line is _DROPPED or not line.strip():
            gap.append(line)
            continue
        if _DROPPED in gap:
            gap = [""] * _blank_lines(kept, gap, lines[number:])
        kept.extend(blank for blank in gap if blank is not _DROPPED)
        kept.append(line)
        gap = []
    return "".join(f"{line}\n" for line in kept)


def _blank_lines(kept: list[str], gap: list[str | None], rest: list[str | None]) -> int:
    """Count the blank lines that black wants between the kept lines and the rest, around what fell away."""
    if not kept:
        return 0
    following = rest[0] or ""
    at_top = not following.startswith(" ")
    if kept[-1].endswith(":") and _indent(kept[-1]) < _indent(following):
        return int(_begins_a_definition(rest) and not _OPENS_A_SCOPE.match(kept[-1].lstrip()))
    runs = (
        len(list(run))
        for dropped, run in groupby(gap, lambda line: line is _DROPPED)
        if not dropped
    )
    blank = min(max(runs, default=0), 2 if at_top else 1)
    # Black leaves one line before a decorator, and two before def and class.
    if _is_docstring(kept):
        return 2 if _begins_a_definition(rest) and not following.startswith("@") else 1
    if _begins_a_definition(rest) and (blank or not kept[-1].lstrip().startswith("#")):
        return 2 if at_top else 1
    return min(blank, 1) if _IMPORT.match(kept[-1]) else blank


def _begins_a_definition(rest: list[str | None]) -> bool:
    """Tell whether a function or class comes next, its own leading comments aside."""
    for line in rest:
        if line is not _DROPPED and not line.lstrip().startswith("#"):
            return bool(_DEFINITION.match(line.lstrip()))
    return False


def _is_docstring(kept: list[str]) -> bool:
    """Tell whether nothing but the module's docstring is there yet."""
    if not kept[-1].endswith(('"""', "'''")):
        return False
    body = syntax.parse("\n".join(kept)).body
    return len(body) == 1 and isinstance(body[0], ast.Expr)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
