"""The words that all outputs share."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from grader.gradebook.exports.feedback import feedback
from grader.model import (
    Failure,
    FollowThrough,
    Kind,
    Level,
    Outcome,
    ProbeCount,
    Problem,
    ProblemKind,
    Record,
    Status,
    TaskRecord,
    TestCount,
)
from grader.reporting import annotation
from grader.reporting import comment as comments
from grader.reporting import student_page, summary, terminal, words
from grader.tests import sample_records as samples
from grader.tests.page_reader import Page


def missing(path: str) -> Record:
    """Give a record of modules that were asked for, and of which none was handed in."""
    absent = [Problem(f"module{m.id}", "was not handed in") for m in samples.ALICE.modules]
    return replace(samples.ALICE, problems=(Problem(path, "The archive is damaged"), *absent))


DAMAGED = Problem(
    ".", "The archive is damaged: it ends early", ProblemKind.UNREAD, "make a new one"
)
OPERATORS = samples.ALICE.modules[0].tasks[0]


def with_tasks(*tasks: TaskRecord) -> Record:
    """Make a record of one module with these tasks."""
    module = replace(samples.ALICE.modules[0], tasks=tasks)
    return replace(samples.ALICE, modules=(module,))


def task(status: Status, **values: object) -> TaskRecord:
    """Make a bare task of a status."""
    bare = TaskRecord("0.1", "Operators", Kind.TESTS, status, 0.0, 4.0)
    return replace(bare, **values)  # type: ignore[arg-type]  # any field of it


@pytest.mark.parametrize(
    ("value", "said"),
    [(4.0, "4"), (2.5, "2.5"), (0.67, "0.67"), (100.0, "100"), (0.0, "0"), (19.999, "20")],
)
def test_number(value: float, said: str) -> None:
    """Points come without needless zeros."""
    assert words.number(value) == said


def test_counted() -> None:
    """One test, two tests."""
    assert words.counted(1, "test") == "1 test"
    assert words.counted(0, "test") == "0 tests"
    assert words.counted(1200, "test") == "1,200 tests"


def test_each_status_has_words_of_its_own() -> None:
    """The statuses differ in word, mark and meaning, so that none is taken for another."""
    for table in (words.STATUS, words.MARK, words.MEANING):
        assert set(table) == set(Status)
        assert len(set(table.values())) == len(Status)
    assert set(words.OUTCOME) == set(Outcome)


def test_counts() -> None:
    """What was counted is said with its total."""
    said = words.counts(samples.ALICE.modules[0].tasks[0])
    assert said == ("14 of 16 tests passed", "214 of 320 answers right")
    said = words.counts(samples.ALICE.modules[0].tasks[1])
    assert said == ("6 of 6 tests passed", "6 of 9 wrong versions caught by your tests")


def test_counts_of_a_broken_grader_are_not_told() -> None:
    """Where the grader broke, "0 of 9 tests passed" would blame the student."""
    assert words.counts(replace(OPERATORS, status=Status.GRADER_ERROR)) == ()


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (task(Status.PASSED), ""),
        (task(Status.PASSED, failures=(samples.LOOP,)), ""),
        (task(Status.WRONG, note="why", failures=(samples.LOOP,)), "why"),
        (task(Status.WRONG, failures=(samples.LOOP,)), "stopped after 60 s"),
        (task(Status.WRONG), "your code gives a wrong result"),
        (task(Status.TODO, note="Task 0.1: implement f in x.py"), "implement f in x.py"),
        (task(Status.NOT_REACHED), "it depends on an earlier task that is not done"),
    ],
)
def test_why(row: TaskRecord, said: str) -> None:
    """A note comes before a failure's message, and that before what the status means."""
    assert words.why(row) == said


