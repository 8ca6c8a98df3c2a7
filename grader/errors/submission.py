"""What is handed in: a path or a revision that holds no submission, or a file that is not taken."""

from __future__ import annotations

from collections.abc import Iterable

from grader.errors.base import GraderError, NotGradable, UsageError, nearest


class NoSuchPath(UsageError):
    """A submission's path that does not exist."""

    def __init__(self, path: str, siblings: Iterable[str]) -> None:
        super().__init__(
            f"There is no {path}.{nearest(path.rstrip('/').rsplit('/')[-1], siblings)}",
            "the command line",
            "give a folder, a zip or tar archive, or REPOSITORY@REVISION",
        )


class NoSuchRevision(UsageError):
    """A branch, tag or commit that a submission's repository does not have."""

    def __init__(self, revision: str, repository: str, known: Iterable[str]) -> None:
        names = list(known)
        has = f" It has {', '.join(names[:5])}{', …' if len(names) > 5 else ''}." if names else ""
        super().__init__(
            f"No commit {revision}.{nearest(revision, names) or has}",
            repository,
            "give a branch, a tag or a commit that it holds; fetch first if it is a clone",
        )


class NotAGitRepository(UsageError):
    """A path given with a revision, where there is no repository that may be read."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(
            f"No git repository can be read here: {why}.",
            path,
            "give a plain clone (git clone --no-checkout makes one), or the folder without @REVISION",
        )


class GitNotFound(UsageError):
    """A revision was asked for, and git is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "git is needed to read a revision, and it is not installed.",
            "the command search path",
            "install git, or give a folder or an archive",
        )


class NothingToGrade(UsageError):
    """A path that is no submission and holds none."""

    def __init__(self, path: str, looked_for: str, found: str) -> None:
        super().__init__(
            f"No submission here: looked for {looked_for}; found {found}.",
            path,
            "give a submission (a folder, a zip or tar archive, REPOSITORY@REVISION) or a folder of them",
        )


class Refused(GraderError):
    """A submission, or a file of it, that is not taken.

    The submission room turns it into a problem of the record: what a student hands in never ends a run.

    Args:
        why: Fits behind the path of what is not taken: "is a folder, not a file".
        cure: What the student can do, where it is not what the place implies.
    """

    def __init__(self, why: str, cure: str = "") -> None:
        super().__init__(why, "the submission", cure)

    @property
    def cure(self) -> str:
        """What the student can do, as far as it is known here."""
        return self.next_step


class MachineFault(NotGradable):
    """The machine does not let the grader read what was handed in; whether it could be read, nobody knows."""
