"""Task 3.7: how large numbers are after many layers, and derivatives before them, and what that does to training.

python project/run_initialization.py                the tables and pictures of the guide, in half a minute
python project/run_initialization.py --seeds 20     medians and ranges of 20 draws, in a few minutes
python project/run_initialization.py --layers 350   until float64 ends, too
python project/run_initialization.py --scale 0.11   another row in the first table
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it runs from any folder

import minitorch  # noqa: E402  (needs the line above)
from minitorch import Tensor, TensorBackend  # noqa: E402
from project.charts import Chart  # noqa: E402
from project.experiment import Findings, Question, run  # noqa: E402
from project.initialization import (  # noqa: E402
    Linear,
    ReLU,
    Sequential,
    Start,
    Tanh,
    gradient_scales,
    kaiming,
    normal,
    right_scale,
    scales,
    uniform,
    xavier,
)
from project.watching import count  # noqa: E402

SAMPLES, WIDTH = 200, 100  # of the experiment with many layers
WIDTHS, DRAWS = (
    10,
    30,
    100,
), 3  # of the table of widths: networks of each width, the median of which is shown
HIDDEN, UNITS = 5, 32  # hidden layers of the network that is trained, and units of each
POINTS, BATCH, RATE, EPOCHS = 200, 20, 0.1, 40  # of its training
LEARNED = 0.3  # a mean loss below which a border has been found
LIMITS = {
    32: (float(np.finfo(np.float32).smallest_subnormal), float(np.finfo(np.float32).max)),
    64: (float(np.finfo(np.float64).smallest_subnormal), float(np.finfo(np.float64).max)),
}

Numbers = NDArray[np.float64]


def as_torch(n_in: int, n_out: int, backend: TensorBackend) -> Tensor:
    """Draw weights as PyTorch's ``nn.Linear`` does: evenly within ±1/√n_in, which is a variance of 1 / (3 · n_in)."""
    return uniform(n_in, n_out, backend, scale=1 / math.sqrt(3 * n_in))


@dataclass(frozen=True)
class Case:
    """A network of many equal layers.

    Attributes:
        name: What the tables call it.
        start: How its weights are drawn.
        scale: Their standard deviation, for layers of ``WIDTH`` units.
        after: Makes what follows each linear layer, if anything does.
        kept: The share of the mean square that this keeps of what arrives; None if it depends on how large that is.
        drawn: Whether the pictures show it.
    """

    name: str
    start: Start
    scale: float
    after: Callable[[], minitorch.Module] | None = None
    kept: float | None = 1.0
    drawn: bool = False

    def layers(self, number: int, width: int, backend: TensorBackend) -> list[minitorch.Module]:
        """Make the layers."""
        linear = [Linear(width, width, self.start, backend) for _ in range(number)]
        return [Sequential(each, self.after()) for each in linear] if self.after else linear

    def theory(self, layers: int) -> str:
        """Say what a layer multiplies the root of the mean square by, and all layers together."""
        if self.kept is None:
            return f"{'-':>8}{'-':>10}"
        factor = self.scale * math.sqrt(WIDTH * self.kept)
        return f"{factor:8.3f}{_power(factor, layers):>10}"


def _scaled(scale: float) -> tuple[Start, float]:
    return partial(normal, scale=scale), scale


TORCH = as_torch, 1 / math.sqrt(3 * WIDTH)
CASES = (
    Case("1", *_scaled(1.0), drawn=True),
    Case("0.12", *_scaled(0.12), drawn=True),
    Case("0.1", *_scaled(0.1), drawn=True),
    Case("0.08", *_scaled(0.08)),
    Case("0.01", *_scaled(0.01), drawn=True),
    Case("nn.Linear's", *TORCH),
    Case("relu, 0.1", *_scaled(0.1), ReLU, 0.5, drawn=True),
    Case("relu, kaiming", kaiming, math.sqrt(2 / WIDTH), ReLU, 0.5, drawn=True),
    Case("relu, nn.Linear's", *TORCH, ReLU, 0.5, drawn=True),
    Case("tanh, 0.1", *_scaled(0.1), Tanh, None),
    Case("tanh, 0.159", *_scaled(0.15925), Tanh, 1 / 1.5925**2),
)
STARTS: dict[str, Start] = {
    "1": partial(normal, scale=1.0),
    "0.01": partial(normal, scale=0.01),
    "nn.Linear's": as_torch,
    "xavier": xavier,
    "kaiming": kaiming,
}

