"""What goes wrong between the grader and GitHub."""

from __future__ import annotations

from grader.errors.base import GraderError, UsageError


class GithubRefused(GraderError):
    """A call of GitHub's API failed."""

    def __init__(self, why: str, call: str) -> None:
        super().__init__(
            f"GitHub did not do it: {why}.",
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
            f"This file is larger than {most:,} bytes, so it is no record.",
            path,
            "grader check --json FILE   (writes one)",
        )
