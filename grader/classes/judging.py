"""Where a task is judged: in two sandboxes of this machine, or elsewhere. Grading is the same for both."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING, Protocol

from grader.classes.policy import Policy
from grader.errors import Stopped
from grader.model import Course, RelPath, SandboxReport, Task, TaskVerdict
from grader.sandbox import Sandbox, open_sandbox

if TYPE_CHECKING:
    from grader.oracle.examiner import Examiner

ENTRY = "grader.running.child:main"
WARM = ("pytest", "hypothesis", "numpy", "_hypothesis_pytestplugin", "grader.running.warmup")


class Judge(Protocol):
    """Judges tasks, one after another."""

    def judge(self, task: Task, files: Mapping[RelPath, str], seed: int) -> TaskVerdict:
        """Judge one task of a submission.

        Args:
            task: The task.
            files: The submission's files of that module.
            seed: Of the run's questions.

        Returns:
            What was found.

        Raises:
            GraderError: If it can't be judged at all.
        """

    def report(self) -> SandboxReport:
        """Say how student code is confined; opens what there is to open."""

    @property
    def known_report(self) -> SandboxReport | None:
        """The same, if anything is open yet."""

    def stop(self) -> None:
        """End what is under way, from another thread."""

    def close(self) -> None:
        """Let go of what is open."""


class LocalJudge:
    """Judges in sandboxes of this machine, which open when the first task needs them.

    Args:
        course: The course.
        policy: What was asked for.
    """

    def __init__(self, course: Course, policy: Policy) -> None:
        self._course = course
        self._policy = policy
        self._open = ExitStack()
        self._examiner: Examiner | None = None
        self._sandbox: Sandbox | None = None
        self._trusted: Sandbox | None = None
        self._stopped = False

    def judge(self, task: Task, files: Mapping[RelPath, str], seed: int) -> TaskVerdict:
        """Judge one task, as ``Judge`` says."""
        return self._opened()[0].judge(task, files, seed)

    def report(self) -> SandboxReport:
        """Say how student code is confined."""
        return self._opened()[1].report

    @property
    def known_report(self) -> SandboxReport | None:
        """The same, if a sandbox is open."""
        return self._sandbox.report if self._sandbox else None

    def stop(self) -> None:
        """End what is under way; nothing else begins."""
        self._stopped = True
        for sandbox in (self._sandbox, self._trusted):
            if sandbox is not None:
                sandbox.halt()

    def close(self) -> None:
        """Close the sandboxes."""
        self._open.close()

    def _opened(self) -> tuple[Examiner, Sandbox]:
        """Open the sandboxes: one for student code, one for the reference."""
        if self._examiner is None or self._sandbox is None:
            # only here: what is known needs no examiner
            from grader.oracle.examiner import Examiner
            from grader.oracle.library import Library

            self._sandbox = self._open_one()
            self._trusted = self._open_one()
            library = Library(self._course, self._trusted, self._policy.data)
            self._examiner = Examiner(library, self._sandbox)
        return self._examiner, self._sandbox

    def _open_one(self) -> Sandbox:
        policy = self._policy
        opened = open_sandbox(policy.require, policy.allow_weak, ENTRY, WARM)
        self._open.enter_context(opened)
        if self._stopped:
            raise Stopped
        return opened
