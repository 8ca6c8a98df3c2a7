"""The lab of Task 2.8: one network three ways, what its way back costs, and a loss that is wrong without a word.

python project/run_by_hand.py --predict

It also needs Task 2.4, since it holds your derivatives against those of autodiff.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it runs from any folder

import minitorch  # noqa: E402  (needs the line above)
from minitorch import Tensor, operators  # noqa: E402
from minitorch.seeding import generator  # noqa: E402
from project import by_hand  # noqa: E402
from project.charts import Chart  # noqa: E402
from project.experiment import Findings, Question, run  # noqa: E402
from project.watching import count  # noqa: E402

Array = NDArray[np.float64]
Arrays = list[Array]  # x, y, w1, b1, w2, b2

NAMES = ("x", "y", "w1", "b1", "w2", "b2")
PARAMETERS = NAMES[2:]
BATCHES = (1, 2, 4, 8, 16)  # of which the numbers that are kept are counted
RATE = 0.1
WIDTH = 8  # hidden units of the network that learns |x|, from 16 points

DISTANCES = ("exactly 0", "about 1e-16", "about 1e-8", "about 1e-4")
OUTCOMES = (
    "an IndexingError at the first step",
    "it learns as well, only slower",
    "every output becomes the mean of the targets",
    "the outputs grow without end",
)
QUESTIONS = (
    Question(
        "apart, at most",
        "A derivative by hand, and the same one by autodiff: how far apart are they, at most?",
        DISTANCES,
    ),
    Question(
        "multiplications back, for each forward",
        "For each multiplication on the way forward: how many are there on the way back?",
    ),
    Question(
        "targets of the wrong shape",
        "A loss forgets the shapes: outputs (N, 1) - targets (N,). What does training with it lead to?",
        OUTCOMES,
    ),
)


# One network, three ways


@dataclass(frozen=True)
class Way:
    """A way to the loss and its derivatives."""

    loss: float
    gradients: Arrays  # by w1, b1, w2, b2


def draw(points: int, inputs: int, hidden: int) -> Arrays:
    """Draw points, targets and the parameters of a network of one hidden layer, in the order of NAMES."""
    sizes = [(points, inputs), (points,), (inputs, hidden), (hidden,), (hidden, 1), (1,)]
    scales = [1.0, 1.0, (2.0 / inputs) ** 0.5, 0.1, (2.0 / hidden) ** 0.5, 0.1]
    return [
        np.array([generator.gauss(0.0, scale) for _ in range(int(np.prod(size)))]).reshape(size)
        for size, scale in zip(sizes, scales)
    ]


def tensors(arrays: Arrays, backend: minitorch.TensorBackend | None = None) -> list[Tensor]:
    """Make a tensor of each array."""
    return [Tensor.make(a.ravel().copy(), a.shape, backend=backend) for a in arrays]


def model_of(parameters: Sequence[Tensor], loss: by_hand.LayerFunction) -> by_hand.Model:
    """Build the network out of your layers."""
    w1, b1, w2, b2 = parameters
    layers = [by_hand.Lin(w1, b1), by_hand.Relu(), by_hand.Lin(w2, b2)]
    return by_hand.Model(layers, loss)


def hand(network: Sequence[Tensor]) -> Tensor:
    """Go forward and backward by hand, and return the loss."""
    x, y, *parameters = network
    model = model_of(parameters, by_hand.Mse())
    loss = model(x, y)
    model.backward()
    return loss


def forward(network: Sequence[Tensor]) -> Tensor:
    """Compute the loss by the same steps, as one writes it where autodiff finds the way back."""
    x, y, w1, b1, w2, b2 = network
    l2 = (by_hand.product(x, w1) + b1).relu()
    diff = (by_hand.product(l2, w2) + b2).view(*y.shape) - y
    return (diff * diff).mean()


def three_ways(arrays: Arrays) -> dict[str, Way]:
    """Compute the loss and its derivatives by hand, by autodiff and in NumPy."""
    ours, theirs = tensors(arrays), tensors(arrays)
    loss = hand(ours)
    for parameter in theirs[2:]:
        parameter.requires_grad_(True)
    other = forward(theirs)
    other.backward()
    third, *gradients = by_hand.forward_and_backward(*arrays)
    return {
        "by hand": Way(loss.item(), [t.g.to_numpy() for t in ours[2:]]),
        "autodiff": Way(other.item(), [t.grad.to_numpy() for t in theirs[2:]]),
        "NumPy": Way(third, list(gradients)),
    }


def table_of_ways(ways: dict[str, Way]) -> str:
    """Print the loss and the length of each derivative: the root of the sum of its squares."""
    lines = [f"{'':14}" + "".join(f"{name:>22}" for name in ways)]
    rows = {"loss": [way.loss for way in ways.values()]}
    for place, name in enumerate(PARAMETERS):
        lengths = [float(np.linalg.norm(way.gradients[place])) for way in ways.values()]
        rows[f"length of {name}.g"] = lengths
    lines += [f"{name:14}" + "".join(f"{n:22.15f}" for n in row) for name, row in rows.items()]
    return "\n".join(lines)


def apart(one: Way, other: Way) -> float:
    """Find the largest difference between two derivatives, number by number."""
    return max(float(np.abs(a - b).max()) for a, b in zip(one.gradients, other.gradients))


def in_words(distance: float) -> str:
    """Choose the answer that a distance is nearest to."""
    if distance == 0.0:
        return DISTANCES[0]
    return DISTANCES[1] if distance < 1e-12 else DISTANCES[2] if distance < 1e-6 else DISTANCES[3]


# What it costs


class Counting(minitorch.SimpleOps):
    """Calculates as SimpleOps does, and counts the multiplications of a zip."""

    multiplied = 0

    @staticmethod
    def zip(fn: Callable[[float, float], float]) -> Callable[[Tensor, Tensor], Tensor]:
        """Count the numbers that a product of two tensors consists of."""
        zipped = minitorch.SimpleOps.zip(fn)

        def counted(a: Tensor, b: Tensor) -> Tensor:
            result = zipped(a, b)
            Counting.multiplied += result.size
            return result

        return counted if fn is operators.mul else zipped


def multiplications(arrays: Arrays) -> tuple[int, int, int]:
    """Count those of forward, of the way back by hand, and of the way back by autodiff."""
    backend = minitorch.TensorBackend(Counting)
    x, y, *parameters = tensors(arrays, backend)
    model = model_of(parameters, by_hand.Mse())
    ahead = counted(lambda: model(x, y))
    back = counted(model.backward)
    for parameter in parameters:
        parameter.requires_grad_(True)
    loss = forward([x, y, *parameters])
    return ahead, back, counted(loss.backward)


def counted(work: Callable[[], Any]) -> int:
    """Count the multiplications of some work."""
    before = Counting.multiplied
    work()
    return Counting.multiplied - before


def kept_by_hand(arrays: Arrays) -> int:
    """Count the numbers that your layers keep for the way back: what goes into each, and the targets."""
    x, y, *parameters = tensors(arrays)
    held = [y, x]
    for layer in model_of(parameters, by_hand.Mse()).layers:
        held.append(layer(held[-1]))
    return numbers_in(held)


def kept_by_autodiff(arrays: Arrays) -> int:
    """Count the numbers in all tensors that the loss remembers, other than the parameters."""
    network = tensors(arrays)
    for parameter in network[2:]:
        parameter.requires_grad_(True)
    found: dict[int, Tensor] = {}
    todo: list[Any] = [forward(network)]
    while todo:
        tensor = todo.pop()
        if tensor.unique_id not in found:
            found[tensor.unique_id] = tensor
            todo += tensor.parents
    return numbers_in(tensor for tensor in found.values() if not tensor.is_leaf())


def numbers_in(held: Sequence[Tensor]) -> int:
    """Count the numbers that lie in memory for some tensors; views of the same numbers count once."""
    return sum({id(tensor.storage()): len(tensor.storage()) for tensor in held}.values())


def memory(inputs: int, hidden: int) -> Chart:
    """Draw how many numbers are kept for batches of several sizes."""
    lines: dict[str, list[tuple[float, float]]] = {"kept by autodiff": [], "kept by hand": []}
    for points in BATCHES:
        arrays = draw(points, inputs, hidden)
        lines["kept by autodiff"].append((points, kept_by_autodiff(arrays)))
        lines["kept by hand"].append((points, kept_by_hand(arrays)))
    parameters = sum(array.size for array in arrays[2:])
    title = "Numbers kept for the way back"
    return Chart(title, "points", "numbers", lines, True, True, {"parameters": parameters})


# A loss that is wrong


class Careless(by_hand.LayerFunction):
    """Mse as it comes out if nobody looks at the shapes: (N, 1) - (N,) is a table of shape (N, N)."""

    def forward(self, inp: Tensor, targ: Tensor) -> Tensor:
        """Take the mean of all squares, of every output minus every target."""
        diff = inp - targ  # (N, N)
        return (diff * diff).mean()

    def bwd(self, out: Tensor, inp: Tensor, targ: Tensor) -> None:
        """Set ``inp.g``, as autodiff would: the derivative of that mean."""
        diff = inp - targ  # (N, N)
        inp.g = diff.mean(1) * (2.0 / inp.shape[0])


def train(
    loss: by_hand.LayerFunction, arrays: Arrays, steps: int
) -> tuple[list[tuple[float, float]], Array]:
    """Train a network by hand, and return the loss that is reported at each step, and the outputs at the end."""
    x, y, *parameters = tensors(arrays)
    reported = []
    for step in range(steps):
        model = model_of(parameters, loss)
        reported.append((float(step), model(x, y).item()))
        model.backward()
        parameters = [(p - p.g * RATE).detach() for p in parameters]
    for layer in model_of(parameters, loss).layers:
        x = layer(x)
    return reported, x.to_numpy()[:, 0]


def peak() -> Arrays:
    """Draw a network, and 16 points at which it is to give |x|."""
    arrays = draw(16, 1, WIDTH)
    arrays[0] = np.linspace(-1.0, 1.0, 16)[:, None]
    arrays[1] = np.abs(arrays[0][:, 0])
    return arrays


# All of it


def experiment(options: argparse.Namespace) -> Findings:
    """Compare, count and train.

    Args:
        options: Of the command line: the sizes of the network that is compared and counted, and how long to train.

    Returns:
        What came out.
    """
    points, inputs, hidden = options.points, options.inputs, options.hidden
    arrays = draw(points, inputs, hidden)
    distance, compared = comparison(arrays)
    share, cost = costs(arrays)
    picture, learned = losses(options.steps)
    title = f"One network, three ways: {points} points, {inputs} inputs, {hidden} hidden units, 1 output"
    found = (in_words(distance), f"{share:.2f}", OUTCOMES[2])
    return Findings(
        "\n\n".join([title, compared, cost, learned]),
        {question.about: answer for question, answer in zip(QUESTIONS, found)},
        [memory(inputs, hidden), picture],
    )


def comparison(arrays: Arrays) -> tuple[float, str]:
    """Compare the three ways: how far by hand and autodiff are apart, and what is printed."""
    ways = three_ways(arrays)
    distance = apart(ways["by hand"], ways["autodiff"])
    return (
        distance,
        f"""{table_of_ways(ways)}

