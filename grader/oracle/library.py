"""The trusted side's knowledge of a course: its files, its tests, its probes, and the reference's answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from grader.authoring.load import find_module, with_needs
from grader.authoring.render import module_tree, rendered_files, second_files
from grader.model import Course, Module, Outcome, RelPath, Task, TaskId
from grader.oracle.pacemaker import Pacemakers
from grader.oracle.part import GraderFault
from grader.oracle.questions import Questions
from grader.running.asking import CANARY, Answer, Paper, ProbeRun, run_probes
from grader.running.probes import Probe, Speed, rng
from grader.running.testing import CollectedTest, CollectionFailed, collect
from grader.running.timing import BrokeOff, Timed
from grader.sandbox import Sandbox, Stage

Files = Mapping[RelPath, str]
MAX_KEPT = 16  # papers whose answers by the reference are kept: more than a module has tasks
_STAGED = ("minitorch/", "project/", "tests/")


def warm_for(module: Module) -> tuple[str, ...]:
    """Name what a child finds imported that runs a library of this module."""
    return ("grader.running.compiled",) if module.numba else ()


class Library:
    """What the grader knows of a course, each thing worked out once.

    Args:
        course: The course.
        sandbox: Where the reference runs: never the one that students' code runs in.
        data: Folder of real data for exams that can be held on some.
    """

    def __init__(self, course: Course, sandbox: Sandbox, data: Path | None = None) -> None:
        self.course = course
        self.data = data
        self._sandbox = sandbox
        self._skeletons: dict[str, dict[RelPath, bytes]] = {}
        self._solved: dict[str, dict[RelPath, str]] = {}
        self._tests: dict[str, tuple[CollectedTest, ...]] = {}
        self._stubs: dict[str, tuple[CollectedTest, ...]] = {}
        self._questions: dict[str, Questions] = {}
        self._reference: dict[str, Stage] = {}
        self._answers: dict[tuple[TaskId, int], ProbeRun] = {}
        self._pacemakers = Pacemakers(sandbox)

    def skeleton(self, module: Module) -> dict[RelPath, bytes]:
        """Give what every stage of a module begins with: stubs, given files, tests, configuration."""
        if module.id not in self._skeletons:
            tree = module_tree(self.course, module)
            self._skeletons[module.id] = {
                path: data
                for path, data in tree.items()
                if path.startswith(_STAGED) or path == "pyproject.toml"
            }
        return self._skeletons[module.id]

    def reference(self, module: Module) -> dict[RelPath, str]:
        """Give the finished library's files for a module.

        Args:
            module: One of the course's.

        Returns:
            Texts by path inside the module folder.

        Raises:
            GraderFault: If the annotated source is not here.
        """
        if not self.course.authored:
            raise GraderFault("There is no reference here: grader/course is absent.")
        if module.id not in self._solved:
            every = {task.id for task in self.course.tasks}
            self._solved[module.id] = rendered_files(self.course, module, every)
        return self._solved[module.id]

    def correct(self, module: Module, task: Task) -> list[dict[RelPath, str]]:
        """Give the correct implementations that a student's tests of a task run beside.

        They are solved as far as the task needs: a test that finds a way to tell what lies beside it has nothing else
        to tell.

        Args:
            module: The task's module.
            task: A task that asks for tests.

        Returns:
            The files of the reference, and those of the second implementation.
        """
        solved = with_needs(self.course, task)
        return [
            rendered_files(self.course, module, solved),
            second_files(self.course, module, solved),
        ]

    def stage_files(self, module: Module, files: Files) -> dict[RelPath, str | bytes]:
        """Lay files over a module's skeleton, ready to be staged."""
        return {**self.skeleton(module), **files}

    def expected_tests(self, module: Module, task: Task) -> tuple[CollectedTest, ...]:
        """List the trusted tests of a task, fixed before anything of a student runs.

        Args:
            module: The task's module.
            task: The task.

        Returns:
            The tests, in the order of their definition.

        Raises:
            GraderFault: If the module's own tests can't be collected.
        """
        if module.id not in self._tests:
            files = self.reference(module) if self.course.authored else {}
            self._tests[module.id] = self._collect(module, files, self.test_files(module))
        return tuple(test for test in self._tests[module.id] if task.mark in test.marks)

    def stub_tests(self, module: Module, task: Task) -> tuple[CollectedTest, ...]:
        """List the tests of a task that the course asks students to write, as the skeleton names them.

        Args:
            module: The task's module.
            task: The task.

        Returns:
            The stubs.

        Raises:
            GraderFault: If they can't be collected.
        """
        if module.id not in self._stubs:
            self._stubs[module.id] = self._collect(module, {}, sorted(module.written))
        return tuple(test for test in self._stubs[module.id] if task.mark in test.marks)

    def _collect(
        self, module: Module, files: Files, paths: Sequence[RelPath]
    ) -> tuple[CollectedTest, ...]:
        stage = self._sandbox.stage(self.stage_files(module, files), warm_for(module))
        try:
            return tuple(collect(self._sandbox, stage, paths))
        except CollectionFailed as error:
            raise GraderFault(f"The tests of {module.name} can't be collected: {error}") from error
        finally:
            self._sandbox.drop(stage)

    def test_files(self, module: Module) -> list[RelPath]:
        """List a module's trusted test files."""
        return sorted(
            path
            for path in self.skeleton(module)
            if path.startswith("tests/test_")
            and path.endswith(".py")
            and path not in module.written
        )

    def questions(self, module: Module) -> Questions:
        """Give a module's probes and exams.

        Args:
            module: One of the course's.

        Returns:
            All of them, and what a child may know of them.

        Raises:
            GraderFault: If a probe file can't be run.
            SourceError: If two of them share a name.
        """
        if module.id not in self._questions:
            self._questions[module.id] = Questions(self.course, module)
        return self._questions[module.id]

    def answers(self, module: Module, task: Task, paper: Paper, seed: int) -> ProbeRun:
        """Ask the reference a task's probes, in a process of its own; the same questions only once.

        Args:
            module: The task's module.
            task: The task.
            paper: Its probes.
            seed: Of the generators.

        Returns:
            An answer to every case.

        Raises:
            GraderFault: If the reference does not answer every case.
        """
        asked = (task.id, seed)
        if asked not in self._answers:
            self._answers[asked] = self._ask_reference(module, task, paper, seed)
            while len(self._answers) > MAX_KEPT:
                del self._answers[next(iter(self._answers))]
        return self._answers[asked]

    def _ask_reference(self, module: Module, task: Task, paper: Paper, seed: int) -> ProbeRun:
        if module.numba:
            return self._ask_pacemaker(module, task, seed)
        if module.id not in self._reference:
            files = self.stage_files(module, self.reference(module))
            self._reference[module.id] = self._sandbox.stage(files, warm_for(module))
        stage = self._reference[module.id]
        seconds = max(60.0, 2 * task.seconds)
        run = run_probes(self._sandbox, stage, paper, seed=seed, seconds=seconds)
        wrong = [answer for answer in run.answers.values() if answer.raised]
        for answer in [*run.lost.values(), *wrong]:
            raise GraderFault(
                f"The reference does not answer a probe of task {task.id}: "
                f"{answer.raised} {answer.message}".strip()
            )
        return run

    def _ask_pacemaker(self, module: Module, task: Task, seed: int) -> ProbeRun:
        """Ask the reference that is held open: what it compiled for another submission serves this one too."""
        run = ProbeRun()
        run.answers[CANARY] = Answer(Outcome.PASSED, rng(seed, *CANARY).random())
        probes = [each for each in self.questions(module).of(task) if isinstance(each, Probe)]
        held = self.pacemaker(module)
        for name, case in ((probe.name, case) for probe in probes for case in range(probe.cases)):
            try:
                run.answers[name, case] = held.answer(name, case, seed)
            except BrokeOff as error:
                raise GraderFault(
                    f"The reference does not answer a probe of task {task.id}: {error.said}"
                ) from error
        return run

    def pacemaker(self, module: Module) -> Timed:
        """Give the reference to be timed and asked, in a process of its own, beside which others may run.

        Args:
            module: The module whose cases are measured, or whose probes are asked.

        Returns:
            The process; it stays open.
        """
        questions = self.questions(module)
        every = [question for task in module.tasks for question in questions.of(task)]
        paper = questions.paper([each for each in every if isinstance(each, Probe | Speed)])
        files = self.stage_files(module, self.reference(module))
        return self._pacemakers.of(module.id, files, warm_for(module), paper)

    def module_of(self, task: Task) -> Module:
        """Find a task's module."""
        return find_module(self.course, task.module)
