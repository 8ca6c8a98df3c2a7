"""What a class did, in numbers that were worked out by hand, and on a terminal of any width."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from grader.model import (
    Failure,
    Kind,
    ModuleRecord,
    Outcome,
    Record,
    Status,
    SubmissionInfo,
    TaskRecord,
)
from grader.reporting import statistics_table
from grader.reporting.statistics import ClassStatistics, CommonFailure, statistics_of
from grader.tests import sample_records as samples

WIDTHS = [28, 40, 60, 83, 84, 100, 160]
TITLES = {"0": "Fundamentals", "1": "Autodiff", "0.1": "Operators", "0.2": "Lists", "0.3": "Graphs"}


def wrong(message: str, test: str = "test_relu") -> Failure:
    """Make a failure of something that is written."""
    return Failure(test, Outcome.FAILED, message)


def stub(message: str) -> Failure:
    """Make a failure of something that is not."""
    return Failure("test_map", Outcome.TODO, message)


def task(
    id: str,
    status: Status,
    score: float,
    seconds: float = 1.0,
    failures: tuple[Failure, ...] = (),
    bonus: bool = False,
) -> TaskRecord:
    """Make a task of 4 points."""
    title = TITLES.get(id, "A task")
    return TaskRecord(
        id, title, Kind.TESTS, status, score, 4.0, bonus, seconds=seconds, failures=failures
    )


def module(id: str, *tasks: TaskRecord) -> ModuleRecord:
    """Make a module as scoring does: bonus tasks and those that the grader broke on are in no total."""
    counted = [each for each in tasks if not each.bonus]
    judged = [each for each in counted if each.status is not Status.GRADER_ERROR]
    score, points = sum(t.score for t in counted), sum(t.points for t in judged)
    return ModuleRecord(id, TITLES[id], score, points, tasks)


def record(who: str, *modules: ModuleRecord) -> Record:
    """Make the record of a submission."""
    return replace(
        samples.ALICE,
        submission=SubmissionInfo(who, f"{who}.zip"),
        score=sum(each.score for each in modules),
        points=sum(each.points for each in modules),
        modules=modules,
    )


BONUS = task("0.3", Status.TODO, 0.0, bonus=True)
ANN = record(
    "ann",
    module("0", task("0.1", Status.PASSED, 4.0, 2.0), task("0.2", Status.PASSED, 4.0), BONUS),
    module("1", task("1.1", Status.PASSED, 4.0)),
)
BOB = record(
    "bob",
    module(
        "0",
        task("0.1", Status.WRONG, 2.0, 3.0, (wrong("relu(-2.0): got -2.0, expected 0.0"),)),
        task("0.2", Status.TODO, 0.0, 0.5, (stub("Task 0.2: implement map in lists.py"),)),
        BONUS,
    ),
    module("1", task("1.1", Status.NOT_REACHED, 0.0, 1.0, (stub("Task 0.2: implement map"),))),
)
CEM = record(
    "cem",
    module(
        "0",
        task("0.1", Status.WRONG, 1.0, 9.0, (wrong("Stopped: it took too long."),)),
        task("0.2", Status.PASSED, 4.0, 1.5),
        BONUS,
    ),
)
DOT = record(
    "dot",
    module(
        "0",
        task("0.1", Status.WRONG, 3.0, 4.0, (wrong("relu(-17.25): got -17.25, expected 0.0"),)),
        task("0.2", Status.GRADER_ERROR, 0.0, 60.0, (wrong("the reference did not answer"),)),
        BONUS,
    ),
)
EVE = record("eve")
CLASS = [ANN, BOB, CEM, DOT, EVE]
FOUND = statistics_of(CLASS)


def shown(found: ClassStatistics, width: int = 110) -> str:
    """Print to a file as wide as ``width``."""
    file = io.StringIO()
    Console(file=file, width=width).print(statistics_table.render(found))
    return file.getvalue()


def common(*failures: Failure) -> CommonFailure | None:
    """Find the most common of failures that a submission each has, "0", "1" and so on."""
    records = []
    for who, each in enumerate(failures):
        status = Status.TODO if each.outcome is Outcome.TODO else Status.WRONG
        records.append(record(str(who), module("0", task("0.1", status, 0.0, failures=(each,)))))
    return statistics_of(records).modules[0].tasks[0].common_failure


def test_the_class() -> None:
    """Shares are 12/12, 2/12, 5/8 and 3/4; who handed in nothing has none."""
    assert (FOUND.submissions, FOUND.scored) == (5, 4)
    assert FOUND.distribution == (0, 1, 0, 0, 0, 0, 1, 1, 0, 1)
    assert FOUND.median == pytest.approx((5 / 8 + 3 / 4) / 2)
    assert FOUND.full_marks == ("ann",)


def test_the_modules() -> None:
    """Each is measured by those who hold it: shares 2/8, 5/8, 3/4 and 8/8 of Module 0."""
    first, second = FOUND.modules
    assert (first.id, first.title, first.submissions) == ("0", "Fundamentals", 4)
    quartiles = (first.lower_quartile, first.median, first.upper_quartile)
    assert quartiles == pytest.approx((0.53125, 0.6875, 0.8125))
    assert first.mean_seconds == pytest.approx((4 + 4.5 + 11.5 + 65) / 4)
    assert (second.submissions, second.median) == (2, 0.5)


def test_the_tasks() -> None:
    """Every status is counted by itself."""
    operators, lists, bonus = FOUND.modules[0].tasks
    assert (operators.submissions, operators.passed, operators.wrong) == (4, 1, 3)
    assert (operators.pass_rate, operators.median) == (0.25, (0.5 + 0.75) / 2)
    assert operators.median_seconds == 3.5
    assert (lists.passed, lists.wrong, lists.todo, lists.grader_error) == (2, 0, 1, 1)
    assert (bonus.bonus, bonus.todo) == (True, 4)
    assert not operators.bonus
    assert FOUND.modules[1].tasks[0].not_reached == 1


def test_what_the_grader_broke_counts_for_nobody() -> None:
    """Neither rate nor median nor time knows of it, nor is it anybody's failure."""
    lists = FOUND.modules[0].tasks[1]
    assert lists.submissions == 4
    assert (lists.pass_rate, lists.median, lists.median_seconds) == (2 / 3, 1.0, 1.0)
    assert lists.common_failure
    assert lists.common_failure.example == "bob"
    (broken,) = statistics_of([record("x", module("0", DOT.modules[0].tasks[1]))]).modules
    assert (broken.median, broken.lower_quartile) == (None, None)
    assert broken.tasks[0].grader_error == 1
    assert (broken.tasks[0].pass_rate, broken.tasks[0].median) == (None, None)
    assert (broken.tasks[0].median_seconds, broken.tasks[0].common_failure) == (None, None)


