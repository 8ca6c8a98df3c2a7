"""Packages that not everybody needs: extras, which are not installed."""

from __future__ import annotations

from grader.errors.base import UsageError


class PackageMissing(UsageError):
    """Something that was asked for needs a package that is not installed."""

    def __init__(self, what: str, package: str, next_step: str) -> None:
        super().__init__(
            f"{what} needs the package {package}, which is not installed.", "this Python", next_step
        )


class CopydetectMissing(PackageMissing):
    """The library that compares submissions."""

    def __init__(self) -> None:
        super().__init__(
            "Comparing submissions", "copydetect", "pip install 'minitorch-grader[similar]'"
        )


class NumbaMissing(PackageMissing):
    """The compiler of Modules 3 and 4."""

    def __init__(self) -> None:
        super().__init__("This module", "numba", "make numba")


class PsutilMissing(PackageMissing):
    """The library that measures memory."""

    def __init__(self) -> None:
        super().__init__("Measuring memory", "psutil", "pip install 'minitorch-grader[bench]'")
