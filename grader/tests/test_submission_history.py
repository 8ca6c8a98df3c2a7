"""Which commit counts at a moment: dates as they are written, and dates that can't be."""

from __future__ import annotations

from grader.submission.history import Choice, Dated, Sight, altered, as_of, latest

AT = 1_000
LATER = 5_000


def line(*dates: int) -> list[Dated]:
    """Make a straight history, oldest first: c0, c1, …; as git lists it, the newest is on top."""
    commits = [
        Dated(f"c{number}", date, (f"c{number - 1}",) if number else ())
        for number, date in enumerate(dates)
    ]
    return commits[::-1]


def chosen(commits: list[Dated], *earlier: Sight) -> Choice:
    """Choose at the moment, when the top of the list was fetched later."""
    return as_of(AT, commits, [*earlier, Sight(LATER, commits[0].sha)])


def test_the_last_that_is_in_time() -> None:
    assert chosen(line(100, 1000, 1001)) == Choice("c1", 1000)
    assert chosen(line(100, 200)) == Choice("c1", 200)
    assert chosen(line(1001, 1002)) == Choice(None)


def test_of_equals_the_one_on_top() -> None:
    assert chosen(line(100, 100, 100)) == Choice("c2", 100)


def test_work_on_top_of_late_work_is_late_whatever_it_claims() -> None:
    commits = line(100, 2000, 900)
    assert chosen(commits) == Choice("c0", 100)
    assert latest(commits, [Sight(LATER, "c2")]) == Choice("c2", 2000)
    (problem,) = altered(commits)
    assert problem.message == (
        "c2: dated before a commit that it builds on, or not at all:"
        " dates look altered, or a clock was wrong"
    )


def test_dates_in_order_are_no_problem() -> None:
    assert altered(line(100, 100, 200)) == ()


def test_many_altered_dates_are_one_problem() -> None:
    (problem,) = altered(line(*range(100, 0, -1)))
    assert problem.message.startswith("c99, c98, c97, c96, c95 and 94 more: dated before")


def test_a_late_merge_is_late_and_what_it_brought_is_not() -> None:
    """Of two branches, the newer state of either; never the merge, and never what was written after the moment."""
    base, own = Dated("base", 100, ()), Dated("own", 500, ("base",))
    side, late = Dated("side", 900, ("base",)), Dated("late", 1500, ("side",))
    merge = Dated("merge", 2000, ("own", "late"))
    assert chosen([merge, late, side, own, base]) == Choice("side", 900)


def test_what_was_seen_in_time_counts_when_it_was_pushed_away() -> None:
    """Rewritten afterwards: what was fetched before the moment stays; the clock of its author does not matter."""
    base, seen, anew = (
        Dated("base", 100, ()),
        Dated("seen", 9999, ("base",)),
        Dated("anew", 3000, ("base",)),
    )
    choice = as_of(AT, [anew, seen, base], [Sight(800, "seen"), Sight(LATER, "anew")])
    assert (choice.commit, choice.age) == ("seen", 800)
    (problem,) = choice.problems
    assert (
        problem.message
        == "seen was on the branch on 1970-01-01 at 00:13 UTC, and was pushed away later"
    )


def test_what_was_rewritten_in_time_is_newer_than_what_was_seen_before() -> None:
    base, seen, anew = (
        Dated("base", 100, ()),
        Dated("seen", 500, ("base",)),
        Dated("anew", 900, ("base",)),
    )
    sights = [Sight(800, "seen"), Sight(LATER, "anew")]
    assert as_of(AT, [anew, seen, base], sights) == Choice("anew", 900)


def test_what_a_fetch_after_the_moment_did_not_find_is_a_problem() -> None:
    """It may be an honest commit, pushed late; it may be one that was dated back."""
    choice = chosen(line(100, 200, 900), Sight(500, "c1"), Sight(1500, "c1"))
    assert choice.commit == "c2"
    (problem,) = choice.problems
    assert (
        problem.message
        == "c2 is dated in time, but was not on the branch yet on 1970-01-01 at 00:25 UTC"
    )
    assert chosen(line(100, 200, 900), Sight(500, "c1"), Sight(1500, "c2")) == Choice("c2", 900)


def test_a_history_that_was_cut_off() -> None:
    """Parents that are not listed tell nothing."""
    assert chosen([Dated("b", 900, ("a",)), Dated("a", 800, ("before",))]) == Choice("b", 900)


def test_what_has_no_date_is_as_old_as_its_first_fetch() -> None:
    """Else whoever leaves the date out is never late."""
    assert chosen(line(100, 0)) == Choice("c0", 100)
    assert chosen(line(100, 0), Sight(700, "c1")) == Choice("c1", 700)
    assert altered(line(0, 100))[0].message.startswith("c0: dated before")
