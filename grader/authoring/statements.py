"""The statements of a Python source: where each stands, and in which function."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from grader.authoring import syntax

Line = int  # from 1


@dataclass(frozen=True)
class Statement:
    """A statement, the list it stands in, and the function around it (empty outside)."""

    first: Line  # decorators included
    last: Line
    indent: int
    body: list[ast.stmt]
    function: str
    is_docstring: bool


def list_statements(text: str) -> list[Statement]:
    """List all statements of a source in order of their lines, each before those it holds.

    Args:
        text: The source.

    Returns:
        The statements.

    Raises:
        SyntaxError: It is not Python.
    """
    return list(_statements(syntax.parse(text), ()))


def _statements(node: ast.AST, scope: tuple[str, ...], function: str = "") -> Iterator[Statement]:
    """Walk the statements under a node; ``scope`` names the classes and functions around it."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        scope = (*scope, node.name)
        function = "" if isinstance(node, ast.ClassDef) else ".".join(scope)
    for _, body in ast.iter_fields(node):
        if not isinstance(body, list):
            continue
        for child in body:
            if isinstance(child, ast.stmt):
                yield _statement(child, body, function, node)
            if isinstance(child, ast.stmt | ast.excepthandler | ast.match_case):
                yield from _statements(child, scope, function)


def _statement(child: ast.stmt, body: list[ast.stmt], function: str, parent: ast.AST) -> Statement:
    decorators = getattr(child, "decorator_list", [])
    first = min([child.lineno, *(decorator.lineno for decorator in decorators)])
    is_docstring = (
        isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef)
        and child is parent.body[0]
        and ast.get_docstring(parent, clean=False) is not None
    )
    last = child.end_lineno or child.lineno
    return Statement(first, last, child.col_offset, body, function, is_docstring)
