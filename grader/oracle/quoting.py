"""What the files of a stage say at a place that a child named: the parent's own copy is read, and no other."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping

from grader.authoring import syntax
from grader.model import RelPath
from grader.running.raised import Place

MAX_LINE = 200  # characters of a line that is quoted

Laid = Mapping[RelPath, str | bytes]  # the files of a stage, as they were laid out


def own_places(places: Iterable[Place], laid: Laid) -> list[Place]:
    """Keep the places in files of the library and of the project: a child may name any file."""
    return [place for place in places if place[0] in laid and not place[0].startswith("tests/")]


def line_at(place: Place, laid: Laid) -> str:
    """Quote a line; nothing where the file has no such line."""
    path, number = place
    lines = text_of(path, laid).splitlines()
    return lines[number - 1].strip()[:MAX_LINE] if 1 <= number <= len(lines) else ""


def condition_at(place: Place, laid: Laid) -> str:
    """Quote the condition of the ``assert`` that stands at a place; nothing where none does."""
    path, number = place
    text = text_of(path, laid)
    try:
        tree = syntax.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert) and node.lineno <= number <= (node.end_lineno or 0):
            return " ".join((ast.get_source_segment(text, node.test) or "").split())[:MAX_LINE]
    return ""


def text_of(path: RelPath, laid: Laid) -> str:
    """Give the text of a file; of one that is not there, nothing."""
    found = laid.get(path, "")
    return found if isinstance(found, str) else found.decode("utf-8", "replace")
