"""What counts: the rules of a class, and points given by hand; every change of a score has its reason beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from grader.errors import BadPolicy
from grader.grades import ClassPolicy, Counted, counted, read_policy
from grader.model import (
    Adjustment,
    Attempt,
    Kind,
    ModuleRecord,
    Problem,
    Record,
    Status,
    TaskRecord,
    Term,
)
from grader.tests.sample_records import UNGRADED
from grader.tests.test_gradebook import record

NOW = datetime(2026, 12, 1, tzinfo=UTC)
LATE = """
counts = "best"

[due]
0 = 2026-10-01T12:00:00+02:00
1 = 2026-11-01T12:00:00+02:00

[late]
percent_per_day = 10
grace_hours = 2
at_most = 50
"""


def policy(tmp_path: Path, text: str) -> ClassPolicy:
    path = tmp_path / "class.toml"
    path.write_text(text, "utf-8")
    return read_policy(path)


def module(id: str, score: float, points: float = 20.0) -> ModuleRecord:
    return ModuleRecord(id, f"Module {id}", score, points, ())


def attempt(
    number: int, at: str | None, content: str, *modules: ModuleRecord, style: Sequence[str] = ()
) -> Attempt:
    plain = record("ada")
    found = replace(
        plain,
        submission=replace(plain.submission, submitted_at=at),
        modules=modules,
        score=sum(m.score for m in modules),
        points=sum(m.points for m in modules),
        style=tuple(style),
    )
    return Attempt(number, found, "2026-10-20T00:00:00+00:00", {m.id: content for m in modules})


def of_ada(attempts: Sequence[Attempt], policy: ClassPolicy, *adjustments: Adjustment) -> Counted:
    (found,) = counted({"ada": attempts}, adjustments, policy, NOW)
    return found


def summed(record: Record) -> tuple[float, float]:
    return record.score, record.points


def test_without_rules_the_last_record_counts_as_it_is() -> None:
    last = attempt(2, None, "b", module("0", 3.0))
    found = of_ada([attempt(1, None, "a", module("0", 20.0)), last], ClassPolicy())
    assert found.record is last.record
    assert found.choices["0"].attempt is last


@pytest.mark.parametrize(
    "at, days, lost",
    [
        ("2026-10-01T10:00:00+00:00", 0, 0),  # due at 10:00 UTC
        ("2026-10-01T12:00:00+00:00", 0, 0),  # to the end of the grace
        ("2026-10-01T12:00:01+00:00", 1, 2),
        ("2026-10-02T10:00:01+00:00", 2, 4),
        ("2026-10-06T09:00:00+00:00", 5, 10),
        ("2026-11-30T00:00:00+00:00", 60, 10),  # at most half
        (None, 0, 0),  # nobody knows: it costs nothing
        ("yesterday", 0, 0),
        ("2026-11-30T00:00:00", 0, 0),  # of no time zone
    ],
)
def test_days_begun_after_the_due_date_cost(
    tmp_path: Path, at: str | None, days: int, lost: int
) -> None:
    found = of_ada([attempt(1, at, "a", module("0", 20.0))], policy(tmp_path, LATE))
    assert (found.choices["0"].days, found.choices["0"].lost) == (days, lost)
    assert found.record.score == 20.0 - lost + 0.0
    said = f"{days} day{'s' * (days > 1)} late"
    assert list(found.record.terms) == [Term(-lost, said, "0")] * bool(lost)


def test_an_extension_moves_the_due_date_of_one_student(tmp_path: Path) -> None:
    rules = policy(tmp_path, LATE + "\n[extensions.ada]\n0 = 2026-10-09T12:00:00+02:00\n")
    own = [attempt(1, "2026-10-08T10:00:00+00:00", "a", module("0", 20.0))]
    ada, bob = counted({"ada": own, "bob": own}, [], rules, NOW)
    assert summed(ada.record) == (20.0, 20.0)  # Module 1 is in no record: nothing tells its points
    assert summed(bob.record) == (10.0, 20.0)


def test_the_best_attempt_counts_or_the_last_for_each_module_by_itself(tmp_path: Path) -> None:
    attempts = [
        attempt(1, "2026-09-30T10:00:00+00:00", "a", module("0", 18.0), module("1", 4.0)),
        attempt(2, "2026-10-04T10:00:00+00:00", "b", module("0", 20.0), module("1", 12.0)),
    ]
    best = of_ada(attempts, policy(tmp_path, LATE))
    assert [c.attempt.number for c in best.choices.values()] == [1, 2]
    assert (summed(best.record), best.record.terms) == ((30.0, 40.0), ())
    last = of_ada(attempts, policy(tmp_path, LATE.replace("best", "last")))
    assert [c.attempt.number for c in last.choices.values()] == [2, 2]
    assert summed(last.record) == (32.0 - 6.0, 40.0)


def test_a_module_is_as_old_as_its_files(tmp_path: Path) -> None:
    """A later push that leaves a module as it was does not make it late."""
    rules = policy(tmp_path, LATE.replace("best", "last"))
    first = attempt(1, "2026-09-30T10:00:00+00:00", "a", module("0", 18.0))
    later = attempt(2, "2026-10-30T10:00:00+00:00", "a", module("0", 18.0), module("1", 20.0))
    found = of_ada([first, later], rules)
    assert (found.choices["0"].attempt.number, found.choices["0"].days) == (2, 0)
    assert summed(found.record) == (38.0, 40.0)


def test_what_a_run_did_not_find_takes_nothing_away() -> None:
    """A run over a folder without a student's module is no reason to forget what was handed in before."""
    empty = replace(attempt(2, None, "", module("0", 0.0)), content={})
    found = of_ada([attempt(1, None, "a", module("0", 18.0)), empty], ClassPolicy())
    assert summed(found.record) == (18.0, 20.0)
    assert of_ada([empty], ClassPolicy()).record is empty.record


