"""Task 4.5: the network that judges sentences: its layers, its shapes, its derivatives, and that it learns.

Whole networks are held against the same steps in NumPy.
"""

from __future__ import annotations

import numpy as np
import pytest
from comparison import assert_close
from networks import (
    Parameters,
    assert_falls,
    assert_slopes,
    constant,
    filled,
    learned,
    numpy_backend,
    shapes,
)
from tensors import Values

import minitorch
from project import run_sentiment

FILTERS, NUMBERS, SIZES = 3, 4, (2, 3, 4)  # of the networks here: small ones


def sentences(count: int, words: int, seed: int = 0) -> Values:
    """Make sentences of noise, of shape (count, words, NUMBERS)."""
    return np.random.default_rng(seed).uniform(-1.0, 1.0, (count, words, NUMBERS))


def slid(input: Values, weights: Values, bias: Values) -> Values:
    """Slide filters along sentences: what lies beyond their end is 0."""
    words, width = input.shape[2], weights.shape[2]
    padded = np.pad(input, ((0, 0), (0, 0), (0, width - 1)))
    return bias + sum(
        np.einsum("biw,oi->bow", padded[:, :, x : x + words], weights[:, :, x])
        for x in range(width)
    )


def expected(values: Parameters, embeddings: Values) -> Values:
    """Calculate what the network gives in evaluation mode."""
    columns = embeddings.transpose(0, 2, 1)
    seen = sum(
        np.maximum(0.0, slid(columns, values[f"{conv}.weights"], values[f"{conv}.bias"])).max(
            axis=2
        )
        for conv in ("conv1", "conv2", "conv3")
    )
    scores = seen @ values["linear.weights"] + values["linear.bias"]
    return 1.0 / (1.0 + np.exp(-scores[:, 0]))


def network(rate: float = 0.25) -> run_sentiment.CNNSentimentKim:
    """Make a small network."""
    return run_sentiment.CNNSentimentKim(FILTERS, NUMBERS, SIZES, rate)


def in_evaluation() -> tuple[run_sentiment.CNNSentimentKim, Parameters]:
    """Make a small network in evaluation mode, and list its parameters' values."""
    made = network()
    made.eval()
    return made, filled(made)


# The layer


@pytest.mark.task4_5
def test_conv1d_by_hand() -> None:
    """A filter gives the weighted sum of the words that it sees, plus its bias, which is the same everywhere."""
    layer = run_sentiment.Conv1d(1, 2, 2)
    layer.weights.update(constant([[[1.0, 10.0]], [[0.0, 1.0]]]))
    layer.bias.update(constant([[0.5], [-3.0]]))
    got = layer.forward(constant([[[1.0, 2.0, 3.0]]])).to_numpy().tolist()
    assert_close(got, [[[21.5, 32.5, 3.5], [-1.0, 0.0, -3.0]]], "windows [1, 10] and [0, 1]")


@pytest.mark.task4_5
@pytest.mark.parametrize(("B", "ins", "outs", "width"), [(1, 1, 1, 1), (2, 3, 2, 3)])
def test_conv1d(B: int, ins: int, outs: int, width: int) -> None:
    """A layer turns B sentences of ``in_channels`` into B sentences of ``out_channels`` of the same length."""
    layer = run_sentiment.Conv1d(ins, outs, width)
    values = filled(layer)
    input = np.random.default_rng(5).uniform(-1.0, 1.0, (B, ins, 6))
    got = layer.forward(constant(input)).to_numpy()
    wanted = slid(input, values["weights"], values["bias"])
    assert_close(got.tolist(), wanted.tolist(), f"Conv1d({ins}, {outs}, {width})")


# The network


@pytest.mark.task4_5
def test_parameters_of_the_sentence_network() -> None:
    """The network has the parameters of three convolutions of the three widths, and of one linear layer."""
    wanted = [
        ("conv1.bias", (FILTERS, 1)),
        ("conv1.weights", (FILTERS, NUMBERS, 2)),
        ("conv2.bias", (FILTERS, 1)),
        ("conv2.weights", (FILTERS, NUMBERS, 3)),
        ("conv3.bias", (FILTERS, 1)),
        ("conv3.weights", (FILTERS, NUMBERS, 4)),
        ("linear.bias", (1,)),
        ("linear.weights", (FILTERS, 1)),
    ]
    called = f"CNNSentimentKim({FILTERS}, {NUMBERS}, {SIZES})"
    assert_close(shapes(network()), wanted, f"names and shapes of {called}.named_parameters()")


