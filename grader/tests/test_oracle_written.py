"""Tests that a student wrote: right on every correct library, and worth what they catch."""

from __future__ import annotations

from fractions import Fraction

import pytest

from grader.model import MutantCount, Outcome, Status, TaskVerdict, TestCount
from grader.tests.toy import Toy
from grader.tests.toy_work import OPS, OWN_TESTS, Judge, solved, untouched

FIRST, SECOND = "test_the_result_lies_between_the_bounds", "test_what_lies_between_the_bounds_stays"
BUGS = 8


@pytest.fixture
def judge(toy_course: Toy, request: pytest.FixtureRequest) -> Judge:
    return Judge(request.config, toy_course.load())


def own(first: str, second: str = "pass", mark: str = "task0_3") -> str:
    """Write a test file whose two tests do the given lines."""
    return (
        "import pytest\n\nfrom minitorch.ops import clamp\n\n\n"
        f"@pytest.mark.{mark}\ndef {FIRST}():\n    {first}\n\n\n"
        f"@pytest.mark.{mark}\ndef {SECOND}():\n    {second}\n"
    )


def hold(judge: Judge, tests: str, seed: int = 1) -> TaskVerdict:
    return judge("0.3", solved(judge.course)["0"] | {OWN_TESTS: tests}, seed)


def test_the_courses_own_tests_catch_every_mutant(judge: Judge) -> None:
    verdict = judge("0.3", solved(judge.course)["0"])
    assert (verdict.status, verdict.fraction) == (Status.PASSED, 1)
    assert (verdict.tests, verdict.mutants) == (TestCount(2, 2), MutantCount(BUGS, BUGS))
    assert verdict.probes is None


def test_the_students_library_plays_no_part(judge: Judge) -> None:
    assert judge("0.3", solved(judge.course)["0"] | {OPS: "def broken(:\n"}).fraction == 1


def test_stubs_are_to_do(judge: Judge) -> None:
    verdict = judge("0.3", untouched(judge.course)["0"])
    assert (verdict.status, verdict.fraction) == (Status.TODO, 0)
    assert verdict.mutants == MutantCount(0, BUGS)


def test_a_missing_file_is_the_stub(judge: Judge) -> None:
    assert judge("0.3", {}).status is Status.TODO


@pytest.mark.parametrize("nothing", ["pass", "assert True", "clamp(1.0, 0.0, 2.0)"])
def test_asserting_nothing_earns_nothing(judge: Judge, nothing: str) -> None:
    verdict = hold(judge, own(nothing, nothing))
    assert (verdict.status, verdict.fraction) == (Status.WRONG, 0)
    assert verdict.mutants is not None and verdict.mutants.caught == 0


def test_what_is_caught_counts_exactly(judge: Judge) -> None:
    """Only the numbers inside the bounds are looked at: zero, minus, and None instead of them."""
    verdict = hold(judge, own("assert clamp(1.25, -1.0, 2.0) == 1.25"))
    assert verdict.tests == TestCount(2, 2)
    assert verdict.mutants == MutantCount(3, BUGS)
    assert (verdict.status, verdict.fraction) == (Status.WRONG, Fraction(3, BUGS))
    told = {failure.message for failure in verdict.failures}
    assert "Your tests did not notice a library in which the upper bound is ignored." in told


def test_a_test_that_fails_on_the_second_implementation_does_not_count(
    toy_course: Toy, request: pytest.FixtureRequest
) -> None:
    """What only the reference does is not promised; what was printed there stays there."""
    toy_course.edit(
        "grader/course/second/minitorch/ops.py",
        "sorted((low, x, high))[1]",
        "max(low, min(x, float(high)))",
    )
    judge = Judge(request.config, toy_course.load())
    demands = (
        "got = clamp(9, 0, 2); print('SECRET', got); assert type(got) is int, f'SECRET {got!r}'"
    )
    verdict = hold(judge, own(demands, "assert clamp(-5.0, -1.0, 2.0) == -1.0"))
    assert verdict.tests == TestCount(1, 2)
    assert verdict.fraction < 1 and verdict.status is Status.WRONG
    (told,) = [failure for failure in verdict.failures if failure.test == FIRST]
    assert told.message.startswith("This test fails on a correct implementation")
    assert "SECRET" not in str(verdict)


