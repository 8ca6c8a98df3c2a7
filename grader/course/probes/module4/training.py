"""Task 4.5: what layers and networks give, and exams that train them on digits and on sentences: real ones, if given.

The probes have nothing to compile: networks calculate in plain Python, and NumPy convolves. In the exams, the student's
own convolutions are compiled; all else is calculated as ``layers.BACKEND`` says.
"""

import gzip
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import wraps
from importlib import import_module
from operator import itemgetter
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch

import numpy as np
from numpy.random import Generator

from grader.running.probes import Point, Predict, RealData, exam, probe

from ..tests.sliding import slid_by_numpy
from .arrays import array_backend

Ask = Callable[[ModuleType, Generator], dict[str, Any]]
IDX = ("images-idx3-ubyte.gz", "labels-idx1-ubyte.gz")
BATCH = 16
DRAWN_DIGITS, REAL_DIGITS = 2000, 3000  # to learn from
DIGIT_EPOCHS, DIGIT_RATE = 3, 0.1
STARTS = 3  # training takes luck: a start that came to nothing is given up, twice at most
CHECKED, ENOUGH = (
    200,
    0.7,
)  # pictures on which a start has to show what it came to, and the share it needs
MADE_UP_SENTENCES, REAL_SENTENCES = 1200, 5000  # to learn from
SENTENCE_EPOCHS, SENTENCE_RATE, FILTERS = 2, 0.3, 32
SPREAD = 0.2  # standard deviation of the numbers in real words' vectors, once they are scaled
DIGITS, SENTENCES = 400, 400  # questions
SOME = 97  # elements of a derivative, at most
ALMOST = 1e-9  # a probability is taken to be at least so far from 0 and from 1


# What layers and networks give


