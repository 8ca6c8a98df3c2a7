"""Tests that a student wrote: right on every correct library, and worth what they catch."""

from __future__ import annotations

from fractions import Fraction

import pytest

from grader.authoring.load import find_task
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
    assert verdict.tests == TestCount(1, 2)
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
    assert told.message.startswith("This test fails on a correct library, and passes on yours")
    assert "SECRET" not in str(verdict)


def test_one_wrong_test_spoils_only_its_share(judge: Judge) -> None:
    verdict = hold(
        judge, own("assert clamp(1.0, 0.0, 2.0) == 7.0", "assert clamp(1.25, -1.0, 2.0) == 1.25")
    )
    assert verdict.tests == TestCount(1, 2)
    assert verdict.mutants == MutantCount(3, BUGS)
    assert verdict.fraction == Fraction(3, BUGS)


CATCHES = "assert clamp(1.25, -1.0, 2.0) == 1.25; assert clamp(9.0, -1.0, 2.0) == 2.0"


@pytest.mark.parametrize("nothing", ["clamp(1.0, 0.0, 2.0)", "assert True", "pass"])
def test_a_test_that_catches_nothing_is_named_and_earns_nothing(judge: Judge, nothing: str) -> None:
    """However much the other one catches, and wherever it stands."""
    for tests, idle in ((own(nothing, CATCHES), FIRST), (own(CATCHES, nothing), SECOND)):
        verdict = hold(judge, tests)
        assert verdict.tests == TestCount(1, 2) and verdict.fraction == Fraction(1, 2)
        (told,) = [failure for failure in verdict.failures if failure.test == idle]
        assert told.message.startswith("This test passes on every wrong library, even on its own")


def test_a_test_behind_another_is_not_idle(judge: Judge) -> None:
    """Its bugs are caught by the one in front of it, in every run in which both take part."""
    verdict = hold(judge, own(CATCHES, CATCHES))
    assert verdict.tests == TestCount(2, 2)


def test_one_parameter_that_catches_something_is_enough(judge: Judge) -> None:
    cases = "@pytest.mark.parametrize('x', [0.0, 1.25, 9.0])\n@pytest.mark.task0_3"
    text = own(CATCHES, "assert clamp(x, -1.0, 2.0) == max(-1.0, min(x, 2.0))").replace(
        f"@pytest.mark.task0_3\ndef {SECOND}()", f"{cases}\ndef {SECOND}(x)"
    )
    assert hold(judge, text).tests == TestCount(2, 2)


def property_test(body: str) -> str:
    """Write a test file whose first test is a property of any two numbers, and whose second is right."""
    head = (
        "import math\nfrom hypothesis import assume, given, strategies as st\n"
        "numbers = st.floats(-100.0, 100.0)\n"
    )
    return head + own(body, CATCHES).replace(
        f"@pytest.mark.task0_3\ndef {FIRST}()",
        f"@pytest.mark.task0_3\n@given(numbers, numbers)\ndef {FIRST}(x, y)",
    )


def test_a_test_that_asks_too_much_now_and_then_fails_each_time(judge: Judge) -> None:
    """In one case of a hundred or so: whatever the run's seed, the same file earns the same."""
    rash = property_test("assert clamp(x, -98.0, 99.0) == x")
    found = {(v.tests, v.mutants, v.fraction) for v in (hold(judge, rash, n) for n in range(1, 5))}
    assert len(found) == 1
    ((tests, _, _),) = found
    assert tests == TestCount(1, 2)


def test_assume_is_no_fault(judge: Judge) -> None:
    """Most of what is drawn is thrown away: Hypothesis would call that unhealthy."""
    verdict = hold(judge, property_test("assume(50.0 < x < y); assert clamp(x, -1.0, 2.0) == 2.0"))
    assert verdict.tests == TestCount(2, 2), verdict.failures


@pytest.mark.parametrize(
    ("body", "outcome", "said"),
    [
        ("clamp(1.0)", Outcome.FAILED, "TypeError: clamp() missing 2 required positional"),
        ("assert clamp(0.1, 0.0, 1.0) + 0.2 == 0.3", Outcome.FAILED, "It compares floats exactly"),
        ("pytest.skip('not today')", Outcome.FAILED, "This test is skipped (not today)"),
        (
            "return clamp(1.0, 0.0, 2.0) == 1.0",
            Outcome.FAILED,
            "write `assert` in place of `return`",
        ),
        ("raise NotImplementedError('later')", Outcome.TODO, f"{FIRST} is not written yet."),
        ("assert clamp(1.0, 0.0, 2.0) == 7.0", Outcome.FAILED, "assert 1.0 == 7.0"),
    ],
)
def test_a_rejected_test_is_told_by_its_run_on_the_students_library(
    judge: Judge, body: str, outcome: Outcome, said: str
) -> None:
    verdict = hold(judge, own(body, CATCHES))
    assert verdict.tests == TestCount(1, 2)
    (told,) = [failure for failure in verdict.failures if failure.test == FIRST]
    assert told.outcome is outcome and said in told.message, told


