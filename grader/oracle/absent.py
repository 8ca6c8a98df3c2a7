"""Read in an error that a file lacks a name: then the name is what a student has to look at, and nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass

from grader.model import RelPath

# What the course's ``minitorch/missing.py`` says; what Python says of a name, and of one that is imported.
_COURSES = re.compile(r"there is no `\w+` in (?P<file>minitorch/\w+\.py)\b.*")
_PYTHONS = re.compile(
    r"module '(?P<folder>minitorch|project)\.(?P<stem>\w+)' has no attribute '(?P<name>\w+)'"
)
_IMPORTS = re.compile(
    r"cannot import name '(?P<name>\w+)' from '(?P<folder>minitorch|project)\.(?P<stem>\w+)'"
)


@dataclass(frozen=True)
class Absent:
    """A name that is missing."""

    file: RelPath  # which should have it, from the module folder
    sentence: str


def absent_name(message: str) -> Absent | None:
    """Find in an error's message that a file of the student's lacks a name.

    Args:
        message: The message, as the child tells it.

    Returns:
        The file and a sentence, or None if the message is about something else.
    """
    if found := _COURSES.match(message):
        return Absent(found["file"], found[0])
    if found := _PYTHONS.match(message) or _IMPORTS.match(message):
        file = f"{found['folder']}/{found['stem']}.py"
        return Absent(file, f"there is no `{found['name']}` in {file}")
    return None