def test_what_was_due_and_never_came_counts_as_nothing(tmp_path: Path) -> None:
    rules = policy(tmp_path, LATE)
    ada = [attempt(1, None, "a", module("0", 5.0))]
    bob = [attempt(1, None, "b", module("0", 5.0), module("1", 5.0))]
    found = counted({"ada": ada, "bob": bob}, [], rules, NOW)[0].record
    assert [m.id for m in found.modules] == ["0", "1"]
    assert summed(found) == (5.0, 40.0)
    assert found.problems[-1].message == "was due and not handed in"
    early = datetime(2026, 10, 15, tzinfo=UTC)
    assert counted({"ada": ada, "bob": bob}, [], rules, early)[0].record is ada[0].record


def test_what_could_not_be_graded_costs_no_points(tmp_path: Path) -> None:
    """Earlier attempts count, and nothing is missed that could not be fetched; without any, there is no score."""
    rules = policy(tmp_path, LATE)
    ada = [attempt(1, None, "a", module("0", 5.0))]
    bob = [attempt(1, None, "b", module("0", 5.0), module("1", 5.0))]
    given = Adjustment(1, "eve", Fraction(2), "prof", "fine", "2026-10-01")
    ungraded = {id: UNGRADED for id in ("ada", "eve")}
    found = [
        each.record for each in counted({"ada": ada, "bob": bob}, [given], rules, NOW, ungraded)
    ]
    assert [summed(record) for record in found] == [(5.0, 20.0), (10.0, 40.0), (2.0, 0.0)]
    (why,) = found[0].problems
    assert (why.kind, why.message) == (
        "ungraded",
        "it can't be read here: Permission denied; what counts is an earlier run's",
    )
    assert found[2].problems == UNGRADED.problems and found[2].modules == ()


