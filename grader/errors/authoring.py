"""The course as its authors wrote it: what is not there, and lines that have to be fixed."""

from __future__ import annotations

from collections.abc import Iterable

from grader.errors.base import CourseError, UsageError, nearest


class NotARepository(UsageError):
    """The current folder is not inside a course repository."""

    def __init__(self, folder: str) -> None:
        super().__init__(
            "This is not a course repository: no module0/module.toml here or above.",
            folder,
            "cd to the folder that holds module0/, and run it again",
        )


class UnknownTask(UsageError):
    """A task id that no module has."""

    def __init__(self, task: str, known: Iterable[str]) -> None:
        super().__init__(
            f"No task {task}.{nearest(task, known)}",
            "the command line",
            "grader   (lists modules and tasks)",
        )


class UnknownModule(UsageError):
    """A module id that the course does not have."""

    def __init__(self, module: str, known: Iterable[str]) -> None:
        super().__init__(
            f"No module {module}.{nearest(module, known)}",
            "the command line",
            "grader   (lists modules and tasks)",
        )


class SourceError(CourseError):
    """A line of the course's own files that has to be fixed; line 0 means the file as a whole."""

    def __init__(self, file: str, line: int, what: str, next_step: str = "") -> None:
        super().__init__(
            what, f"{file}:{line}" if line else file, next_step or "fix the line, and run it again"
        )


class TomlError(SourceError):
    """A module.toml or mutants file that does not say what it must."""


class MarkerError(SourceError):
    """A solution or from marker that is malformed, unknown or misplaced."""


class NoSource(CourseError):
    """The verb needs the annotated source, which only the instructor's repository holds."""

    def __init__(self, root: str) -> None:
        super().__init__(
            "The course's source (grader/course) is not here: this is a students' repository.",
            root,
            "run it in the instructor's repository",
        )


class NotRendered(CourseError):
    """The module folders are not what the annotated source renders to."""

    def __init__(self, paths: list[str]) -> None:
        super().__init__(
            f"{len(paths)} rendered files are not current.",
            ", ".join(paths[:8]),
            "grader course render",
        )


class NotProved(CourseError):
    """Some claim about the course does not hold."""

    def __init__(self, count: int) -> None:
        super().__init__(
            f"The course is not proved: {count} claims do not hold.",
            "the lines marked BROKEN above",
            "fix the source, tests, probes or mutants, then   grader course verify",
        )
