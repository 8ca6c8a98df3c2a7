"""A network of three layers as the tests know it: its numbers, and what it gives, calculated in plain Python."""

import math
from collections.abc import Sequence

from hypothesis import strategies as st

Row = list[float]
Matrix = list[Row]
Layer = tuple[Matrix, Row]  # weights and bias

sizes = st.integers(1, 3)
tenths = st.integers(-20, 20).map(lambda n: n / 10)


def rows(length: int) -> st.SearchStrategy[Row]:
    """Draw a list of so many numbers."""
    return st.lists(tenths, min_size=length, max_size=length)


def matrices(height: int, width: int) -> st.SearchStrategy[Matrix]:
    """Draw a list of so many lists."""
    return st.lists(rows(width), min_size=height, max_size=height)


def all_layers(hidden: int) -> st.SearchStrategy[tuple[Layer, ...]]:
    """Draw the weights and biases of a network's three layers."""
    shapes = ((2, hidden), (hidden, hidden), (hidden, 1))
    return st.tuples(*(st.tuples(matrices(ins, outs), rows(outs)) for ins, outs in shapes))


def weighed(x: Sequence[float], weights: Matrix, bias: Row) -> Row:
    """Compute what a layer gives for one point."""
    return [b + sum(number * row[j] for number, row in zip(x, weights)) for j, b in enumerate(bias)]


def expected_probability(layers: Sequence[Layer], x: Sequence[float]) -> float:
    """Compute what a network gives for one point."""
    first = [max(0.0, number) for number in weighed(x, *layers[0])]
    second = [max(0.0, number) for number in weighed(first, *layers[1])]
    (score,) = weighed(second, *layers[2])
    return 0.5 + 0.5 * math.tanh(score / 2)


def slope(layers: Sequence[Layer], X: Matrix, row: Row, place: int) -> float:
    """Measure how fast the sum of a network's outputs changes with one of its numbers, ``row[place]``."""
    before, epsilon = row[place], 1e-4
    row[place] = before + epsilon
    above = sum(expected_probability(layers, x) for x in X)
    row[place] = before - epsilon
    below = sum(expected_probability(layers, x) for x in X)
    row[place] = before
    return (above - below) / (2 * epsilon)
