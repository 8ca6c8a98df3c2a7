"""What goes wrong between the grader and GitHub."""

from __future__ import annotations

from collections.abc import Mapping

from grader.errors.base import GraderError, UsageError, some


class GithubRefused(GraderError):
    """A call of GitHub's API failed."""

    def __init__(self, why: str, call: str) -> None:
        super().__init__(
            f"GitHub rejected the request: {why}.",
            call,
            "check the workflow's `permissions:` and the token, and run the job again",
        )


class BadEvent(UsageError):
    """A file that should hold the event of a finished run, and does not."""

    def __init__(self, why: str, path: str) -> None:
        super().__init__(
            f"This is not the event of a finished run: {why}.",
            path,
            "run this in a workflow with `on: workflow_run`, or give its event with --event FILE",
        )


class BadArtifact(UsageError):
    """A run left something behind under the name of a record that can't be one."""

    def __init__(self, why: str, where: str) -> None:
        super().__init__(
            f"What the run left behind is not a record: {why}.",
            where,
            "run `grade` again, with .github/workflows/grade.yml as it was handed out",
        )


class NotAllPosted(GraderError):
    """Some of a class have no comment; all the others do."""

    def __init__(self, reasons: Mapping[str, str], repository: str) -> None:
        told = [f"{id}: {why}" for id, why in reasons.items()]
        super().__init__(
            f"{len(told)} got no comment; everybody else did:\n    " + some(told, "\n    ", 50),
            repository,
            "fix what is said there, and run it again: comments are brought up to date, not posted twice",
        )


class NotSet(UsageError):
    """Something is neither in the environment nor on the command line."""

    def __init__(self, name: str, option: str) -> None:
        super().__init__(
            f"{name} is not set.",
            "the environment",
            f"run this in GitHub Actions, or give {option}",
        )


class TooLarge(UsageError):
    """A file is larger than any that the grader writes."""

    def __init__(self, path: str, most: int) -> None:
        super().__init__(
            f"This file is larger than {most:,} bytes, so it is not a record.",
            path,
            "grader check --json FILE   (writes one)",
        )
