"""What of the probe files may enter a student's process: those that are needed, without an exam's answers."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from functools import cache

from grader.authoring import syntax
from grader.running.texts import FileName


def without_answers(source: str) -> str:
    """Take ``questions=…`` out of every ``@exam``: the rule behind the right answers stays with the parent.

    Args:
        source: Text of a probe file.

    Returns:
        Its text, without comments, where each exam's questions are ``None``.
    """
    tree = syntax.parse(source)
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and _called(call) == "exam":
            for keyword in call.keywords:
                if keyword.arg == "questions":
                    keyword.value = ast.Constant(None)
    return ast.unparse(ast.fix_missing_locations(tree))


def with_imports(texts: Mapping[FileName, str], wanted: Iterable[FileName]) -> dict[FileName, str]:
    """Choose the files that some of them need to be imported.

    Args:
        texts: The texts of all files.
        wanted: Which are to be imported.

    Returns:
        Those, and what they import from each other, in the order of all.
    """
    needed: set[FileName] = set()
    left = list(wanted)
    while left:
        file = left.pop()
        if file in texts and file not in needed:
            needed.add(file)
            left += _imported(file, texts[file])
    return {file: text for file, text in texts.items() if file in needed}


@cache
def _imported(file: FileName, text: str) -> tuple[FileName, ...]:
    """Name what a file may import from its neighbours: ``from .inputs import ones``, ``from . import inputs``."""
    found: list[FileName] = []
    for node in ast.walk(syntax.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.level:
            folder = file.split(".")[: -node.level]
            target = folder + (node.module.split(".") if node.module else [])
            found.append(".".join(target))
            found += [".".join([*target, alias.name]) for alias in node.names]
    return tuple(found)


def _called(call: ast.Call) -> str:
    function = call.func
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