QUESTIONS = [
    Question(
        "0.12, without relu",
        "50 layers of 100 units, one after the other, without relu. With weights of standard deviation 0.1,\n"
        "numbers stay as large as they are: about 1. How large are they at the end with 0.12?",
        ("1.2", "60", "1e4", "1e9"),
    ),
    Question(
        "0.1, with relu",
        "Now relu follows each of the 50 layers. How large are the numbers at the end with 0.1?",
        ("0.5", "1e-3", "1e-8", "1e-20"),
    ),
    Question(
        "learns first",
        f"A network of {HIDDEN} hidden layers with relu learns Circle. From which weights does it learn first?",
        tuple(STARTS),
    ),
]


# Many layers


@dataclass(frozen=True)
class Signal:
    """What became of numbers on their way through the layers of a case.

    Attributes:
        forward: Their standard deviation after each layer.
        backward: The standard deviation of derivatives before each layer.
    """

    forward: Sequence[float]
    backward: Sequence[float]


def measured(case: Case, layers: int, backend: TensorBackend) -> Signal:
    """Draw a network, and send normal numbers through it, forwards and backwards."""
    network = case.layers(layers, WIDTH, backend)
    x, d_output = (normal(SAMPLES, WIDTH, backend) for _ in range(2))
    with np.errstate(all="ignore"):  # some of them overflow, which is the point
        return Signal(scales(network, x), gradient_scales(network, x, d_output))


def table_of_cases(found: dict[Case, list[Signal]], layers: int) -> str:
    """Put theory beside what was measured."""
    draws = min(map(len, found.values()))
    lines = [
        f"{layers} layers of {WIDTH} units, {SAMPLES} samples: what a layer multiplies by, and what all do together;",
        "the standard deviation after the last layer, and that of derivatives before the first"
        + (f": medians of {draws} draws, from least to most" if draws > 1 else ""),
        f"{'weights':<18}{'a layer':>8}{'all':>10}  {'forwards':<28}  backwards",
    ]
    for case, signals in found.items():
        forward = spread([each.forward[-1] for each in signals])
        backward = spread([each.backward[0] for each in signals])
        lines.append(f"{case.name:<18}{case.theory(layers)}  {forward:<28}  {backward}")
    return "\n".join(lines)


def spread(found: Sequence[float]) -> str:
    """Write the median, and the least and the most if there are several."""
    middle = f"{median(found):8.2g}"
    return f"{middle}  ({min(found):.2g} to {max(found):.2g})" if len(found) > 1 else middle


def picture(title: str, ways: dict[str, Sequence[float]]) -> Chart:
    """Draw a line for each case, on a logarithmic axis, with the limits of the floats that it comes near."""
    lines = {name: list(enumerate(way, 1)) for name, way in ways.items()}
    numbers = [y for way in ways.values() for y in way if 0 < y < math.inf]
    near = [n for n in LIMITS if n == 32 or max(numbers) > 1e100]
    limits = {f"float{n} ends": LIMITS[n][1] for n in near}
    limits |= {f"float{n} is 0": LIMITS[n][0] for n in near}
    return Chart(title, "layer", "std", lines, log_y=True, limits=limits)


# Single precision, one layer, functions, widths


