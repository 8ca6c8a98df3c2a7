"""Judge tests that a student wrote: they pass on every correct library, and fail on wrong ones.

The student's library plays no part. What a run beside the reference prints or raises is never shown: only which of the
tests, named beforehand on stubs, passed. The libraries are disguised (see ``disguise``) and shuffled (see ``trials``).
Slow tests are told from a slow machine (see ``overtime``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from random import Random

from grader.authoring.mutants import Mutant, apply_mutant, load_mutants
from grader.model import Failure, Module, Outcome, RelPath, Seconds, Task
from grader.oracle.disguise import disguise
from grader.oracle.feedback import of_test
from grader.oracle.library import Files, Library, warm_for
from grader.oracle.overtime import TURNS, Overtime
from grader.oracle.part import VOID, Part, Shortfall
from grader.oracle.seeds import Purpose, derive
from grader.oracle.trials import ALL_EXAMPLES, Trials
from grader.running.conversation import SLOWEST_ITEM
from grader.running.testing import (
    CollectedTest,
    CollectionFailed,
    TestReport,
    TestRun,
    collect,
    run_tests,
)
from grader.sandbox import Sandbox, Stage

MAX_TESTS = 40  # of one task that are looked at: a flood of guesses is no test
_WRONG_ALARM = (
    "This test fails on a correct implementation: "
    "it asks for more than is promised, or is unsure of itself."
)
_SLOW = (
    "These tests take too long: on a correct library, this one had not ended when its time was up. "
    "One test may take {:.0f} seconds, and all tests of the task {:.0f} seconds. "
    "Is there a loop that never ends? If not, try fewer or smaller examples."
)
_NO_TURN = "These tests take so long that this one had no turn on a correct library."
_LATE = (
    "Your tests take too long: after {:.0f} seconds of calculating, they were stopped "
    "before it was known of {} of {} planted bugs whether they notice them."
)
_UNSURE = (
    "{} passes and fails on the same correct library. While a test depends on chance, "
    "or on where it runs, nothing that this task's own tests find counts."
)


class WrittenTests:
    """A student's own tests of one task.

    Args:
        library: The course.
        sandbox: Where student code runs.
        module: The task's module.
        task: The task; its seconds are the wall time of one run of all the tests.
        files: The submission's files of that module.
        seed: Of the run.
    """

    def __init__(
        self,
        library: Library,
        sandbox: Sandbox,
        module: Module,
        task: Task,
        files: Files,
        seed: int,
    ) -> None:
        self._library = library
        self._sandbox = sandbox
        self._module = module
        self._task = task
        stubs = library.skeleton(module)
        self._written: dict[RelPath, str] = {
            path: files[path] if path in files else stubs[path].decode() for path in module.written
        }
        self._seed = derive(seed, Purpose.TESTS)
        self._random = Random(derive(seed, Purpose.DISGUISES))
        self._overtime = Overtime(task.seconds, self._run_control)

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
            return Part(0, 1, note=self.none_found), Part(0, len(mutants))
        touched = {mutant.file for mutant in mutants}
        reference = self._library.reference(self._module)
        trials = Trials(
            [test.id for test in tests],
            [reference, self._library.second(self._module)],
            [apply_mutant(reference, mutant) for mutant in mutants],
            lambda files, asked, examples: self._run(files, touched, asked, examples),
            self._random,
        )
        trials.hold()
        return self._valid(tests, trials), self._missed(mutants, trials)

    @property
    def none_found(self) -> str:
        """What to say where the student's files hold no test of the task."""
        return f"No test marked {self._task.mark} was found in {', '.join(self._module.written)}."

    def collect(self) -> tuple[CollectedTest, ...]:
        """List the task's tests in the student's file, beside stubs: names can't carry a solution out.

        Returns:
            As many of them as are looked at.

        Raises:
            CollectionFailed: If the file can't be imported.
        """
        with self._stage({}, self._written) as stage:
            found = collect(self._sandbox, stage, sorted(self._written))
        marked = {test.id: test for test in found if self._task.mark in test.marks}
        return tuple(marked.values())[:MAX_TESTS]

    def _valid(self, tests: Sequence[CollectedTest], trials: Trials) -> Part:
        """Count the tests that hold on every correct library, of those that the course asks for.

        What a student adds can't make up for one of them, but counts against them when it is wrong.
        """
        if trials.forged:
            return Part(0, len(tests), note=VOID)
        asked = self._library.stub_tests(self._module, self._task)
        names = {test.id for test in asked}
        missing = [test for test in asked if all(_base(t.id) != test.id for t in tests)]
        rejected = [test for test in tests if test.id in trials.unsound]
        unproven = [test for test in tests if trials.late and test.id in trials.unproven]
        failed = {
            _base(t.id) if _base(t.id) in names else t.id for t in (*rejected, *missing, *unproven)
        }
        shortfalls = [self._unsound(test, trials.unsound[test.id]) for test in rejected]
        shortfalls += [self._told(t, Outcome.TIMEOUT, _NO_TURN) for t in unproven]
        gone = "{} is gone. Keep the names of the tests."
        shortfalls += [self._told(t, Outcome.MISSING, gone.format(_name(t.id))) for t in missing]
        total = len(names | failed)
        note = _UNSURE.format(_name(trials.unsure)) if trials.unsure else ""
        return Part(total - len(failed), total, tuple(shortfalls), note)

    def _unsound(self, test: CollectedTest, report: TestReport) -> Shortfall:
        """Word a test that does not hold on a correct library, without a word of what it printed there."""
        if report.outcome is Outcome.TODO:
            said = f"{_name(test.id)} is not written yet."
            return self._told(test, Outcome.TODO, said, f"Task {self._task.id}: ")
        if report.outcome is Outcome.TIMEOUT:
            seconds = self._task.seconds
            slow = _SLOW.format(max(2.0, SLOWEST_ITEM * seconds), seconds)
            return self._told(test, Outcome.TIMEOUT, slow)
        return self._told(test, report.outcome, _WRONG_ALARM)

    def _told(
        self, test: CollectedTest, outcome: Outcome, message: str, said: str = ""
    ) -> Shortfall:
        report = TestReport(test.id, outcome, message=message)
        failure = of_test(self._module, self._task, test, report, own=True)
        return Shortfall(outcome, said, failure)

    def _missed(self, mutants: Sequence[Mutant], trials: Trials) -> Part:
        """Count the mutants that were caught. Of what was never tried, nobody says that it was not noticed."""
        total = len(mutants)
        missed = [
            (m, n in trials.unfinished) for n, m in enumerate(mutants) if n not in trials.caught
        ]
        shortfalls = tuple(self._unnoticed(mutant, late) for mutant, late in missed)
        seconds, unknown = TURNS * self._task.seconds, sum(late for _, late in missed)
        note = _LATE.format(seconds, unknown, total) if trials.late else ""
        return Part(total - len(missed), total, shortfalls, note)

    def _unnoticed(self, mutant: Mutant, late: bool) -> Shortfall:
        """Word a mutant that was not caught; ``late`` says that the time was up before all tests had met it."""
        outcome = Outcome.TIMEOUT if late else Outcome.FAILED
        did = "ran out of time before they could notice" if late else "did not notice"
        failure = Failure(
            test="a planted bug",
            outcome=outcome,
            message=f"Your tests {did} a library in which {mutant.name}.",
            hint=self._task.hints[0] if self._task.hints else "",
            command=f"cd {self._module.name} && pytest -m {self._task.mark}",
            file=self._module.written[0],
        )
        return Shortfall(outcome, "", failure)

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
        self, files: Files, disguised: set[RelPath], tests: Sequence[str], examples: int
    ) -> TestRun:
        """Run tests on a library whose wrong or right files wear a disguise that is used only once."""

        def ask(seconds: Seconds) -> TestRun:
            worn = {path: disguise(files[path], self._random) for path in sorted(disguised)}
            with self._stage({**files, **worn}, self._written) as stage:
                return self._ask(stage, tests, examples, seconds)

        return self._overtime.run(ask)

    def _run_control(self, seconds: Seconds) -> TestRun:
        """Run the reference's own tests on the reference: nobody's work, to see how long that takes here and now."""
        files = self._library.reference(self._module)
        tests = [test.id for test in self._library.stub_tests(self._module, self._task)]
        written = {path: files[path] for path in self._module.written}
        with self._stage(files, written) as stage:
            return self._ask(stage, tests, ALL_EXAMPLES, seconds)

    def _ask(self, stage: Stage, tests: Sequence[str], examples: int, seconds: Seconds) -> TestRun:
        return run_tests(
            self._sandbox,
            stage,
            tests,
            seed=self._seed,
            seconds=seconds,
            until_failure=True,
            examples=examples,
        )

    @contextmanager
    def _stage(self, files: Files, written: Files) -> Iterator[Stage]:
        """Lay out a library and written tests, without the course's own: those are not to be borrowed."""
        laid = self._library.stage_files(self._module, {**files, **written})
        for path in self._library.test_files(self._module):
            del laid[path]
        stage = self._sandbox.stage(laid, warm_for(self._module))
        try:
            yield stage
        finally:
            self._sandbox.drop(stage)


def _base(test: str) -> str:
    """Give a test's id without its parameters."""
    return test.split("[", 1)[0]


def _name(test: str) -> str:
    return test.split("::")[-1]
