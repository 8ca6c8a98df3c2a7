"""Task 1.5: a network of two hidden layers, built on Scalars, that learns to tell the points of a dataset apart.

python project/run_scalar.py --dataset Xor
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it runs from any folder

import minitorch  # noqa: E402  (needs the line above)
from minitorch import Scalar  # noqa: E402
from minitorch.seeding import generator  # noqa: E402
from project.watching import Defaults, watch  # noqa: E402

Point = tuple[float, float]
LogFn = Callable[[int, float, int, list[float]], None]  # epoch, total loss, correct, losses so far


class Linear(minitorch.Module):
    """A layer of units, each of which weighs all the inputs, and adds its own bias.

    The weights start at random within ±10 / in_size. Each bias starts so that its unit gives about 0 where all inputs
    are 0.5, which is the middle of the unit square: a unit whose border lies far from all points learns nothing.

    Args:
        in_size: How many inputs there are.
        out_size: How many units, and so how many outputs.

    Attributes:
        weights: Parameters: ``weights[i][j]`` is what input i counts for unit j. Its name is ``weight_i_j``.
        bias: Parameters: ``bias[j]`` is what unit j gives to begin with. Its name is ``bias_j``.
    """

    def __init__(self, in_size: int, out_size: int) -> None:
        super().__init__()
        reach = 10.0 / in_size
        weights = [
            [generator.uniform(-reach, reach) for _ in range(out_size)] for _ in range(in_size)
        ]
        bias = [generator.uniform(-0.3, 0.3) - sum(column) / 2 for column in zip(*weights)]
        self.weights = [
            [self.add_parameter(f"weight_{i}_{j}", Scalar(w)) for j, w in enumerate(row)]
            for i, row in enumerate(weights)
        ]
        self.bias = [self.add_parameter(f"bias_{j}", Scalar(b)) for j, b in enumerate(bias)]

    def forward(self, inputs: Sequence[Scalar]) -> list[Scalar]:
        """Compute what the units give.

        Args:
            inputs: One Scalar for each input. They stay as they are.

        Returns:
            A new list of one Scalar for each unit: for unit j, ``inputs[0] * weights[0][j] + inputs[1] * weights[1][j]
            + … + bias[j]``, with the values that the parameters have now.
        """
        # TODO: Task 1.5
        raise NotImplementedError("Task 1.5: implement Linear.forward in project/run_scalar.py")


class Network(minitorch.Module):
    """Two inputs, two hidden layers of equal size with ReLU, and one output: how likely label 1 is.

    Args:
        hidden_layers: How many units each of the hidden layers has.

    Attributes:
        layer1: Linear, from the 2 coordinates to the first hidden layer.
        layer2: Linear, from the first hidden layer to the second.
        layer3: Linear, from the second hidden layer to 1 output.
    """

    def __init__(self, hidden_layers: int) -> None:
        super().__init__()
        # TODO: Task 1.5
        raise NotImplementedError("Task 1.5: implement Network.__init__ in project/run_scalar.py")

    def forward(self, x: Sequence[Scalar]) -> Scalar:
        """Run a point through the layers: ``relu`` after the first two, ``sigmoid`` after the third.

        Args:
            x: The point's two coordinates.

        Returns:
            The probability of label 1, a single Scalar.
        """
        # TODO: Task 1.5
        raise NotImplementedError("Task 1.5: implement Network.forward in project/run_scalar.py")


def log_loss(out: Scalar, y: int) -> Scalar:
    """Measure how wrong a prediction is: the negative logarithm of the probability that it gave to the right label.

    Args:
        out: The predicted probability of label 1.
        y: The right label.

    Returns:
        0 for a prediction that is sure and right. The surer and wronger, the more.
    """
    of_the_right_label = out if y == 1 else -out + 1.0
    return -of_the_right_label.log()


def default_log_fn(epoch: int, total_loss: float, correct: int, losses: list[float]) -> None:
    """Print a line after every tenth epoch."""
    if epoch % 10 == 0:
        print("Epoch", epoch, "loss", total_loss, "correct", correct)


class ScalarTrain:
    """Trains a ``Network``.

    Args:
        hidden_layers: How many units each of its hidden layers has.

    Attributes:
        model: The network.
    """

    def __init__(self, hidden_layers: int) -> None:
        self.hidden_layers = hidden_layers
        self.model = Network(hidden_layers)

    def run_one(self, x: Point) -> Scalar:
        """Ask the network for the probability that a point has label 1."""
        return self.model.forward((Scalar(x[0]), Scalar(x[1])))

    def probabilities(self, points: Sequence[Point]) -> list[float]:
        """Ask about many points."""
        return [self.run_one(point).data for point in points]

    def train(
        self,
        data: minitorch.Graph,
        learning_rate: float,
        max_epochs: int = 300,
        log_fn: LogFn = default_log_fn,
    ) -> None:
        """Train a fresh network: an epoch is one look at all the points, and then one step downhill.

        Args:
            data: The points to learn from, and their labels.
            learning_rate: How long the steps are.
            max_epochs: How many epochs to train for.
            log_fn: Called after each epoch with its number from 1 on, the loss summed over the points, on how many of
                them the network was right, and the losses of all epochs so far.
        """
        self.model = Network(self.hidden_layers)
        optim = minitorch.SGD(self.model.parameters(), learning_rate)
        losses: list[float] = []
        for epoch in range(1, max_epochs + 1):
            total_loss, correct = 0.0, 0
            optim.zero_grad()
            for point, y in zip(data.X, data.y):
                out = self.run_one(point)
                loss = log_loss(out, y)
                (loss / data.N).backward()
                total_loss += loss.data
                correct += (out.data > 0.5) == (y == 1)
            optim.step()
            losses.append(total_loss)
            log_fn(epoch, total_loss, correct, losses)


if __name__ == "__main__":
    watch(
        "Train a network on Scalars, and draw what it learned.",
        ScalarTrain,
        Defaults(hidden=8, rate=0.3, epochs=300, points=50),
    )
