"""What the operators and lists are asked about: corners first, then whatever the generator brings."""

from collections.abc import Sequence
from math import inf, nextafter

from numpy.random import Generator

Call = tuple[float, ...]

CORNERS = (
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    -0.5,
    1e-300,
    -1e-300,
    1e-6,
    -1e-6,
    0.01,
    -0.01,
    100.0,
    -1e6,
    1e15,
)
EXPONENTS = (
    *CORNERS[:-2],
    36.0,
    -36.0,
    700.0,
    -700.0,
    709.0,
    -709.0,
    750.0,
    -750.0,
    1000.0,
    -1000.0,
)


def value(rng: Generator, case: int, corners: Sequence[float]) -> float:
    """Take the corner of this case, or a random number once there are no more."""
    return corners[case] if case < len(corners) else anything(rng)


def anything(rng: Generator) -> float:
    """Draw a number of either sign, from a thousandth to a hundred in size."""
    return round(float(rng.choice([-1.0, 1.0]) * 10 ** rng.uniform(-3, 2)), 6)


def ones(rng: Generator, case: int, corners: Sequence[float] = CORNERS) -> list[Call]:
    """Choose arguments of functions of one number: two corners, and numbers at random."""
    first = 2 * case % len(corners)
    chosen = [
        corners[first],
        corners[first - 1],
        anything(rng),
        anything(rng),
        float(rng.uniform(-9, 9)),
    ]
    return [(x,) for x in chosen]


def pairs(rng: Generator, case: int) -> list[Call]:
    """Choose arguments of functions of two numbers: a corner on either side, and numbers at random."""
    corner = CORNERS[case % len(CORNERS)]
    x, y = anything(rng), anything(rng)
    return [
        (corner, x),
        (x, corner),
        (x, y),
        (x, -x),
        (float(rng.integers(-5, 6)), float(rng.integers(-5, 6))),
    ]


def ties(rng: Generator, case: int) -> list[Call]:
    """Pair a number with itself and with its next neighbours."""
    x = value(rng, case, CORNERS)
    return [(x, x), (x, nextafter(x, inf)), (x, nextafter(x, -inf)), (nextafter(x, inf), x)]


def numbers(rng: Generator, case: int) -> list[float]:
    """Draw a list: empty in the first case, of one number in the second, of two to seven afterwards."""
    length = case if case < 2 else 2 + case % 6
    return [anything(rng) for _ in range(length)]
