"""Task 4.5: a network with convolutions that tells whether a critic liked a film, after Kim (2014).

(Yoon Kim, "Convolutional Neural Networks for Sentence Classification".)

python project/run_sentiment.py
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it runs from any folder

import minitorch  # noqa: E402  (needs the line above)
from minitorch import Tensor  # noqa: E402
from minitorch.seeding import generator  # noqa: E402
from project import samples  # noqa: E402
from project.data import Sentence, load_sentences, load_vectors  # noqa: E402
from project.layers import Linear, biases, constant, weights  # noqa: E402
from project.learning import Defaults, batches, watch  # noqa: E402
from project.live import Log  # noqa: E402

WIDEST = 5  # words in the widest window; a shorter sentence is padded up to this
SPREAD = 0.2  # standard deviation of the numbers in the words' vectors
ALIKE = 50  # mini-batches are made from so many times their number of sentences, sorted by length


class Conv1d(minitorch.Module):
    """A layer of filters, each of which looks at some neighbouring words at a time.

    Args:
        in_channels: How many numbers there are for each word.
        out_channels: How many filters there are.
        kernel_width: How many words a filter sees at a time.

    Attributes:
        weights: Parameter, of shape (out_channels, in_channels, kernel_width).
        bias: Parameter, of shape (out_channels, 1): what each filter gives to begin with.
    """

    def __init__(self, in_channels: int, out_channels: int, kernel_width: int) -> None:
        super().__init__()
        inputs = in_channels * kernel_width
        self.weights = weights(out_channels, in_channels, kernel_width, inputs=inputs)
        self.bias = biases(out_channels, 1)

    def forward(self, input: Tensor) -> Tensor:
        """Let each filter slide along the sentences (``minitorch.conv1d``), and add its bias everywhere.

        Args:
            input: Sentences, of shape (B, in_channels, W), where W is their length in words.

        Returns:
            What the filters see, of shape (B, out_channels, W).
        """
        # TODO: Task 4.5
        raise NotImplementedError("Task 4.5: implement Conv1d.forward in project/run_sentiment.py")


class CNNSentimentKim(minitorch.Module):
    """From the words of a sentence to how likely it is to praise.

    Args:
        feature_map_size: How many filters there are of each width.
        embedding_size: How many numbers there are for each word.
        filter_sizes: How many words the filters see at a time: three widths.
        dropout: The rate of dropout.

    Attributes:
        conv1: Conv1d with filters of the first width.
        conv2: Conv1d with filters of the second.
        conv3: Conv1d with filters of the third.
        linear: Linear, from feature_map_size numbers to 1.
        rate: The rate of dropout.
    """

    def __init__(
        self,
        feature_map_size: int = 64,
        embedding_size: int = 50,
        filter_sizes: tuple[int, int, int] = (3, 4, 5),
        dropout: float = 0.25,
    ) -> None:
        super().__init__()
        self.rate = dropout
        # TODO: Task 4.5
        raise NotImplementedError(
            "Task 4.5: implement CNNSentimentKim.__init__ in project/run_sentiment.py"
        )

    def forward(self, embeddings: Tensor) -> Tensor:
        """Run sentences through the layers.

        Words become columns. Then each of the three ``Conv1d``, on its own, with relu; and of each filter the largest
        number that it gives anywhere in the sentence. The three results are added up. In training mode, dropout;
        ``linear``; ``sigmoid``.

        Args:
            embeddings: B sentences of W words, of shape (B, W, embedding_size).

        Returns:
            The probabilities of praise, of shape (B,).
        """
        # TODO: Task 4.5
        raise NotImplementedError(
            "Task 4.5: implement CNNSentimentKim.forward in project/run_sentiment.py"
        )


@dataclass(frozen=True)
class Reviews:
    """Sentences of critics.

    Attributes:
        sentences: The words of each.
        labels: 1 for praise and 0 for a complaint, of shape (N,).
        vectors: 50 numbers for each word that is known; the others get zeros.
    """

    sentences: Sequence[Sentence]
    labels: NDArray[np.int64]
    vectors: Mapping[str, NDArray[np.float64]]


def embed(reviews: Reviews, chosen: Sequence[int] | NDArray[np.int64]) -> Tensor:
    """Replace the words of some sentences by their vectors.

    Args:
        reviews: All sentences.
        chosen: Which of them.

    Returns:
        A tensor of shape (B, W, 50), where W is the length of the longest. The others are padded with zeros.
    """
    sentences = [reviews.sentences[n] for n in chosen]
    longest = max(WIDEST, *(len(sentence) for sentence in sentences))
    numbers = np.zeros((len(sentences), longest, samples.WIDTH))
    for row, sentence in zip(numbers, sentences):
        for place, word in enumerate(sentence):
            if word in reviews.vectors:
                row[place] = reviews.vectors[word]
    return constant(numbers)


def scaled(vectors: Mapping[str, NDArray[np.float64]]) -> dict[str, NDArray[np.float64]]:
    """Shift and scale each of the 50 numbers, so that over all words its mean is 0 and its standard deviation 0.2.

    As they come, some vary ten times as much as others; then no learning rate is right for all filters.
    """
    table = np.array(list(vectors.values()))  # (words, 50)
    table = SPREAD * (table - table.mean(axis=0)) / table.std(axis=0)
    return dict(zip(vectors, table))


def alike(reviews: Reviews, size: int) -> Iterator[NDArray[np.int64]]:
    """Deal sentences out into mini-batches of about equal length, as padding costs as much as words do.

    Args:
        reviews: The sentences.
        size: How many go into each but the last.

    Yields:
        NDArray[np.int64]: The numbers of the next ones.
    """
    lengths = np.array([len(sentence) for sentence in reviews.sentences])
    for _, some in batches(len(lengths), ALIKE * size):
        by_length = some[np.argsort(lengths[some], kind="stable")]
        dealt = [by_length[start : start + size] for start in range(0, len(some), size)]
        yield from generator.sample(dealt, len(dealt))


def log_loss(out: Tensor, y: Tensor) -> Tensor:
    """Measure how wrong predictions are: the negative logarithms of the probabilities given to the right labels."""
    of_the_right_labels = out * y + (-out + 1.0) * (-y + 1.0)
    return -of_the_right_labels.log()


class SentimentTrain:
    """Trains a ``CNNSentimentKim``.

    Attributes:
        model: The network.
    """

    def __init__(self) -> None:
        self.model = CNNSentimentKim()

    def predict(self, data: Reviews, batch: int = 50) -> NDArray[np.float64]:
        """Judge sentences, in evaluation mode: the probability of praise for each."""
        self.model.eval()
        numbers = range(len(data.sentences))
        said = [
            self.model.forward(embed(data, numbers[n : n + batch])).to_numpy()
            for n in numbers[::batch]
        ]
        return np.concatenate(said)

    def accuracy(self, data: Reviews) -> float:
        """Measure the share of sentences that are judged rightly."""
        return float(((self.predict(data) > 0.5) == data.labels).mean())

    def train(
        self, data: Reviews, test: Reviews, rate: float, epochs: int, batch: int, log: Log
    ) -> None:
        """Train the network, in steps that get shorter all the time.

        Args:
            data: What to learn from.
            test: Other sentences, to see after each epoch how it does.
            rate: The learning rate of the first step. That of the last is almost 0.
            epochs: How often to see each sentence.
            batch: How many sentences to see before each step.
            log: Is told of each step and of each epoch.
        """
        optim = minitorch.SGD(self.model.parameters(), rate)
        steps_left = steps = epochs * -(-len(data.labels) // batch)
        for _ in range(epochs):
            self.model.train()
            for chosen in alike(data, batch):
                y = constant(data.labels[chosen])
                optim.lr = rate * steps_left / steps
                optim.zero_grad()
                out = self.model.forward(embed(data, chosen))
                total = log_loss(out, y).sum()
                (total / len(chosen)).backward()
                optim.step()
                steps_left -= 1
                right = int(((out.to_numpy() > 0.5) == data.labels[chosen]).sum())
                log.step(len(chosen), total.item(), right)
            log.epoch(self.accuracy(test))


def read(folder: Path, train: int, test: int) -> tuple[Reviews, Reviews]:
    """Read SST-2, and what GloVe knows of its words: what to learn from, and what to test with."""
    parts = [(load_sentences(folder, "train"), train), (load_sentences(folder, "dev"), test)]
    words = {word for part, _ in parts for sentence in part.sentences for word in sentence}
    vectors = scaled(load_vectors(folder, words))
    learn, unseen = (Reviews(part.sentences[:n], part.labels[:n], vectors) for part, n in parts)
    return learn, unseen


def made_up(train: int, test: int, seed: int) -> tuple[Reviews, Reviews]:
    """Make sentences and vectors up: what to learn from, and what to test with."""
    rng = np.random.default_rng(seed)
    vectors = samples.word_vectors(rng)
    learn, unseen = (Reviews(*samples.make_sentences(n, rng), vectors) for n in (train, test))
    return learn, unseen


def show_judgements(trainer: SentimentTrain, test: Reviews) -> None:
    """Print what the network is surest of, rightly and wrongly."""
    said = trainer.predict(test)
    wrong = np.flatnonzero((said > 0.5) != test.labels)
    surest = wrong[np.argsort(-abs(said[wrong] - 0.5))][:3]
    for title, chosen in (
        ("Taken for the highest praise:", np.argsort(-said)[:3]),
        ("Taken for the worst complaints:", np.argsort(said)[:3]),
        ("Surely judged, and wrongly:", surest),
    ):
        print(f"\n{title}")
        for n in chosen:
            print(f"  {said[n]:4.0%}  {' '.join(test.sentences[n])}")


if __name__ == "__main__":
    watch(
        "Train a network to tell praise from complaints.",
        SentimentTrain,
        read,
        made_up,
        Defaults(train=67349, test=872, epochs=3, batch=16, rate=0.2, unit="sentences"),
        show_judgements,
    )
