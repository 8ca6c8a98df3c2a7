"""Judge tests that a student wrote: they pass on every correct library, and fail on wrong ones.

The student's library plays no part. What a run beside the reference prints or raises is never shown: only which of the
tests, named beforehand on stubs, passed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from grader.authoring.mutants import Mutant, apply_mutant, load_mutants
from grader.model import Failure, Module, Outcome, RelPath, Seconds, Task
from grader.oracle.feedback import of_test
from grader.oracle.library import Files, Library
from grader.oracle.part import VOID, Part, Shortfall
from grader.oracle.seeds import Purpose, derive
from grader.running.testing import (
    CollectedTest,
    CollectionFailed,
    TestReport,
    TestRun,
    collect,
    run_tests,
)
from grader.sandbox import Sandbox, Stage

FEW_EXAMPLES, ALL_EXAMPLES = 20, 100  # of Hypothesis, a test
_CAUGHT = {Outcome.FAILED, Outcome.ERROR}
_WRONG_ALARM = "This test fails on a correct implementation: it asks for more than is promised, or is unsure of itself."


class WrittenTests:
    """A student's own tests of one task.

    Args:
        library: The course.
        sandbox: Where student code runs.
        module: The task's module.
        task: The task.
        files: The submission's files of that module.
        seed: Of Hypothesis.
        seconds: Wall time for one run of all the tests.
    """

    def __init__(
        self,
        library: Library,
        sandbox: Sandbox,
        module: Module,
        task: Task,
        files: Files,
        seed: int,
        seconds: Seconds,
    ) -> None:
        self._library = library
        self._sandbox = sandbox
        self._module = module
        self._task = task
        self._written = {path: files[path] for path in module.written if path in files}
        self._seed = derive(seed, Purpose.TESTS)
        self._seconds = seconds

    def judge(self) -> tuple[Part, Part]:
        """Run the tests on correct libraries and on mutants.

        Returns:
            How many of the tests hold on every correct library, and how many mutants those catch.
        """
        mutants = [m for m in load_mutants(self._library.course, self._task) if m.written]
        try:
            tests = self.collect()
        except CollectionFailed as error:
            return self._uncollected(str(error)), Part(0, len(mutants))
        if not tests:
            note = (
                f"No test marked {self._task.mark} was found in {', '.join(self._module.written)}."
            )
            return Part(0, 1, note=note), Part(0, len(mutants))
        valid = self._on_correct(tests)
        if valid.note == VOID:
            return valid, Part(0, len(mutants))
        failed = {s.failure.test for s in valid.shortfalls}
        sound = [test for test in tests if test.id.split("::", 1)[-1] not in failed]
        return valid, self._on_mutants(sound, mutants)

    def collect(self) -> tuple[CollectedTest, ...]:
        """List the task's tests in the student's file, beside stubs: names can't carry a solution out.

        Raises:
            CollectionFailed: If the file can't be imported.
        """
        with self._stage({}) as stage:
            found = collect(self._sandbox, stage, sorted(self._written))
        return tuple(test for test in found if self._task.mark in test.marks)

    def _on_correct(self, tests: tuple[CollectedTest, ...]) -> Part:
        """Keep the tests that pass on the reference and on the second implementation."""
        reports: dict[str, TestReport] = {
            test.id: TestReport(test.id, Outcome.PASSED) for test in tests
        }
        for files in (self._library.reference(self._module), self._library.second(self._module)):
            run = self._run(files, tests)
            if run.forged:
                return Part(0, len(tests), note=VOID)
            for test, report in run.reports.items():
                if reports[test].outcome is Outcome.PASSED:
                    reports[test] = report
        shortfalls = tuple(
            self._unsound(test, reports[test.id])
            for test in tests
            if reports[test.id].outcome is not Outcome.PASSED
        )
        return Part(len(tests) - len(shortfalls), len(tests), shortfalls)

    def _unsound(self, test: CollectedTest, report: TestReport) -> Shortfall:
        """Word a test that does not hold on a correct library, without a word of what it printed there."""
        todo = report.outcome is Outcome.TODO
        message = f"{test.id.split('::')[-1]} is not written yet." if todo else _WRONG_ALARM
        blank = TestReport(test.id, report.outcome, message=message)
        failure = of_test(self._module, self._task, test, blank, own=True)
        return Shortfall(report.outcome, f"Task {self._task.id}: " if todo else "", failure)

    def _on_mutants(self, tests: list[CollectedTest], mutants: list[Mutant]) -> Part:
        missed = [mutant for mutant in mutants if not self._catches(tuple(tests), mutant)]
        failures = tuple(Shortfall(Outcome.FAILED, "", self._missed(mutant)) for mutant in missed)
        return Part(len(mutants) - len(missed), len(mutants), failures)

    def _catches(self, tests: tuple[CollectedTest, ...], mutant: Mutant) -> bool:
        """Whether a test fails on the mutant, and again when it is run again: chance catches nothing.

        A few examples catch most mutants; only what slips through meets them all.
        """
        files = apply_mutant(self._library.reference(self._module), mutant)
        return any(
            self._fails(files, self._fails(files, tests, examples), examples)
            for examples in (FEW_EXAMPLES, ALL_EXAMPLES)
        )

    def _fails(
        self, files: Files, tests: tuple[CollectedTest, ...], examples: int
    ) -> tuple[CollectedTest, ...]:
        """Run tests until one fails, and give those that did."""
        if not tests:
            return ()
        reports = self._run(files, tests, until_failure=True, examples=examples).reports
        return tuple(test for test in tests if reports[test.id].outcome in _CAUGHT)

    def _missed(self, mutant: Mutant) -> Failure:
        return Failure(
            test="a planted bug",
            outcome=Outcome.FAILED,
            message=f"Your tests did not notice a library in which {mutant.name}.",
            hint=self._task.hints[0] if self._task.hints else "",
            command=f"cd {self._module.name} && pytest -m {self._task.mark}",
            file=self._module.written[0],
        )

    def _uncollected(self, why: str) -> Part:
        failure = Failure(
            test=self._module.written[0],
            outcome=Outcome.ERROR,
            message=f"The file can't be imported. {why}",
            command=f"cd {self._module.name} && pytest {self._module.written[0]}",
            file=self._module.written[0],
        )
        return Part(0, 1, (Shortfall(Outcome.ERROR, why, failure),))

    def _run(
        self,
        files: Files,
        tests: tuple[CollectedTest, ...],
        *,
        until_failure: bool = False,
        examples: int = ALL_EXAMPLES,
    ) -> TestRun:
        with self._stage(files) as stage:
            return run_tests(
                self._sandbox,
                stage,
                [test.id for test in tests],
                seed=self._seed,
                seconds=self._seconds,
                until_failure=until_failure,
                examples=examples,
            )

    @contextmanager
    def _stage(self, files: Files) -> Iterator[Stage]:
        laid: dict[RelPath, str] = {**files, **self._written}
        stage = self._sandbox.stage(self._library.stage_files(self._module, laid))
        try:
            yield stage
        finally:
            self._sandbox.drop(stage)
