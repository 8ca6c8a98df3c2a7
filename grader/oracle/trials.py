"""Hold tests that a student wrote against correct and wrong libraries, so that only behaviour can tell the two apart.

Correct and wrong libraries come in one shuffled order, under the same orders, with the same tests; a test that could
tell what it is run on by anything else than behaviour is left with guessing. Guessing does not pay either: who fails on
a wrong library must do so twice, and who passes and fails on one and the same correct library is unsure of itself.

When the time is up, what is known by then counts, and what is not is told as that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from random import Random

from grader.model import Outcome
from grader.oracle.library import Files
from grader.oracle.overtime import OutOfTime
from grader.running.testing import TestReport, TestRun

# Of Hypothesis, for each test; a few catch most wrong libraries.
FEW_EXAMPLES, ALL_EXAMPLES = 20, 100
_FAILED = {Outcome.FAILED, Outcome.ERROR}
_NOT_RUN = {Outcome.PASSED, Outcome.MISSING}

Run = Callable[[Files, Sequence[str], int], TestRun]


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
        self.forged = False
        self.late = False
        self._correct = correct
        self._wrong = wrong
        self._run = run
        self._random = random
        self._passed: set[tuple[int, int, str]] = set()  # correct library, examples, test
        self._catchers: dict[int, set[str]] = {}
        self._met: set[int] = set()  # wrong libraries on which all was run to its end
        self._cut_off: set[int] = set()  # and those on which something was not

    @property
    def unproven(self) -> list[str]:
        """The sound tests that did not get to run on each correct library."""
        passed = {(number, test) for number, _, test in self._passed}
        every = range(len(self._correct))
        return [t for t in self.sound if any((number, t) not in passed for number in every)]

    @property
    def unfinished(self) -> set[int]:
        """The wrong libraries, by number, of which the time was up before a test could fail on them, or all pass."""
        unmet = set(range(len(self._wrong))) - self._met if self.late else set()
        return (unmet | self._cut_off) - self.caught

    @property
    def caught(self) -> set[int]:
        """The wrong libraries, by number, that a sound test failed on."""
        if self.unsure or self.forged:
            return set()
        return {number for number, tests in self._catchers.items() if tests & set(self.sound)}

    def hold(self) -> None:
        """Run all rounds.

        The third is for what only a test caught that turned out to be unsound later.
        """
        try:
            for number, examples in enumerate((FEW_EXAMPLES, ALL_EXAMPLES, ALL_EXAMPLES)):
                left = set(range(len(self._wrong))) - self.caught
                if number < 2 or left & self._catchers.keys():
                    self._search(left, examples)
        except OutOfTime:
            self.late = True

    def _search(self, left: Iterable[int], examples: int) -> None:
        """Look for tests that fail on the wrong libraries that are left, and ask those a second time."""
        first: dict[int, set[str]] = {}
        self._round(self.sound, left, examples, first)
        suspects = set().union(*first.values())
        if not suspects:
            return
        again: dict[int, set[str]] = {}
        try:
            self._round([t for t in self.sound if t in suspects], first, examples, again)
        finally:  # what is known stays known if the time is up
            for number, tests in first.items():
                self._catchers[number] = tests & again.get(number, set())

    def _round(
        self,
        tests: Sequence[str],
        wrong: Iterable[int],
        examples: int,
        failed: dict[int, set[str]],
    ) -> None:
        """Run tests on every correct and on some wrong libraries, shuffled; note those that failed on a wrong one."""
        order = [(True, number) for number in range(len(self._correct))]
        order += [(False, number) for number in wrong]
        self._random.shuffle(order)
        while order:
            right, number = order.pop(0)
            asked = [test for test in tests if test in self.sound]
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

    def _failing(self, number: int, tests: Sequence[str], examples: int) -> set[str]:
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
        return {test for test, report in run.reports.items() if report.outcome in _FAILED}

    def _prove(self, number: int, tests: Sequence[str], examples: int) -> None:
        """Run tests on a correct library until each has passed or is known to be unsound."""
        while tests:
            run = self._run(self._correct[number], tests, examples)
            if run.forged:
                self.forged = True
                return
            passed = {test for test in tests if run.reports[test].outcome is Outcome.PASSED}
            self._passed |= {(number, examples, test) for test in passed}
            for test in _wrong(run, tests) or [test for test in tests if test not in passed]:
                self._reject(number, examples, run.reports[test])
            tests = [test for test in tests if test not in passed and test in self.sound]

    def _reject(self, number: int, examples: int, report: TestReport) -> None:
        """Strike out a test that did not pass on a correct library."""
        self.sound.remove(report.id)
        self.unsound[report.id] = report
        if report.outcome in _FAILED and (number, examples, report.id) in self._passed:
            self.unsure = report.id


def _wrong(run: TestRun, tests: Sequence[str]) -> list[str]:
    """List the tests that ended as none should; of those cut off, only the first: the others may have had no time."""
    wrong = [test for test in tests if run.reports[test].outcome not in _NOT_RUN]
    late = [test for test in wrong if run.reports[test].outcome is Outcome.TIMEOUT]
    return [test for test in wrong if test not in late[1:]]
