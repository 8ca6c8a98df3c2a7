"""The two markers of the annotated source, and what a rendering makes of them.

    # solution 1.4 … # end solution     a stub in the skeleton, its own lines where the task is solved
    # from module 3 … # end from        there from module 3 on

Only comments count: a marker inside a string is text. This file knows text and tasks, and no folders.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Container, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from grader.authoring.statements import Line, Statement, list_statements
from grader.errors import MarkerError
from grader.model import RelPath, TaskId

SOURCE = "grader/course"

_SOLUTION = re.compile(r"# solution (\d+\.\d+)")
_FROM = re.compile(r"# from module (\d+)")
_END_SOLUTION = "# end solution"
_END_FROM = "# end from"
_FORMS = f"'# solution 1.4', '{_END_SOLUTION}', '# from module 3' or '{_END_FROM}'"

_ALIKE = 0.8  # how near a comment's first words must come to a marker's to count as misspelt


@dataclass(frozen=True)
class Solution:
    """The lines between ``# solution`` and ``# end solution``, markers included."""

    task: TaskId
    first: Line
    last: Line
    function: str  # qualified name of the function around it, ``Module.train``
    indent: int  # columns before its first statement


@dataclass(frozen=True)
class Later:
    """The lines between ``# from module`` and ``# end from``, markers included."""

    module: int
    first: Line
    last: Line


Block = Solution | Later


def parse(text: str, path: RelPath, known: Container[TaskId]) -> tuple[Block, ...]:
    """Find the marked blocks of an annotated Python source, in order of their first lines.

    Args:
        text: The source.
        path: Its path inside ``grader/course``, for errors.
        known: The ids of the course's tasks.

    Returns:
        The blocks; a solution inside a from-block comes after it.

    Raises:
        MarkerError: It is not Python, or a marker is misspelt, unknown, unpaired, nested or misplaced.
    """
    shown = f"{SOURCE}/{path}"
    try:
        statements = list_statements(text)
    except SyntaxError as error:
        raise MarkerError(shown, error.lineno or 1, f"This is not Python: {error.msg}.") from None
    blocks = sorted(_pairs(text, shown, known), key=lambda block: block.first)
    placed = [
        _placed(block, statements, shown) if isinstance(block, Solution) else block
        for block in blocks
    ]
    _refuse_twins(placed, shown)
    return tuple(placed)


def _pairs(text: str, shown: str, known: Container[TaskId]) -> Iterator[Block]:
    """Pair opening and closing markers. Solutions come without their function and indentation yet."""
    stack: list[Block] = []
    for line, comment in _markers(text, shown):
        if comment in (_END_SOLUTION, _END_FROM):
            yield _closed(stack, line, comment, shown)
        else:
            stack.append(_opened(stack, line, comment, shown, known))
    if stack:
        kind = "solution" if isinstance(stack[-1], Solution) else "from"
        raise MarkerError(
            shown, stack[-1].first, "This block is never closed.", f"close it with '# end {kind}'"
        )


def _opened(
    stack: list[Block], line: Line, comment: str, shown: str, known: Container[TaskId]
) -> Block:
    around = stack[-1] if stack else None
    if isinstance(around, Solution):
        raise MarkerError(
            shown,
            line,
            f"This block begins inside the solution of line {around.first}.",
            f"put '{_END_SOLUTION}' before it",
        )
    if later := _FROM.fullmatch(comment):
        module = int(later[1])
        if isinstance(around, Later) and module <= around.module:
            raise MarkerError(
                shown,
                line,
                f"Everything from line {around.first} on is there from module {around.module} on already.",
            )
        return Later(module, line, line)
    task = comment.removeprefix("# solution ")
    if task not in known:
        raise MarkerError(
            shown,
            line,
            f"There is no task {task}.",
            "fix the number, or describe the task in module.toml",
        )
    return Solution(task, line, line, "", 0)


def _closed(stack: list[Block], line: Line, comment: str, shown: str) -> Block:
    if not stack:
        raise MarkerError(
            shown, line, f"'{comment}' closes nothing.", "remove it, or open its block"
        )
    block = stack.pop()
    wanted = _END_SOLUTION if isinstance(block, Solution) else _END_FROM
    if comment != wanted:
        raise MarkerError(
            shown,
            line,
            f"'{comment}' stands inside the block of line {block.first}, which ends with '{wanted}'.",
            "close blocks in the reverse order of their opening",
        )
    if isinstance(block, Solution):
        return Solution(block.task, block.first, line, "", 0)
    return Later(block.module, block.first, line)


def _markers(text: str, shown: str) -> Iterator[tuple[Line, str]]:
    """Yield each marker comment with its line; raise for those that only look like one."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type != tokenize.COMMENT:
            continue
        comment, line = token.string, token.start[0]
        exact = (
            comment in (_END_SOLUTION, _END_FROM)
            or _SOLUTION.fullmatch(comment)
            or _FROM.fullmatch(comment)
        )
        if not exact and not _looks_like_a_marker(comment):
            continue
        if not exact:
            raise MarkerError(
                shown,
                line,
                f"'{comment}' looks like a marker, but is none.",
                f"write {_FORMS}, or reword it",
            )
        if token.line[: token.start[1]].strip():
            raise MarkerError(shown, line, f"'{comment}' must stand on a line of its own.")
        yield line, comment


def _looks_like_a_marker(comment: str) -> bool:
    """Tell whether a comment's first words come near those of a marker, whatever its case and punctuation."""
    words = re.findall(r"[a-z]+|\d+", comment.lower())
    starts = [
        ("solution",),
        ("end", "solution"),
        ("endsolution",),
        ("end", "from"),
        ("endfrom",),
        ("from", "module"),
    ]
    return any(_alike(words, start) for start in starts)


def _alike(words: list[str], start: tuple[str, ...]) -> bool:
    if len(words) < len(start):
        return False
    return all(
        word == wanted or len(wanted) > 4 and SequenceMatcher(None, word, wanted).ratio() >= _ALIKE
        for word, wanted in zip(words, start)
    )


def _placed(block: Solution, statements: list[Statement], shown: str) -> Solution:
    """Add the function around a solution, and its indentation; refuse one that no stub can stand for."""
    inside: list[Statement] = []
    for statement in statements:
        if not block.first < statement.first < block.last:
            continue
        if statement.last > block.last:
            raise MarkerError(
                shown, block.last, f"This cuts the statement of line {statement.first} in two."
            )
        if not inside or inside[-1].last < statement.first:
            inside.append(statement)
    if not inside:
        raise MarkerError(
            shown, block.first, "This solution is empty.", "put the solving lines into it"
        )
    start = inside[0]
    if any(other.body is not start.body for other in inside):
        raise MarkerError(
            shown, block.first, "This solution begins and ends in different blocks of code."
        )
    if not start.function:
        raise MarkerError(
            shown,
            block.first,
            "This solution lies outside a function.",
            "a stub raises when it is called: move the marker into a function's body",
        )
    if start.is_docstring:
        raise MarkerError(
            shown, start.first, "A stub keeps its docstring.", "begin the solution below it"
        )
    return Solution(block.task, block.first, block.last, start.function, start.indent)


def _refuse_twins(blocks: list[Block], shown: str) -> None:
    seen: dict[tuple[TaskId, str], Line] = {}
    for block in blocks:
        if not isinstance(block, Solution):
            continue
        first = seen.setdefault((block.task, block.function), block.first)
        if first != block.first:
            raise MarkerError(
                shown,
                block.first,
                f"{block.function} holds a second solution of task {block.task}; the first begins in line {first}.",
                "make them one block",
            )