@pytest.mark.task4_5
@pytest.mark.parametrize(("B", "words"), [(1, 1), (1, 4), (3, 7)])
def test_sentence_network(B: int, words: int) -> None:
    """In evaluation mode, the network gives what its layers give one after the other, each sentence on its own."""
    made, values = in_evaluation()
    embeddings = sentences(B, words)
    got = made.forward(constant(embeddings)).to_numpy()
    assert_close(got.shape, (B,), f"the shape of the result for {B} sentences")
    wanted = expected(values, embeddings).tolist()
    assert_close(got.tolist(), wanted, f"the probabilities for {B} sentences of {words} words")


@pytest.mark.task4_5
def test_a_filter_that_finds_nothing_is_silent() -> None:
    """Filters whose windows all score below 0 add nothing, by relu: what is left is the bias of ``linear``."""
    made, values = in_evaluation()
    for conv in (made.conv1, made.conv2, made.conv3):
        conv.bias.update(constant(np.full((FILTERS, 1), -9.0)))
    got = made.forward(constant(sentences(1, 5))).to_numpy().tolist()
    wanted = 1.0 / (1.0 + np.exp(-values["linear.bias"]))
    assert_close(got, wanted.tolist(), "a sentence, where all filters have the bias -9")


@pytest.mark.task4_5
def test_a_place_in_the_sentence_does_not_matter() -> None:
    """The same words, further back in a sentence that is silent before them and after them, count the same."""
    made, _ = in_evaluation()
    both = np.zeros((2, 12, NUMBERS))
    both[0, 4:7] = both[1, 5:8] = sentences(1, 3)[0]
    got = made.forward(constant(both)).to_numpy().tolist()
    assert_close(got[1], got[0], "three words from place 5 on, as from place 4 on")


@pytest.mark.task4_5
def test_derivatives_reach_every_parameter_of_the_sentence_network() -> None:
    """After backward, all parameters have the derivatives that the slopes of the results say."""
    made, values = in_evaluation()
    embeddings = sentences(2, 6)
    weights = np.array([1.0, -2.5])
    (made.forward(constant(embeddings)) * constant(weights)).sum().backward()
    assert_slopes(
        made,
        values,
        lambda changed: float((expected(changed, embeddings) * weights).sum()),
        "the weighted sum of the results",
    )


@pytest.mark.task4_5
def test_dropout_of_sentences_in_training_only() -> None:
    """In training mode, what the filters saw is dropped at the rate of the network; in evaluation mode nothing is."""
    made = run_sentiment.CNNSentimentKim(1, 1, (1, 1, 1), 0.4)
    for name, parameter in made.named_parameters():
        value = np.zeros(parameter.value.shape)
        parameter.update(constant(value if "bias" in name else value + 1.0))
    embeddings = constant(np.ones((800, 1, 1)))  # each of three filters gives 1, so the score is 3

    def scores() -> Values:
        p = made.forward(embeddings).to_numpy()
        return np.log(p / (1.0 - p))

    made.eval()
    assert_close(scores().tolist(), [3.0] * 800, "scores in evaluation mode")
    made.train()
    said = scores()
    left = said[abs(said) > 1e-6]
    assert_close(left.tolist(), [5.0] * len(left), "what is left counts 1 / 0.6 times as much")
    share = len(left) / 800
    message = f"the share of numbers that are left: got {share:.0%}, expected about 60%"
    assert 0.5 < share < 0.7, message


@pytest.mark.task4_5
def test_it_learns_sentences() -> None:
    """Some steps downhill make the network surer of the right labels."""
    made, _ = in_evaluation()
    embeddings = constant(sentences(4, 6))
    y = constant(np.array([1.0, 0.0, 0.0, 1.0]))

    def loss() -> minitorch.Tensor:
        out = made.forward(embeddings)
        right = out * y + (-out + 1.0) * (-y + 1.0)
        return (-right.log()).sum() / 4

    losses = learned(made, loss, rate=0.2, steps=30)
    assert_falls(losses[:2], losses[0])
    assert_falls(losses, losses[0] / 2)
