"""Where a task stands: passed, wrong, to do, not reached, or the grader's own fault; and follow-through."""

from fractions import Fraction

import pytest

from grader.model import Outcome, ProbeCount, Status, TestCount
from grader.tests.toy import Toy
from grader.tests.toy_work import (
    ENDLESS_CLAMP,
    EXITING_CLAMP,
    MORE,
    OPS,
    WRONG_CLAMP,
    Judge,
    solved,
    untouched,
)

BROKEN_MEAN = "\n\ndef bounded_mean(values, limit):\n    return 1.0\n"


@pytest.fixture
def judge(toy_course: Toy, request: pytest.FixtureRequest) -> Judge:
    return Judge(request.config, toy_course.load())


def test_the_reference_passes(judge: Judge) -> None:
    verdict = judge("0.1", solved(judge.course)["0"])
    assert (verdict.status, verdict.fraction) == (Status.PASSED, 1)
    assert (verdict.tests, verdict.probes) == (TestCount(4, 4), ProbeCount(8, 8))
    assert verdict.mutants is verdict.follow_through is None
    assert verdict.failures == () and verdict.note == ""


def test_a_stub_is_to_do(judge: Judge) -> None:
    verdict = judge("0.1", untouched(judge.course)["0"])
    assert (verdict.status, verdict.fraction) == (Status.TODO, 0)
    assert verdict.tests == TestCount(0, 4)
    assert {failure.outcome for failure in verdict.failures} == {Outcome.TODO}
    assert verdict.failures[0].message == "Task 0.1: implement clamp in minitorch/ops.py"


def test_another_tasks_stub_is_not_reached(judge: Judge) -> None:
    verdict = judge("0.2", solved(judge.course, "0.2")["0"])
    assert verdict.status is Status.NOT_REACHED
    assert verdict.fraction == 0  # the sum of nothing needs no clamp, but no probe agrees
    assert verdict.tests == TestCount(1, 2)


def test_wrong_work_is_told_by_its_input(judge: Judge) -> None:
    files = solved(judge.course)["0"]
    verdict = judge("0.1", files | {OPS: files[OPS] + WRONG_CLAMP})
    assert verdict.status is Status.WRONG
    assert verdict.tests == TestCount(2, 4)
    assert verdict.fraction == 0  # every case of the probe asks for a number above the bound
    first = verdict.failures[0]
    assert (first.asked, first.got, first.expected) == ("clamp(-4.0, -1.0, 2.0)", "-4.0", "-1.0")
    assert first.sentence == "Clamping brings a number between the bounds."
    assert first.command == "cd module0 && pytest 'tests/test_ops.py::test_clamp[-4.0--1.0]'"


def test_the_weakest_part_decides(toy_course: Toy, judge: Judge) -> None:
    files = solved(judge.course)["0"]
    seen = "\n\ndef clamp(x, low, high):\n    return {-4.0: -1.0, 7.0: 2.0}.get(x, x)\n"
    verdict = judge("0.1", files | {OPS: files[OPS] + seen})
    assert (verdict.tests, verdict.probes) == (TestCount(4, 4), ProbeCount(0, 8))
    assert (verdict.status, verdict.fraction) == (Status.WRONG, 0)


def test_a_file_that_python_cannot_read_names_the_line(judge: Judge) -> None:
    files = solved(judge.course)["0"]
    verdict = judge("0.1", files | {OPS: files[OPS] + "\n\ndef clamp(x:\n"})
    assert (verdict.status, verdict.fraction) == (Status.WRONG, 0)
    first = verdict.failures[0]
    assert first.outcome is Outcome.ERROR
    assert first.message.startswith("SyntaxError:")
    assert (first.file, first.line) == (OPS, len(files[OPS].splitlines()) + 3)


def test_a_crash_costs_only_what_meets_it(judge: Judge) -> None:
    files = solved(judge.course)["0"]
    exits_above = (
        "\n\ndef clamp(x, low, high):\n    import os\n\n"
        "    return os._exit(0) if x == 7.0 else max(low, min(x, high))\n"
    )
    verdict = judge("0.1", files | {OPS: files[OPS] + exits_above})
    assert verdict.tests == TestCount(3, 4)
    assert verdict.probes == ProbeCount(8, 8)
    assert (verdict.status, verdict.fraction) == (Status.WRONG, Fraction(3, 4))
    (failure,) = verdict.failures
    assert (failure.test, failure.outcome) == ("test_clamp[7.0-2.0]", Outcome.CRASHED)
    assert failure.message.startswith("The Python process ended early, with exit status 0.")


def test_a_hang_costs_only_what_meets_it(toy_course: Toy, request: pytest.FixtureRequest) -> None:
    toy_course.edit("module0/module.toml", 'hint = "Use clamp."\nseconds = 20', "seconds = 6")
    judge = Judge(request.config, toy_course.load())
    files = solved(judge.course)["0"]
    hangs = (
        "\n\ndef bounded_sum(values, limit):\n    while not values:\n        pass\n"
        "    return sum(clamp(value, -limit, limit) for value in values)\n"
    )
    verdict = judge("0.2", files | {OPS: files[OPS] + hangs})
    assert verdict.tests == TestCount(1, 2)
    assert verdict.probes == ProbeCount(0, 8)
    outcomes = {failure.test: failure.outcome for failure in verdict.failures}
    assert outcomes["test_bounded_sum_of_nothing"] is Outcome.TIMEOUT
    assert verdict.seconds < 2 * 6 + 30  # the task's time bounds each part of it