def in_32_bits(layers: int) -> str:
    """Do the same with NumPy's float32, and look when numbers stop being numbers."""
    network = [normal(WIDTH, WIDTH).to_numpy() for _ in range(layers)]
    lines = ["The same in 32 bits, as PyTorch calculates:"]
    for scale in (1.0, 0.01):
        x = normal(SAMPLES, WIDTH).to_numpy().astype(np.float32)
        events: dict[str, int] = {}
        with np.errstate(all="ignore"):
            for number, weights in enumerate(network, 1):
                x = x @ (scale * weights).astype(np.float32)
                seen = {"inf": np.isinf(x).any(), "nan": np.isnan(x).any(), "only zeros": ~x.any()}
                for what in (what for what, there in seen.items() if there):
                    events.setdefault(what, number)
        said = ", ".join(f"{what} from layer {number} on" for what, number in events.items())
        lines.append(f"{scale:>5g}: {said or 'nothing special'}")
    return "\n".join(lines)


def one_layer(backend: TensorBackend) -> str:
    """Look at mean, standard deviation and mean square after a single layer, and after relu."""
    x = normal(SAMPLES, WIDTH, backend)
    lines = [
        "After one layer (in theory)",
        f"{'':<22}{'mean':>16}{'std':>16}{'root mean square':>19}",
    ]
    for name, start, size in (("xavier", xavier, 1.0), ("kaiming", kaiming, math.sqrt(2.0))):
        z = Linear(WIDTH, WIDTH, start, backend)(x)
        half = size * math.sqrt(1 / 2)
        mean = size / math.sqrt(2 * math.pi)
        for called, out, theory in (
            (name, z, (0.0, size, size)),
            (f"{name}, then relu", ReLU()(z), (mean, math.sqrt(half**2 - mean**2), half)),
        ):
            a = out.to_numpy()
            got = (a.mean(), a.std(), math.sqrt((a**2).mean()))
            cells = [f"{found:.3f} ({right:.3f})" for found, right in zip(got, theory)]
            lines.append(f"{called:<22}{cells[0]:>16}{cells[1]:>16}{cells[2]:>19}")
    return "\n".join(lines)


def functions() -> str:
    """Find the scale that each function asks for, with samples from a normal distribution."""
    z = normal(SAMPLES, WIDTH)
    found = {"relu": right_scale(ReLU(), z), "tanh": right_scale(Tanh(), z)}
    said = ", ".join(f"{name} {scale:.3f}" for name, scale in found.items())
    return f"Right scales, times 1/√n: {said}  (in theory 1.414 and 1.593)"


def widths(layers: int, backend: TensorBackend) -> str:
    """Try networks of several widths, each of which starts as He says."""
    lines = [f"kaiming and relu, {layers} layers: medians of {DRAWS} networks, from least to most"]
    (case,) = (each for each in CASES if each.name == "relu, kaiming")
    for width in WIDTHS:
        drawn = (case.layers(layers, width, backend) for _ in range(DRAWS))
        ends = [scales(each, normal(SAMPLES, width, backend))[-1] for each in drawn]
        lines.append(f"width {width:>4}: {spread(ends)}")
    return "\n".join(lines)


# Training


def learned(start: Start, data: minitorch.Graph, backend: TensorBackend) -> list[float]:
    """Train a deep network on some points.

    Args:
        start: How its weights are drawn.
        data: The points and their labels.
        backend: What it calculates with.

    Returns:
        The mean loss of each epoch; ``nan`` where numbers overflowed.
    """
    sizes = [2, *[UNITS] * HIDDEN]
    hidden = [Sequential(Linear(*pair, start, backend), ReLU()) for pair in zip(sizes, sizes[1:])]
    network = Sequential(*hidden, Linear(UNITS, 1, start, backend))
    optim = minitorch.SGD(network.parameters(), RATE)
    X = (np.array(data.X) - 0.5) * math.sqrt(
        12
    )  # mean 0 and variance 1, as all that was said supposes
    y = np.array(data.y, np.float64).reshape(-1, 1)
    losses = []
    for _ in range(EPOCHS):
        total = 0.0
        order = minitorch.rand((data.N,)).to_numpy().argsort()
        for chosen in np.split(order, range(BATCH, data.N, BATCH)):
            optim.zero_grad()
            out = network(minitorch.tensor(X[chosen], backend))  # of shape (BATCH, 1)
            score = out.to_numpy()
            total += float((np.logaddexp(0, score) - y[chosen] * score).sum())
            # the derivative of this loss by a score is sigmoid(score) - y
            derivative = (0.5 + 0.5 * np.tanh(score / 2) - y[chosen]) / len(chosen)
            out.backward(minitorch.tensor(derivative, backend))
            optim.step()
        losses.append(total / data.N)
    return losses