def test_all_failures_are_counted_not_only_those_described() -> None:
    """A record describes a dozen; each report says how many there are."""
    failures = tuple(Failure(f"test_{n}", Outcome.FAILED, "no") for n in range(12))
    row = task(Status.WRONG, failures=failures, tests=TestCount(8, 38), probes=ProbeCount(90, 100))
    assert words.failed(row) == 40
    assert words.more_failures(row) == "and 39 more failures"
    assert words.more_failures(row, 3) == "and 37 more failures"
    assert words.listed_failures(row) == "39 more failures (11 shown)"
    record = with_tasks(row)
    screen = Console(width=100, file=io.StringIO(), record=True)
    screen.print(terminal.render(record))
    assert "and 39 more failures" in screen.export_text()
    assert "and 39 more failures" in summary.detail(row)
    assert "and 37 more failures" in feedback(row)


def test_what_is_described_counts_at_least() -> None:
    """Some failures are of no test, and some tasks count none."""
    failure = Failure("test_a", Outcome.FAILED, "no")
    row = task(Status.WRONG, failures=(failure, failure))
    assert words.listed_failures(row) == "1 more failure"
    assert words.more_failures(replace(row, failures=(failure,))) == ""
    assert words.more_failures(task(Status.WRONG, tests=TestCount(0, 1))) == ""


def test_why_is_a_line() -> None:
    """Of an error, the first: those below quote code. Of what was compared, all that was."""
    raised = replace(samples.LOOP, message="ValueError: no\nin thread (0, 0, 0)")
    assert words.why(task(Status.WRONG, failures=(raised,))) == "ValueError: no"
    compared = replace(raised, asked="f(1)", message="f(1): got [[1]\n [2]], expected [[3]\n [4]]")
    said = "f(1): got [[1] [2]], expected [[3] [4]]"
    assert words.why(task(Status.WRONG, failures=(compared,))) == said


def test_the_failure_to_read_first_fits_the_status() -> None:
    """A task half written shows first what can be fixed, a task to do what is to write."""
    row = task(Status.WRONG, failures=(samples.UNWRITTEN, samples.LOOP))
    assert words.first_failure(row) is samples.LOOP
    row = task(Status.TODO, failures=(samples.LOOP, samples.UNWRITTEN))
    assert words.first_failure(row) is samples.UNWRITTEN
    assert words.first_failure(task(Status.TODO, failures=(samples.LOOP,))) is samples.LOOP
    assert words.first_failure(task(Status.WRONG)) is None


def test_a_message_is_told_once() -> None:
    """Not again where what was asked, got and expected stand beside it; but a traceback is."""
    told = replace(
        samples.SIGMOID, asked="f(2)", got="3", expected="4", message="f(2): got 3, expected 4"
    )
    assert words.message(told) == ""
    assert words.message(replace(told, message=told.message + "\nin f")) == told.message + "\nin f"
    assert words.message(replace(told, asked="")) == told.message
    assert words.message(replace(told, got="")) == told.message
    assert words.message(samples.UNWRITTEN) == ""
    assert words.message(samples.LOOP) == "stopped after 60 s"


def test_follow_through() -> None:
    """The earlier files at fault are named, with both results."""
    through = FollowThrough(("a.py", "b.py", "c.py"), "1/4", "1")
    said = words.follow_through(task(Status.PASSED, follow_through=through))
    assert said.startswith("With your own a.py, b.py and c.py: 1/4; with the reference's")
    assert ": 1, which counts" in said
    assert words.follow_through(OPERATORS) == ""


def test_next_step_is_the_first_task_left() -> None:
    """The step names the task, the file and the command."""
    step = words.next_step(samples.ALICE)
    assert step.task is OPERATORS
    assert step.text == "Fix task 0.1, Operators, in minitorch/operators.py:57. Then run:"
    assert step.command == samples.SIGMOID.command


def test_the_next_step_is_to_make_a_file_readable() -> None:
    """Before anything that is wrong or to do."""
    step = words.next_step(samples.UNREAD)
    assert step.task is samples.UNREAD.modules[0].tasks[0]
    assert step.text == (
        "module0/minitorch/operators.py is UTF-16 text. Save it as UTF-8. Then run:"
    )
    assert step.command == "grader check 0.1"


