"""Fast enough, too slow, or inconclusive: decided by the ratios of measured pairs alone."""

from __future__ import annotations

from random import Random

import pytest

from grader.model import Pace
from grader.oracle.pace import LOOKS, Estimate, estimate, pace


def verdict(random: Random, true: float, wanted: float, spread: float = 0.1) -> tuple[Pace, int]:
    """Draw ratios around a true one until there is a verdict; give that, and how many it took."""
    ratios: list[float] = []
    while (found := pace(ratios, wanted)) is None:
        ratios.append(true * 2 ** random.gauss(0.0, spread))
    return found, len(ratios)


def test_the_interval_of_few_ratios_is_their_range() -> None:
    assert estimate([0.5]) == Estimate(0.5, 0.5, 0.5)
    assert estimate([3.0, 1.0, 2.0]) == Estimate(2.0, 1.0, 3.0)


@pytest.mark.parametrize(("count", "left_out"), [(7, 0), (10, 0), (11, 1), (17, 3), (25, 6)])
def test_the_interval_leaves_out_what_the_sign_test_allows(count: int, left_out: int) -> None:
    ratios = [float(each) for each in range(count)]
    assert estimate(ratios) == Estimate((count - 1) / 2, left_out, count - 1 - left_out)


def test_the_interval_holds_the_true_median() -> None:
    """In far more than nine of ten cases, however lopsided the ratios are."""
    random = Random(1)
    found = (estimate([random.expovariate(1.0) for _ in range(11)]) for _ in range(1000))
    assert sum(each.low <= 0.6931 <= each.high for each in found) > 960


def test_one_wild_pair_changes_nothing() -> None:
    ratios = [0.9, 0.91, 0.92, 0.93, 0.94, 0.95, 0.96, 0.97, 0.98, 0.99, 0.001]
    assert pace(ratios, 0.5) is Pace.FAST


def test_far_from_what_is_asked_for_few_pairs_are_enough() -> None:
    assert verdict(Random(1), true=1.0, wanted=0.5) == (Pace.FAST, 7)
    assert verdict(Random(1), true=0.4, wanted=0.5) == (Pace.SLOW, 7)
    assert verdict(Random(1), true=0.1, wanted=0.5) == (Pace.SLOW, 3)


def test_between_the_looks_there_is_no_verdict() -> None:
    for count in set(range(25)) - set(LOOKS):
        assert pace([1.0] * count, 0.5) is None


def test_at_the_threshold_it_stays_open() -> None:
    """Then all pairs are measured, and in doubt it counts as passed."""
    assert pace([0.4, 0.6] * 12 + [0.5], 0.5) is Pace.UNSURE
    random = Random(3)
    found = [verdict(random, true=0.5, wanted=0.5)[0] for _ in range(300)]
    assert found.count(Pace.UNSURE) > 260


def test_who_takes_long_is_not_measured_for_ever() -> None:
    """Seven pairs are enough then: what they leave open counts as passed."""
    assert pace([0.4, 0.6, 0.5] * 2, 0.5, last=True) is None
    assert pace([0.4, 0.6, 0.5, 0.4, 0.6, 0.5, 0.5], 0.5, last=True) is Pace.UNSURE
    assert pace([0.4] * 9, 0.5, last=True) is Pace.SLOW
    assert pace([0.6] * 9, 0.5, last=True) is Pace.FAST


def test_twice_what_is_asked_for_is_never_too_slow() -> None:
    """Nor half of it fast enough, even where one of two measurements is half as fast as the other."""
    random = Random(4)
    assert {verdict(random, 1.0, 0.5, spread=0.5)[0] for _ in range(500)} == {Pace.FAST}
    assert {verdict(random, 0.25, 0.5, spread=0.5)[0] for _ in range(500)} == {Pace.SLOW}
