"""Which tests are sound, which wrong libraries they catch, and what guessing earns."""

from collections.abc import Callable, Sequence
from random import Random

from grader.model import Outcome
from grader.oracle.library import Files
from grader.oracle.overtime import OutOfTime
from grader.oracle.trials import ALL_EXAMPLES, CHEAP, FEW_EXAMPLES, MANY_EXAMPLES, Trials
from grader.running.testing import TestReport, TestRun

Answer = Callable[[str, str, int], Outcome]  # test, library, examples
CORRECT: list[Files] = [{"name": "reference"}, {"name": "second"}]
WRONG: list[Files] = [{"name": "wrong 0"}, {"name": "wrong 1"}]


class Bench:
    """Stands for the sandbox: answers as it is told, until the first failure, and notes what it was asked."""

    def __init__(
        self, answer: Answer, tests: Sequence[str], cpu: float = 0.0, type: str = ""
    ) -> None:
        self._cpu = cpu
        self._type = type
        self.asked: list[tuple[str, tuple[str, ...], int]] = []
        self._answer = answer
        self.trials = Trials(tests, CORRECT, WRONG, self._run, Random(0))
        self.trials.hold()

    def _run(self, files: Files, tests: Sequence[str], examples: int) -> TestRun:
        self.asked.append((files["name"], tuple(tests), examples))
        reports: dict[str, TestReport] = {}
        stopped = False
        for test in tests:
            outcome = Outcome.MISSING if stopped else self._answer(test, files["name"], examples)
            stopped = stopped or outcome is Outcome.FAILED
            reports[test] = TestReport(test, outcome, self._type)
        return TestRun(reports, cpu=self._cpu)


def failing(condition: bool) -> Outcome:
    """Word an assertion."""
    return Outcome.FAILED if condition else Outcome.PASSED


def test_a_sound_test_catches_what_it_fails_on() -> None:
    """One test, two wrong libraries, one of them caught."""
    bench = Bench(lambda test, library, examples: failing(library == "wrong 1"), ["a"])
    assert bench.trials.sound == ["a"] and bench.trials.caught == {1}


def test_more_examples_find_more() -> None:
    """What slips through a few examples meets them all."""
    bench = Bench(lambda t, library, n: failing(library == "wrong 0" and n > 50), ["a"])
    assert bench.trials.caught == {0}


def test_a_test_that_always_fails_catches_nothing() -> None:
    """It is unsound, and the one after it still counts."""
    bench = Bench(
        lambda test, library, n: failing(test == "bad" or library == "wrong 0"), ["bad", "good"]
    )
    assert bench.trials.sound == ["good"]
    assert set(bench.trials.unsound) == {"bad"}
    assert bench.trials.caught == {0}


def test_what_an_unsound_test_caught_is_searched_again() -> None:
    """A test that turns out unsound late takes its catches with it, and others may make them good."""

    def answer(test: str, library: str, examples: int) -> Outcome:
        if test == "rash" and library == "second" and examples > 50:
            return Outcome.FAILED
        return failing(library.startswith("wrong"))

    bench = Bench(answer, ["rash", "steady"])
    assert bench.trials.sound == ["steady"] and bench.trials.caught == {0, 1}


def test_who_passes_and_fails_on_one_library_is_unsure() -> None:
    """Then nothing is caught, whatever failed."""
    seen: list[str] = []

    def answer(test: str, library: str, examples: int) -> Outcome:
        seen.append(library)
        return failing(library.startswith("wrong") or seen.count("reference") > 1)

    trials = Bench(answer, ["a"]).trials
    assert trials.unsure == "a" and trials.caught == set()


def test_who_fails_only_once_on_a_wrong_library_has_not_caught_it() -> None:
    """The second time decides."""
    seen: list[str] = []

    def answer(test: str, library: str, examples: int) -> Outcome:
        seen.append(f"{library} {examples}")
        first = seen.count(f"{library} {examples}") == 1
        return failing(library == "wrong 0" and first)

    assert Bench(answer, ["a"]).trials.caught == set()