def plainly(ask: Ask) -> Ask:
    """Let networks calculate in plain Python, and NumPy convolve, while a probe asks."""

    @wraps(ask)
    def asked(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
        layers = import_module("project.layers")
        with slid_by_numpy(minitorch), patch.object(layers, "BACKEND", minitorch.SimpleBackend):
            return ask(minitorch, rng)

    return asked


@probe("4.5", cases=1)
@plainly
def what_convolutions_give(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask layers of several sizes, before and after their biases change."""
    answers: dict[str, Any] = {}
    mnist, sentiment = (import_module(f"project.run_{name}") for name in ("mnist", "sentiment"))
    for sizes, shape in (
        ((1, 1, 1, 1), (1, 1, 2, 2)),
        ((2, 3, 2, 3), (2, 2, 4, 5)),
        ((3, 1, 5, 1), (1, 3, 3, 4)),
    ):
        answers |= asked(minitorch, rng, mnist.Conv2d(*sizes), f"Conv2d{sizes}", shape)
    for sizes, shape in (((1, 1, 1), (1, 1, 2)), ((2, 3, 2), (2, 2, 5)), ((3, 1, 5), (1, 3, 4))):
        answers |= asked(minitorch, rng, sentiment.Conv1d(*sizes), f"Conv1d{sizes}", shape)
    return answers


@probe("4.5", cases=1)
@plainly
def what_the_digit_network_gives(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask for results and derivatives in evaluation mode, and whether training mode drops something."""
    network = import_module("project.run_mnist").Network()
    images = rng.uniform(0.0, 1.0, (2, 1, 28, 28))
    answers = examined(minitorch, rng, network, images, "Network()")
    network.train()
    answers |= dropped(minitorch, network, images, "Network()")
    return answers


@probe("4.5", cases=1)
@plainly
def what_the_sentence_network_gives(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask networks of several sizes for results and derivatives, and whether training mode drops something."""
    script = import_module("project.run_sentiment")
    answers: dict[str, Any] = {}
    for filters, numbers, widths, (B, words) in (
        (1, 1, (1, 1, 1), (1, 1)),
        (3, 4, (2, 3, 4), (3, 7)),
        (5, 2, (3, 4, 5), (2, 3)),
    ):
        network = script.CNNSentimentKim(filters, numbers, widths, 0.5)
        called = f"CNNSentimentKim({filters}, {numbers}, {widths})"
        embeddings = rng.uniform(-1.0, 1.0, (B, words, numbers))
        answers |= examined(minitorch, rng, network, embeddings, called)
        for conv in (network.conv1, network.conv2, network.conv3):
            conv.bias.update(constant(minitorch, np.full(conv.bias.value.shape, -20.0)))
        silent = network.forward(constant(minitorch, embeddings)).to_numpy()
        answers[f"the same with -20 as the bias of all filters: {called}"] = silent
    network = script.CNNSentimentKim(40, 2, (1, 2, 3), 0.5)
    fill(minitorch, rng, network)
    embeddings = rng.uniform(-1.0, 1.0, (8, 6, 2))
    answers |= dropped(minitorch, network, embeddings, "CNNSentimentKim(40, 2, (1, 2, 3))")
    return answers


# Exams


def unseen_digits(rng: Generator, data: Path | None) -> tuple[Sequence[Point], Sequence[int]]:
    """Choose digits of MNIST that nobody learned from, or draw some."""
    if data is None:
        samples = import_module("grader.course.project.samples")
        images, labels = samples.draw_digits(DIGITS, rng)
        images = (255 * images).round()
    else:
        every, known = (content(data / "mnist" / f"t10k-{name}") for name in IDX)
        chosen = rng.choice(len(known) - 8, DIGITS, replace=False)
        images, labels = every[16:].reshape(-1, 784)[chosen], known[8:][chosen]
    return images.reshape(DIGITS, 784).astype(np.int64).tolist(), labels.tolist()


def unseen_sentences(rng: Generator, data: Path | None) -> tuple[Sequence[Point], Sequence[int]]:
    """Choose sentences of SST-2 that nobody learned from, or make some up."""
    if data is None:
        samples = import_module("grader.course.project.samples")
        made, labels = samples.make_sentences(SENTENCES, rng)
        return [" ".join(words) for words in made], labels.tolist()
    rows = (data / "sst2" / "dev.tsv").read_text("utf-8").splitlines()[1:]
    chosen = [rows[n].split("\t") for n in rng.choice(len(rows), SENTENCES, replace=False)]
    return [sentence for sentence, _ in chosen], [int(label) for _, label in chosen]


def content(path: Path) -> Any:
    """Read the bytes of a packed file as numbers."""
    return np.frombuffer(gzip.decompress(path.read_bytes()), np.uint8)


@exam(
    "4.5",
    pass_at=0.8,
    questions=unseen_digits,
    data=RealData(
        training=tuple(f"mnist/train-{name}" for name in IDX),
        held_back=tuple(f"mnist/t10k-{name}" for name in IDX),
        pass_at=0.8,
    ),
)
def reading_digits(load: Callable[[str], ModuleType], rng: Generator, data: Path | None) -> Predict:
    """Learn to read digits, from some of MNIST's or from drawn ones."""
    minitorch = import_module("minitorch")
    import_module("project.layers").BACKEND = array_backend(minitorch)
    script = load("project/run_mnist.py")
    if data is None:
        images, labels = import_module("project.samples").draw_digits(DRAWN_DIGITS, rng)
    else:
        all_digits = import_module("project.data").load_digits(data, "train")
        chosen = rng.choice(len(all_digits.labels), REAL_DIGITS, replace=False)
        images, labels = all_digits.images[chosen], all_digits.labels[chosen]
    for _ in range(STARTS):
        minitorch.seed(int(rng.integers(2**32)))
        network = script.Network()
        start(minitorch, rng, network)
        learn_digits(minitorch, rng, network, images, labels)
        said = network.forward(pictures(minitorch, images[:CHECKED])).to_numpy().argmax(axis=1)
        if (said == labels[:CHECKED]).mean() >= ENOUGH:
            break

    def predict(points: Sequence[Point]) -> list[int]:
        out = network.forward(pictures(minitorch, np.array(points) / 255.0))
        return [int(digit) for digit in out.to_numpy().argmax(axis=1)]

    return predict


def learn_digits(
    minitorch: ModuleType, rng: Generator, network: Any, images: Any, labels: Any
) -> None:
    """Take steps downhill that get shorter all the time, and go over to evaluation mode."""
    network.train()
    batches = list(dealt(rng, np.arange(len(labels)), DIGIT_EPOCHS))
    optimizer = minitorch.SGD(network.parameters(), DIGIT_RATE)
    for step, chosen in enumerate(batches):
        optimizer.lr = DIGIT_RATE * (1 - step / len(batches))
        optimizer.zero_grad()
        out = network.forward(pictures(minitorch, images[chosen]))
        out.backward(constant(minitorch, -np.eye(10)[labels[chosen]] / len(chosen)))
        optimizer.step()
    network.eval()


@exam(
    "4.5",
    pass_at=0.85,
    questions=unseen_sentences,
    data=RealData(
        training=("sst2/train.tsv", "glove/glove.6B.50d.sst2.txt.gz"),
        held_back=("sst2/dev.tsv",),
        pass_at=0.6,
    ),
)
def judging_sentences(
    load: Callable[[str], ModuleType], rng: Generator, data: Path | None
) -> Predict:
    """Learn to tell praise from complaints, from some of SST-2's sentences or from made-up ones."""
    minitorch = import_module("minitorch")
    import_module("project.layers").BACKEND = array_backend(minitorch)
    script = load("project/run_sentiment.py")
    sentences, labels, vectors_of = sentences_to_learn_from(rng, data)
    minitorch.seed(int(rng.integers(2**32)))
    network = script.CNNSentimentKim(FILTERS, 50, (3, 4, 5), 0.25)
    start(minitorch, rng, network)
    network.train()
    vectors = vectors_of(sentences)
    by_length = np.argsort([len(sentence) for sentence in sentences], kind="stable")
    batches = list(dealt(rng, by_length, SENTENCE_EPOCHS))
    optimizer = minitorch.SGD(network.parameters(), SENTENCE_RATE)
    for step, chosen in enumerate(batches):
        optimizer.lr = SENTENCE_RATE * (1 - step / len(batches))
        optimizer.zero_grad()
        x = padded([sentences[n] for n in chosen], vectors)
        out = network.forward(constant(minitorch, x))
        p = np.clip(out.to_numpy(), ALMOST, 1 - ALMOST)
        derivative = (p - labels[chosen]) / (p * (1 - p)) / len(chosen)
        out.backward(constant(minitorch, derivative))
        optimizer.step()
    network.eval()

    def predict(points: Sequence[Point]) -> list[int]:
        asked_about = [point.split() for point in points]
        x = padded(asked_about, vectors_of(asked_about))
        return [int(p > 0.5) for p in network.forward(constant(minitorch, x)).to_numpy()]

    return predict


def sentences_to_learn_from(
    rng: Generator, data: Path | None
) -> tuple[list[list[str]], Any, Callable[[list[list[str]]], Mapping[str, Any]]]:
    """Give sentences, their labels, and a function that finds the vectors of the words of other sentences, too."""
    if data is None:
        samples = import_module("project.samples")
        vectors = samples.word_vectors(rng)
        sentences, labels = samples.make_sentences(MADE_UP_SENTENCES, rng)
        return sentences, labels, lambda others: vectors
    loading = import_module("project.data")
    everything = loading.load_sentences(data, "train")
    chosen = rng.choice(len(everything.labels), REAL_SENTENCES, replace=False)
    sentences, labels = [everything.sentences[n] for n in chosen], everything.labels[chosen]
    known = loading.load_vectors(data, {word for words in sentences for word in words})
    mean, deviation = (each(list(known.values()), axis=0) for each in (np.mean, np.std))

    def vectors_of(others: list[list[str]]) -> Mapping[str, Any]:
        found = loading.load_vectors(data, {word for words in others for word in words})
        return {word: SPREAD * (vector - mean) / deviation for word, vector in found.items()}

    return sentences, labels, vectors_of


def dealt(rng: Generator, numbers: Any, epochs: int) -> Iterator[Any]:
    """Cut a row of numbers into mini-batches, and yield these in another order in each epoch."""
    batches = [numbers[start : start + BATCH] for start in range(0, len(numbers), BATCH)]
    for _ in range(epochs):
        for chosen in rng.permutation(len(batches)):
            yield batches[chosen]


def pictures(minitorch: ModuleType, images: Any) -> Any:
    """Make a tensor of pictures with one channel."""
    return constant(minitorch, images.reshape(-1, 1, 28, 28))


def padded(sentences: Sequence[Sequence[str]], vectors: Mapping[str, Any]) -> Any:
    """Replace words by their vectors, those without one by zeros, and fill up to the length of the longest sentence."""
    numbers = np.zeros((len(sentences), max(5, *map(len, sentences)), 50))
    for row, sentence in zip(numbers, sentences):
        for place, word in enumerate(sentence):
            row[place] = vectors.get(word, 0.0)
    return numbers


def start(minitorch: ModuleType, rng: Generator, network: Any) -> None:
    """Give a network numbers to start from, as the scripts do, but the same for all students."""
    for name, parameter in sorted(network.named_parameters(), key=itemgetter(0)):
        shape = parameter.value.shape
        inputs = shape[0] if len(shape) == 2 else math.prod(shape[1:])
        reach = 0.0 if name.endswith("bias") else math.sqrt(6.0 / inputs)
        parameter.update(constant(minitorch, rng.uniform(-reach, reach, shape)))


def asked(
    minitorch: ModuleType, rng: Generator, layer: Any, called: str, shape: tuple[int, ...]
) -> dict[str, Any]:
    """Ask a layer about one input, before and after its biases change."""
    fill(minitorch, rng, layer)
    x = constant(minitorch, rng.uniform(-1.0, 1.0, shape))
    before = layer.forward(x).to_numpy()
    layer.bias.update(constant(minitorch, np.full(layer.bias.value.shape, 7.5)))
    after = layer.forward(x).to_numpy()
    return {
        f"{called}.forward(…) of a tensor of shape {shape}": before,
        f"the same after all biases were set to 7.5: {called}, {shape}": after,
    }


def examined(
    minitorch: ModuleType, rng: Generator, network: Any, x: Any, called: str
) -> dict[str, Any]:
    """Ask a network in evaluation mode, twice; and for the derivatives by all its parameters."""
    names = sorted((name, list(p.value.shape)) for name, p in network.named_parameters())
    fill(minitorch, rng, network)
    network.eval()
    out = network.forward(constant(minitorch, x))
    again = network.forward(constant(minitorch, x)).to_numpy()
    weights = rng.uniform(0.5, 1.5, out.shape) * rng.choice([-1.0, 1.0], out.shape)
    (out * constant(minitorch, weights)).sum().backward()
    return {
        f"the parameters of {called}": [[name, *shape] for name, shape in names],
        f"{called}.forward(…) of a tensor of shape {x.shape}": out.to_numpy(),
        f"the same once more: {called}": again,
        f"derivatives of a weighted sum of these results of {called}": {
            name: gradient(parameter) for name, parameter in network.named_parameters()
        },
    }


def dropped(minitorch: ModuleType, network: Any, x: Any, called: str) -> dict[str, Any]:
    """Ask whether a network in training mode gives something else each time."""
    network.train()
    first, second = (network.forward(constant(minitorch, x)).to_numpy() for _ in range(2))
    return {
        f"whether {called} gives the same twice in training mode": bool((first == second).all())
    }


def fill(minitorch: ModuleType, rng: Generator, module: Any) -> None:
    """Give all parameters of a module new values, by the order of their names."""
    for _, parameter in sorted(module.named_parameters(), key=itemgetter(0)):
        shape = parameter.value.shape
        reach = 2.0 / np.sqrt(np.prod(shape[1:], initial=1.0))
        parameter.update(constant(minitorch, rng.uniform(-reach, reach, shape)))


def gradient(parameter: Any) -> Any:
    """Ask for the derivative by a parameter: its shape, its sum, and some of its elements. None if there is none."""
    grad = parameter.value.grad
    if grad is None:
        return None
    array = grad.to_numpy()
    step = 1 + array.size // SOME
    return {"shape": list(array.shape), "sum": float(array.sum()), "some": array.ravel()[::step]}


def constant(minitorch: ModuleType, numbers: Any) -> Any:
    """Make a tensor out of an array, with the backend that the networks have."""
    array = np.ascontiguousarray(numbers, np.float64)
    backend = import_module("project.layers").BACKEND
    return minitorch.Tensor.make(array.ravel(), array.shape, backend=backend)
