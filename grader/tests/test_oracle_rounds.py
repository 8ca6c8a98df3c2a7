"""What the clocks' readings of some rounds say: no process runs here."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest

from grader.model import Pace
from grader.oracle.rounds import ENOUGH, ON_THREADS, Rounds
from grader.running.timing import BrokeOff, Round

MS = 1_000_000
SHOWING = 5 * MS
NOTHING = np.empty(0)


def a_round(working: float, busiest: float | None, late: float = 0.0) -> Round:
    """Make a round that took so many milliseconds, and some more for what was put off until its outputs were shown."""
    showing = SHOWING + round(late * MS)
    most = None if busiest is None else round(busiest * MS)
    return Round(round(working * MS) + showing, showing, most, NOTHING)


OURS = a_round(10.0, 10.0)


def rounds(
    alone: Iterable[float],
    busiest: Iterable[float | None],
    late: float = 0.0,
    wanted: float = 0.1,
) -> Rounds:
    """Take rounds on one thread, and as many on several."""
    found = Rounds(wanted, threads=True)
    for one, several in zip(alone, busiest, strict=True):
        found.add(a_round(one, one), OURS, right=True)
        found.add_on_threads(a_round(one, several, late), OURS, right=True)
    return found


@pytest.mark.parametrize(
    ("what", "alone", "busiest", "shared"),
    [
        ("four threads share the work", [10.0] * 7, [2.8] * 7, True),
        ("two threads share the work", [10.0] * 7, [5.5] * 7, True),
        ("one thread does it all", [10.0] * 7, [10.0] * 7, False),
        ("one thread does nearly all", [10.0] * 7, [7.5] * 7, False),
        ("others disturb", [10, 19, 11, 25, 10, 13, 10], [3, 9, 8, 3, 12, 7, 5], True),
        ("some rounds are slow on purpose", [10, 20, 20, 20, 20, 20, 20], [10.0] * 7, False),
        ("no threads can be told apart", [10.0] * 7, [None] * 7, None),
    ],
)
def test_whether_threads_share_the_work(
    what: str, alone: list[float], busiest: list[float | None], shared: bool | None
) -> None:
    """Others can only add to what a thread uses, so the least of all rounds counts."""
    assert rounds(alone, busiest).shared is shared, what


def test_work_that_is_put_off_is_work() -> None:
    """The reference says how long showing takes; what is done then besides counts as the busiest thread's."""
    assert rounds([10.0] * 7, [0.1] * 7, late=9.9).shared is False
    assert rounds([10.0] * 7, [2.5] * 7, late=0.5).shared is True


def test_who_is_slow_on_one_thread_only_shares_nothing() -> None:
    """Nor does who is slow on several: all threads together then show how much work there is."""
    for alone, together in ((40.0, 10.0), (10.0, 40.0)):
        found = Rounds(0.4, threads=True)
        for _ in range(ON_THREADS):
            found.add(a_round(alone, alone), OURS, right=True)
            found.add_on_threads(a_round(together, busiest=10.0), OURS, right=True)
        assert found.shared is False


def test_who_is_slow_on_any_number_of_threads_is_slow() -> None:
    """The rounds that its work on several threads is held against are those that its pace is judged by."""
    found = rounds([40.0] * 7, [10.0] * 7, wanted=0.4)
    assert (found.shared, found.pace) == (True, Pace.SLOW)


def test_how_many_rounds_on_threads_are_enough() -> None:
    """Fewer where they take long; none where nobody asks, and none after one broke off."""
    assert rounds([10.0] * (ON_THREADS - 1), [3.0] * (ON_THREADS - 1)).threads_wanted
    assert not rounds([10.0] * ON_THREADS, [3.0] * ON_THREADS).threads_wanted
    long = ENOUGH / MS
    assert rounds([long] * 2, [long / 3] * 2).threads_wanted
    assert not rounds([long] * 3, [long / 3] * 3).threads_wanted
    assert not Rounds(0.1, threads=False).threads_wanted
    broken = Rounds(0.1, threads=True)
    broken.broke = BrokeOff.__new__(BrokeOff)
    assert not broken.threads_wanted


def test_wrong_outputs_end_it_and_are_remembered() -> None:
    found = Rounds(0.1, threads=True)
    found.add(a_round(10.0, 10.0), OURS, right=True)
    assert found.pace is None
    found.add(a_round(10.0, 10.0), OURS, right=False)
    assert (found.pace, len(found.ratios)) == (Pace.WRONG, 1)
    found.add_on_threads(a_round(10.0, 10.0), OURS, right=False)
    assert found.wrong and found.shared is False
