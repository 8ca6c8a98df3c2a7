"""Work that can't be carried from one module into the next."""

from __future__ import annotations

from grader.errors.base import GraderError, UsageError


class NothingBefore(UsageError):
    """Work was to be carried into the first module."""

    def __init__(self, second: str) -> None:
        super().__init__(
            "Nothing comes before module 0, so there is nothing to carry into it.",
            "the command line",
            (
                f"grader carry {second}   (brings module 0's work into module {second})"
                if second
                else "grader check 0"
            ),
        )


class NoModuleFolder(UsageError):
    """A module's folder is gone from the student's repository."""

    def __init__(self, folder: str, root: str) -> None:
        super().__init__(
            f"There is no folder {folder} here.", root, f"git checkout -- {folder}   (gets it back)"
        )


class NotCarried(GraderError):
    """A file that work was to be carried into can't be written."""

    def __init__(self, path: str, why: str, module: str) -> None:
        super().__init__(
            f"Can't write the carried file: {why}. It is as it was; what was carried before it stays.",
            path,
            f"fix its permissions or make room, then: grader carry {module}",
        )
