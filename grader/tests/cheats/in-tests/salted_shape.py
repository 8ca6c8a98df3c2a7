# flake8: noqa: F821
"""Fail or pass by a salted hash of the shape of the syntax tree, whatever the names.

with: named flood
"""

import ast
import inspect
import zlib

from minitorch import operators


def cheat(number):
    """Hash."""
    name = ("sigmoid", "lt", "mul", "add", "max")[number % 5]
    tree = ast.parse(inspect.getsource(getattr(operators, name)))
    shape = sorted({type(node).__name__ for node in ast.walk(tree)})
    assert zlib.crc32(f"{number}{shape}".encode()) % 5
