"""Run tests that a student wrote on correct and wrong libraries, so that only behaviour can tell the two apart.

Correct and wrong libraries come in one shuffled order, under the same orders, with the same tests; a test that could
tell what it runs on by anything else than behaviour is left with guessing. Guessing does not pay either: a test that
fails on a wrong library must do so twice, and one that passes and fails on the same correct library is flaky.

When the time is up, what is known by then counts, and what is not is reported as that.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from random import Random

from grader.model import Outcome, Seconds
from grader.oracle.library import Files
from grader.oracle.overtime import OutOfTime
from grader.running.testing import TestReport, TestRun

# Of Hypothesis, for each test; a few catch most wrong libraries.
FEW_EXAMPLES, ALL_EXAMPLES = 20, 100
# On a correct library, where they are cheap: a test that asks too much in one case of a hundred is found out each time.
MANY_EXAMPLES = 1000
CHEAP: Seconds = 2.0  # of the processor, for all tests with ALL_EXAMPLES
_FAILED = {Outcome.FAILED, Outcome.ERROR}
_NOT_RUN = {Outcome.PASSED, Outcome.MISSING}

Run = Callable[[Files, Sequence[str], int], TestRun]
Number = int  # of a wrong library


class Trials:
    """All that is found out about some tests.

    Args:
        tests: Ids of the tests, in order.
        correct: Libraries on which they must pass.
        wrong: Libraries on which one of them should fail.
        run: Runs some of the tests on a library with a number of examples, until one fails; or raises ``OutOfTime``.
        random: Draws the order of the libraries.

    Attributes:
        sound: The tests that passed on every correct library so far.
        unsound: How the others ended there.
        unsure: A test that passed and failed on the same correct library; empty if there is none.
        idle: The sound tests that fail on no wrong library, even where no other test runs in front of them.
        forged: Whether a run claimed that a test passes which can't pass.
        late: Whether the time was up before all was found out.
    """

    def __init__(
        self,
        tests: Sequence[str],
        correct: Sequence[Files],
        wrong: Sequence[Files],
        run: Run,
        random: Random,
    ) -> None:
        self.sound = list(tests)
        self.unsound: dict[str, TestReport] = {}
        self.unsure = ""
        self.idle: list[str] = []
        self.forged = False
        self.late = False
        self._correct = correct
        self._wrong = wrong
        self._run = run
        self._random = random
        self._passed: set[tuple[int, int, str]] = set()  # correct library, examples, test
        self._catchers: dict[Number, set[str]] = {}
        self._met: set[Number] = set()  # wrong libraries on which all was run to its end
        self._cut_off: set[Number] = set()  # and those on which something was not
        self._cheap = False

    @property
    def bugs(self) -> int:
        """How many wrong libraries there are."""
        return len(self._wrong)

    @property
    def unproven(self) -> list[str]:
        """The sound tests that did not get to run on each correct library."""
        passed = {(number, test) for number, _, test in self._passed}
        every = range(len(self._correct))
        return [t for t in self.sound if any((number, t) not in passed for number in every)]

    @property
    def unfinished(self) -> set[Number]:
        """The wrong libraries of which the time was up before a test could fail on them, or all pass."""
        unmet = set(range(len(self._wrong))) - self._met if self.late else set()
        return (unmet | self._cut_off) - self.caught

    @property
    def caught(self) -> set[Number]:
        """The wrong libraries that a sound test failed on."""
        if self.unsure or self.forged:
            return set()
        return {number for number, tests in self._catchers.items() if tests & set(self.sound)}

    def hold(self) -> None:
        """Run all rounds."""
        every = set(range(len(self._wrong)))
        try:
            for examples in (FEW_EXAMPLES, ALL_EXAMPLES):
                self._search(self.sound, every - self.caught, examples)
            if self._cheap:
                self._try_many()
            # What only a test caught that turned out to be unsound later.
            if left := (every - self.caught) & self._catchers.keys():
                self._search(self.sound, left, ALL_EXAMPLES)
            self.idle = self._find_idle(every)
        except OutOfTime:
            self.late = True

    def _try_many(self) -> None:
        """Strike out the tests that fail on the first correct library when they are given many examples."""
        tests = list(self.sound)
        while tests:
            run = self._run(self._correct[0], tests, MANY_EXAMPLES)
            failed = [test for test in tests if run.reports[test].outcome in _FAILED]
            for test in failed:
                self._reject(0, MANY_EXAMPLES, run.reports[test])
            tests = tests[tests.index(failed[-1]) + 1 :] if failed else []

    def _find_idle(self, wrong: Collection[Number]) -> list[str]:
        """Run the tests that caught nothing yet by themselves, as long as that shows some of them to catch anything."""
        while idle := self._without_a_catch():
            self._search(idle, wrong, ALL_EXAMPLES, once=True)
            if self.unsure or self.forged or self._cut_off:  # then it is not known
                return []
            if self._without_a_catch() == idle:
                break
        return idle

    def _without_a_catch(self) -> list[str]:
        known = set().union(*self._catchers.values())
        return [test for test in self.sound if test not in known]

    def _search(
        self, tests: Sequence[str], wrong: Iterable[Number], examples: int, *, once: bool = False
    ) -> None:
        """Look for tests that fail on wrong libraries, and ask those a second time.

        Args:
            tests: The tests, in order; the first that fails on a library hides the others.
            wrong: The wrong libraries.
            examples: Of Hypothesis.
            once: Whether a test that has failed on one of them need not run on the others.
        """
        first: dict[Number, set[str]] = {}
        self._round(tests, wrong, examples, first, once=once)
        suspects = set().union(*first.values())
        if not suspects:
            return
        again: dict[Number, set[str]] = {}
        try:
            self._round([t for t in self.sound if t in suspects], first, examples, again)
        finally:  # what is known stays known if the time is up
            for number, failed in first.items():
                confirmed = failed & again.get(number, set())
                self._catchers[number] = self._catchers.get(number, set()) | confirmed

    def _round(
        self,
        tests: Sequence[str],
        wrong: Iterable[Number],
        examples: int,
        failed: dict[Number, set[str]],
        *,
        once: bool = False,
    ) -> None:
        """Run tests on every correct and on some wrong libraries, shuffled; note those that failed on a wrong one."""
        order = [(True, number) for number in range(len(self._correct))]
        order += [(False, number) for number in wrong]
        self._random.shuffle(order)
        while order:
            right, number = order.pop(0)
            done = set().union(*failed.values()) if once else set()
            asked = [test for test in tests if test in self.sound and test not in done]
            if not asked or self.unsure or self.forged:
                break
            if right:
                self._prove(number, asked, examples)
                continue
            if caught := self._failing(number, asked, examples):
                failed[number] = caught
            # Does it hang on correct ones too? To know early saves time.
            if number in self._cut_off:
                order.sort(key=lambda each: not each[0])

    def _failing(self, number: Number, tests: Sequence[str], examples: int) -> set[str]:
        run = self._run(self._wrong[number], tests, examples)
        self.forged = self.forged or run.forged
        for report in run.reports.values():
            if report.outcome is Outcome.TODO:  # a stub says so on any library
                self._reject(number, examples, report)
        self._cut_off.discard(number)
        if any(report.outcome is Outcome.TIMEOUT for report in run.reports.values()):
            self._cut_off.add(number)
        elif examples == ALL_EXAMPLES:
            self._met.add(number)
        return {
            test
            for test, report in run.reports.items()
            if report.outcome in _FAILED and not _is_good(report, examples)
        }

    def _prove(self, number: int, tests: Sequence[str], examples: int) -> None:
        """Run tests on a correct library until each has passed or is known to be unsound."""
        while tests:
            run = self._run(self._correct[number], tests, examples)
            if run.forged:
                self.forged = True
                return
            passed = {test for test in tests if _is_good(run.reports[test], examples)}
            self._passed |= {(number, examples, test) for test in passed}
            if examples == ALL_EXAMPLES and len(passed) == len(self.sound):
                self._cheap = run.cpu <= CHEAP
            for test in _wrong(run, [test for test in tests if test not in passed]) or [
                test for test in tests if test not in passed
            ]:
                self._reject(number, examples, run.reports[test])
            tests = [test for test in tests if test not in passed and test in self.sound]

    def _reject(self, number: int, examples: int, report: TestReport) -> None:
        """Strike out a test that did not pass on a correct library."""
        self.sound.remove(report.id)
        self.unsound[report.id] = report
        if report.outcome in _FAILED and (number, examples, report.id) in self._passed:
            self.unsure = report.id


def _is_good(report: TestReport, examples: int) -> bool:
    """Tell whether a test passed, or had too few examples for its ``assume`` to let one through."""
    starved = examples == FEW_EXAMPLES and report.type == "Unsatisfiable"
    return report.outcome is Outcome.PASSED or starved


def _wrong(run: TestRun, tests: Sequence[str]) -> list[str]:
    """List the tests that ended as none should; of those cut off, only the first: the others may have had no time."""
    wrong = [test for test in tests if run.reports[test].outcome not in _NOT_RUN]
    late = [test for test in wrong if run.reports[test].outcome is Outcome.TIMEOUT]
    return [test for test in wrong if test not in late[1:]]
