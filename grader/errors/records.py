"""What was graded: records and the gradebook."""

from __future__ import annotations

from collections.abc import Iterable

from grader.errors.base import GraderError, UsageError, nearest


class RecordError(UsageError):
    """A file that should be a ``record.json`` and is none that this grader can read."""

    def __init__(self, why: str, where: str, path: str = "") -> None:
        super().__init__(
            f"This is not a record of a grading: {why}.",
            f"{where}, {path}" if path else where,
            "grader grade PATH … --out DIR   (writes records anew)",
        )


class GradebookError(GraderError):
    """The gradebook's database can't be opened, read or written."""

    def __init__(self, what: str, url: str) -> None:
        super().__init__(
            what,
            url,
            "check that its folder exists and is writable, or give another --database URL",
        )


class DriverMissing(GradebookError):
    """A database whose driver is not installed."""

    def __init__(self, driver: str, url: str) -> None:
        super().__init__(f"Its driver is not installed: {driver}.", url)
        self.next_step = "pip install 'minitorch-grader[postgres]', or give another --database URL"


class NewerGradebook(GradebookError):
    """A gradebook written by a later version of the grader."""

    def __init__(self, url: str, found: int, known: int) -> None:
        super().__init__(
            f"This gradebook has schema {found}; this grader knows up to schema {known}.", url
        )
        self.next_step = "update the grader, or give another --database URL"


class NoGradebook(UsageError):
    """There is no gradebook where one was named."""

    def __init__(self, path: str) -> None:
        super().__init__(
            "There is no gradebook here.", path, "grader grade SUBMISSIONS --out OUT   (makes one)"
        )


class NotGraded(UsageError):
    """The gradebook has no such submission."""

    def __init__(self, submission: str, known: Iterable[str], out: str) -> None:
        super().__init__(
            f"No submission {submission}.{nearest(submission, known)}",
            out,
            f"grader gradebook show {out}",
        )


class DataGone(UsageError):
    """Real data that a grading used is no longer where it was."""

    def __init__(self, folder: str, attempt: str) -> None:
        super().__init__(
            f"The real data that {attempt} was graded with is gone.",
            folder,
            "grader gradebook regrade OUT --data FOLDER; nothing was changed",
        )


class BadPolicy(UsageError):
    """A ``class.toml`` that says something that means nothing."""

    def __init__(self, why: str, where: str, key: str = "") -> None:
        super().__init__(
            f"The rules of the class can't be read: {why}.",
            f"{where}, {key}" if key else where,
            "fix the file (README: What counts); nothing was changed",
        )


class NeedsOption(UsageError):
    """A format of export can't be written without options that were not given."""

    def __init__(self, format: str, needed: Iterable[str], out: str) -> None:
        options = [f"--{name}" for name in needed]
        usage = " ".join(f"{option} NAME" for option in options)
        super().__init__(
            f"The format {format} needs {' and '.join(options)}.",
            "the command line of `grader gradebook export`",
            f"grader gradebook export {out} --format {format} {usage}",
        )


class NotForFormat(UsageError):
    """An option that a format of export does not know."""

    def __init__(self, option: str, format: str, known: Iterable[str]) -> None:
        super().__init__(
            f"{option} means nothing to the format {format}.",
            "the command line of `grader gradebook export`",
            f"leave it out, or take another format: {', '.join(known)}",
        )


class NotFromCanvas(UsageError):
    """A file that should name Canvas's students, and that Canvas did not write."""

    def __init__(self, why: str, where: str) -> None:
        super().__init__(
            f"This is not a gradebook that Canvas exported: {why}.",
            where,
            "in Canvas: Grades, Export; then --students with that CSV file",
        )
