"""Task 1.6: gradient descent, four ways: on all samples, on one, on a few, and with a matrix in place of the rate.

And what can be done where there is no gradient. The experiment is in run_descent.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import minitorch
from minitorch import Scalar

Sample = tuple[Sequence[float], float]  # the inputs x, and y: what the model should say
Draw = Callable[[int], int]  # of a count: one of the numbers 0 to count - 1, at random


class LinearModel(minitorch.Module):
    """A function with hidden arguments: y = G(x, w), here a weighted sum of the inputs, plus a bias.

    Args:
        weights: What each input counts, to begin with.
        bias: What is added, to begin with.
    """

    def __init__(self, weights: Sequence[float], bias: float) -> None:
        super().__init__()
        self.weights = [
            self.add_parameter(f"weight_{i}", Scalar(weight)) for i, weight in enumerate(weights)
        ]
        self.add_parameter("bias", Scalar(bias))

    def forward(self, x: Sequence[float]) -> Scalar:
        """Compute x[0] * weights[0] + x[1] * weights[1] + … + bias."""
        total = self.bias.value
        for number, weight in zip(x, self.weights, strict=True):
            total = total + weight.value * number
        return total


def values(model: minitorch.Module) -> list[float]:
    """List the numbers that the parameters hold now, in the order of ``model.parameters()``."""
    return [parameter.value.data for parameter in model.parameters()]


# The loss


def cost(y: float, said: Scalar) -> Scalar:
    """Measure how far the model is off: C(y, said) = (y - said)², as a Scalar that knows where it comes from."""
    # TODO: Task 1.6
    raise NotImplementedError("Task 1.6: implement cost in project/descent.py")


def sample_loss(model: minitorch.Module, sample: Sample) -> Scalar:
    """Measure the loss of one sample (x, y): the cost of what ``model.forward(x)`` says, beside y."""
    # TODO: Task 1.6
    raise NotImplementedError("Task 1.6: implement sample_loss in project/descent.py")


def average_loss(model: minitorch.Module, samples: Sequence[Sample]) -> Scalar:
    """Measure the loss of one or more samples: the mean of their sample losses. One that comes twice counts twice."""
    # TODO: Task 1.6
    raise NotImplementedError("Task 1.6: implement average_loss in project/descent.py")


def gradient(model: minitorch.Module, samples: Sequence[Sample]) -> list[float]:
    """Find the slope of the average loss in the direction of each parameter, where the parameters are now.

    Args:
        model: Any module whose ``forward`` takes the x of a sample, and gives a Scalar. Its values stay as they are.
        samples: The samples to average over, at least one.

    Returns:
        A float for each parameter, in the order of ``model.parameters()``: 0.0 for one on which the loss doesn't
        depend. Derivatives that the parameters collected before this call don't count.
    """
    # TODO: Task 1.6
    raise NotImplementedError("Task 1.6: implement gradient in project/descent.py")


# Downhill


def move(model: minitorch.Module, steps: Sequence[float]) -> None:
    """Subtract from each parameter its step, w ← w - step; the steps stand in the order of ``model.parameters()``."""
    # TODO: Task 1.6
    raise NotImplementedError("Task 1.6: implement move in project/descent.py")


def descend(
    model: minitorch.Module,
    samples: Sequence[Sample],
    rate: float,
    batches: Iterable[Sequence[int]],
) -> list[list[float]]:
    """Take a step for each batch: w ← w - rate · g, where g is the gradient of the average loss over the batch.

    All parameters move at once: g is complete before the first of them changes.

    Args:
        model: What learns. It begins where it is, and ends where the last step leads.
        samples: All samples that there are.
        rate: How long the steps are.
        batches: For each step the numbers of the samples to look at, counted from 0. ``[2, 0]`` means the third sample
            and the first; a number that comes twice counts twice. They may come from a generator, so go through them
            only once.

    Returns:
        The path: the model's ``values`` before the first step, and after each; a list of its own for each.
    """
    # TODO: Task 1.6
    raise NotImplementedError("Task 1.6: implement descend in project/descent.py")


def full_batch(count: int, steps: int) -> Iterable[list[int]]:
    """Make the batches for steps that look at everything.

    Args:
        count: How many samples there are.
        steps: How many batches to make.

    Returns:
        For each step all the numbers, [0, 1, …, count - 1]: a list of lists, or a generator of lists.
    """
    # TODO: Task 1.6
    raise NotImplementedError("Task 1.6: implement full_batch in project/descent.py")


def single_sample(count: int, steps: int, draw: Draw) -> Iterable[list[int]]:
    """Make the batches for steps that look at one sample each, drawn from all of them.

    Args:
        count: How many samples there are.
        steps: How many batches to make.
        draw: ``draw(count)`` is the number of one sample. It is called once for each step.

    Returns:
        For each step one number: [[4], [0], [4], …], or a generator of such lists.
    """
    # TODO: Task 1.6
    raise NotImplementedError("Task 1.6: implement single_sample in project/descent.py")


def mini_batch(count: int, size: int, steps: int, draw: Draw) -> Iterable[list[int]]:
    """Make the batches for steps that look at a few samples each, every one of them drawn from all samples.

    Args:
        count: How many samples there are.
        size: How many to draw for each batch. The same may be drawn twice.
        steps: How many batches to make.
        draw: ``draw(count)`` is the number of one sample. It is called once for each number, in their order.

    Returns:
        For each step ``size`` numbers: [[4, 0, 4], [1, 2, 0], …] for size 3, or a generator of such lists.
    """
    # TODO: Task 1.6
    raise NotImplementedError("Task 1.6: implement mini_batch in project/descent.py")


def descend_by_matrix(
    model: minitorch.Module,
    samples: Sequence[Sample],
    eta: Sequence[Sequence[float]],
    batches: Iterable[Sequence[int]],
) -> list[list[float]]:
    """Take a step for each batch: w ← w - η·g, where a matrix η stands in place of the rate.

    Parameter number i moves by ``eta[i][0] * g[0] + eta[i][1] * g[1] + …``, downwards.

    Args:
        model: What learns, as in ``descend``.
        samples: All samples that there are.
        eta: The matrix η, row by row: as many rows and columns as there are parameters.
        batches: For each step the numbers of the samples to look at, as in ``descend``.

    Returns:
        The path, as in ``descend``.
    """
    # TODO: Task 1.6
    raise NotImplementedError("Task 1.6: implement descend_by_matrix in project/descent.py")


# Where there is no gradient


def nearest(rows: Sequence[Sequence[float]], x: Sequence[float]) -> int:
    """Find which row lies nearest to x, by the squared distance |x - row|²: the number of the row, counted from 0.

    Of rows that are equally near, it is the first.
    """
    # TODO: Task 1.6
    raise NotImplementedError("Task 1.6: implement nearest in project/descent.py")


def estimate_gradient(
    f: Callable[[list[float]], float],
    at: Sequence[float],
    sigma: float,
    directions: Sequence[Sequence[float]],
) -> list[float]:
    """Estimate the gradient of f from its values alone: f may have stairs and jumps, or be no formula at all.

    For each direction u, a step to either side measures the slope along u, which then counts in the direction of u:

        (f(at + σ·u) - f(at - σ·u)) / (2σ) · u

    Args:
        f: Gives a number for a list of n numbers.
        at: The place, n numbers. It stays as it is.
        sigma: The size σ of a step.
        directions: One or more directions, n numbers each, of any length: a longer one counts more.

    Returns:
        The mean of the above over all directions: a new list of n numbers.
    """
    # TODO: Task 1.6
    raise NotImplementedError("Task 1.6: implement estimate_gradient in project/descent.py")
