"""What of a probe file may enter a student's process: all but what makes an exam's questions and their answers."""

from __future__ import annotations

import ast

from grader.authoring import syntax


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


def _called(call: ast.Call) -> str:
    function = call.func
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