def test_a_fixture_that_is_not_there_is_named(judge: Judge) -> None:
    text = own("assert number == 1", CATCHES).replace(f"{FIRST}()", f"{FIRST}(number)")
    (told,) = [f for f in hold(judge, text).failures if f.test == FIRST]
    assert told.outcome is Outcome.ERROR and "fixture 'number' not found" in told.message


def test_the_counterexample_is_the_students_own(judge: Judge) -> None:
    """It comes from the student's library, made small; never from a library of the course."""
    text = property_test("assert clamp(x, -1.0, 2.0) <= 1.0, f'clamp({x}) is too much'")
    (told,) = [f for f in hold(judge, text).failures if f.test == FIRST]
    assert told.input.startswith("x=") and "is too much" in told.message
    assert told.sentence == "This test fails on a correct library, and on yours."
    unfinished = untouched(judge.course)["0"] | {OWN_TESTS: text}
    (told,) = [f for f in judge("0.3", unfinished).failures if f.test == FIRST]
    assert told.message.startswith("This test fails on a correct library: it asks for more")
    assert told.input == ""


def test_beside_written_tests_lies_no_more_than_the_task_needs(judge: Judge) -> None:
    """The solutions of other tasks are stubs, in the reference and in the second implementation."""
    module, task = judge.course.modules[0], find_task(judge.course, "0.3")
    for files in judge.library.correct(module, task):
        assert 'raise NotImplementedError("Task 0.2' in files[OPS]
        assert "Task 0.1" not in files[OPS]


def test_a_renamed_test_is_missed(judge: Judge) -> None:
    text = solved(judge.course)["0"][OWN_TESTS].replace(FIRST, "test_something_else")
    verdict = hold(judge, text)
    assert verdict.status is Status.WRONG
    assert verdict.tests is not None and verdict.tests.passed < verdict.tests.expected
    (told,) = [failure for failure in verdict.failures if failure.test == FIRST]
    assert told.outcome is Outcome.MISSING
    assert (
        told.message == f"There is no {FIRST} in your file any more: keep the names of the tests."
    )


def test_unmarked_tests_are_not_the_tasks(judge: Judge) -> None:
    text = solved(judge.course)["0"][OWN_TESTS].replace("@pytest.mark.task0_3\n", "")
    verdict = hold(judge, text)
    assert (verdict.status, verdict.fraction) == (Status.WRONG, 0)
    assert (
        verdict.note == f"{FIRST} has lost its mark: put @pytest.mark.task0_3 in the line above it."
    )


def test_one_mark_that_is_gone_is_told_as_that(judge: Judge) -> None:
    text = solved(judge.course)["0"][OWN_TESTS].replace("@pytest.mark.task0_3\n", "", 1)
    verdict = hold(judge, text)
    assert verdict.tests == TestCount(1, 2)
    (told,) = [failure for failure in verdict.failures if failure.test == FIRST]
    assert (
        told.message == f"{FIRST} has lost its mark: put @pytest.mark.task0_3 in the line above it."
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def test_it(:\n", f"SyntaxError: invalid syntax ({OWN_TESTS}, line 1)\ndef test_it(:"),
        ("import nothing_of_that_name\n", "nothing_of_that_name"),
        ("import pytest\n\n\n@pytest.mark.task9_9\ndef test_it(): ...\n", "task9_9"),
        ("import os\n\nos._exit(0)\n", "exit status 0"),
        ("raise SystemExit(0)\n", ""),
    ],
)
def test_a_file_that_cannot_be_imported_says_why(judge: Judge, text: str, said: str) -> None:
    verdict = hold(judge, text)
    assert (verdict.status, verdict.fraction) == (Status.WRONG, 0)
    (failure,) = verdict.failures
    assert said in failure.message
    assert failure.file == failure.test == OWN_TESTS
    assert failure.command == f"cd module0 && pytest {OWN_TESTS}"


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
        "Your tests take too long: they were stopped after 3 seconds of computing, "
        f"and {BUGS} of {BUGS} planted bugs were not tried yet."
    )
    assert verdict.mutants == MutantCount(0, BUGS)
    assert verdict.failures
    for failure in verdict.failures:
        assert failure.outcome is Outcome.TIMEOUT
        assert "ran out of time before they could notice" in failure.message or (
            failure.message.endswith("did not run on a correct library.")
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
