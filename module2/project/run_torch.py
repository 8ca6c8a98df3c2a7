"""Beside PyTorch: one network in your library and in PyTorch, with the same start. Do the losses agree?

python project/run_torch.py
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it runs from any folder

try:
    import torch
except ImportError:
    torch = None  # it is asked for only when the script runs

import minitorch  # noqa: E402  (needs the line above)
from minitorch.operators import EPS  # noqa: E402
from project.charts import Chart  # noqa: E402
from project.experiment import Findings, Question, run  # noqa: E402
from project.run_tensor import Linear, Network, log_loss  # noqa: E402
from project.watching import count  # noqa: E402

TO_INSTALL = (
    "PyTorch is not installed. Install it: python -m pip install torch\n"
    "On Linux, this brings gigabytes for graphics cards. For the CPU alone, 200 MB are enough:\n"
    "https://pytorch.org/get-started says which command installs that."
)
HIDDEN, RATE = 8, 0.3
POINTS = 50
ROUNDING = 1e-9
SIZES = {"exactly 0": 0.0, "below 1e-9": ROUNDING, "1e-9 to 1e-4": 1e-4}
ABOVE = "above 1e-4"


@dataclass(frozen=True)
class Losses:
    """The mean loss before each step, in both libraries."""

    yours: Sequence[float]
    pytorch: Sequence[float]

    def differences(self) -> list[float]:
        """List how far they are apart."""
        return [abs(one - other) for one, other in zip(self.yours, self.pytorch)]


def train(optim: Any, loss: Callable[[int], Any], steps: int) -> list[float]:
    """Train a network. These lines serve both libraries, because ours took its names from PyTorch.

    Args:
        optim: ``minitorch.SGD`` or ``torch.optim.SGD``.
        loss: Gives, from the number of a step, the mean loss of the points that this step is taken by.
        steps: How many steps to take.

    Returns:
        The loss before each step.
    """
    losses = []
    for step in range(steps):
        optim.zero_grad()
        total = loss(step)
        total.backward()
        optim.step()
        losses.append(total.item())
    return losses


def linear(ours: Linear) -> Any:
    """Make PyTorch's layer with the weights and biases that one of ours has now.

    Ours keeps its weights as (in_size, out_size), PyTorch as (out_size, in_size), and computes ``x @ weight.T``.
    """
    weights, bias = ours.weights.value.to_numpy(), ours.bias.value.to_numpy()
    theirs = torch.nn.Linear(*weights.shape, dtype=torch.float64)
    with torch.no_grad():
        theirs.weight.copy_(torch.tensor(weights.T))
        theirs.bias.copy_(torch.tensor(bias))
    return theirs


def points(options: argparse.Namespace) -> Losses:
    """Train the network of Task 2.5, on all points at once."""
    data = minitorch.datasets[options.dataset](POINTS)
    ours = Network(HIDDEN)
    theirs = torch.nn.Sequential(
        linear(ours.layer1),
        torch.nn.ReLU(),
        linear(ours.layer2),
        torch.nn.ReLU(),
        linear(ours.layer3),
        torch.nn.Sigmoid(),
    )
    our_X, our_y = minitorch.tensor(data.X), minitorch.tensor(data.y)
    their_X, their_y = (torch.tensor(each, dtype=torch.float64) for each in (data.X, data.y))

    def our_loss(_: int) -> Any:
        return log_loss(ours.forward(our_X).view(POINTS), our_y).sum() / POINTS

    def their_loss(_: int) -> Any:
        out = theirs(their_X).view(POINTS)
        of_the_right_labels = out * their_y + (1.0 - out) * (1.0 - their_y)
        return -(of_the_right_labels + EPS).log().sum() / POINTS  # our log adds EPS

    return Losses(
        train(minitorch.SGD(ours.parameters(), RATE), our_loss, options.steps),
        train(torch.optim.SGD(theirs.parameters(), RATE), their_loss, options.steps),
    )


def both(options: argparse.Namespace) -> Losses:
    """Train the network that the command line names."""
    return points(options)


def side_by_side(losses: Losses) -> str:
    """Print the losses of some steps, and how far they are apart."""
    steps = len(losses.yours)
    shown = [n for n in (1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000) if n < steps] + [steps]
    lines = [f"{'step':>5}   {'your loss':<18} {'PyTorch':<18} difference"]
    for step, one, other in zip(range(1, steps + 1), losses.yours, losses.pytorch):
        if step in shown:
            lines.append(f"{step:>5}   {one:<18.15f} {other:<18.15f} {abs(one - other):.1e}")
    return "\n".join(lines)


def verdict(losses: Losses) -> str:
    """Say how large the largest difference is; and where it is more than rounding, where to look."""
    differences = losses.differences()
    said = f"The largest difference of {len(differences)} steps is {max(differences):.1e}."
    large = [step for step, found in enumerate(differences, 1) if not found <= ROUNDING]
    if not large:
        return f"{said} That is rounding: both compute the same."
    first = large[0]
    cause = "a forward" if first == 1 else "a backward, or the step of the optimizer"
    return f"{said} They part at step {first}: look for {cause} that differs from PyTorch's."


def size(difference: float) -> str:
    """Choose the answer that a difference belongs to."""
    return next((name for name, most in SIZES.items() if difference <= most), ABOVE)


def experiment(options: argparse.Namespace) -> Findings:
    """Train both, and compare their losses."""
    if torch is None:
        sys.exit(TO_INSTALL)
    losses = both(options)
    differences = losses.differences()
    steps = range(1, options.steps + 1)
    lines = {"yours": losses.yours, "PyTorch": losses.pytorch}
    curves = Chart(
        "Both losses (where they coincide, only the second mark is seen)",
        "step",
        "mean loss",
        {name: list(zip(steps, values)) for name, values in lines.items()},
    )
    apart = Chart(
        "How far they are apart",
        "step",
        "difference",
        {"difference": list(zip(steps, differences))},
        log_y=True,
    )
    shape = tuple(torch.nn.Linear(2, 8).weight.shape)
    answers = {"largest difference": size(max(differences)), "shape": str(shape)}
    text = f"PyTorch {torch.__version__} and your library, both in float64:\n\n"
    return Findings(f"{text}{side_by_side(losses)}\n\n{verdict(losses)}", answers, [curves, apart])


QUESTIONS = [
    Question(
        "largest difference",
        "How far apart will the losses of both libraries be at most, after the same start?",
        [*SIZES, ABOVE],
    ),
    Question(
        "shape",
        "Your Linear(2, 8) keeps its weights as a tensor of shape (2, 8). And PyTorch's nn.Linear(2, 8)?",
        ["(2, 8)", "(8, 2)"],
    ),
]
MORE: dict[str, dict[str, Any]] = {
    "steps": {"type": count, "default": 100, "help": "how many steps to take"},
    "dataset": {
        "choices": list(minitorch.datasets),
        "default": "Xor",
        "help": "which points to learn",
    },
}

if __name__ == "__main__":
    run(
        "torch",
        "Train a network in your library and in PyTorch, from the same start, and compare the losses.",
        QUESTIONS,
        experiment,
        **MORE,
    )
