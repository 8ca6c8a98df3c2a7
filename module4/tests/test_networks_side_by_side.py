"""Task 4.5 once more: several networks side by side, and answers that don't change by asking."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from comparison import assert_close
from networks import constant, filled, numpy_backend

from project import run_mnist, run_sentiment

NETWORKS: dict[str, tuple[Callable[[], Any], tuple[int, ...]]] = {
    "run_mnist.Network()": (lambda: run_mnist.Network(), (2, 1, 28, 28)),
    "run_sentiment.CNNSentimentKim(3, 4, (2, 3, 4))": (
        lambda: run_sentiment.CNNSentimentKim(3, 4, (2, 3, 4)),
        (2, 5, 4),
    ),
}


@pytest.mark.task4_5
@pytest.mark.parametrize("call", NETWORKS)
def test_networks_are_apart(call: str) -> None:
    """Each network has parameters of its own: what one learns leaves another one of the same kind as it is."""
    make, shape = NETWORKS[call]
    first, second = make(), make()
    held = [{id(p) for p in network.parameters()} for network in (first, second)]
    assert_close(len(held[0] & held[1]), 0, f"parameters that two {call} share")
    first.eval()
    second.eval()
    filled(second, seed=1)
    inputs = constant(np.random.default_rng(2).uniform(-1.0, 1.0, shape))
    before = second.forward(inputs).to_numpy().tolist()
    filled(first, seed=3)
    first.forward(inputs)
    assert_close(
        second.forward(inputs).to_numpy().tolist(), before, f"what the second {call} gives"
    )


@pytest.mark.task4_5
@pytest.mark.parametrize("call", NETWORKS)
def test_asking_changes_nothing(call: str) -> None:
    """A network leaves what it is asked about as it is; in evaluation, it gives the same again, also after training."""
    make, shape = NETWORKS[call]
    network = make()
    filled(network)
    values = np.random.default_rng(2).uniform(-1.0, 1.0, shape)
    inputs = constant(values)
    network.eval()
    first = network.forward(inputs)
    given = first.to_numpy().tolist()
    turned = network.forward(constant(values[::-1])).to_numpy().tolist()
    assert_close(turned, given[::-1], f"what {call} gives for the same in the reverse order")
    network.train()
    network.forward(constant(values[::-1]))
    network.eval()
    again = network.forward(inputs).to_numpy().tolist()
    assert_close(again, given, f"what {call} gives, asked again")
    assert_close(first.to_numpy().tolist(), given, f"what {call} gave first, read again")
    assert_close(inputs.to_numpy().tolist(), values.tolist(), "the inputs afterwards")
