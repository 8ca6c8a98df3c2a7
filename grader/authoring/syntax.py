"""Parsing Python where several threads do so: one at a time.

Releases of CPython, 3.11.7 among them, keep the depth of the tree that they build once for all threads. Where the
interpreter changes threads in the middle, which collecting garbage can make it do, ``ast.parse`` ends with a
``SystemError``.
"""

from __future__ import annotations

import ast
from threading import Lock

_TURN = Lock()


def parse(source: str) -> ast.Module:
    """Parse a module.

    Args:
        source: Its text.

    Returns:
        Its tree.

    Raises:
        SyntaxError: It is no Python.
        ValueError: It holds a NUL.
        RecursionError: It is nested too deeply.
    """
    with _TURN:
        return ast.parse(source)