def test_one_wrong_test_spoils_only_its_share(judge: Judge) -> None:
    verdict = hold(
        judge, own("assert clamp(1.0, 0.0, 2.0) == 7.0", "assert clamp(1.25, -1.0, 2.0) == 1.25")
    )
    assert verdict.tests == TestCount(1, 2)
    assert verdict.mutants == MutantCount(3, BUGS)
    assert verdict.fraction == Fraction(3, BUGS)


def test_a_renamed_test_is_missed(judge: Judge) -> None:
    text = solved(judge.course)["0"][OWN_TESTS].replace(FIRST, "test_something_else")
    verdict = hold(judge, text)
    assert verdict.status is Status.WRONG
    assert verdict.tests is not None and verdict.tests.passed < verdict.tests.expected
    (told,) = [failure for failure in verdict.failures if failure.test == FIRST]
    assert told.outcome is Outcome.MISSING
    assert told.message == f"{FIRST} is gone. Keep the names of the tests."


def test_unmarked_tests_are_not_the_tasks(judge: Judge) -> None:
    text = solved(judge.course)["0"][OWN_TESTS].replace("@pytest.mark.task0_3\n", "")
    verdict = hold(judge, text)
    assert (verdict.status, verdict.fraction) == (Status.WRONG, 0)
    assert verdict.note == f"No test marked task0_3 was found in {OWN_TESTS}."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def test_it(:\n", "SyntaxError"),
        ("import nothing_of_that_name\n", "nothing_of_that_name"),
        ("import pytest\n\n\n@pytest.mark.task9_9\ndef test_it(): ...\n", "task9_9"),
        ("import os\n\nos._exit(0)\n", "exit status 0"),
        ("raise SystemExit(0)\n", ""),
    ],
)
def test_a_file_that_cannot_be_imported_says_why(judge: Judge, text: str, said: str) -> None:
    verdict = hold(judge, text)
    assert (verdict.status, verdict.fraction) == (Status.WRONG, 0)
    assert verdict.failures[0].message.startswith("The file can't be imported.")
    assert said in verdict.failures[0].message


def test_an_empty_file_holds_no_tests(judge: Judge) -> None:
    verdict = hold(judge, "")
    assert (verdict.status, verdict.fraction) == (Status.WRONG, 0)
    assert verdict.note == f"No test marked task0_3 was found in {OWN_TESTS}."


def test_chance_catches_nothing(judge: Judge) -> None:
    flaky = "import os; assert os.urandom(1)[0] < 128"
    verdict = hold(judge, own(flaky))
    assert verdict.status is Status.WRONG
    assert verdict.fraction <= Fraction(1, BUGS)


