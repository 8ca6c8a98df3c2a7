"""What every error is: three lines that say what happened, where, and what to run next."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class GraderError(Exception):
    """Base of all. ``str()`` gives three lines: what happened, where, what to run next."""

    exit_code = 3

    def __init__(self, what: str, where: str = "", next_step: str = "") -> None:
        super().__init__(what, where, next_step)
        self.what = what
        self.where = where
        self.next_step = next_step

    def __str__(self) -> str:
        lines = [self.what]
        if self.where:
            lines.append(f"  where: {self.where}")
        if self.next_step:
            lines.append(f"  next:  {self.next_step}")
        return "\n".join(lines)


class UsageError(GraderError):
    """The grader was called wrong."""

    exit_code = 2


class CourseError(GraderError):
    """The course, not a student, has something to fix."""


class Stopped(GraderError):
    """Somebody pressed Ctrl-C."""

    def __init__(self) -> None:
        super().__init__(
            "Stopped.",
            "by you, with Ctrl-C",
            "run the same command again: what was done is kept",
        )


def some(items: list[str], separator: str = ", ", most: int = 10) -> str:
    """Join the first items, and say how many are left out."""
    rest = [f"and {len(items) - most} more"] if len(items) > most else []
    return separator.join([*items[:most], *rest])


class NotGradable(Exception):
    """A submission that can't be graded, which is not its student's fault.

    No ``GraderError``: it ends nothing, and the others are graded.
    """


def nearest(name: str, known: Iterable[str]) -> str:
    """Word a suggestion: `` Did you mean 1.4?``, or nothing when no name is near."""
    plain = {each.casefold(): each for each in known}
    found = get_close_matches(name.casefold(), plain, n=1, cutoff=0.5)
    return f" Did you mean {plain[found[0]]}?" if found else ""
