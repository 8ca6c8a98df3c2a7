"""The experiment of Task 1.6: gradient descent on all samples, on one, on a few, with a matrix, and without a gradient.

python project/run_descent.py --predict
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it runs from any folder

from minitorch.seeding import generator  # noqa: E402  (needs the line above)
from project import descent  # noqa: E402
from project.charts import Chart  # noqa: E402
from project.experiment import Findings, Question, run  # noqa: E402
from project.surface import Surface  # noqa: E402
from project.watching import count  # noqa: E402

Place = Sequence[float]  # a weight and a bias
Answers = dict[str, str]

START = (-2.0, 3.0)
RATE = 0.1
WAYS = {"all": 0, "ten": 10, "one": 1}  # how many samples a step looks at; 0 for all of them
WALKS = 15  # with other luck each
LONG_RUN = {0.3: 2_000, 0.1: 4_000, 0.03: 8_000, 0.01: 12_000}  # steps at each rate
EACH = 25  # steps at each rate, if it falls
STEPS = {"all": 50, "ten": 1_000, "one": 10_000}  # of the pictures
SHOWN = 40  # of them on the map
DIRECTIONS = {10: 20, 100: 5, 1_000: 1}  # how often to estimate by so many directions

ALL, ONE, FLOOR, COSINE = "all samples", "one sample", "a tenth of the rate", "1,000 parameters"
TIMES = {"the same number": 1.0, "10 times": 10.0, "100 times": 100.0}
SHARES = {"all of it": 1.0, "a third": 0.3, "a tenth": 0.1, "a hundredth": 0.01}
COSINES = {"0.03": 0.03, "0.3": 0.3, "0.7": 0.7, "0.95": 0.95}
QUESTIONS = [
    Question(
        ALL,
        "Every sample is there 100 times, and each step looks at all of them. How many samples are looked at,\n"
        "until the loss is nearly as low as it can be, compared with a single copy of each?",
        tuple(TIMES),
    ),
    Question(ONE, "And if each step looks at a single sample?", tuple(TIMES)),
    Question(
        FLOOR,
        "Steps that look at one sample never come to rest: the loss stays above the lowest by some distance.\n"
        "What is left of that distance, if the rate is 0.01 in place of 0.1?",
        tuple(SHARES),
    ),
    Question(
        COSINE,
        "The gradient by 1,000 parameters is estimated from steps in 100 directions. The cosine between estimate\n"
        "and gradient is 1 if both point the same way, and 0 if they have nothing in common. What is it?",
        tuple(COSINES),
    ),
]


# Samples, and walks


def samples_of_a_line(count: int = 20) -> list[descent.Sample]:
    """Take y = 1.5x - 0.5 at evenly spread places, and add noise."""
    xs = [2.5 * number / (count - 1) - 1.0 for number in range(count)]
    return [((x,), 1.5 * x - 0.5 + generator.gauss(0.0, 0.5)) for x in xs]


@dataclass(frozen=True)
class Bowl:
    """The average loss of a line, as a formula of school: so that the lowest place is known beforehand.

    Attributes:
        square: The mean of x².
        mean: The mean of x.
        lowest: The weight and the bias where the loss is lowest.
    """

    square: float
    mean: float
    lowest: Place

    @classmethod
    def of(cls, samples: Sequence[descent.Sample]) -> Bowl:
        """Fit a line to the samples."""
        xs, ys = [x for (x,), _ in samples], [y for _, y in samples]
        square, mean, y_mean = fmean(x * x for x in xs), fmean(xs), fmean(ys)
        weight = fmean(x * (y - y_mean) for x, y in zip(xs, ys)) / (square - mean * mean)
        return cls(square, mean, (weight, y_mean - weight * mean))

    def excess(self, at: Place) -> float:
        """Compute how far the loss lies above the lowest."""
        w, b = at[0] - self.lowest[0], at[1] - self.lowest[1]
        return self.square * w * w + 2.0 * self.mean * w * b + b * b

    def steps_to(self, goal: float, path: Sequence[Place]) -> float:
        """Count the steps after which a path is for the first time as low as that; infinitely many if it never is."""
        return next((step for step, at in enumerate(path) if self.excess(at) <= goal), math.inf)


def batches(way: str, count: int, steps: int) -> Iterable[Sequence[int]]:
    """Choose the samples that the steps look at."""
    if way == "all":
        return descent.full_batch(count, steps)
    if way == "one":
        return descent.single_sample(count, steps, generator.randrange)
    return descent.mini_batch(count, WAYS[way], steps, generator.randrange)


def walk(
    samples: list[descent.Sample], way: str, steps: int, rate: float = RATE, start: Place = START
) -> list[list[float]]:
    """Descend from a place, and give the path."""
    model = descent.LinearModel([start[0]], start[1])
    return descent.descend(model, samples, rate, batches(way, len(samples), steps))


# What is measured


def copies(samples: list[descent.Sample]) -> tuple[str, Answers]:
    """Count the samples that are looked at until the loss is near the lowest, if each is there several times."""
    bowl = Bowl.of(samples)
    goal = bowl.excess(START) / 100
    seen: dict[str, list[float]] = {}
    for way, size in WAYS.items():
        seen[way] = []
        for times in (1, 10, 100):
            walks = 1 if way == "all" else WALKS
            paths = [walk(samples * times, way, 80 if size else 30) for _ in range(walks)]
            steps = median(bowl.steps_to(goal, path) for path in paths)
            seen[way].append(steps * (size or times * len(samples)))
    text = table(
        f"Samples looked at until the loss has come 99 % of the way down, at rate {RATE}",
        ["a step looks at", "1 copy", "10 copies", "100 copies"],
        [[way, *(f"{number:,.0f}" for number in numbers)] for way, numbers in seen.items()],
    )
    more = {ALL: seen["all"], ONE: seen["one"]}
    return text, {about: closest(TIMES, of[-1] / of[0]) for about, of in more.items()}


def noise(samples: list[descent.Sample]) -> tuple[str, Answers]:
    """Measure how far above the lowest loss steps on one sample stay, by rate: in the long run, and soon."""
    bowl = Bowl.of(samples)

    def floor(rate: float, way: str = "one") -> float:
        path = walk(samples, way, LONG_RUN[rate], rate, bowl.lowest)
        return fmean(map(bowl.excess, path[len(path) // 8 :]))

    def soon(rates: Sequence[float]) -> float:
        return fmean(bowl.excess(falling(samples, rates)) for _ in range(WALKS))

    floors = {rate: floor(rate) for rate in LONG_RUN}
    early = [soon([rate] * len(LONG_RUN)) for rate in LONG_RUN] + [soon(list(LONG_RUN))]
    text = table(
        "How far the loss is above the lowest, if each step looks at one sample",
        ["rate", *map(str, floors), "falling"],
        [
            ["in the long run", *map(short, floors.values()), ""],
            [f"after {EACH * len(LONG_RUN)} samples", *map(short, early)],
        ],
    )
    text += f"\n  If it looks at ten, at rate 0.3, in the long run: {short(floor(0.3, 'ten'))}"
    return text, {FLOOR: closest(SHARES, floors[0.01] / floors[0.1])}


def falling(samples: list[descent.Sample], rates: Sequence[float]) -> list[float]:
    """Descend at one rate after the other, and give the last place."""
    at: list[float] = list(START)
    for rate in rates:
        at = walk(samples, "one", EACH, rate, at)[-1]
    return at


def valleys() -> str:
    """Count the steps through two narrow valleys, one along an axis, one across: by a rate, and by matrices."""
    rows = []
    for name, xs in (("along an axis", (-7.0, 7.0)), ("across", (1.25, 3.25))):
        samples: list[descent.Sample] = [((x,), 2.0 * x + 1.0) for x in xs]
        bowl = Bowl.of(samples)
        a, b, d = 2.0 * bowl.square, 2.0 * bowl.mean, 2.0  # the second derivatives of the loss
        rate, matrix = 2.0 / (a + d), a * d - b * b
        etas = [
            [[rate, 0.0], [0.0, rate]],
            [[1.0 / a, 0.0], [0.0, 1.0 / d]],
            [[d / matrix, -b / matrix], [-b / matrix, a / matrix]],
        ]
        steep = (a + d + math.hypot(a - d, 2.0 * b)) / 2.0
        rows.append([name, f"{steep * steep / matrix:.0f} : 1"])
        for eta in etas:
            model = descent.LinearModel([0.0], 0.0)
            start = descent.values(model)
            path = descent.descend_by_matrix(model, samples, eta, descent.full_batch(2, 250))
            rows[-1].append(str(bowl.steps_to(bowl.excess(start) / 1_000, path)))
    return table(
        "Steps until the loss has come 99.9 % of the way down a valley",
        ["the valley lies", "steepness", "best rate", "rate for each", "matrix"],
        rows,
    )


def estimates() -> tuple[str, Answers]:
    """Measure how well the gradient of a sum of squares is estimated, by parameters and directions."""
    cosines = {
        size: [
            fmean(cosine(size, directions) for _ in range(times))
            for directions, times in DIRECTIONS.items()
        ]
        for size in (2, 30, 1_000)
    }
    text = table(
        "The cosine between a gradient and its estimate",
        ["parameters", *(f"{directions:,} directions" for directions in DIRECTIONS)],
        [[f"{size:,}", *(f"{c:.3f}" for c in found)] for size, found in cosines.items()],
    )
    return text, {COSINE: closest(COSINES, cosines[1_000][1])}


def cosine(size: int, directions: int) -> float:
    """Estimate the gradient of a sum of squares at a random place, and compare: it is twice the place."""
    at, *drawn = ([generator.gauss(0.0, 1.0) for _ in range(size)] for _ in range(1 + directions))
    found = descent.estimate_gradient(lambda x: math.hypot(*x) ** 2, at, 0.1, drawn)
    return sum(a * b for a, b in zip(at, found)) / (math.hypot(*at) * math.hypot(*found))


def stairs() -> str:
    """Let two prototypes learn to be the nearest to the points of their groups: the number of wrong ones has stairs."""
    groups = [(-1.0, 0.5), (1.0, -0.5)]
    points = [
        (label, [generator.gauss(middle, 0.7) for middle in groups[label]])
        for label in (0, 1)
        for _ in range(20)
    ]

    def wrong(at: Place) -> float:
        return sum(descent.nearest((at[:2], at[2:]), x) != label for label, x in points) / len(
            points
        )

    rows = []
    for sigma in (0.000001, 0.5):
        at, counts = [0.5, 0.0, -0.5, 0.0], []
        for step in range(41):
            if step % 10 == 0:
                counts.append(f"{wrong(at) * len(points):.0f}")
            drawn = [[generator.gauss(0.0, 1.0) for _ in at] for _ in range(20)]
            slopes = descent.estimate_gradient(wrong, at, sigma, drawn)
            at = [x - 2.0 * slope for x, slope in zip(at, slopes)]
        rows.append([f"{sigma:f}".rstrip("0"), *counts])
    return table(
        f"How many of {len(points)} points are nearest to the wrong prototype",
        ["σ of the estimate", "at first", *(f"after {n}" for n in (10, 20, 30, 40))],
        rows,
    )


def pictures(samples: list[descent.Sample]) -> tuple[Surface, Chart]:
    """Draw three walks: on a map of the loss, and how the loss falls with the samples that were looked at."""
    bowl = Bowl.of(samples)
    paths = {way: walk(samples, way, steps) for way, steps in STEPS.items()}
    lines = {
        way: [
            (step * (WAYS[way] or len(samples)), bowl.excess(path[step]))
            for step in sorted({round(len(path) ** (n / 60)) - 1 for n in range(1, 61)})
        ]
        for way, path in paths.items()
    }
    first = {way: path[: SHOWN + 1] for way, path in paths.items()}
    title = (
        f"The first {SHOWN} steps, if each looks at all {len(samples):,} samples, at ten, at one"
    )
    return (
        Surface(title, ("weight", "bias"), bowl.excess, bowl.lowest, first),
        Chart(
            "How the loss falls",
            "samples looked at",
            "loss above the lowest",
            lines,
            log_x=True,
            log_y=True,
        ),
    )


def experiment(options: argparse.Namespace) -> Findings:
    """Measure everything, from the same twenty samples."""
    samples = samples_of_a_line()
    seen, of_copies = copies(samples)
    floors, of_noise = noise(samples)
    cosines, of_estimates = estimates()
    return Findings(
        "\n\n".join([seen, floors, valleys(), cosines, stairs()]),
        of_copies | of_noise | of_estimates,
        pictures(samples * options.copies),
    )


def table(title: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Set a table, its columns as wide as they need to be."""
    lines = [header, *rows]
    widths = [max(map(len, column)) for column in zip(*lines)]
    first = [row[0].ljust(widths[0]) for row in lines]
    rest = [[cell.rjust(width) for cell, width in zip(row[1:], widths[1:])] for row in lines]
    set_lines = ["   ".join([name, *cells]).rstrip() for name, cells in zip(first, rest)]
    return "\n".join([f"{title}:", *(f"  {line}" for line in set_lines)])


def short(number: float) -> str:
    return f"{number:.2g}"


def closest(choices: Mapping[str, float], number: float) -> str:
    """Find the choice whose number comes nearest, by factors."""
    return min(choices, key=lambda choice: abs(math.log(number / choices[choice])))


if __name__ == "__main__":
    run(
        "1.6",
        "Measure gradient descent on all samples, on ten, on one, with a matrix, and without a gradient. It takes about"
        " ten seconds; with --copies 100, twice as long.",
        QUESTIONS,
        experiment,
        copies={
            "type": count,
            "default": 10,
            "help": "how often each sample is there, in the pictures",
        },
    )