def test_the_lowest_modules_are_dropped_after_all_else(tmp_path: Path) -> None:
    rules = policy(tmp_path, "[drop]\nlowest = 1\n")
    only = [attempt(1, None, "a", module("0", 8.0, 10.0), module("1", 12.0), module("2", 13.0))]
    by_hand = Adjustment(
        1, "ada", Fraction(5), "Prof. Li", "test 1.2 was wrong", "2026-11-02T", "1"
    )
    found = of_ada(only, rules, by_hand).record
    assert summed(found) == (8.0 + 12.0 + 5.0, 30.0)
    assert [(t.points, t.module) for t in found.terms] == [(5.0, "1"), (-13.0, "2")]
    assert found.terms[0].why == "test 1.2 was wrong (Prof. Li, 2026-11-02)"
    rules = policy(tmp_path, '[drop]\nlowest = 9\nof = ["0"]\n')
    assert summed(of_ada(only, rules).record) == (25.0, 40.0)
    alone = [attempt(1, None, "a", module("0", 3.0))]
    assert of_ada(alone, rules).record is alone[0].record  # somebody's only module stays


def test_style_costs_what_the_rules_say_and_never_more_than_there_is(tmp_path: Path) -> None:
    rules = policy(tmp_path, "[style]\neach = 0.25\nat_most = 1\n")
    style = ["module0/a.py:1 F841 x", "module0/b.py:2 E501 y", "module1/a.py:1 F841 x"]
    found = of_ada(
        [attempt(1, None, "a", module("0", 18.0), module("1", 0.0), style=style)], rules
    ).record
    assert found.terms == (Term(-0.5, "style: 2 findings", "0"),)
    many = [f"module0/a.py:{n} F841 x" for n in range(90)]
    found = of_ada([attempt(1, None, "a", module("0", 18.0), style=many)], rules).record
    assert found.score == 17.0


def test_a_score_never_falls_below_zero() -> None:
    taken = Adjustment(1, "ada", Fraction(-30), "A", "R", "2026-11-02T10:00:00+00:00")
    found = of_ada([attempt(1, None, "a", module("0", 5.0))], ClassPolicy(), taken).record
    assert summed(found) == (0.0, 20.0)


@pytest.mark.parametrize(
    "text, why, key",
    [
        ("counts = 'worst'", 'it is to be "best" or "last"', ", counts"),
        (
            "[due]\n0 = 2026-10-01T12:00:00",
            "it is to be a table of modules and moments, with time and offset: 1 = 2026-",
            ", due",
        ),
        ("[due]\nmodule0 = 2026-10-01T12:00:00Z", "it is to be a table of modules", ", due"),
        (
            "[late]\npercent_per_day = 101",
            "it is to be a number from 0 to 100",
            ", late.percent_per_day",
        ),
        ("[late]\npercent_per_day = 5", "[late] means nothing without due dates in [due]", ""),
        (
            "[late]\npercent_per_day = 5\ngrace_hours = inf",
            "it is to be a number of hours",
            ", late.g",
        ),
        ("[due]\n00 = 2026-10-01T12:00:00Z", "it is to be a table of modules", ", due"),
        (
            "[extensions.a.b]\n0 = 2026-10-01T12:00:00Z",
            "it is to be a table for each submission, [extensions.ada], that holds moments: ",
            ", extensions",
        ),
        (
            "[due]\n0 = 2026-10-02T12:00:00Z\n[extensions.ada]\n0 = 2026-10-02T13:59:59+02:00",
            "an extension is earlier than the due date",
            ", extensions.ada.0",
        ),
        ("[latte]\nsize = 1", "there is no rule `latte` here, only counts, due, late, ", ""),
        ("[late]\ngrace = 1", "there is no rule `grace` here, only percent_", ", late"),
        ("[style]\neach = 1", "`at_most` is missing", ", style"),
        (
            "bonus_at_most = 3",
            "it is to be a table of modules and points, 0 or more: 1 = 3",
            ", bonus_at_most",
        ),
        ("[drop]\nlowest = -1", "it is to be a whole number, 0 or more", ", drop.lowest"),
        ("due = [", "it is not TOML: ", ""),
    ],
)
def test_rules_that_mean_nothing(tmp_path: Path, text: str, why: str, key: str) -> None:
    with pytest.raises(BadPolicy) as error:
        policy(tmp_path, text)
    what, where, step = str(error.value).splitlines()
    assert what.startswith(f"The rules of the class can't be read: {why}")
    assert where.startswith(f"  where: {tmp_path}/class.toml{key}")
    assert step == "  next:  fix the file (README: What counts); nothing was changed"


