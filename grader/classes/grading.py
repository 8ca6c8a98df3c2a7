"""Grade one submission: look up what is known, judge what isn't, commit each verdict as it comes."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from fractions import Fraction

from grader.classes.fingerprint import content, environment, task_key
from grader.gradebook import Gradebook
from grader.model import (
    Basis,
    Course,
    Level,
    Module,
    Record,
    RelPath,
    SandboxReport,
    Status,
    Submission,
    Task,
    TaskId,
    TaskVerdict,
)
from grader.oracle.examiner import Examiner
from grader.oracle.library import Library
from grader.sandbox import Sandbox, open_sandbox
from grader.scoring import score

ENTRY = "grader.running.child:main"
WARM = ("pytest", "hypothesis", "numpy", "_hypothesis_pytestplugin", "grader.running.warmup")
Told = Callable[[Submission, Task, TaskVerdict], None]


@dataclass(frozen=True)
class Policy:
    """What a grading run was asked for."""

    modules: tuple[str, ...] = ()  # none named: every module that was handed in
    tasks: tuple[TaskId, ...] = ()  # none named: every task of those modules
    seed: int | None = None  # none given: drawn from the gradebook's secret
    require: Level | None = None  # fail closed below this level
    allow_weak: bool = False  # level C counts
    budget: float = 600.0  # seconds of wall time that one submission may take

    @property
    def key(self) -> str:
        """What of it a verdict depends on."""
        least = self.require or (Level.C if self.allow_weak else Level.B)
        return f"{least} {self.seed if self.seed is not None else 'own seed'}"


class Grader:
    """Grades submissions, one after another; sandboxes open when the first task needs them.

    Args:
        course: The course.
        gradebook: Where verdicts are looked up and committed.
        policy: What was asked for.
    """

    def __init__(self, course: Course, gradebook: Gradebook, policy: Policy) -> None:
        self._course = course
        self._gradebook = gradebook
        self._policy = policy
        self._open = ExitStack()
        self._examiner: Examiner | None = None
        self._sandbox: Sandbox | None = None

    def __enter__(self) -> Grader:
        return self

    def __exit__(self, *exc: object) -> None:
        self._open.close()

    def grade(self, submission: Submission, told: Told) -> Record:
        """Grade a submission's chosen tasks.

        Args:
            submission: What was handed in.
            told: Called after each task, from this thread.

        Returns:
            The record, which the gradebook holds as well.
        """
        begun = time.monotonic()
        modules = self._chosen(submission)
        verdicts: dict[TaskId, TaskVerdict] = {}
        seed = self._seed(submission, modules)
        for module in modules:
            files = submission.files[module.id]
            for task in module.tasks:
                left = self._policy.budget - (time.monotonic() - begun)
                verdicts[task.id] = self._verdict(submission, module, task, files, seed, left)
                told(submission, task, verdicts[task.id])
        record = score(
            modules,
            verdicts,
            submission,
            basis=Basis.VERIFIED if self._course.authored else Basis.TESTS,
            sandbox=self._report(submission),
            seed=str(seed),
            seconds=sum(verdict.seconds for verdict in verdicts.values()),
        )
        self._gradebook.finish(record)
        return record

    def _chosen(self, submission: Submission) -> list[Module]:
        """List what to grade of the submission: modules that were handed in, limited to the wanted."""
        wanted = self._policy.modules or tuple({task.split(".")[0] for task in self._policy.tasks})
        chosen = [
            module
            for module in self._course.modules
            if module.id in submission.files and (not wanted or module.id in wanted)
        ]
        if not self._policy.tasks:
            return chosen
        return [
            replace(m, tasks=tuple(t for t in m.tasks if t.id in self._policy.tasks))
            for m in chosen
        ]

    def _seed(self, submission: Submission, modules: Sequence[Module]) -> int:
        """Draw the run's seed: nobody outside can know it, and a resumed run draws the same again."""
        if self._policy.seed is not None:
            return self._policy.seed
        parts = [self._gradebook.secret, *(content(submission.files[m.id]) for m in modules)]
        return int.from_bytes(hashlib.sha256("".join(parts).encode()).digest()[:8], "big") >> 1

    def _verdict(
        self,
        submission: Submission,
        module: Module,
        task: Task,
        files: Mapping[RelPath, str],
        seed: int,
        seconds_left: float,
    ) -> TaskVerdict:
        key = task_key(self._course, module, task, files, self._policy.key)
        known = self._gradebook.task_verdict(key)
        if known is not None:
            return known
        if seconds_left <= 0:
            return _over_budget(task)
        verdict = self._judge(task, files, seed)
        self._gradebook.store(
            submission=submission.id,
            key=key,
            verdict=verdict,
            level=self._opened()[1].level,
            seed=str(seed),
            environment=environment(),
        )
        return verdict

    def _judge(self, task: Task, files: Mapping[RelPath, str], seed: int) -> TaskVerdict:
        examiner, _ = self._opened()
        verdict = examiner.judge(task, files, seed)
        if verdict.status is Status.GRADER_ERROR:  # once more: a fault may have been passing
            verdict = examiner.judge(task, files, seed)
        return verdict

    def _opened(self) -> tuple[Examiner, Sandbox]:
        """Open the sandboxes: one for student code, one for the reference."""
        if self._examiner is None or self._sandbox is None:
            students, trusted = (
                self._open.enter_context(
                    open_sandbox(self._policy.require, self._policy.allow_weak, ENTRY, WARM)
                )
                for _ in range(2)
            )
            self._sandbox = students
            self._examiner = Examiner(Library(self._course, trusted), students)
        return self._examiner, self._sandbox

    def _report(self, submission: Submission) -> SandboxReport:
        """Say how student code was confined: as the earlier record does when nothing had to run."""
        if self._sandbox is None:
            earlier = self._gradebook.record(submission.id)
            if earlier is not None:
                return earlier.sandbox
        return self._opened()[1].report


def _over_budget(task: Task) -> TaskVerdict:
    note = "The submission's total time was used up before this task."
    return TaskVerdict(task.id, Status.WRONG, Fraction(0), note=note)
