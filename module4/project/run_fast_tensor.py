"""Task 3.5: the network of Task 2.5 with matrix multiplication, fast operations and mini-batches.

python project/run_fast_tensor.py --dataset Spiral
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it runs from any folder

import minitorch  # noqa: E402  (needs the line above)
from minitorch import Tensor, TensorBackend  # noqa: E402
from minitorch.seeding import generator  # noqa: E402
from project.watching import Defaults, count, watch  # noqa: E402

Point = tuple[float, float]
LogFn = Callable[[int, float, int, list[float]], None]  # epoch, total loss, correct, losses so far

FastTensorBackend = TensorBackend(minitorch.FastOps)


class Linear(minitorch.Module):
    """A layer of units, each of which weighs all the inputs, and adds its own bias.

    The weights start at random within ±10 / in_size. Each bias starts so that its unit gives about 0 where all inputs
    are 0.5, which is the middle of the unit square: a unit whose border lies far from all points learns nothing.

    Args:
        in_size: How many inputs there are.
        out_size: How many units, and so how many outputs.
        backend: What its parameters calculate with.

    Attributes:
        weights: Parameter, a tensor of shape (in_size, out_size): ``[i, j]`` is what input i counts for unit j.
        bias: Parameter, a tensor of shape (out_size,): ``[j]`` is what unit j gives to begin with.
        out_size: How many units there are.
    """

    def __init__(self, in_size: int, out_size: int, backend: TensorBackend) -> None:
        super().__init__()
        reach = 10.0 / in_size
        weights = [
            [generator.uniform(-reach, reach) for _ in range(out_size)] for _ in range(in_size)
        ]
        bias = [generator.uniform(-0.3, 0.3) - sum(column) / 2 for column in zip(*weights)]
        self.weights = minitorch.Parameter(minitorch.tensor(weights, backend=backend))
        self.bias = minitorch.Parameter(minitorch.tensor(bias, backend=backend))
        self.out_size = out_size

    def forward(self, x: Tensor) -> Tensor:
        """Compute what the units give for many points at once, by one matrix multiplication.

        Args:
            x: The inputs of N points, of shape (N, in_size). They stay as they are.

        Returns:
            The outputs, of shape (N, out_size): at [n, j] the sum over all i of ``x[n, i] * weights[i, j]``, plus
            ``bias[j]``, with the values that the parameters have now.
        """
        # TODO: Task 3.5
        raise NotImplementedError(
            "Task 3.5: implement Linear.forward in project/run_fast_tensor.py"
        )


class Network(minitorch.Module):
    """Two inputs, two hidden layers of equal size with ReLU, and one output: how likely label 1 is.

    Args:
        hidden_layers: How many units each of the hidden layers has.
        backend: What its parameters calculate with.

    Attributes:
        layer1: Linear, from the 2 coordinates to the first hidden layer.
        layer2: Linear, from the first hidden layer to the second.
        layer3: Linear, from the second hidden layer to 1 output.
    """

    def __init__(self, hidden_layers: int, backend: TensorBackend = FastTensorBackend) -> None:
        super().__init__()
        # TODO: Task 3.5
        raise NotImplementedError(
            "Task 3.5: implement Network.__init__ in project/run_fast_tensor.py"
        )

    def forward(self, x: Tensor) -> Tensor:
        """Run points through the layers: ``relu`` after the first two, ``sigmoid`` after the third.

        Args:
            x: The coordinates of N points, of shape (N, 2).

        Returns:
            The probabilities of label 1, of shape (N, 1).
        """
        # TODO: Task 3.5
        raise NotImplementedError(
            "Task 3.5: implement Network.forward in project/run_fast_tensor.py"
        )


def batches(N: int, size: int) -> list[list[int]]:
    """Deal the numbers of N points out into mini-batches: every point once, in an order that is drawn each time.

    Draw with ``generator``, the library's own, so that a seed repeats a training: it is a ``random.Random``.

    Args:
        N: How many points there are; they are numbered from 0.
        size: How many numbers a mini-batch holds. The last one holds what is left, which may be fewer.

    Returns:
        The mini-batches, none of which is empty: ``[[2, 0], [3, 4], [1]]``, for N = 5 and size = 2.
    """
    # TODO: Task 3.5
    raise NotImplementedError("Task 3.5: implement batches in project/run_fast_tensor.py")


def log_loss(out: Tensor, y: Tensor) -> Tensor:
    """Measure how wrong predictions are: the negative logarithms of the probabilities given to the right labels.

    Args:
        out: The predicted probabilities of label 1.
        y: The right labels, 0.0 or 1.0, in the same shape.

    Returns:
        A tensor of that shape: 0 for a prediction that is sure and right. The surer and wronger, the more.
    """
    of_the_right_labels = out * y + (-out + 1.0) * (-y + 1.0)
    return -of_the_right_labels.log()


def default_log_fn(epoch: int, total_loss: float, correct: int, losses: list[float]) -> None:
    """Print a line after every tenth epoch."""
    if epoch % 10 == 0:
        print("Epoch", epoch, "loss", total_loss, "correct", correct)


class FastTrain:
    """Trains a ``Network``.

    Args:
        hidden_layers: How many units each of its hidden layers has.
        backend: What to calculate with.
        batch: How many points the network sees before it takes a step.

    Attributes:
        model: The network.
    """

    def __init__(
        self, hidden_layers: int, backend: TensorBackend = FastTensorBackend, batch: int = 10
    ) -> None:
        self.hidden_layers = hidden_layers
        self.backend = backend
        self.batch = batch
        self.model = Network(hidden_layers, backend)

    def run_one(self, x: Point) -> Tensor:
        """Ask the network for the probability that a point has label 1, a tensor of shape (1, 1)."""
        return self.run_many([x])

    def run_many(self, X: Sequence[Point]) -> Tensor:
        """Ask about N points at once; the answers have shape (N, 1)."""
        return self.model.forward(minitorch.tensor(list(X), backend=self.backend))

    def probabilities(self, points: Sequence[Point]) -> list[float]:
        """Ask about many points, and give plain numbers."""
        return [float(p) for p in self.run_many(points).to_numpy().ravel()]

    def train(
        self,
        data: minitorch.Graph,
        learning_rate: float,
        max_epochs: int = 500,
        log_fn: LogFn = default_log_fn,
    ) -> None:
        """Train a fresh network: an epoch is one look at each point, and one step downhill after each mini-batch.

        Args:
            data: The points to learn from, and their labels.
            learning_rate: How long the steps are.
            max_epochs: How many epochs to train for.
            log_fn: Called after each epoch with its number from 1 on, the loss summed over the points, on how many of
                them the network was right, and the losses of all epochs so far. Loss and number come from the answers
                that the steps were taken by.
        """
        self.model = Network(self.hidden_layers, self.backend)
        optim = minitorch.SGD(self.model.parameters(), learning_rate)
        losses: list[float] = []
        for epoch in range(1, max_epochs + 1):
            total_loss, correct = 0.0, 0
            for chosen in batches(data.N, self.batch):
                y = minitorch.tensor([float(data.y[n]) for n in chosen], backend=self.backend)
                optim.zero_grad()
                out = self.run_many([data.X[n] for n in chosen]).view(len(chosen))
                loss = log_loss(out, y).sum()
                (loss / len(chosen)).backward()
                optim.step()
                total_loss += loss.item()
                correct += int(((out.to_numpy() > 0.5) == (y.to_numpy() > 0.5)).sum())
            losses.append(total_loss)
            log_fn(epoch, total_loss, correct, losses)


def trainer(hidden: int, backend: str, batch: int) -> FastTrain:
    """Make what trains as the command line says, and say what it calculates on."""
    print("Calculating on:", minitorch.device.name() if backend == "gpu" else "CPU")
    print("The first step compiles your kernels, which takes some seconds.\n", flush=True)
    return FastTrain(hidden, _backend(backend), batch)


def _backend(name: str) -> TensorBackend:
    """Make what the command line asks for. The tuned kernels are imported only if they are used."""
    if name == "tuned":
        from minitorch.tuned import TunedBackend

        return TunedBackend()
    return TensorBackend(minitorch.CudaOps if name == "gpu" else minitorch.FastOps)


if __name__ == "__main__":
    watch(
        "Train a network by fast operations and mini-batches, and draw what it learned.",
        trainer,
        Defaults(hidden=32, rate=0.5, epochs=300, points=200),
        backend={
            "choices": ["cpu", "tuned", "gpu"],
            "default": "cpu",
            "help": "your kernels, those of minitorch/tuned, or a GPU",
        },
        batch={"type": count, "default": 20, "help": "points of a mini-batch"},
    )