def test_correct_and_wrong_libraries_are_asked_alike() -> None:
    """In every round, a correct library gets the very question that a wrong one gets."""
    bench = Bench(lambda test, library, n: failing(library == "wrong 1"), ["a", "b"])
    wrong = {(tests, n) for name, tests, n in bench.asked if name.startswith("wrong")}
    correct = {(tests, n) for name, tests, n in bench.asked if not name.startswith("wrong")}
    assert wrong <= correct


def test_a_forged_run_voids_everything() -> None:
    """Whoever lets the canary pass has no sound test."""
    trials = Trials(["a"], CORRECT, WRONG, lambda *asked: TestRun({}, forged=True), Random(0))
    trials.hold()
    assert trials.forged and trials.caught == set()


def test_a_test_that_vanishes_is_unsound() -> None:
    """A test that reports nothing where nothing failed has not passed."""
    trials = Bench(lambda test, library, n: Outcome.MISSING, ["a"]).trials
    assert set(trials.unsound) == {"a"} and trials.sound == []


def test_a_stub_is_known_from_its_first_run() -> None:
    """A test that is still to do is asked no further, whatever library comes first."""
    bench = Bench(lambda test, library, n: Outcome.TODO, ["a", "b"])
    assert bench.trials.sound == []
    assert {report.outcome for report in bench.trials.unsound.values()} == {Outcome.TODO}
    assert len(bench.asked) == 1


def test_of_tests_that_are_cut_off_only_the_first_is_slow() -> None:
    """Those behind it may only have had no time left: they get their turn."""
    bench = Bench(
        lambda test, library, n: (
            Outcome.TIMEOUT if test == "slow" else failing(library == "wrong 0")
        ),
        ["slow", "quick"],
    )
    assert bench.trials.unsound["slow"].outcome is Outcome.TIMEOUT
    assert bench.trials.sound == ["quick"] and bench.trials.caught == {0}

    def one_after_the_other(files: Files, tests: Sequence[str], examples: int) -> TestRun:
        """Have no time left behind a slow test."""
        late = False
        reports = {}
        for test in tests:
            late = late or test == "slow"
            reports[test] = TestReport(test, Outcome.TIMEOUT if late else Outcome.PASSED)
        return TestRun(reports)

    trials = Trials(["slow", "behind"], CORRECT, WRONG, one_after_the_other, Random(0))
    trials.hold()
    assert trials.sound == ["behind"]


class Timed:
    """Stands for the sandbox: fails on all wrong libraries, until so many runs are over."""

    def __init__(self, runs: int) -> None:
        self.left = runs
        self.trials = Trials(["a"], CORRECT, WRONG, self._run, Random(0))
        self.trials.hold()

    def _run(self, files: Files, tests: Sequence[str], examples: int) -> TestRun:
        if not self.left:
            raise OutOfTime
        self.left -= 1
        outcome = failing(files["name"].startswith("wrong"))
        return TestRun({test: TestReport(test, outcome) for test in tests})


def test_what_is_known_when_the_time_is_up_counts() -> None:
    """Nothing is caught before the second time, and what was not tried is told as that."""
    enough = 2 * len(CORRECT + WRONG)
    assert Timed(enough + len(CORRECT)).trials.caught == {0, 1}
    found = [Timed(runs).trials for runs in range(enough)]
    assert all(trials.late for trials in found)
    assert all(trials.caught | trials.unfinished == {0, 1} for trials in found)
    assert [len(trials.caught) for trials in found][:5] == [0] * 5
    assert len(found[-1].caught) in (1, 2)


def test_what_never_ran_on_a_correct_library_is_not_proven() -> None:
    """Unlike what ran on both of them."""
    assert Timed(0).trials.unproven == ["a"]
    assert Timed(len(CORRECT + WRONG)).trials.unproven == []


