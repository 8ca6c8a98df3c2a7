"""What the tests of whole networks are made with: parameters of chosen values, and slopes to compare derivatives to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from operator import itemgetter

import numpy as np
import pytest
from arrays import array_backend
from comparison import assert_close
from sliding import slid_by_numpy
from tensors import Values

import minitorch

Parameters = dict[str, Values]  # by name


@pytest.fixture(autouse=True)
def numpy_backend(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let NumPy calculate and convolve for networks: that is fast, and nothing has to be compiled."""
    monkeypatch.setattr("project.layers.BACKEND", array_backend(minitorch))
    with slid_by_numpy(minitorch):
        yield


def filled(model: minitorch.Module, seed: int = 0) -> Parameters:
    """Give all parameters new values, by the order of their names, and list these."""
    rng = np.random.default_rng(seed)
    values: Parameters = {}
    for name, parameter in sorted(model.named_parameters(), key=itemgetter(0)):
        shape = parameter.value.shape
        values[name] = rng.uniform(-1.0, 1.0, shape) / np.sqrt(np.prod(shape[1:], initial=1.0))
        parameter.update(constant(values[name]))
    return values


def constant(values: Values) -> minitorch.Tensor:
    """Make a tensor that calculates as the layers do."""
    backend = import_module("project.layers").BACKEND
    array = np.ascontiguousarray(values, np.float64)
    return minitorch.Tensor.make(array.ravel(), array.shape, backend=backend)


def assert_slopes(
    model: minitorch.Module, values: Parameters, expected: Callable[[Parameters], float], what: str
) -> None:
    """Assert that each parameter has the derivative that the slope of the result says, at some of its elements.

    Args:
        model: The network, after ``backward``.
        values: Those of its parameters.
        expected: Calculates the result of the network for such values, without the library.
        what: The result.
    """
    __tracebackhide__ = True
    for name, parameter in model.named_parameters():
        grad = parameter.value.grad
        assert_close(grad is not None, True, f"{name} has a derivative after backward()")
        places = np.random.default_rng(1).choice(
            values[name].size, min(3, values[name].size), False
        )
        for place in places:
            index = np.unravel_index(place, values[name].shape)
            got = float(grad.to_numpy()[index])
            at = [int(number) for number in index]
            measured = slope(values, name, index, expected)
            if abs(got - measured) > 1e-5 * (1 + abs(measured)):
                assert_close(got, measured, f"the derivative of {what} by {name} at {at}")


def slope(
    values: Parameters,
    name: str,
    index: tuple[np.intp, ...],
    expected: Callable[[Parameters], float],
) -> float:
    """Measure how fast a result changes with one number of one parameter."""
    array, epsilon = values[name], 1e-5
    before = array[index]
    array[index] = before + epsilon
    above = expected(values)
    array[index] = before - epsilon
    below = expected(values)
    array[index] = before
    return (above - below) / (2 * epsilon)


def shapes(model: minitorch.Module) -> list[tuple[str, tuple[int, ...]]]:
    """List names and shapes of all parameters, by name."""
    return sorted((name, p.value.shape) for name, p in model.named_parameters())


def learned(
    model: minitorch.Module, step: Callable[[], minitorch.Tensor], rate: float, steps: int
) -> list[float]:
    """Take steps downhill, and list the losses.

    Args:
        model: What learns.
        step: Calculates the loss.
        rate: The learning rate.
        steps: How many.

    Returns:
        The loss before each step.
    """
    optim = minitorch.SGD(model.parameters(), rate)
    losses = []
    for _ in range(steps):
        optim.zero_grad()
        loss = step()
        loss.backward()
        optim.step()
        losses.append(loss.item())
    return losses


def assert_falls(losses: list[float], below: float) -> None:
    """Assert that the last loss is less than it has to be."""
    __tracebackhide__ = True
    steps = f"{len(losses) - 1} step{'s' if len(losses) > 2 else ''}"
    message = f"the loss after {steps}: got {losses[-1]}, expected less than {below}"
    assert losses[-1] < below, message