def test_the_most_common_first_failure() -> None:
    """Two of three share it, and the first of them lends its words."""
    assert FOUND.modules[0].tasks[0].common_failure == CommonFailure(
        "test_relu", "relu(-2.0): got -2.0, expected 0.0", 2, "bob"
    )


def test_who_did_not_reach_a_task_did_not_fail_it() -> None:
    """What failed is an earlier task's stub."""
    assert FOUND.modules[1].tasks[0].common_failure is None


def test_of_a_task_only_the_first_failure_counts() -> None:
    """It is the one that a student reads first: of a wrong task not what is unwritten."""
    both = task("0.1", Status.WRONG, 0.0, failures=(stub("not written"), wrong("no"), wrong("no")))
    found = statistics_of([record("x", module("0", both))]).modules[0].tasks[0].common_failure
    assert found == CommonFailure("test_relu", "no", 1, "x")


@pytest.mark.parametrize(
    "one, other",
    [
        ("got -2.0, expected 1e-05", "got 17, expected 3.5"),
        ("is 3.", "is 3.5."),
        ("got [1. 2.5]", "got [.5 -2.]"),
        ("<Scalar at 0x7f3a>", "<Scalar at 0xDEAD01>"),
        ("no attribute 'zip'", "no attribute 'fold_left'"),
        ('no key "a"', 'no key ""'),
        ("“sigmoid” is missing", "“relu” is missing"),
        ("SyntaxError (operators.py, line 4)", "SyntaxError (operators.py, line 1,024)"),
        ("wrong\n    return mine(x)", "wrong\n    return another(x)"),
    ],
)
def test_messages_that_mean_the_same(one: str, other: str) -> None:
    """Numbers, addresses, quoted values, and the student's own lines below make no difference."""
    found = common(wrong("another"), wrong(one), wrong(other))
    assert found and (found.submissions, found.example) == (2, "1")


