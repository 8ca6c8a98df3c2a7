"""How long work takes: time of the processor, medians of several samples, all kinds of work in turns."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median, quantiles
from timeit import Timer

# Of the processor, so that other programs matter less. Windows counts that in steps of 16 ms, too coarse for us.
CLOCK = time.perf_counter if os.name == "nt" else time.process_time

SAMPLE = 0.005  # seconds that a sample takes at least: short work is repeated


@dataclass(frozen=True)
class Timing:
    """How long some work takes.

    Attributes:
        seconds: The median of all samples.
        spread: The range of the middle half of the samples, as a fraction of the median; 0.0 of a single sample.
        samples: How many there were.
    """

    seconds: float
    spread: float
    samples: int


def in_turns(
    works: Mapping[str, Callable[[], object]], rounds: int = 9, budget: float = 1.0
) -> dict[str, Timing]:
    """Time several kinds of work, one after the other, round by round: a busy moment then meets all of them.

    Each is done once beforehand, without counting: then what is compiled or looked up at the first call is ready.

    Args:
        works: What to do, by name.
        rounds: How many samples there are of each.
        budget: How many seconds all samples of one kind may take: there are fewer where the work is long, but one.

    Returns:
        The timings, by name.
    """
    timers = {name: Timer(work, timer=CLOCK) for name, work in works.items()}
    once = {name: max(timer.timeit(1), 1e-9) for name, timer in timers.items()}
    samples: dict[str, list[float]] = {name: [] for name in works}
    for number in range(rounds):
        for name, timer in timers.items():
            repeats = 1 + int(SAMPLE / once[name])
            if number == 0 or (number + 1) * repeats * once[name] <= budget:
                samples[name].append(timer.timeit(repeats) / repeats)
    return {name: summary(taken) for name, taken in samples.items()}


def summary(samples: list[float]) -> Timing:
    """Sum up samples, at least one: half of them lie above the median, and half in the range of the middle."""
    middle = median(samples)
    if len(samples) == 1:
        return Timing(middle, 0.0, 1)
    lower, _, upper = quantiles(samples, method="inclusive")
    return Timing(middle, (upper - lower) / middle, len(samples))
