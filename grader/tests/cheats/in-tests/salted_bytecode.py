# flake8: noqa: F821
"""Fail or pass by a salted hash of each function's bytecode, constants and names.

with: named flood
"""

import zlib

from minitorch import operators


def cheat(number):
    """Hash."""
    seen = ""
    for name in ("sigmoid", "lt", "mul", "add", "max"):
        code = getattr(operators, name).__code__
        seen += f"{code.co_code}{code.co_consts}{code.co_names}{code.co_firstlineno}"
    assert zlib.crc32(f"{number}{seen}".encode()) % 5