@pytest.mark.parametrize(
    "one, other",
    [
        (wrong("got 1.0, expected 2.0"), wrong("got 1.0, wanted 2.0")),
        (wrong("it can't add, so it isn't done"), wrong("it can't multiply, so it isn't done")),
        (wrong("got nan"), wrong("got 1.0")),
        (wrong("the same", "test_relu"), wrong("the same", "test_add")),
    ],
)
def test_messages_that_mean_something_else(one: Failure, other: Failure) -> None:
    """Words differ, or the test does; an apostrophe quotes nothing. Of equals, the first is told."""
    found = common(one, other)
    assert found and (found.submissions, found.example) == (1, "0")


def test_a_failure_without_a_message() -> None:
    """The sentence that does not hold stands for it."""
    found = common(replace(wrong(" \n"), sentence="relu(-1) is 0."))
    assert found and found.message == "relu(-1) is 0."


def test_a_stub_is_a_first_failure_too() -> None:
    """What most have not written is worth knowing."""
    found = common(stub("Task 0.1: implement map"), stub("Task 0.1: implement map"), wrong("no"))
    assert found == CommonFailure("test_map", "Task 0.1: implement map", 2, "0")


@pytest.mark.parametrize(
    "score, place",
    [(0.0, 0), (1.99, 0), (2.0, 1), (5.7, 2), (6.0, 3), (17.99, 8), (18.0, 9), (20.0, 9)],
)
def test_ten_bins(score: float, place: int) -> None:
    """A share at the edge is in the upper bin, and full marks are in the last."""
    counts = statistics_of([replace(ANN, score=score, points=20.0)]).distribution
    assert len(counts) == 10
    assert counts[place] == sum(counts) == 1


def test_the_edge_of_a_bin_is_exact() -> None:
    """0.11 of 1.1 points is a tenth on paper, and a hair less in binary."""
    assert 0.11 / 1.1 < 0.1
    assert statistics_of([replace(ANN, score=0.11, points=1.1)]).distribution[1] == 1


def test_one_submission() -> None:
    """Its quartiles are its score."""
    (found,) = statistics_of([CEM]).modules
    assert (found.lower_quartile, found.median, found.upper_quartile) == (5 / 8, 5 / 8, 5 / 8)


def test_an_empty_class() -> None:
    """There is no median, and no module."""
    found = statistics_of([])
    assert found == ClassStatistics(0, 0, None, (0,) * 10, (), (), (), ())
    assert shown(found) == "0 submissions\n"


def test_a_class_without_modules() -> None:
    """It is counted, and not scored."""
    found = statistics_of([EVE, EVE])
    assert (found.submissions, found.scored, found.median, found.full_marks) == (2, 0, None, ())
    assert shown(found) == "2 submissions\n2 with nothing that could be scored\n"


