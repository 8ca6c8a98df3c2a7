"""Why a merge in which no two lines clash may still be wrong."""

from __future__ import annotations

import ast
from collections import Counter

from grader.authoring import syntax
from grader.carry.text import stubs


def objection(merged: str, earlier: str, later: str) -> str:
    """Say why a merged source should not be taken as it is; nothing if it may.

    A source that is no Python to begin with is the student's own affair, and no objection.
    """
    if not_python(earlier) or not_python(later):
        return ""
    if said := not_python(merged, "the result's"):
        return said
    returned = stubs(merged).keys() - stubs(later).keys()
    if returned:
        return f"the stub of task {stubs(merged)[min(returned)]} would come back"
    limits = _definitions(earlier) | _definitions(later)  # the larger count of either
    doubled = _definitions(merged) - limits
    return f"{min(doubled)} would be defined twice" if doubled else ""


def not_python(source: str, whose: str = "the") -> str:
    """Say that a source is not Python, and where; nothing if it is.

    Args:
        source: The text.
        whose: What to call it.

    Returns:
        One clause, or nothing.
    """
    try:
        syntax.parse(source)
    except SyntaxError as error:
        return f"{whose} line {error.lineno} is not Python: {error.msg}"
    except (ValueError, RecursionError, MemoryError) as error:
        return f"{whose} text is not Python: {error}"
    return ""


def _definitions(source: str) -> Counter[str]:
    """Count the functions and classes of a source by qualified name."""
    found: Counter[str] = Counter()
    waiting: list[tuple[str, ast.AST]] = [("", syntax.parse(source))]
    while waiting:
        prefix, node = waiting.pop()
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                found[prefix + child.name] += 1
                waiting.append((f"{prefix}{child.name}.", child))
    return found