def test_next_step_of_a_task_without_failures() -> None:
    """Without a failure's command there is the grader's."""
    step = words.next_step(with_tasks(task(Status.TODO)))
    assert step.text == "Write task 0.1, Operators. Then run:"
    assert step.command == "grader check 0.1"


def test_next_step_leaves_bonus_for_last() -> None:
    """A bonus task comes after all others, wherever it stands."""
    bonus, plain = task(Status.TODO, bonus=True), task(Status.WRONG)
    assert words.next_step(with_tasks(bonus, plain)).task is plain
    assert words.next_step(with_tasks(bonus)).task is bonus


def test_next_step_when_the_earlier_task_is_not_in_the_record() -> None:
    """A task that waits is not done, even where what it waits for was not checked."""
    waiting = task(Status.NOT_REACHED)
    step = words.next_step(with_tasks(task(Status.PASSED), waiting))
    assert step.task is waiting
    assert step.text == "Task 0.1, Operators, waits for an earlier task. Start there:"
    assert step.command == "grader check"


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (samples.REFERENCE, "Everything here passes."),
        (samples.EMPTY, "Nothing could be graded: no module here: looked for module0"),
        (missing("."), "Nothing could be graded: The archive is damaged. Hand in the folder"),
        (replace(samples.EMPTY, problems=()), "No module was found, so nothing could be graded."),
        (samples.GRADER_BROKE, "the grader broke on 0.1, 0.2, 0.3, 0.4 and 0.5. Grade it again."),
        (
            samples.UNGRADED,
            "Nothing to fix: the machine kept this from being graded. Grade it again.",
        ),
        (
            replace(samples.EMPTY, problems=(DAMAGED,)),
            "The archive is damaged: it ends early. Make a new one.",
        ),
    ],
)
def test_next_step_when_nothing_is_to_mend(record: Record, said: str) -> None:
    """There is no command where a student can do nothing."""
    step = words.next_step(record)
    assert said in step.text
    assert (step.task, step.command) == (None, "")


def test_a_task_that_the_grader_broke_on_has_no_score() -> None:
    """It is not a zero."""
    assert words.score_of(task(Status.GRADER_ERROR)) == "– / 4"
    assert words.score_of(task(Status.WRONG)) == "0 / 4"


def test_weak_confinement_is_said() -> None:
    """Level C always warns, in the sandbox's words or our own."""
    assert words.warning(samples.ALICE) == ""
    assert words.warning(samples.WEAK) == words.UNSANDBOXED
    told = replace(samples.WEAK.sandbox, warning="no Landlock here")
    assert words.warning(replace(samples.WEAK, sandbox=told)) == "no Landlock here"
    assert words.sandbox(samples.WEAK) == "Run at sandbox level C: rlimits, own session."
    bare = replace(samples.WEAK.sandbox, level=Level.B, layers=())
    assert words.sandbox(replace(samples.WEAK, sandbox=bare)) == "Run at sandbox level B: nothing."


def test_the_python_that_graded_is_named() -> None:
    """Syntax that it can't read may be good elsewhere. Older records don't say it."""
    sandbox = replace(samples.WEAK.sandbox, layers=("rlimits",), python="3.11.7")
    said = words.sandbox(replace(samples.WEAK, sandbox=sandbox))
    assert said == "Run at sandbox level C: rlimits. Graded with Python 3.11.7."
    assert words.python(samples.WEAK) == ""


