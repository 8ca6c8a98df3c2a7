"""Speed in words, and as places on a scale."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rich.console import Console

from grader.model import Pace, SpeedCase, ThreadsCase
from grader.reporting import speeds, student_page, terminal, words
from grader.tests import sample_records as samples

TASK = samples.EFFICIENCY.tasks[0]
FAST, SLOW, UNSURE, BROKE = samples.SPEED.cases


@pytest.mark.parametrize(
    ("case", "said"),
    [
        (FAST, "1.3 times the reference's speed; 0.3 is asked for"),
        (SLOW, "0.034 times the reference's speed; 0.3 is asked for: too slow"),
        (
            UNSURE,
            "0.31 times the reference's speed; 0.3 is asked for: inconclusive after 25 pairs, so it counts as passed",
        ),
        (BROKE, "broke off; 0.4 is asked for"),
        (replace(FAST, speed=43.21), "43 times the reference's speed; 0.3 is asked for"),
    ],
)
def test_a_case(case: SpeedCase, said: str) -> None:
    """How fast, what is asked for, and the verdict where it is not simply fast enough."""
    assert speeds.said(case) == said


@pytest.mark.parametrize(
    ("case", "said"),
    [
        (
            ThreadsCase("zip", True, True, 8, 4, 1),
            "several threads share the work; 8 runs on 4 threads gave the same each time",
        ),
        (
            ThreadsCase("zip", False, False, 8, 2, 0),
            "no loop is shared by several threads; 8 runs on 2 threads gave not the same each time",
        ),
        (ThreadsCase("zip", False, False), "not looked at on several threads"),
    ],
)
def test_a_kernel_on_threads(case: ThreadsCase, said: str) -> None:
    """Whether it is parallel, and whether it agrees with itself."""
    assert speeds.said_of_threads(case) == said


def test_who_is_faster_than_the_reference_is_told() -> None:
    """Only what is clearly faster, and fast enough."""
    told = "Faster than the reference: 1.3 times on zip contiguous."
    assert speeds.beaten(TASK) == told
    assert speeds.beaten(samples.FUNDAMENTALS.tasks[0]) == ""
    by_chance = replace(samples.SPEED, cases=(replace(FAST, low=0.98),))
    assert speeds.beaten(replace(TASK, speed=by_chance)) == ""
    assert told in student_page.page(samples.MEASURED)


def test_the_scale_is_logarithmic() -> None:
    """Half the speed is as far from the reference as double; beyond the ends is at the ends."""
    half, double, off = (
        speeds.place(SpeedCase("x", Pace.FAST, 1.0, speed, speed, speed, 7))
        for speed in (0.5, 2.0, 1e-5)
    )
    assert half is not None and double is not None and off is not None
    assert double.speed - half.reference == pytest.approx(half.reference - half.speed, abs=0.2)
    assert (off.low, off.speed) == (0.0, 0.0)
    assert speeds.place(BROKE) is None


def test_counts_name_the_checks() -> None:
    """Speed is counted beside tests and answers."""
    assert words.counts(TASK)[-1] == "3 of 7 speed checks passed"


def test_the_terminal_shows_what_was_measured() -> None:
    """What fell short comes first; each kernel has its line."""
    console = Console(width=110, record=True, file=None, quiet=False)
    with console.capture() as captured:
        console.print(terminal.render(samples.MEASURED))
    told = captured.get()
    short = told.index("zip broadcast: 0.034 times the reference's speed")
    assert short < told.index("zip contiguous: 1.3 times the reference's speed")
    assert "reduce rows: not looked at on several threads" in told


def test_the_page_draws_each_measured_case() -> None:
    """A mark for the median, one for what is asked for, one for the reference; nothing where nothing was measured."""
    page = student_page.page(samples.MEASURED)
    assert page.count('class="median"') == page.count('class="wanted"') == 3
    assert page.count('class="scale"') == 4
    assert "Parallel loop listing" in page


@pytest.mark.parametrize(
    ("speed", "wanted", "written"),
    [
        (0.34, 0.4, ("0.34", "0.4")),
        (0.398, 0.4, ("0.398", "0.4")),
        (1.297, 1.3, ("1.3", "1.3")),
        (34.2, 0.4, ("34", "0.4")),
    ],
)
def test_two_ratios_are_told_apart(speed: float, wanted: float, written: tuple[str, str]) -> None:
    """What is just too slow must not look like what is asked for, as far as it is known."""
    assert speeds.apart(speed, wanted) == written
