"""A class's roster: what it can't mean, and what was handed in that it does not explain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grader.errors.base import UsageError, some


class BadRoster(UsageError):
    """A file that should say who is in the class, and does not."""

    def __init__(self, why: str, where: str) -> None:
        super().__init__(
            f"This is not a valid roster: {why}.",
            where,
            "give a CSV file with a header: id, and where known name, email, canvas_id, repository, branch",
        )


class BadRemote(UsageError):
    """A repository or branch on the roster that git must not be asked for."""

    def __init__(self, what: str, why: str, where: str) -> None:
        super().__init__(
            f"Nothing is fetched from {what}: {why}.",
            where,
            "write https://HOST/PATH, ssh://HOST/PATH, USER@HOST:PATH or a path; branches by their short names",
        )


class BadMoment(UsageError):
    """A moment that does not say when it is everywhere on Earth."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"{text!r} is not a valid time: give date, time and offset.",
            "--at",
            "write it like 2026-10-01T23:59+02:00, or with Z for UTC",
        )


class NoRepositories(UsageError):
    """A moment was given, and nothing that has a history."""

    def __init__(self, where: str) -> None:
        super().__init__(
            "--at chooses among commits: it needs --roster with a column `repository`.",
            where,
            "grader grade --roster ROSTER --at MOMENT --out OUT   (or REPOSITORY@REVISION, without --at)",
        )


class NowhereToLook(UsageError):
    """Students without a repository, and no folder of submissions."""

    def __init__(self, ids: Sequence[str], where: str) -> None:
        super().__init__(
            f"{len(ids)} on the roster have no repository, and no folder was given: {some(list(ids))}.",
            where,
            "name the folder of what was handed in, too, or fill in the column `repository`",
        )


class NotOnRoster(UsageError):
    """Something was handed in, and the roster does not say by whom; all else is graded."""

    def __init__(self, reasons: Mapping[str, str], where: str) -> None:
        told = [f"{name}: {why}" for name, why in reasons.items()]
        super().__init__(
            f"Not graded, as the roster does not say whose it is ({len(told)}); all else is:\n    "
            + some(told, "\n    ", 50),
            where,
            "complete the student's row (canvas_id, name), or rename what was handed in to the id; run it again",
        )
