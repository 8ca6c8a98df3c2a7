"""Task 4.5: a network with convolutions that reads handwritten digits, in the style of LeNet.

python project/run_mnist.py
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it runs from any folder

import minitorch  # noqa: E402  (needs the line above)
from minitorch import Tensor  # noqa: E402
from project import samples  # noqa: E402
from project.data import Digits, load_digits  # noqa: E402
from project.layers import Linear, biases, constant, weights  # noqa: E402
from project.learning import Defaults, batches, watch  # noqa: E402
from project.live import Log  # noqa: E402
from project.picturing import misread  # noqa: E402

CLASSES = 10
SIDE = 28  # of a picture, in pixels


class Conv2d(minitorch.Module):
    """A layer of filters, each of which looks at all channels of an image through a small window.

    Args:
        in_channels: How many channels an image has.
        out_channels: How many filters there are, and so how many channels come out.
        kh: Height of the window.
        kw: Width of the window.

    Attributes:
        weights: Parameter, of shape (out_channels, in_channels, kh, kw).
        bias: Parameter, of shape (out_channels, 1, 1): what each filter gives to begin with.
    """

    def __init__(self, in_channels: int, out_channels: int, kh: int, kw: int) -> None:
        super().__init__()
        self.weights = weights(out_channels, in_channels, kh, kw, inputs=in_channels * kh * kw)
        self.bias = biases(out_channels, 1, 1)

    def forward(self, input: Tensor) -> Tensor:
        """Let each filter slide over the images (``minitorch.conv2d``), and add its bias everywhere.

        Args:
            input: Images, of shape (B, in_channels, H, W).

        Returns:
            What the filters see, of shape (B, out_channels, H, W).
        """
        # TODO: Task 4.5
        raise NotImplementedError("Task 4.5: implement Conv2d.forward in project/run_mnist.py")


class Network(minitorch.Module):
    """From the picture of a digit to how likely each of the ten is: two convolutions, then two linear layers.

    Attributes:
        conv1: Conv2d with a window of 3 x 3, from 1 channel to 4.
        conv2: Conv2d with a window of 3 x 3, from 4 channels to 8.
        linear1: Linear, from the 8 * 7 * 7 numbers that are left after pooling to 64.
        linear2: Linear, from 64 to the 10 digits.
    """

    def __init__(self) -> None:
        super().__init__()
        # TODO: Task 4.5
        raise NotImplementedError("Task 4.5: implement Network.__init__ in project/run_mnist.py")

    def forward(self, x: Tensor) -> Tensor:
        """Run pictures through the layers.

        ``conv1`` and relu; ``conv2`` and relu; average pooling by tiles of 4 x 4; all numbers of a picture in one row;
        ``linear1`` and relu; in training mode, dropout at rate 0.25; ``linear2``; the logarithms of the softmax.

        Args:
            x: B pictures, of shape (B, 1, 28, 28).

        Returns:
            The logarithms of the probabilities of the ten digits, of shape (B, 10).
        """
        # TODO: Task 4.5
        raise NotImplementedError("Task 4.5: implement Network.forward in project/run_mnist.py")


def pictures(images: NDArray[np.float64]) -> Tensor:
    """Make a tensor of pictures, of shape (N, 28, 28): (N, 1, 28, 28), as a picture has one channel."""
    return constant(images.reshape(-1, 1, SIDE, SIDE))


def loss(log_probabilities: Tensor, labels: NDArray[np.int64]) -> Tensor:
    """Measure how wrong predictions are: minus the logarithm of the probability of the right digit, summed up.

    Args:
        log_probabilities: What the network says, of shape (B, 10).
        labels: The right digits, of shape (B,).

    Returns:
        One number.
    """
    right = constant(np.eye(CLASSES)[labels])  # in each row 1.0 for the right digit, else 0.0
    return -(log_probabilities * right).sum()


class ImageTrain:
    """Trains a ``Network`` to read digits.

    Attributes:
        model: The network.
    """

    def __init__(self) -> None:
        self.model = Network()

    def predict(self, data: Digits, batch: int = 100) -> NDArray[np.int64]:
        """Read digits, in evaluation mode: the most likely one of each picture."""
        self.model.eval()
        said = [
            self.model.forward(pictures(data.images[n : n + batch])).to_numpy().argmax(axis=1)
            for n in range(0, len(data.images), batch)
        ]
        return np.concatenate(said)

    def accuracy(self, data: Digits) -> float:
        """Measure the share of pictures that are read rightly."""
        return float((self.predict(data) == data.labels).mean())

    def train(
        self, data: Digits, test: Digits, rate: float, epochs: int, batch: int, log: Log
    ) -> None:
        """Train the network, in steps that get shorter all the time.

        Args:
            data: What to learn from.
            test: Other pictures, to see after each epoch how it does.
            rate: The learning rate of the first step. That of the last is almost 0.
            epochs: How often to see each picture.
            batch: How many pictures to see before each step.
            log: Is told of each step and of each epoch.
        """
        optim = minitorch.SGD(self.model.parameters(), rate)
        for epoch in range(epochs):
            self.model.train()
            for seen, chosen in batches(len(data.labels), batch):
                labels = data.labels[chosen]
                optim.lr = rate * (1.0 - (epoch + seen / len(data.labels)) / epochs)
                optim.zero_grad()
                out = self.model.forward(pictures(data.images[chosen]))
                total = loss(out, labels)
                (total / len(chosen)).backward()
                optim.step()
                right = int((out.to_numpy().argmax(axis=1) == labels).sum())
                log.step(len(chosen), total.item(), right)
            log.epoch(self.accuracy(test))


def read(folder: Path, train: int, test: int) -> tuple[Digits, Digits]:
    """Read MNIST: what to learn from, and what to test with."""
    return load_digits(folder, "train", train), load_digits(folder, "t10k", test)


def made_up(train: int, test: int, seed: int) -> tuple[Digits, Digits]:
    """Draw digits: what to learn from, and what to test with."""
    rng = np.random.default_rng(seed)
    return Digits(*samples.draw_digits(train, rng)), Digits(*samples.draw_digits(test, rng))


def show_misread(trainer: ImageTrain, test: Digits) -> None:
    """Draw some pictures that the network misreads."""
    print(misread(test.images, test.labels, trainer.predict(test)))


if __name__ == "__main__":
    watch(
        "Train a network to read handwritten digits.",
        ImageTrain,
        read,
        made_up,
        Defaults(train=10000, test=10000, epochs=8, batch=16, rate=0.3, unit="digits"),
        show_misread,
    )
