"""How fast the course's scalars are: steps of a small network, beside the same network on the smallest scalar engine.

It runs in a process of its own, which has nothing else to do: ``python -m grader.bench.scalars FOLDER``, where FOLDER
holds the library. The two take turns, round by round.
"""

from __future__ import annotations

import gc
import json
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any

from grader.bench.value import Value

SIZES = (2, 10, 10, 1)
ROUNDS = 9
STEPS = 200  # per round: a short training, so that each engine pays for collecting its own garbage

Number = Callable[[float], Any]
Neuron = tuple[list[Any], Any]  # weights, bias


@dataclass(frozen=True)
class Speed:
    """CPU milliseconds of one step, medians, and how fast the course's scalars are where the peer's speed is 1."""

    ours: float
    peer: float
    ratio: float


def network(number: Number) -> list[list[Neuron]]:
    """Build a network of ``SIZES`` out of one kind of number; its weights are the same for every kind."""
    rng = random.Random(0)
    return [
        [([number(rng.uniform(-1.0, 1.0)) for _ in range(wide)], number(0.1)) for _ in range(high)]
        for wide, high in pairwise(SIZES)
    ]


def run(layers: list[list[Neuron]], inputs: list[Any]) -> Any:
    """Run a network: relu after each layer, sigmoid after the last."""
    for layer in layers:
        sums = [_neuron(weights, bias, inputs) for weights, bias in layer]
        inputs = [x.sigmoid() if layer is layers[-1] else x.relu() for x in sums]
    return inputs[0]


def _neuron(weights: list[Any], bias: Any, inputs: list[Any]) -> Any:
    total = bias
    for weight, x in zip(weights, inputs, strict=True):
        total = total + weight * x
    return total


def _milliseconds(number: Number, layers: list[list[Neuron]]) -> float:
    """Measure one step, forward and backward."""
    gc.collect()  # what the other left behind
    begun = time.process_time()
    for _ in range(STEPS):
        run(layers, [number(0.3), number(0.7)]).backward()
    return (time.process_time() - begun) / STEPS * 1000.0


def compare(ours: Number, peer: Number) -> Speed:
    """Measure both kinds of number, interleaved."""
    networks = (ours, network(ours)), (peer, network(peer))
    rounds = [[_milliseconds(*pair) for pair in networks] for _ in range(ROUNDS)]
    mine, theirs = zip(*rounds, strict=True)
    ratio = statistics.median(other / own for own, other in rounds)
    return Speed(statistics.median(mine), statistics.median(theirs), ratio)


def measure_scalars(course: Path) -> Speed:
    """Measure the library of a folder in a process of its own.

    Args:
        course: The folder that holds ``minitorch/``.

    Returns:
        What was found.
    """
    child = subprocess.run(
        [sys.executable, "-m", "grader.bench.scalars", str(course)],
        capture_output=True,
        text=True,
        check=True,
    )
    return Speed(**json.loads(child.stdout))


if __name__ == "__main__":
    sys.path.insert(0, sys.argv[1])
    print(json.dumps(asdict(compare(import_module("minitorch").Scalar, Value))))
