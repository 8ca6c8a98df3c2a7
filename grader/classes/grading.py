"""Grade one submission: look up what is known, judge what isn't, commit each verdict as it comes."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from grader.classes.confinement import weakest_report, what_ran_cuda
from grader.classes.fingerprint import content, data_state, environment, task_key
from grader.errors import Stopped
from grader.gradebook import Gradebook
from grader.model import (
    Basis,
    Course,
    Kind,
    Level,
    Module,
    Problem,
    Record,
    RelPath,
    SandboxReport,
    Status,
    Submission,
    Task,
    TaskId,
    TaskVerdict,
)
from grader.sandbox import Sandbox, open_sandbox
from grader.scoring import score

if TYPE_CHECKING:
    from grader.oracle.examiner import Examiner

ENTRY = "grader.running.child:main"
WARM = ("pytest", "hypothesis", "numpy", "_hypothesis_pytestplugin", "grader.running.warmup")
Told = Callable[[Submission, Task, TaskVerdict], None]


@dataclass(frozen=True)
class Policy:
    """What a grading run was asked for."""

    modules: tuple[str, ...] = ()  # none named: every module that was handed in; a named one is due
    tasks: tuple[TaskId, ...] = ()  # none named: every task of those modules
    seed: int | None = None  # none given: drawn from the gradebook's secret
    require: Level | None = None  # fail closed below this level
    allow_weak: bool = False  # level C counts
    budget: float = (
        600.0  # seconds of wall time that a module of a submission may take, or its tasks' together
    )
    data: Path | None = None  # folder of real data for exams that can be held on some

    @property
    def key(self) -> str:
        """What of it every verdict depends on."""
        least = self.require or (Level.C if self.allow_weak else Level.B)
        return f"{least} {self.seed if self.seed is not None else 'own seed'}"

    def key_of(self, task: Task) -> str:
        """What of it a task's verdict depends on: the real data too, where it trains on some."""
        if self.data is None or task.kind is not Kind.TRAINING:
            return self.key
        return f"{self.key} {data_state(self.data)}"


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
        self._trusted: Sandbox | None = None
        self._stopped = False

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
        submission = self._with_all_due(submission)
        modules = self._chosen(submission)
        levels: set[Level] = set()
        verdicts: dict[TaskId, TaskVerdict] = {}
        seed = self._seed(submission, modules)
        for module in modules:
            files = submission.files[module.id]
            begun = time.monotonic()
            budget = max(self._policy.budget, sum(task.seconds for task in module.tasks))
            for task in module.tasks:
                left = budget - (time.monotonic() - begun)
                verdicts[task.id] = self._verdict(
                    submission, module, task, files, seed, left, levels
                )
                told(submission, task, verdicts[task.id])
        record = score(
            modules,
            verdicts,
            submission,
            basis=Basis.VERIFIED if self._course.authored else Basis.TESTS,
            sandbox=self._report(submission, modules, levels),
            seed=str(seed),
            seconds=sum(verdict.seconds for verdict in verdicts.values()),
        )
        self._gradebook.finish(record)
        return record

    def stop(self) -> None:
        """End what is under way, from another thread; its verdict is not kept, and no other one begins."""
        self._stopped = True
        for sandbox in (self._sandbox, self._trusted):
            if sandbox is not None:
                sandbox.halt()

    @property
    def _due(self) -> frozenset[str]:
        """The modules that were asked for by name; where none was, those of the tasks that were."""
        named = self._policy.modules or (id.split(".")[0] for id in self._policy.tasks)
        return frozenset(named)

    def _with_all_due(self, submission: Submission) -> Submission:
        """Add the modules that were asked for and not handed in: they count as left untouched."""
        missing = [m for m in self._course.modules if m.id in self._due - submission.files.keys()]
        said = "was not handed in: its tasks count as not begun"
        return replace(
            submission,
            files={**submission.files, **{module.id: {} for module in missing}},
            problems=(*submission.problems, *(Problem(m.name, said) for m in missing)),
        )

    def _chosen(self, submission: Submission) -> list[Module]:
        """List what to grade of the submission: modules that were handed in, limited to the wanted."""
        chosen = [
            module
            for module in self._course.modules
            if module.id in submission.files and (not self._due or module.id in self._due)
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
        levels: set[Level],
    ) -> TaskVerdict:
        """Look a verdict up, or judge and commit; note in ``levels`` how it was confined."""
        key = task_key(self._course, module, task, files, self._policy.key_of(task))
        known = self._gradebook.task_verdict(key)
        if known is not None and (level := self._gradebook.level(key)) is not None:
            levels.add(level)
            return known
        if seconds_left <= 0:
            return _over_budget(task)
        verdict = self._judge(task, files, seed)
        if self._stopped:  # its child may have been ended halfway
            raise Stopped
        level = self._opened()[1].level
        levels.add(level)
        self._gradebook.store(
            submission=submission.id,
            key=key,
            verdict=verdict,
            level=level,
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
            from grader.oracle.examiner import (
                Examiner,
            )  # only here: what is known needs no examiner
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

    def _report(
        self, submission: Submission, modules: Sequence[Module], levels: set[Level]
    ) -> SandboxReport:
        """Say how student code was confined; nothing is opened for it if an earlier run can tell."""
        now = self._sandbox.report if self._sandbox else None
        earlier = self._gradebook.record(submission.id)
        found = weakest_report(levels, now, earlier) or self._opened()[1].report
        return replace(found, cuda=what_ran_cuda(modules, now, earlier))


def _over_budget(task: Task) -> TaskVerdict:
    note = "The time for this module was used up before this task."
    return TaskVerdict(task.id, Status.WRONG, Fraction(0), note=note)
