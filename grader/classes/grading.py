"""Grade one submission: look up what is known, judge what isn't, commit each verdict as it comes."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from importlib.util import find_spec

from grader.authoring.skeleton import skeleton
from grader.classes.confinement import weakest_report, what_ran_cuda
from grader.classes.fingerprint import content, environment, task_key
from grader.classes.judging import Judge, LocalJudge
from grader.classes.policy import Policy
from grader.classes.unread import problems_of
from grader.errors import NumbaMissing, Stopped
from grader.gradebook import Gradebook
from grader.model import (
    Basis,
    Course,
    Level,
    Module,
    ModuleId,
    Problem,
    ProblemKind,
    Record,
    RelPath,
    SandboxReport,
    Status,
    Submission,
    Task,
    TaskId,
    TaskVerdict,
)
from grader.scoring import score
from grader.style import submission_style

Told = Callable[[Submission, Task, TaskVerdict], None]


class Grader:
    """Grades submissions, one after another.

    Args:
        course: The course.
        gradebook: Where verdicts are looked up and committed.
        policy: What was asked for.
        judge: Where tasks are judged; else in sandboxes of this machine.
    """

    def __init__(
        self, course: Course, gradebook: Gradebook, policy: Policy, judge: Judge | None = None
    ) -> None:
        self._course = course
        self._gradebook = gradebook
        self._policy = policy
        self._judge = judge or LocalJudge(course, policy)
        self._stopped = False
        self._skeletons: dict[ModuleId, dict[RelPath, str]] = {}

    def __enter__(self) -> Grader:
        return self

    def __exit__(self, *exc: object) -> None:
        self._judge.close()

    def grade(self, submission: Submission, told: Told) -> Record:
        """Grade a submission's chosen tasks, and commit what was found.

        Args:
            submission: What was handed in.
            told: Called after each task, from this thread.

        Returns:
            The record, which the gradebook holds as well.
        """
        record = self.examine(submission, told)
        if submission.fault:
            self._gradebook.set_aside(record)
        else:
            self._gradebook.finish(record, submission, self._policy.scope)
        return record

    def examine(self, submission: Submission, told: Told) -> Record:
        """Grade a submission's chosen tasks; the gradebook keeps their verdicts, and no record.

        Args:
            submission: What was handed in.
            told: Called after each task, from this thread.

        Returns:
            The record.

        Raises:
            NumbaMissing: One of the modules is compiled, and the compiler is not installed.
        """
        if submission.fault:
            return self._ungraded(submission)
        submission = self._with_all_due(submission)
        modules = self._chosen(submission)
        if any(module.numba for module in modules) and not find_spec("numba"):
            raise NumbaMissing()
        problems = problems_of(submission, modules, self._skeleton)
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
        return score(
            modules,
            verdicts,
            replace(submission, problems=problems),
            basis=self._basis,
            sandbox=self._report(submission, modules, levels),
            seed=str(seed),
            seconds=sum(verdict.seconds for verdict in verdicts.values()),
            style=self._style(submission, modules),
        )

    def _ungraded(self, submission: Submission) -> Record:
        """Make the record of a submission that could not be graded: it has no modules, and no points to lose."""
        why = Problem(".", submission.fault, ProblemKind.UNGRADED)
        about = replace(submission, problems=(why, *submission.problems))
        sandbox = self._report(submission, (), set())
        return score((), {}, about, basis=self._basis, sandbox=sandbox, seed="", seconds=0.0)

    def stop(self) -> None:
        """End what is under way, from another thread; its verdict is not kept, and no other one begins."""
        self._stopped = True
        self._judge.stop()

    @property
    def _basis(self) -> Basis:
        return Basis.VERIFIED if self._course.authored else Basis.TESTS

    @property
    def _due(self) -> frozenset[str]:
        """The modules that were asked for by name; where none was, those of the tasks that were."""
        named = self._policy.modules or (id.split(".")[0] for id in self._policy.tasks)
        return frozenset(named)

    def _with_all_due(self, submission: Submission) -> Submission:
        """Add the modules that were asked for and not handed in: they count as left untouched."""
        missing = [m for m in self._course.modules if m.id in self._due - submission.files.keys()]
        unread = {p.module for p in submission.problems if p.kind is ProblemKind.UNREAD}
        said = "was not handed in: its tasks count as not begun"
        absent = [m for m in missing if m.id not in unread and "" not in unread]
        return replace(
            submission,
            files={**submission.files, **{module.id: {} for module in missing}},
            problems=(*submission.problems, *(Problem(m.name, said, module=m.id) for m in absent)),
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
        if self._policy.seed is not None:
            return self._policy.seed
        return drawn_seed(self._gradebook.secret, [submission.files[m.id] for m in modules])

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
        verdict = self._judge.judge(task, files, seed)
        if verdict.status is Status.GRADER_ERROR:  # once more: a fault may have been passing
            verdict = self._judge.judge(task, files, seed)
        if self._stopped:  # its child may have been ended halfway
            raise Stopped
        level = self._judge.report().level
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

    def _style(self, submission: Submission, modules: Sequence[Module]) -> list[str]:
        """Find what black and flake8 say, where the class's rules give points for it."""
        if not self._policy.style:
            return []
        return [
            finding
            for module in modules
            for finding in submission_style(
                module, submission.files[module.id], self._skeleton(module)
            )
        ]

    def _skeleton(self, module: Module) -> dict[RelPath, str]:
        if module.id not in self._skeletons:
            self._skeletons[module.id] = skeleton(self._course, module)
        return self._skeletons[module.id]

    def _report(
        self, submission: Submission, modules: Sequence[Module], levels: set[Level]
    ) -> SandboxReport:
        """Say how student code was confined; nothing is opened for it if an earlier run can tell."""
        now = self._judge.known_report
        earlier = self._gradebook.record(submission.id)
        found = weakest_report(levels, now, earlier) or self._judge.report()
        return replace(found, cuda=what_ran_cuda(modules, now, earlier))


def drawn_seed(secret: str, modules: Iterable[Mapping[RelPath, str]]) -> int:
    """Draw the seed of a run: nobody outside can know it, and a resumed run draws the same again.

    Args:
        secret: The gradebook's.
        modules: The files of each module that is graded.

    Returns:
        The seed.
    """
    parts = [secret, *map(content, modules)]
    return int.from_bytes(hashlib.sha256("".join(parts).encode()).digest()[:8], "big") >> 1


def _over_budget(task: Task) -> TaskVerdict:
    note = "The time for this module was used up before this task."
    return TaskVerdict(task.id, Status.WRONG, Fraction(0), note=note)