The largest difference between two derivatives:
  by hand and autodiff  {distance:.2g}
  by hand and NumPy     {apart(ways["by hand"], ways["NumPy"]):.2g}""",
    )


def costs(arrays: Arrays) -> tuple[float, str]:
    """Count: how many times as many multiplications the way back by hand takes, and what is printed."""
    ahead, back, automatic = multiplications(arrays)
    return (
        back / ahead,
        f"""Multiplications
  forward                    {ahead:9,}
  the way back, by hand      {back:9,}   {back / ahead:.2f} times as many
  the way back, by autodiff  {automatic:9,}   {automatic / ahead:.2f} times as many

Numbers kept for the way back, beside {sum(a.size for a in arrays[2:])} parameters
  by hand      {kept_by_hand(arrays):9,}
  by autodiff  {kept_by_autodiff(arrays):9,}""",
    )


def losses(steps: int) -> tuple[Chart, str]:
    """Train with both losses from the same start, and draw what they report."""
    start = peak()
    right, _ = train(by_hand.Mse(), start, steps)
    wrong, outputs = train(Careless(), start, steps)
    targets = start[1]
    lines = {"reported by Mse": right, "reported by the careless loss": wrong}
    limits = {"variance of the targets": float(targets.var())}
    chart = Chart("Learning |x|", "steps", "loss", lines, log_y=True, limits=limits)
    return (
        chart,
        f"""Learning |x| from {len(targets)} points by hand, {steps} steps
  the loss at the end  {right[-1][1]:.1e}
  with the careless loss: outputs from {outputs.min():.3f} to {outputs.max():.3f};
  the mean of the targets is {targets.mean():.3f}""",
    )


if __name__ == "__main__":
    run(
        "2.8",
        "Hold a network by hand against autodiff, and watch a loss that forgets the shapes. Twice the points, the "
        "inputs, the hidden units or the steps take twice the time.",
        QUESTIONS,
        experiment,
        points={"type": count, "default": 20, "help": "how many points there are"},
        inputs={"type": count, "default": 20, "help": "how many inputs each has"},
        hidden={"type": count, "default": 10, "help": "how many hidden units there are"},
        steps={"type": count, "default": 150, "help": "how long both losses are trained with"},
    )
