"""Task 4.5: what layers and networks give, and exams that train them on digits and on sentences: real ones, if given.

The probes have nothing to compile: NumPy calculates and convolves for the networks. In the exams, the student's
own convolutions are compiled; all else is calculated as ``layers.BACKEND`` says.
"""

import math
from collections.abc import Callable, Iterator
from functools import wraps
from importlib import import_module
from operator import itemgetter
from types import ModuleType
from typing import Any
from unittest.mock import patch

import numpy as np
from numpy.random import Generator

from grader.running.probes import Predict, RealData, Training, exam, probe

from ..tests.arrays import array_backend
from ..tests.sliding import slid_by_numpy
from .unseen import MNIST, SST2, unseen_digits, unseen_sentences

Ask = Callable[[ModuleType, Generator], dict[str, Any]]
Array = np.ndarray[Any, np.dtype[Any]]
BATCH = 16
DIGIT_EPOCHS, DIGIT_RATE = 3, 0.1
STARTS = 3  # training takes luck: a start that came to nothing is given up, twice at most
# Pictures on which a start has to show what it came to, and the share of them that it has to be right about.
CHECKED, ENOUGH = 200, 0.7
SENTENCE_EPOCHS, SENTENCE_RATE, FILTERS = 2, 0.3, 32
SOME = 97  # elements of a derivative, at most
ALMOST = 1e-9  # a probability is taken to be at least so far from 0 and from 1


# What layers and networks give


def plainly(ask: Ask) -> Ask:
    """Let NumPy calculate and convolve for networks, while a probe asks."""

    @wraps(ask)
    def asked(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
        layers = import_module("project.layers")
        with slid_by_numpy(minitorch), patch.object(layers, "BACKEND", array_backend(minitorch)):
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


@probe("4.5", cases=1)
@plainly
def networks_side_by_side(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask two networks of each kind by turns, and whether they share parameters or change what they are asked about."""
    mnist, sentiment = (import_module(f"project.run_{name}") for name in ("mnist", "sentiment"))
    makers: dict[str, tuple[Callable[[], Any], tuple[int, ...]]] = {
        "Network()": (mnist.Network, (1, 1, 28, 28)),
        "CNNSentimentKim(3, 4, (2, 3, 4))": (
            lambda: sentiment.CNNSentimentKim(3, 4, (2, 3, 4)),
            (2, 5, 4),
        ),
    }
    answers: dict[str, Any] = {}
    for called, (make, shape) in makers.items():
        networks = [make(), make()]
        held = [{id(parameter) for parameter in network.parameters()} for network in networks]
        answers[f"how many parameters two {called} share"] = len(held[0] & held[1])
        for network in networks:
            fill(minitorch, rng, network)
            network.eval()
        inputs = constant(minitorch, rng.uniform(-1.0, 1.0, shape))
        before = inputs.to_numpy()
        given = [network.forward(inputs) for network in networks * 2]
        given.append(networks[0].forward(constant(minitorch, before[::-1] * 0.5)))
        for turn, result in enumerate(given, start=1):
            answers[f"answer {turn} of two {called} by turns"] = result.to_numpy()
        answers[f"are the inputs of {called} as they were"] = bool(
            (inputs.to_numpy() == before).all()
        )
    return answers


# Exams


@exam("4.5", pass_at=0.8, questions=unseen_digits, data=RealData(MNIST, pass_at=0.8))
def reading_digits(
    load: Callable[[str], ModuleType], rng: Generator, training: Training
) -> Predict:
    """Learn to read digits."""
    minitorch = import_module("minitorch")
    import_module("project.layers").BACKEND = array_backend(minitorch)
    script = load("project/run_mnist.py")
    images, labels = training["images"] / 255.0, training["labels"]
    for _ in range(STARTS):
        minitorch.seed(int(rng.integers(2**32)))
        network = script.Network()
        start(minitorch, rng, network)
        learn_digits(minitorch, rng, network, images, labels)
        said = network.forward(pictures(minitorch, images[:CHECKED])).to_numpy().argmax(axis=1)
        if (said == labels[:CHECKED]).mean() >= ENOUGH:
            break

    def predict(points: Array) -> list[int]:
        out = network.forward(pictures(minitorch, points / 255.0))
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


@exam("4.5", pass_at=0.85, questions=unseen_sentences, data=RealData(SST2, pass_at=0.6))
def judging_sentences(
    load: Callable[[str], ModuleType], rng: Generator, training: Training
) -> Predict:
    """Learn to tell praise from complaints."""
    minitorch = import_module("minitorch")
    import_module("project.layers").BACKEND = array_backend(minitorch)
    script = load("project/run_sentiment.py")
    sentences, labels, vectors = (training[name] for name in ("sentences", "labels", "vectors"))
    minitorch.seed(int(rng.integers(2**32)))
    network = script.CNNSentimentKim(FILTERS, 50, (3, 4, 5), 0.25)
    start(minitorch, rng, network)
    network.train()
    by_length = np.argsort((sentences > 0).sum(axis=1), kind="stable")
    batches = list(dealt(rng, by_length, SENTENCE_EPOCHS))
    optimizer = minitorch.SGD(network.parameters(), SENTENCE_RATE)
    for step, chosen in enumerate(batches):
        optimizer.lr = SENTENCE_RATE * (1 - step / len(batches))
        optimizer.zero_grad()
        out = network.forward(constant(minitorch, embedded(sentences[chosen], vectors)))
        p = np.clip(out.to_numpy(), ALMOST, 1 - ALMOST)
        derivative = (p - labels[chosen]) / (p * (1 - p)) / len(chosen)
        out.backward(constant(minitorch, derivative))
        optimizer.step()
    network.eval()

    def predict(points: Array) -> list[int]:
        out = network.forward(constant(minitorch, embedded(points, vectors)))
        return [int(p > 0.5) for p in out.to_numpy()]

    return predict


def dealt(rng: Generator, numbers: Any, epochs: int) -> Iterator[Any]:
    """Cut a row of numbers into mini-batches, and yield these in another order in each epoch."""
    batches = [numbers[start : start + BATCH] for start in range(0, len(numbers), BATCH)]
    for _ in range(epochs):
        for chosen in rng.permutation(len(batches)):
            yield batches[chosen]


def pictures(minitorch: ModuleType, images: Any) -> Any:
    """Make a tensor of pictures with one channel."""
    return constant(minitorch, images.reshape(-1, 1, 28, 28))


def embedded(sentences: Array, vectors: Array) -> Array:
    """Replace the numbers of words by the words' vectors, and leave out what pads even the longest sentence."""
    longest = max(5, 1 + np.flatnonzero(sentences.any(axis=0)).max(initial=0))
    return vectors[sentences[:, :longest]]


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