@pytest.fixture
def hurried(
    toy_course: Toy, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Judge:
    """Judge with little time, two seconds a test and three a run, as if nothing else ran on this machine."""
    monkeypatch.setattr("grader.oracle.overtime.STARVED", 0.0)
    old = 'hint = "What is true of every result?"\nseconds = 20'
    toy_course.edit("module0/module.toml", old, "seconds = 3")
    return Judge(request.config, toy_course.load())


def test_a_test_that_hangs_on_wrong_libraries_ends_with_the_tasks_time(hurried: Judge) -> None:
    loops = "\n    ".join(["while clamp(9.0, -1.0, 2.0) != 2.0:", "    pass"])
    verdict = hold(hurried, own(loops, "assert clamp(1.25, -1.0, 2.0) == 1.25"))
    assert verdict.status is Status.WRONG
    assert verdict.mutants is not None and verdict.mutants.caught < BUGS


def test_a_test_that_hangs_on_a_correct_library_is_told_so(hurried: Judge) -> None:
    """It costs its own share, and the other test still counts."""
    endless = "\n    ".join(["while clamp(1.0, 0.0, 2.0) == 1.0:", "    pass"])
    verdict = hold(hurried, own(endless, "assert clamp(1.25, -1.0, 2.0) == 1.25"))
    assert verdict.tests == TestCount(1, 2)
    (told,) = [failure for failure in verdict.failures if failure.test == FIRST]
    assert told.outcome is Outcome.TIMEOUT
    assert told.message.startswith("These tests take too long: on a correct library, this one")
    assert "One test may take 2 seconds, and all tests of the task 3 seconds." in told.message


def test_what_is_not_known_is_not_called_unnoticed(
    judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All runs together have three seconds of the processor, and each takes 0.9: four of ten libraries get one."""
    turns = 3 / 20  # of the 20 seconds that one run may take: time enough by the clock on the wall
    monkeypatch.setattr("grader.oracle.overtime.STARVED", 0.0)
    monkeypatch.setattr("grader.oracle.overtime.TURNS", turns)
    monkeypatch.setattr("grader.oracle.written.TURNS", turns)
    slow = "import time; end = time.process_time() + 0.9"
    waits = "\n    ".join([slow, "while time.process_time() < end:", "    clamp(1.0, 0.0, 2.0)"])
    verdict = hold(judge, own(waits, "assert clamp(1.25, -1.0, 2.0) == 1.25"))
    assert verdict.note == (
        "Your tests take too long: after 3 seconds of calculating, they were stopped "
        f"before it was known of {BUGS} of {BUGS} planted bugs whether they notice them."
    )
    assert verdict.mutants == MutantCount(0, BUGS)
    assert verdict.failures
    for failure in verdict.failures:
        assert failure.outcome is Outcome.TIMEOUT
        assert "ran out of time before they could notice" in failure.message or (
            failure.message.endswith("had no turn on a correct library.")
        )


def test_a_machine_that_gives_no_time_costs_no_points(
    hurried: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tests wait, and by what the clocks say, the course's own have to wait as well."""
    monkeypatch.setattr("grader.oracle.overtime.STARVED", 1000.0)
    monkeypatch.setattr("grader.oracle.overtime.WAITS", 0.0)
    monkeypatch.setattr("grader.oracle.overtime.PATIENCE", 1)
    verdict = hold(hurried, own("import time; time.sleep(600)"))
    assert verdict.status is Status.GRADER_ERROR
    assert verdict.note.startswith("The machine was too busy")


# A task of both: tests that the course gives, and tests that are asked for.

GIVEN = '''

@pytest.mark.task0_3
def test_clamp_above() -> None:
    """What is above becomes the upper bound."""
    assert clamp(7.0, -1.0, 2.0) == 2.0


@pytest.mark.task0_3
def test_clamp_twice() -> None:
    """Once is enough."""
    assert clamp(clamp(9.0, 0.0, 2.0), 0.0, 2.0) == 2.0
'''


@pytest.fixture
def both(toy_course: Toy, request: pytest.FixtureRequest) -> Judge:
    """Give two tests, and ask for two."""
    toy_course.edit(
        "module0/module.toml", 'kind = "written-tests"\n', 'kind = "tests"\nwritten = true\n'
    )
    bugs = "grader/course/mutants/0.3.toml"
    asked = toy_course.read(bugs).replace("[[mutant]]\n", "[[mutant]]\nwritten = true\n")
    toy_course.write(bugs, asked)
    path = "module0/tests/test_ops.py"
    toy_course.write(path, toy_course.read(path) + GIVEN)
    return Judge(request.config, toy_course.load())


def test_what_is_asked_for_is_worth_its_share_and_no_more(both: Judge) -> None:
    """Who has not written them has what the rest is worth, as `check` shows it; and the other way round."""
    right, nothing = solved(both.course)["0"], untouched(both.course)["0"]
    assert both("0.3", right).fraction == 1
    unwritten = both("0.3", right | {OWN_TESTS: nothing[OWN_TESTS]})
    assert (unwritten.status, unwritten.fraction) == (Status.TODO, Fraction(1, 2))
    assert (unwritten.tests, unwritten.mutants) == (TestCount(2, 4), MutantCount(0, BUGS))
    assert both("0.3", right | {OPS: nothing[OPS]}).fraction == Fraction(1, 2)
    assert both("0.3", nothing).fraction == 0


def test_tests_that_catch_little_are_worth_little_of_their_share(both: Judge) -> None:
    right = solved(both.course)["0"]
    weak = both("0.3", right | {OWN_TESTS: own("assert clamp(1.25, -1.0, 2.0) == 1.25")})
    assert weak.fraction == Fraction(1, 2) + Fraction(3, BUGS) / 2


def test_more_tests_make_up_for_nothing(both: Judge) -> None:
    """The course says what its tests are worth, not the student who writes many."""
    right, nothing = solved(both.course)["0"], untouched(both.course)["0"]
    more = "".join(f"\n\n@pytest.mark.task0_3\ndef test_{n}(): pass\n" for n in range(20))
    many = {OWN_TESTS: right[OWN_TESTS] + more, OPS: nothing[OPS]}
    assert both("0.3", right | many).fraction == Fraction(1, 2)