@pytest.mark.parametrize(
    "spoilt", [WRONG_CLAMP, ENDLESS_CLAMP, EXITING_CLAMP], ids=["wrong", "endless", "exiting"]
)
def test_later_work_is_judged_beside_good_earlier_work(
    toy_course: Toy, request: pytest.FixtureRequest, spoilt: str
) -> None:
    """Module 1 falls short because of module 0's file: the better result counts, and the file is named."""
    toy_course.edit("module1/module.toml", "seconds = 20", "seconds = 4")
    judge = Judge(request.config, toy_course.load())
    files = solved(judge.course)["1"]
    verdict = judge("1.1", files | {OPS: files[OPS] + spoilt})
    assert (verdict.status, verdict.fraction) == (Status.PASSED, 1)
    assert verdict.follow_through is not None
    assert verdict.follow_through.files == (OPS,)
    assert Fraction(verdict.follow_through.before) < 1
    assert verdict.follow_through.after == "1"


def test_an_earlier_stub_is_followed_through_too(judge: Judge) -> None:
    verdict = judge("1.1", solved(judge.course, "1.1")["1"])
    assert verdict.status is Status.PASSED
    assert verdict.follow_through is not None and verdict.follow_through.files == (OPS,)


def test_a_missing_earlier_file_is_the_stub(judge: Judge) -> None:
    verdict = judge("1.1", {MORE: solved(judge.course)["1"][MORE]})
    assert verdict.status is Status.PASSED
    assert verdict.follow_through is not None and verdict.follow_through.files == (OPS,)


def test_a_fault_of_its_own_is_not_followed_through(judge: Judge) -> None:
    files = solved(judge.course)["1"]
    files[MORE] += BROKEN_MEAN
    for earlier in (files[OPS], files[OPS] + "\n# another comment\n"):
        verdict = judge("1.1", files | {OPS: earlier})
        assert (verdict.status, verdict.fraction) == (Status.WRONG, 0)
        assert verdict.follow_through is None


def test_both_at_fault_gets_the_better_result(judge: Judge) -> None:
    """What is wrong in the module itself stays wrong, whatever lies before it."""
    files = solved(judge.course)["1"]
    wrong_alone = files[MORE].replace("if not values:", "if len(values) < 2:")
    verdict = judge("1.1", {OPS: files[OPS] + WRONG_CLAMP, MORE: wrong_alone})
    assert verdict.follow_through is not None
    assert (verdict.follow_through.before, verdict.follow_through.after) == ("0", "3/4")
    assert verdict.tests == TestCount(3, 4)
    assert (verdict.status, verdict.fraction) == (Status.WRONG, Fraction(3, 4))


PROBE_FILE = "grader/course/probes/module0/bounds.py"
FAULTS = [
    (PROBE_FILE, "@probe(", "@prob(", "The course's grader/course/probes/module0/bounds.py:6 can't be run: NameError"),
    (PROBE_FILE, "def clamp_values(minitorch, rng):", "def clamp_values(minitorch, rng:", "SyntaxError"),
    (PROBE_FILE, "minitorch.ops.clamp(*call)", "minitorch.ops.clam(*call)", "AttributeError"),
    (PROBE_FILE, "    x, low =", "    raise NotImplementedError\n    x, low =", "The reference does not"),
    ("module0/tests/test_ops.py", "import pytest\n", "import pytes\n", "can't be collected"),
    ("module0/tests/test_ops.py", "@pytest.mark.task0_1\n", "", "No test of the course is marked task0_1."),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "said"), FAULTS)
def test_a_fault_of_the_course_is_never_the_students(
    toy_course: Toy, request: pytest.FixtureRequest, file: str, old: str, new: str, said: str
) -> None:
    text = toy_course.read(file)
    toy_course.write(file, text.replace(old, new, 1))
    judge = Judge(request.config, toy_course.load())
    for files in (solved(judge.course)["0"], untouched(judge.course)["0"]):
        verdict = judge("0.1", files)
        assert (verdict.status, verdict.fraction) == (Status.GRADER_ERROR, 0)
        assert said in verdict.note
        assert verdict.failures == ()


def test_the_same_seed_asks_the_same(judge: Judge) -> None:
    files = solved(judge.course)["0"]
    files[OPS] += WRONG_CLAMP
    one, same, other = (judge("0.1", files, seed) for seed in (5, 5, 6))

    def asked(verdict: object) -> list[str]:
        return [f.asked for f in getattr(verdict, "failures") if f.test.startswith("probe")]

    assert asked(one) == asked(same) != asked(other)


TELLTALE = """

def bounded_mean(values, limit):
    import warnings
    from pathlib import Path
    text = Path(__file__).with_name("ops.py").read_text()
    warnings.warn(text)
    if len(values) == 1:
        raise ValueError(text)
    return bounded_sum(values, limit) / max(len(values), 1)
"""


def test_follow_through_tells_nothing_of_the_reference(judge: Judge) -> None:
    """Later code reads the earlier file beside it, raises its text, and warns with it."""
    files = solved(judge.course)["1"]
    own = files[OPS].replace("running_total", "mine") + WRONG_CLAMP
    verdict = judge("1.1", {OPS: own, MORE: files[MORE] + TELLTALE})
    assert verdict.follow_through is not None and verdict.follow_through.files == (OPS,)
    assert 0 < verdict.fraction < 1 and verdict.failures and verdict.remarks
    assert "running_total" not in str(verdict)
    assert "mine" in str(verdict)
