"""Comparing submissions with each other."""

from __future__ import annotations

from grader.errors.base import UsageError


class CopydetectMissing(UsageError):
    """The library that compares submissions is an extra, and not installed."""

    def __init__(self) -> None:
        super().__init__(
            "Comparing submissions needs the package copydetect, which is not installed.",
            "this Python",
            "pip install 'minitorch-grader[similar]'",
        )