@pytest.mark.parametrize(
    ("most", "bonus", "said"),
    [
        ("", 5.5, []),
        ("1 = 2", 2.5, [Term(0.0, "bonus: 2 of 5 points count", "1")]),
        ("1 = 0", 0.5, [Term(0.0, "bonus: 0 of 5 points count", "1")]),
        ("1 = 5\n2 = 0.5", 5.5, []),
        ("1 = 9\n2 = 0.25", 5.25, [Term(0.0, "bonus: 0.25 of 0.5 points count", "2")]),
    ],
)
def test_bonus_points_of_a_module_are_capped(
    tmp_path: Path, most: str, bonus: float, said: list[Term]
) -> None:
    """The cap takes nothing off the score, which bonus points are no part of; the account says what counts."""

    def bonus_task(id: str, score: float) -> TaskRecord:
        return TaskRecord(id, "A lab", Kind.TESTS, Status.PASSED, score, 3.0, bonus=True)

    one, two = module("1", 12.0), module("2", 12.0)
    one = replace(one, tasks=(bonus_task("1.6", 3.0), bonus_task("1.7", 2.0)))
    two = replace(two, tasks=(bonus_task("2.6", 0.5),))
    rules = policy(tmp_path, f"[bonus_at_most]\n{most}\n")
    work = attempt(1, None, "a", one, two)
    work = replace(work, record=replace(work.record, bonus=5.5))
    found = of_ada([work], rules).record
    assert (found.score, found.bonus, list(found.terms)) == (24.0, bonus, said)


def test_the_rules_that_the_readme_shows_can_be_read(tmp_path: Path) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    shown = next(b for b in readme.split("```toml\n") if b.startswith("counts")).split("```")[0]
    found = policy(tmp_path, shown)
    assert found.late is not None and found.drop is not None and found.style is not None
    assert sorted(found.due) == ["0", "1"] and list(found.extensions) == ["alice"]
    assert found.bonus_at_most == {"1": 3.0}


def test_rules_from_an_editor_that_marks_its_files(tmp_path: Path) -> None:
    assert policy(tmp_path, '\ufeffcounts = "best"').counts == "best"


def test_a_due_date_that_never_comes(tmp_path: Path) -> None:
    """For whom no date is late: no error of the calendar."""
    rules = policy(tmp_path, LATE.replace("0 = 2026", "0 = 9999").replace("10-01T", "12-31T"))
    found = of_ada([attempt(1, "2026-10-05T00:00:00+00:00", "a", module("0", 10))], rules)
    assert summed(found.record) == (10.0, 20.0)


def test_rules_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "class.toml").write_bytes(b"\xff")
    with pytest.raises(BadPolicy, match="it is not UTF-8"):
        read_policy(tmp_path / "class.toml")
    (tmp_path / "class.toml").unlink()
    assert read_policy(tmp_path / "class.toml") == ClassPolicy()


def test_what_is_to_be_said_of_dates_goes_with_the_work(tmp_path: Path) -> None:
    """A module that counts, or is as old as an earlier attempt says, brings that attempt's notes."""
    notes = {number: Problem(".git", f"c{number} is dated in time") for number in (1, 2, 3)}
    first = noted(attempt(1, None, "a", module("0", 20.0)), notes[1])
    abandoned = noted(attempt(2, None, "b", module("0", 1.0)), notes[2])
    again = attempt(3, None, "a", module("0", 20.0))
    other = noted(attempt(4, None, "c", module("1", 5.0)), notes[3])
    found = of_ada([first, abandoned, again, other], ClassPolicy()).record
    assert found.problems == (notes[3], notes[1])
    assert of_ada([first, again], ClassPolicy()).record.problems == (notes[1],)


def noted(attempt: Attempt, problem: Problem) -> Attempt:
    return replace(attempt, record=replace(attempt.record, problems=(problem,)))
