"""Which lines of a file are the student's own, and which lines a diff would change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from grader.model import RelPath

Line = int  # from 1
Lines = set[Line]

_LONGEST = 5000  # lines that are compared; no file of a course has a quarter of it
_HUNK = re.compile(r"@@ -([0-9]+)(?:,([0-9]+))? \+[0-9]+(?:,([0-9]+))? @@")


def lines_of(text: str) -> list[str]:
    """Split a text where Python ends its lines: not at a form feed, say."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def written_lines(text: str, skeleton: str | None) -> Lines:
    """Find the lines that a student wrote.

    Args:
        text: The student's file.
        skeleton: The file as it was handed out; None: there was none.

    Returns:
        The numbers of the lines that are not the skeleton's; of a file that is far too long, all of them.
    """
    lines = lines_of(text)
    if skeleton is None or len(lines) > _LONGEST:
        return set(range(1, len(lines) + 1))
    # What stands on many lines, such as nothing, is no anchor (difflib's default): else, somebody could make it slow.
    matcher = SequenceMatcher(None, lines_of(skeleton), lines)
    changed = (op for op in matcher.get_opcodes() if op[0] in ("replace", "insert"))
    return {line + 1 for *_, start, end in changed for line in range(start, end)}


def changed_lines(diff: str) -> dict[RelPath, Lines]:
    """Read which lines of the old files a unified diff changes.

    Args:
        diff: Of any number of files. A hunk is as long as it says, so that no line passes for what it is not.

    Returns:
        For each file the lines that go; where something is only added, the lines around it.
    """
    changed: dict[RelPath, Lines] = {}
    lines = iter(diff.split("\n"))
    path = ""
    for line in lines:
        if line.startswith("--- "):
            path = line.removeprefix("--- ").split("\t")[0]
        elif hunk := _HUNK.match(line):
            changed.setdefault(path, set()).update(_changed(hunk, lines))
    return changed


def _changed(hunk: re.Match[str], lines: Iterator[str]) -> Iterator[Line]:
    """Read one hunk to its end, and yield which of the old lines it changes."""
    at, old, new = int(hunk[1]), int(hunk[2] or 1), int(hunk[3] or 1)
    replaced = False
    while old or new:
        line = next(lines, None)
        if line is None:
            return
        if line.startswith("+"):
            new -= 1
            yield from () if replaced else (at - 1, at)
        elif line.startswith("-"):
            old, replaced = old - 1, True
            yield at
            at += 1
        elif not line.startswith("\\"):
            old, new, at, replaced = old - 1, new - 1, at + 1, False
