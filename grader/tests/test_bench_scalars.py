"""The peer that the course's scalars are measured against has to calculate the same, or the ratio means nothing."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

import pytest

from grader.bench.scalars import Neuron, network, run
from grader.bench.value import Value
from grader.tests.authored import imported, needs_course

POINT = (0.3, 0.7)


@pytest.fixture
def minitorch(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Import the reference library, and forget it again."""
    yield from imported("minitorch", monkeypatch)


@needs_course
def test_both_engines_find_the_same_value_and_the_same_derivatives(minitorch: Any) -> None:
    ours = minitorch.Scalar
    scalars, values = network(ours), network(Value)
    mine, theirs = run(scalars, [*map(ours, POINT)]), run(values, [*map(Value, POINT)])
    assert mine.data == pytest.approx(theirs.data, rel=1e-12)
    mine.backward()
    theirs.backward()
    expected = [value.grad for value in parameters(values)]
    assert [x.derivative for x in parameters(scalars)] == pytest.approx(expected, rel=1e-9)
    assert any(expected)


def parameters(layers: list[list[Neuron]]) -> list[Any]:
    """List a network's weights and biases."""
    return [number for weights, bias in chain(*layers) for number in (*weights, bias)]
