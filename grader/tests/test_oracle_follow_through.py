"""What is told of a run beside the reference: counts, and the words of the run before."""

from fractions import Fraction

from grader.model import (
    Failure,
    Outcome,
    Pace,
    ProbeCount,
    Remark,
    SpeedCase,
    SpeedReport,
    Status,
    TaskVerdict,
    TestCount,
    ThreadsCase,
)
from grader.oracle.follow_through import told
from grader.tests.toy import Toy

SECRET = "rosebud"


def failure(test: str, said: str) -> Failure:
    """Make a failure whose every text is the child's."""
    return Failure(test, Outcome.ERROR, said, said, said, said, said, file=said, line=77)


def test_nothing_that_the_child_wrote_is_told(toy_course: Toy) -> None:
    """Failures that both runs have are told in the first run's words; others by their name alone."""
    module = toy_course.load().modules[1]
    (task,) = module.tasks
    speed = SpeedReport(
        0.5,
        1,
        2,
        (SpeedCase("zip", Pace.FAST, 0.3, 1.0, 0.9, 1.1, 7),),
        (ThreadsCase("zip", True, True, 8, 4, 0x726F7365627564, SECRET),),
    )
    first = TaskVerdict(
        task.id,
        Status.WRONG,
        Fraction(0),
        failures=(failure("test_a", "of the first"), failure("test_a", "again")),
        note="of the first",
        remarks=(Remark("minitorch/more.py", 1, "mine"),),
    )
    beside = TaskVerdict(
        task.id,
        Status.WRONG,
        Fraction(1, 2),
        TestCount(2, 4),
        ProbeCount(8, 8),
        speed=speed,
        failures=(failure("test_a", SECRET), failure("test_b", SECRET), failure("test_b", SECRET)),
        note=SECRET,
        remarks=(Remark("minitorch/more.py", 1, SECRET),),
    )
    found = told(task, beside, first)
    assert SECRET not in str(found) and str(0x726F7365627564) not in str(found)
    assert (found.fraction, found.tests, found.probes) == (
        Fraction(1, 2),
        TestCount(2, 4),
        ProbeCount(8, 8),
    )
    assert found.speed is not None and found.speed.cases == speed.cases
    assert found.remarks == first.remarks
    known, unknown = found.failures
    assert (known.test, known.message) == ("test_a", "of the first")
    assert (unknown.test, unknown.outcome, unknown.line) == ("test_b", Outcome.FAILED, 0)
    assert unknown.message == "This does not pass with correct earlier files either."
    assert unknown.file == task.files[0] and unknown.command == "grader check 1.1"
