"""Syntax and names that are newer than the Python here: a student's own Python may well read them."""

from __future__ import annotations

import re
import sys

Version = tuple[int, int]

HERE: Version = sys.version_info[:2]
_DEFINED = r"^\s*(?:async\s+)?(?:def|class)\s+\w+\s*\["
_SURE: tuple[tuple[Version, re.Pattern[str]], ...] = (
    ((3, 13), re.compile(_DEFINED + r"[^\]]*=")),  # defaults of type parameters
    ((3, 12), re.compile(_DEFINED)),  # type parameters
    ((3, 12), re.compile(r"^\s*type\s+\w+\s*(?:\[.*\]\s*)?=")),  # type aliases
    ((3, 14), re.compile(r"^\s*except\*?\s+[\w.]+\s*,")),  # several exceptions without parentheses
    ((3, 14), re.compile(r"""(?<!\w)(?:t|rt|tr)["']""", re.IGNORECASE)),  # template strings
    ((3, 12), re.compile(r"""(?<!\w)(?:f|rf|fr)(["']).*\{[^{}]*\1.*\}""", re.IGNORECASE)),
)
_SURE_BY_MESSAGE = re.compile(r"f-string expression part cannot include (?:a backslash|'#')")
_FROM = re.compile(r"cannot import name '\w+' from '(\w+)[\w.]*'")


def spelt(version: Version) -> str:
    """Write a version as people do: ``3.12``."""
    return f"{version[0]}.{version[1]}"


def wanted_by_syntax(line: str, message: str, here: Version = HERE) -> str:
    """Tell which Python reads a line that this one can't.

    Args:
        line: The line.
        message: What this Python says of it.
        here: This Python's version.

    Returns:
        The first version that does, ``3.12``; nothing where it is an error in any of them, as far as is known.
    """
    found = [version for version, pattern in _SURE if pattern.search(line)]
    found += [(3, 12)] if _SURE_BY_MESSAGE.match(message) else []
    return spelt(found[0]) if found and found[0] > here else ""


def is_missing_in_library(message: str) -> bool:
    """Tell whether a name could not be imported from Python's own library: another version may have it."""
    found = _FROM.match(message)
    return found is not None and found[1] in sys.stdlib_module_names
