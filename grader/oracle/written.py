"""Judge tests that a student wrote: they pass on every correct library, and fail on wrong ones.

The student's library plays no part in the score. What a run beside a correct or wrong library prints or raises is never
shown: only which of the tests, named beforehand on stubs, passed. Those libraries are solved as far as the task needs,
disguised (see ``disguise``) and shuffled (see ``trials``). Slow tests are told from a slow machine (see ``overtime``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from random import Random

from grader.authoring.mutants import Mutant, apply_mutant, load_mutants
from grader.model import Failure, Module, Outcome, RelPath, Seconds, Task
from grader.oracle import calls, rejected
from grader.oracle.disguise import disguise
from grader.oracle.feedback import of_test
from grader.oracle.library import Files, Library, warm_for
from grader.oracle.overtime import TURNS, Overtime
from grader.oracle.part import VOID, Part, Shortfall
from grader.oracle.seeds import Purpose, derive
from grader.oracle.trials import ALL_EXAMPLES, MANY_EXAMPLES, Trials
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
_NO_TURN = "These tests take so long that this one did not run on a correct library."
_LATE = (
    "Your tests take too long: they were stopped after {:.0f} seconds of computing, "
    "and {} of {} planted bugs were not tried yet."
)
_UNSURE = (
    "{} passes and fails on the same correct library. While a test depends on chance, "
    "or on where it runs, nothing that this task's own tests find counts."
)
_IDLE = (
    "This test passes on every wrong library, even on its own: it catches none of the {} planted bugs. "
    "Does it assert what its docstring says?"
)
_RETURNS = "PytestReturnNotNoneWarning"
_RETURNED = "This test returns a value, and asserts nothing: write `assert` in place of `return`."
_GONE = "There is no {} in your file any more: keep the names of the tests."
_UNMARKED = "{} has lost its mark: put @pytest.mark.{} in the line above it."


@dataclass(frozen=True)
class Written:
    """The tests in a student's files: those of the task, and asked ones that lack the task's mark."""

    tests: tuple[CollectedTest, ...]
    unmarked: tuple[str, ...]  # their ids


class WrittenTests:
    """A student's own tests of one task.

    Args:
        library: The course.
        sandbox: Where student code runs.
        module: The task's module.
        task: The task; its seconds are the wall time of one run of all the tests.
        files: The submission's files of that module.
        seed: Of the run. The examples that Hypothesis draws follow from the tests alone: whenever the same file is
            graded again, it earns the same mark.
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
        self._files = files
        stubs = library.skeleton(module)
        self._written: dict[RelPath, str] = {
            path: files[path] if path in files else stubs[path].decode() for path in module.written
        }
        self._seed = derive(_digest(self._written), Purpose.TESTS)
        self._random = Random(derive(seed, Purpose.DISGUISES))
        self._overtime = Overtime(task.seconds, self._run_control)

    def judge(self) -> tuple[Part, Part]:
        """Run the tests on correct libraries and on mutants.

        Returns:
            How many of the tests hold on every correct library and catch something, and how many mutants those catch.
        """
        mutants = [m for m in load_mutants(self._library.course, self._task) if m.written]
        try:
            written = self.collect()
        except CollectionFailed as error:
            return self.uncollected(error), Part(0, len(mutants))
        if not written.tests:
            return Part(0, 1, note=self.none_found(written)), Part(0, len(mutants))
        touched = {mutant.file for mutant in mutants}
        correct = self._library.correct(self._module, self._task)
        trials = Trials(
            [test.id for test in written.tests],
            correct,
            [apply_mutant(correct[0], mutant) for mutant in mutants],
            lambda files, asked, examples: self._run(files, touched, asked, examples),
            self._random,
        )
        trials.hold()
        return self._valid(written, trials), self._missed(mutants, trials)

    def none_found(self, written: Written) -> str:
        """Say what to do where the student's files hold no test of the task.

        Args:
            written: What was found.

        Returns:
            A sentence or two.
        """
        if written.unmarked:
            return _UNMARKED.format(_name(written.unmarked[0]), self._task.mark)
        return f"No test marked {self._task.mark} was found in {', '.join(self._module.written)}."

    def uncollected(self, error: CollectionFailed) -> Part:
        """Word that a file of tests can't be imported: none of the asked tests passes.

        Args:
            error: Why it can't.

        Returns:
            The failure, at the place that the error names.
        """
        report = error.reports[0]
        path = report.id or self._module.written[0]
        file = CollectedTest(path, frozenset(), "Python can import this file of tests.")
        laid = self._library.stage_files(self._module, {**self._files, **self._written})
        failure = of_test(self._module, self._task, file, report, laid, own=True)
        asked = self._library.stub_tests(self._module, self._task)
        return Part(0, len(asked), (Shortfall(report.outcome, report.message, failure),))

    def collect(self) -> Written:
        """List the task's tests in the student's file, beside stubs: names can't carry a solution out.

        Returns:
            As many of them as are looked at.

        Raises:
            CollectionFailed: If the file can't be imported.
        """
        with self._stage({}) as stage:
            found = collect(self._sandbox, stage, sorted(self._written))
        marked = {test.id: test for test in found if self._task.mark in test.marks}
        asked = {test.id for test in self._library.stub_tests(self._module, self._task)}
        there = {_base(id) for id in marked}
        unmarked = dict.fromkeys(_base(test.id) for test in found if test.id not in marked)
        return Written(
            tuple(marked.values())[:MAX_TESTS],
            tuple(id for id in unmarked if id in asked and id not in there),
        )

    def _valid(self, written: Written, trials: Trials) -> Part:
        """Count the tests that hold on every correct library and catch something, of those that the course asks for.

        What a student adds can't make up for one of them, but counts against them when it is wrong.
        """
        if trials.forged:
            return Part(0, len(written.tests), note=VOID)
        asked = self._library.stub_tests(self._module, self._task)
        shortfalls = [*self._unsound(written, trials), *self._idle(written, trials)]
        there = {_base(test.id) for test in written.tests}
        for test in asked:
            if test.id in written.unmarked:
                said = _UNMARKED.format(_name(test.id), self._task.mark)
                shortfalls.append(self._told(test, Outcome.MISSING, said))
            elif test.id not in there:
                said = _GONE.format(_name(test.id))
                shortfalls.append(self._told(test, Outcome.MISSING, said))
        names = {test.id.split("::", 1)[-1] for test in asked}
        fallen = {shortfall.failure.test for shortfall in shortfalls}
        failed = {_base(name) if _base(name) in names else name for name in fallen}
        total = len(names | failed)
        note = _UNSURE.format(_name(trials.unsure)) if trials.unsure else ""
        return Part(total - len(failed), total, tuple(shortfalls), note)

    def _unsound(self, written: Written, trials: Trials) -> Iterator[Shortfall]:
        """Word the tests that do not hold on a correct library, by what they do on the student's own."""
        wrong = [test for test in written.tests if test.id in trials.unsound]
        on_own = self._run_on_own([test.id for test in wrong]).reports
        laid = self._library.stage_files(self._module, {**self._files, **self._written})
        for test in wrong:
            there, own = trials.unsound[test.id].outcome, on_own[test.id]
            report = rejected.worded(self._task, there, own, _name(test.id))
            said = f"Task {self._task.id}: " if there is Outcome.TODO else ""
            failure = of_test(self._module, self._task, test, report, laid, own=True)
            if report.type:  # it is the own run's
                failure = replace(failure, sentence=rejected.ON_BOTH)
            else:
                failure = replace(failure, command=calls.check(self._task))
            yield Shortfall(report.outcome, said, failure)
        for test in written.tests:
            if trials.late and test.id in trials.unproven:
                yield self._told(test, Outcome.TIMEOUT, _NO_TURN)

    def _run_on_own(self, tests: Sequence[str]) -> TestRun:
        """Run tests on the student's own library: of that run, everything may be shown to them."""
        if not tests:
            return TestRun({})
        with self._stage(self._files) as stage:
            return run_tests(
                self._sandbox,
                stage,
                tests,
                seed=self._seed,
                seconds=self._task.seconds,
                examples=MANY_EXAMPLES,
            )

    def _idle(self, written: Written, trials: Trials) -> Iterator[Shortfall]:
        """Word the asked tests that catch nothing; one of several parameters that catches something is enough."""
        asked = {test.id for test in self._library.stub_tests(self._module, self._task)}
        busy = {_base(id) for id in trials.sound if id not in trials.idle}
        idle = [t for t in written.tests if t.id in trials.idle and _base(t.id) in asked - busy]
        warned = self._run_on_own([test.id for test in idle]).warned
        for test in idle:
            returns = any(_RETURNS in each.message and test.id in each.message for each in warned)
            yield self._told(
                test, Outcome.FAILED, _RETURNED if returns else _IDLE.format(trials.bugs)
            )

    def _told(self, test: CollectedTest, outcome: Outcome, message: str) -> Shortfall:
        report = TestReport(test.id, outcome, message=message)
        failure = of_test(self._module, self._task, test, report, own=True)
        return Shortfall(outcome, "", replace(failure, command=calls.check(self._task)))

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
        test = "a planted bug"
        failure = Failure(
            test=test,
            outcome=outcome,
            message=f"Your tests {did} a library in which {mutant.name}.",
            hint=self._task.hint_for(test),
            command=calls.check(self._task),
            file=self._module.written[0],
        )
        return Shortfall(outcome, "", failure)

    def _run(
        self, files: Files, disguised: set[RelPath], tests: Sequence[str], examples: int
    ) -> TestRun:
        """Run tests on a library whose wrong or right files wear a disguise that is used only once."""

        def ask(seconds: Seconds) -> TestRun:
            worn = {path: disguise(files[path], self._random) for path in sorted(disguised)}
            with self._stage({**files, **worn}) as stage:
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
    def _stage(self, files: Files, written: Files | None = None) -> Iterator[Stage]:
        """Lay out a library and written tests, without the course's own: those are not to be borrowed."""
        over = self._written if written is None else written
        laid = self._library.stage_files(self._module, {**files, **over})
        for path in self._library.test_files(self._module):
            del laid[path]
        stage = self._sandbox.stage(laid, warm_for(self._module))
        try:
            yield stage
        finally:
            self._sandbox.drop(stage)


def _digest(files: Files) -> int:
    """Give a number that follows from files' paths and texts."""
    whole = "\0".join(f"{path}\0{text}" for path, text in sorted(files.items()))
    return int.from_bytes(hashlib.sha256(whole.encode("utf-8", "backslashreplace")).digest()[:8])


def _base(test: str) -> str:
    """Give a test's id without its parameters."""
    return test.split("[", 1)[0]


def _name(test: str) -> str:
    return test.split("::")[-1]