def test_a_wrong_library_that_stops_the_clock_is_unfinished() -> None:
    """Nobody knows whether the test would have noticed; but where all ran to the end, it did not."""

    def answer(test: str, library: str, examples: int) -> Outcome:
        late = library == "wrong 0" and examples == ALL_EXAMPLES
        return Outcome.TIMEOUT if late else Outcome.PASSED

    trials = Bench(answer, ["a"]).trials
    assert (trials.late, trials.caught, trials.unfinished) == (False, set(), {0})


def test_what_hangs_on_a_wrong_library_is_tried_on_a_correct_one_next() -> None:
    """So that a test that hangs everywhere takes its time twice, and not once for each library."""
    bench = Bench(lambda test, library, n: Outcome.TIMEOUT, ["a"])
    assert set(bench.trials.unsound) == {"a"}
    assert len(bench.asked) <= 2


def test_a_test_that_fails_nowhere_is_idle() -> None:
    """One behind others is not, if it fails by itself."""
    bench = Bench(
        lambda test, library, n: failing(test != "idle" and library.startswith("wrong")),
        ["front", "idle", "behind"],
    )
    assert bench.trials.sound == ["front", "idle", "behind"]
    assert bench.trials.idle == ["idle"]


def test_to_be_idle_is_found_out_among_correct_libraries_too() -> None:
    """What a test alone meets says nothing about what it is run on."""
    bench = Bench(
        lambda test, library, n: failing(test == "a" and library == "wrong 0"), ["a", "b"]
    )
    alone = [library for library, tests, _ in bench.asked if tests == ("b",)]
    assert set(alone) == {"reference", "second", "wrong 0", "wrong 1"}


def test_nothing_is_idle_where_it_is_not_known() -> None:
    """A test that hangs on a wrong library might have failed there; one that is flaky is told as that."""

    def hangs(test: str, library: str, examples: int) -> Outcome:
        return Outcome.TIMEOUT if library == "wrong 0" else Outcome.PASSED

    assert Bench(hangs, ["a"]).trials.idle == []


def test_a_test_that_asks_too_much_now_and_then_is_unsound() -> None:
    """Where examples are cheap, a correct library gets many, and what the test caught is searched again."""

    def answer(test: str, library: str, examples: int) -> Outcome:
        if test == "rash" and library == "reference" and examples == MANY_EXAMPLES:
            return Outcome.FAILED
        return failing(library.startswith("wrong"))

    bench = Bench(answer, ["rash", "steady"])
    assert bench.trials.sound == ["steady"] and set(bench.trials.unsound) == {"rash"}
    assert bench.trials.caught == {0, 1} and bench.trials.idle == []


def test_no_time_for_many_examples_is_no_fault() -> None:
    """Only a failure strikes a test out, and where examples are dear, there are no more of them."""

    def slow(test: str, library: str, examples: int) -> Outcome:
        return Outcome.TIMEOUT if examples == MANY_EXAMPLES else failing(library == "wrong 0")

    assert Bench(slow, ["a"]).trials.sound == ["a"]
    dear = Bench(lambda test, library, n: failing(library == "wrong 0"), ["a"], cpu=2 * CHEAP)
    assert all(examples < MANY_EXAMPLES for _, _, examples in dear.asked)


def test_too_few_examples_for_assume_prove_nothing() -> None:
    """With a few, none may have been let through, on a correct or on a wrong library."""

    def starved(test: str, library: str, examples: int) -> Outcome:
        return failing(examples == FEW_EXAMPLES)

    bench = Bench(starved, ["a"], type="Unsatisfiable")
    assert bench.trials.sound == ["a"] and bench.trials.caught == set()
    always = Bench(lambda test, library, n: Outcome.FAILED, ["a"], type="Unsatisfiable")
    assert set(always.trials.unsound) == {"a"}
