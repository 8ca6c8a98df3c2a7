"""The command line: where it is called, and where it writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from shlex import quote

from grader.errors.base import GraderError, UsageError, some


class VerbMissing(UsageError):
    """A group of verbs was called without one of them."""

    def __init__(self, group: str, verbs: Iterable[str]) -> None:
        super().__init__(
            f"`{group}` does nothing by itself. Its verbs: {', '.join(verbs)}.",
            "the command line",
            f"{group} --help",
        )


class NotOnWindows(UsageError):
    """The grader needs what Windows itself does not have."""

    def __init__(self) -> None:
        super().__init__(
            "The grader does not run on Windows itself.",
            "this Python",
            "run it inside WSL; or without it: cd module0 && pytest -m task0_1",
        )


class NotWritable(UsageError):
    """A place for results that can't be written to."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(
            f"Can't write there: {why}.", path, "name another place, or fix its permissions"
        )


class HookInTheWay(UsageError):
    """There is a git hook already that somebody else wrote."""

    def __init__(self, path: str) -> None:
        super().__init__(
            "There is another hook already. It was left as it is.",
            path,
            "add this line to it: grader check --changed @{push} --by-task",
        )


class HooksElsewhere(UsageError):
    """Git takes its hooks from a folder outside of this repository."""

    def __init__(self, path: str, own: str) -> None:
        super().__init__(
            "core.hooksPath names a folder outside of this repository, which others may share.",
            path,
            f"give this repository hooks of its own: git config core.hooksPath {quote(own)}",
        )


class SubmissionsAround(UsageError):
    """The grader was started inside the folder that it is to grade."""

    def __init__(self, path: str) -> None:
        super().__init__(
            "The current folder lies inside a submission: its files must not be near the grader's own.",
            path,
            "cd to the course's repository, and run it again",
        )


class NotAllGraded(GraderError):
    """Some submissions could not be graded, or not wholly, which is not their students' fault; the others are."""

    def __init__(self, reasons: Mapping[str, str], out: str) -> None:
        told = [f"{id}: {reason}" for id, reason in reasons.items()]
        super().__init__(
            f"{len(reasons)} could not be graded, or not wholly, which costs nobody points:\n    "
            + some(told, "\n    "),
            out,
            "fix what is said there, and run the same command again: what was done is kept",
        )