def test_modules_and_tasks_are_in_order() -> None:
    """Whoever comes first: Module 1 after Module 0, task 0.10 after 0.9."""
    late = record("late", module("1", task("1.1", Status.PASSED, 4.0)))
    ids = ("0.10", "0.9", "0.1")
    early = record("early", module("0", *(task(id, Status.PASSED, 4.0) for id in ids)))
    found = statistics_of([late, early])
    assert [each.id for each in found.modules] == ["0", "1"]
    assert [each.id for each in found.modules[0].tasks] == ["0.1", "0.9", "0.10"]


def test_the_table() -> None:
    """What an instructor sees, from top to bottom."""
    bar = "━" * 40
    assert shown(FOUND, 104).splitlines() == [
        "5 submissions, median score 68%",
        "1 with full marks: ann",
        "1 with nothing that could be scored",
        "",
        f"  90–100%  {bar} 1",
        "   80–89%",
        f"   70–79%  {bar} 1",
        f"   60–69%  {bar} 1",
        "   50–59%",
        "   40–49%",
        "   30–39%",
        "   20–29%",
        f"   10–19%  {bar} 1",
        "     0–9%",
        "",
        "                       of  passed  median  the others  most common first failure",
        "0      Fundamentals     4             68%              half between 53% and 81%, 21.2 s on average",
        "  0.1  Operators        4     25%     62%  ✗3          2 like bob: test_relu: relu(-2.0): got -2.0, exp…",
        "  0.2  Lists            4     66%    100%  ○1 !1       only bob: test_map: implement map in lists.py",
        "  0.3  Graphs (bonus)   4      0%      0%  ○4",
        "",
        "1      Autodiff         2             50%              half between 25% and 75%, 1.0 s on average",
        "  1.1  A task           2     50%     50%  …1",
        "",
        "? could not be read  ✗ wrong  ○ to do  … not reached  ! the grader broke",
    ]


def test_a_narrow_table() -> None:
    """A task takes three lines, of which the last may be cut."""
    lines = shown(FOUND, 40).splitlines()
    start = lines.index("  0.1  Operators                    of 4")
    assert lines[start + 1 : start + 3] == [
        "       passed 25%, median 62%, ✗3",
        "       2 like bob: test_relu: relu(-2.0…",
    ]


def test_a_rate_is_rounded_down() -> None:
    """One of two hundred is wrong: that is not yet 100%."""
    found = statistics_of([*[ANN] * 199, BOB])
    assert found.modules[0].tasks[0].pass_rate == 0.995
    assert " 99%    100%  ✗1 " in shown(found)


def test_a_bar_is_never_nothing() -> None:
    """One of two hundred is still seen."""
    lines = shown(statistics_of([*[ANN] * 199, BOB])).splitlines()
    assert "   10–19%  ━ 1" in lines


@pytest.mark.parametrize("width", WIDTHS)
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    """Nor does one end in blanks; and every task is there."""
    found = statistics_of(samples.ALL)
    lines = shown(found, width).splitlines()
    for line in lines:
        assert Console().measure(line).maximum <= width
        assert line == line.rstrip()
    told = {line.split()[0] for line in lines if line.strip()}
    assert told >= {each.id for m in found.modules for each in m.tasks}


@pytest.mark.parametrize("width", [*range(8, 130, 11)])
@pytest.mark.parametrize("said", samples.HOSTILE)
def test_no_line_is_a_command_to_a_runner(said: str, width: int) -> None:
    """At no width does student text begin a line with ``::``, hold ``##[``, or move the cursor."""
    full = replace(samples.REFERENCE, submission=SubmissionInfo(said, said))
    output = shown(statistics_of([samples.hostile(said), full]), width)
    assert not any(line.lstrip().startswith("::") for line in output.splitlines())
    assert "##[" not in output
    assert not set(output) & {"\x1b", "\x07", "\x00", "\x9b", "\u202e", "\u2066"}


def test_markup_is_text() -> None:
    """``[red]`` colours nothing and ``[/]`` breaks nothing."""
    assert "[red]not red[/red] [/] [lin" in shown(
        statistics_of([samples.hostile(samples.RICH)]), 200
    )