def table_of_training(losses: dict[str, list[float]]) -> str:
    """Show how the loss fell from each start."""
    after = (1, 5, 10, 20, EPOCHS)
    lines = [
        f"Circle, {HIDDEN} hidden layers of {UNITS} units with relu: mean loss after epochs",
        f"{'weights':<18}" + "".join(f"{epoch:>8}" for epoch in after),
    ]
    for name, way in losses.items():
        lines.append(f"{name:<18}" + "".join(f"{way[epoch - 1]:8.3f}" for epoch in after))
    return "\n".join(lines)


def first(losses: dict[str, list[float]]) -> str:
    """Find the start whose loss was the first to fall below ``LEARNED``."""
    epochs = {
        name: next((epoch for epoch, loss in enumerate(way) if loss < LEARNED), EPOCHS)
        for name, way in losses.items()
    }
    return min(epochs, key=lambda name: epochs[name])


# All of it


def experiment(options: argparse.Namespace) -> Findings:
    """Send numbers through many layers, look closer at some of them, and train."""
    print("The first layers compile your kernels, which takes some seconds.\n", flush=True)
    backend = TensorBackend(minitorch.FastOps)
    layers = options.layers
    yours = [Case(f"{scale:g}", *_scaled(scale)) for scale in options.scale]
    found = {
        case: [measured(case, layers, backend) for _ in range(options.seeds)]
        for case in (*CASES, *yours)
    }
    signals = {case.name: each[0] for case, each in found.items()}
    with np.errstate(all="ignore"):
        data = minitorch.datasets["Circle"](POINTS)
        losses = {name: learned(start, data, backend) for name, start in STARTS.items()}
    texts = [
        table_of_cases(found, layers),
        in_32_bits(layers),
        one_layer(backend),
        functions(),
        widths(layers, backend),
        table_of_training(losses),
    ]
    drawn = [case.name for case in CASES if case.drawn]
    pictures = [
        picture("Forwards: after each layer", {name: signals[name].forward for name in drawn}),
        picture("Backwards: before each layer", {name: signals[name].backward for name in drawn}),
        Chart(
            "Training on Circle",
            "epoch",
            "mean loss",
            {name: list(enumerate(way, 1)) for name, way in losses.items()},
        ),
    ]
    answers = {
        QUESTIONS[0].about: nearest(signals["0.12"].forward[:50][-1], QUESTIONS[0].choices),
        QUESTIONS[1].about: nearest(signals["relu, 0.1"].forward[:50][-1], QUESTIONS[1].choices),
        QUESTIONS[2].about: first(losses),
    }
    return Findings("\n\n".join(texts), answers, pictures)


def nearest(found: float, choices: Sequence[str]) -> str:
    """Find the choice that a number comes nearest to, in powers of ten."""
    if not 0 < found < math.inf:
        return f"{found}"
    return min(choices, key=lambda choice: abs(math.log10(found / float(choice))))


def _power(factor: float, layers: int) -> str:
    exponent = layers * math.log10(factor)
    if abs(exponent) > 300:
        return f"1e{exponent:+.0f}"  # it may be no float
    return f"{factor**layers:.2g}"


if __name__ == "__main__":
    more: dict[str, dict[str, Any]] = {
        "scale": {"type": float, "nargs": "+", "default": [], "help": "further ones to try"},
        "layers": {"type": count, "default": 50, "help": "how many, 350 to see float64 end"},
        "seeds": {"type": count, "default": 1, "help": "draws of each network; each takes seconds"},
    }
    run("3.7", "Measure how the weights of a network should start.", QUESTIONS, experiment, **more)