@pytest.mark.parametrize(
    ("cuda", "said"),
    [("simulator", "in the simulator"), ("NVIDIA H100", "on NVIDIA H100"), ("a\nb", "on a b")],
)
def test_what_ran_cuda_kernels(cuda: str, said: str) -> None:
    """It stands behind the sandbox's level; nothing does where there were no kernels."""
    sandbox = replace(samples.WEAK.sandbox, cuda=cuda)
    record = replace(samples.WEAK, sandbox=sandbox)
    assert words.sandbox(record).endswith(f"own session. CUDA kernels ran {said}.")
    assert words.cuda(samples.WEAK) == ""


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (samples.ALICE, "✗ 0.1 wrong: 2 tests fail, test_sigmoid_is_symmetric first"),
        (samples.BROKEN, "✗ 0.1 wrong: SyntaxError: expected ':' (operators.py, line 12)"),
        (
            samples.GRADER_BROKE,
            "! 0.1 the grader broke: no reference answered (not your fault, and it costs no points)",
        ),
        (samples.REFERENCE, "✓ everything passes"),
        (samples.WEAK, "UNSANDBOXED ✓ everything passes"),
        (samples.EMPTY, "no module here: looked for module0 … module4, found 'essay.docx'"),
        (samples.UNREAD, "? could not be read: operators.py is UTF-16 text; save it as UTF-8"),
        (
            replace(samples.ALICE, problems=(*samples.ALICE.problems, samples.SAVED_AS_UTF16)),
            "? could not be read: operators.py is UTF-16 text; save it as UTF-8",
        ),
        (
            samples.UNGRADED,
            "! could not be graded: it can't be read here: Permission denied",
        ),
        (
            replace(samples.REFERENCE, problems=samples.UNGRADED.problems),
            "! could not be graded: it can't be read here: Permission denied",
        ),
        (replace(samples.EMPTY, problems=()), "no module found"),
        (missing("."), "The archive is damaged"),
        (missing("module0"), "✗ 0.1 wrong: 2 tests fail, test_sigmoid_is_symmetric first"),
    ],
)
def test_reason(record: Record, said: str) -> None:
    """One line says what keeps a submission from full marks."""
    assert words.reason(record) == said


def test_class_summary() -> None:
    """A class is summed up without mixing the grader's faults with students'."""
    said = words.class_summary(samples.CLASS)
    assert (
        said
        == "8 submissions, 2 with full marks, 1 with nothing to grade, 2 to grade again: the grader broke"
    )
    said = words.class_summary([samples.UNREAD, samples.UNGRADED])
    assert said == (
        "2 submissions, 0 with full marks, 1 with files that could not be read, 1 that could not be graded"
    )
    said = words.class_summary([samples.EMPTY])
    assert said == "1 submission, 0 with full marks, 1 with nothing to grade"


def test_every_report_tells_warnings_and_that_they_cost_nothing() -> None:
    """Terminal, page, summary and comment name place, warning and advice."""
    (said,) = words.remarks(samples.ALICE)
    assert said == (
        "module0/minitorch/operators.py:12: SyntaxWarning: no such escape (write r in front)"
    )
    console = Console(file=io.StringIO(), width=200)
    console.print(terminal.render(samples.ALICE))
    shown = console.file.getvalue()  # type: ignore[attr-defined]  # it is the StringIO above
    comment = comments.comment(samples.ALICE, "", None, trusted=True)
    for report in (
        shown,
        student_page.page(samples.ALICE),
        summary.summary(samples.ALICE),
        comment,
    ):
        assert said in report
    assert f"costs no points: {said}" in shown
    assert "Warnings (they cost no points)" in comment


def test_every_report_says_what_was_asked() -> None:
    """Of a probe, that is no input that anything found, and no smallest one."""
    failure = replace(samples.LOOP, asked="relu(-1.0)", got="-1.0", expected="0.0")
    record = with_tasks(task(Status.WRONG, failures=(failure,)))
    console = Console(width=100, color_system=None, file=io.StringIO())
    with console.capture() as capture:
        console.print(terminal.render(record))
    reports = (
        capture.get(),
        Page(student_page.page(record)).text,
        summary.summary(record),
        "\n".join(annotation.commands(record)),
        feedback(record.modules[0].tasks[0]),
    )
    for said in map(str.lower, reports):
        assert "asked" in said and "relu(-1.0)" in said
        assert "smallest" not in said and "failing input" not in said and "input " not in said
