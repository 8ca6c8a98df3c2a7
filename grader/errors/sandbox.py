"""Student code can't be run safely enough."""

from __future__ import annotations

from collections.abc import Iterable

from grader.errors.base import GraderError


class SandboxError(GraderError):
    """Student code can't be run safely enough here."""


class NoSandbox(SandboxError):
    """No level that is strong enough passes its self-test on this machine."""

    def __init__(self, required: str, reasons: Iterable[str], cure: Iterable[str]) -> None:
        super().__init__(
            f"Student code can't be run safely here: sandbox level {required} is required.",
            "; ".join(reasons),
            "\n         ".join([*cure, "grader doctor   (shows each check)"]),
        )


class ServerFailed(SandboxError):
    """The process that starts students' code did not come up, or does not answer."""

    def __init__(self, said: str) -> None:
        super().__init__(
            "The sandbox's server process failed.",
            said,
            "grader doctor   (shows what the sandbox can do here)",
        )


class ConfinementFailed(SandboxError):
    """A layer of the sandbox was refused by the system at the last moment; student code did not run."""

    def __init__(self, said: str) -> None:
        super().__init__(
            "A child could not be confined, so no student code was run in it.",
            said,
            "grader doctor   (shows what the sandbox can do here)",
        )
