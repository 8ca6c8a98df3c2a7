"""What the probes of Module 3 ask about: tensors, every third time row by row as most are, and functions of numbers."""

from numpy.random import Generator

from ..layouts import Layout, Shape, permuted, row_major, spread


def dense(rng: Generator, shape: Shape) -> Layout:
    """Draw a layout without gaps or sharing, its dimensions in any order; every third time in their own."""
    return row_major(shape) if rng.random() < 0.33 else permuted(rng, shape)


def anyhow(rng: Generator, shape: Shape) -> Layout:
    """Draw a layout with its dimensions in any order, some of stride 0 (one cell for a whole row), some with gaps."""
    plain = dense(rng, shape)
    return plain if rng.random() < 0.33 else spread(rng, plain)


def triple(x: float) -> float:
    """Compute 3x + 1."""
    return 3.0 * x + 1.0


def double(x: float, y: float) -> float:
    """Compute 2x - y."""
    return 2.0 * x - y


def latest(x: float, y: float) -> float:
    """Give y: the order matters, the grouping of several numbers doesn't."""
    return y


def compound(x: float, y: float) -> float:
    """Compute (1 + x) * (1 + y) - 1: neither order nor grouping of several numbers matters."""
    return x + y + x * y
