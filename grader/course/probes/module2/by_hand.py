"""Task 2.8: layers that bring their own way back, models of them, and the same in NumPy alone."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import Any
from unittest.mock import patch

import numpy as np
from numpy.random import Generator

from grader.running.probes import probe

from ..stored import Values, read
from .calls import refusal

Sizes = tuple[int, int, int]  # points, inputs, hidden units or outputs

CORNERS: tuple[Sizes, ...] = ((1, 1, 1), (1, 3, 2), (3, 1, 2), (3, 2, 1), (2, 2, 2), (4, 3, 5))
NAMES = ("x", "y", "w1", "b1", "w2", "b2")
BENDS = ("Relu", "Tanh")


@probe("2.8", cases=12)
def linear_layers_by_hand(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Take linear layers of several sizes forward and backward, twice, with other parameters the second time."""
    points, ins, outs = sizes_of(rng, case)
    w, b = (minitorch.tensor(drawn(rng, *shape).tolist()) for shape in ((ins, outs), (outs,)))
    layer = import_module("project.by_hand").Lin(w, b)
    found: dict[str, Any] = {}
    for turn in range(2):
        x, d = drawn(rng, points, ins), drawn(rng, points, outs)
        inp, out = through(minitorch, layer, x, d)
        told = f"Lin(w, b), inp = {x.tolist()}, w = {listed(w)}, b = {listed(b)}"
        found[told] = read(out)
        for name, tensor in {"inp": inp, "w": w, "b": b}.items():
            found[f"{name}.g of {told}, out.g = {d.tolist()}"] = gradient(tensor)
        w[0, 0] = b[outs - 1] = float(turn) + 1.5
    return found


@probe("2.8", cases=6)
def bends_by_hand(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Take relu and tanh forward and backward, also at 0 and far from it."""
    x = drawn(rng, *(((1, 1), (3, 2), (2, 4))[case % 3]))
    if case > 2:
        x = np.array([[0.0, -0.0, 1e-3, -1e-3], [1000.0, -1000.0, 30.0, float(rng.normal())]])
    d = drawn(rng, *x.shape)
    found: dict[str, Any] = {}
    for name in BENDS:
        inp, out = through(minitorch, getattr(import_module("project.by_hand"), name)(), x, d)
        found[f"{name}()(tensor({x.tolist()}))"] = read(out)
        found[f"inp.g of {name}(), inp = {x.tolist()}, out.g = {d.tolist()}"] = gradient(inp)
        found[f"inp afterwards, {name}()"] = read(inp)
    return found


@probe("2.8", cases=8)
def losses_by_hand(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Take the mean squared error, also of one point, and hand it shapes that it refuses."""
    points = case + 1 if case < 4 else int(rng.integers(2, 8))
    outputs, targets = drawn(rng, points, 1), drawn(rng, points)
    mse = import_module("project.by_hand").Mse()
    inp, targ = minitorch.tensor(outputs.tolist()), minitorch.tensor(targets.tolist())
    told = f"Mse()({outputs.tolist()}, {targets.tolist()})"
    found: dict[str, Any] = {told: read(mse(inp, targ))}
    mse.backward()
    found[f"inp.g of {told}"] = gradient(inp)
    wrong = [
        ((points, 1), (points, 1)),
        ((points, 1), (points + 1,)),
        ((points + 1, 1), (1,)),
        ((1, 1), (points + 1,)),
        ((points,), (points,)),
        ((points, 2), (points,)),
    ]
    for first, second in wrong:
        one, other = minitorch.zeros(first), minitorch.zeros(second)
        found[f"mse loss of shapes {first} and {second}"] = refusal(
            minitorch.IndexingError, lambda: read(mse(one, other))
        )
    return found


@probe("2.8", cases=12)
def models_by_hand(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Take a model of a hidden layer forward and backward, once more with other points, without autodiff."""
    by_hand = import_module("project.by_hand")
    points, ins, hidden = sizes_of(rng, case)
    bend = BENDS[case % 2]
    x, y, *values = network(rng, points, ins, hidden)
    w1, b1, w2, b2 = parameters = [minitorch.tensor(each.tolist()) for each in values]
    layers = [by_hand.Lin(w1, b1), getattr(by_hand, bend)(), by_hand.Lin(w2, b2)]
    model = by_hand.Model(layers, by_hand.Mse())
    found: dict[str, Any] = {}
    for turn in range(2):
        point, target = (minitorch.tensor(each.tolist()) for each in (x, y))
        told = f"a model with {bend}, {[each.tolist() for each in (x, y, *values)]}, call {turn}"
        found[f"the loss of {told}"] = without_autodiff(
            minitorch, lambda: read(model(point, target))
        )
        without_autodiff(minitorch, model.backward)
        for name, tensor in zip(NAMES, (point, target, *parameters)):
            if name != "y":
                found[f"{name}.g of {told}"] = gradient(tensor)
        x, y, *_ = network(rng, points + 1, ins, hidden)
    return found


@probe("2.8", cases=6)
def calls_of_layers(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask what a layer of ours is called with: which objects, and which layer of a model goes back when."""
    by_hand = import_module("project.by_hand")
    seen: list[Any] = []

    class Scaled(by_hand.LayerFunction):  # type: ignore[misc, name-defined]
        """Multiply by a number, and take down what comes back."""

        def __init__(self, factor: float) -> None:
            self.factor = factor

        def forward(self, inp: Any, *others: Any) -> Any:
            """Multiply."""
            self.gave = inp * self.factor
            self.took = (inp, *others)
            return self.gave

        def bwd(self, out: Any, *args: Any) -> None:
            """Take down whether the objects are those of the call, and the derivative that arrived."""
            same = out is self.gave and len(args) == len(self.took)
            same = same and all(one is other for one, other in zip(args, self.took))
            d = gradient(out) if hasattr(out, "g") else None
            seen.append([self.factor, same, d])
            args[0].g = minitorch.tensor([[1.0]]) if d is None else out.g * self.factor

    factors = [round(float(each), 2) for each in rng.uniform(1.0, 3.0, case + 2)]
    *layers, loss = [Scaled(factor) for factor in factors]
    model = by_hand.Model(layers, loss)
    x, y = minitorch.tensor([[2.0]]), minitorch.tensor([1.0])
    model(minitorch.tensor([[5.0]]), y)
    result = model(x, y)
    model.backward()
    told = f"calls of a model of layers that multiply by {factors}, the last as its loss"
    return {
        f"what {told} gives": read(result),
        f"does it give what the loss gave: {told}": result is loss.gave,
        f"bwd: factor, the same objects?, out.g: {told}": seen,
        f"x.g: {told}": gradient(x),
    }


@probe("2.8", cases=12)
def numpy_by_hand(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for loss and derivatives in NumPy alone."""
    arrays = network(rng, *sizes_of(rng, case))
    if case % 3 == 2:
        arrays[2][:, 0] = arrays[3][0] = 0.0  # one unit stands just at the bend of relu
    told = f"forward_and_backward in NumPy, {[each.tolist() for each in arrays]}"
    before = [each.copy() for each in arrays]
    loss, *derivatives = import_module("project.by_hand").forward_and_backward(*arrays)
    found = {f"the loss of {told}": float(loss) if isinstance(loss, float) else str(type(loss))}
    for name, each in zip(NAMES[2:], derivatives):
        found[f"by {name}: {told}"] = each if isinstance(each, np.ndarray) else str(type(each))
    same = all(np.array_equal(*pair) for pair in zip(before, arrays))
    return found | {f"are the arrays as they were: {told}": same}


# What the probes are made with


def sizes_of(rng: Generator, case: int) -> Sizes:
    """Take the sizes of this case, or draw some once there are no more."""
    if case < len(CORNERS):
        return CORNERS[case]
    points, ins, outs = (int(size) for size in rng.integers(1, 6, 3))
    return points, ins, outs


def drawn(rng: Generator, *shape: int) -> Values:
    """Draw short numbers on both sides of 0."""
    return np.round(rng.uniform(-3, 3, shape), 2)


def network(rng: Generator, points: int, ins: int, hidden: int) -> list[Values]:
    """Draw points, targets and the parameters of a network of one hidden layer, in the order of NAMES."""
    shapes = [(points, ins), (points,), (ins, hidden), (hidden,), (hidden, 1), (1,)]
    return [drawn(rng, *shape) for shape in shapes]


def through(minitorch: ModuleType, layer: Any, x: Values, d: Values) -> tuple[Any, Any]:
    """Run a layer forward, and backward from the derivative d; return its input and its output."""
    inp = minitorch.tensor(x.tolist())
    out = layer(inp)
    out.g = minitorch.tensor(d.tolist())
    without_autodiff(minitorch, layer.backward)
    return inp, out


def without_autodiff(minitorch: ModuleType, work: Any) -> Any:
    """Do some work while no tensor can be asked for derivatives."""

    def refuse(*_: Any) -> None:
        """Say what was not to be asked."""
        raise AssertionError("a layer asked autodiff for its derivatives")

    with patch.multiple(minitorch.Tensor, backward=refuse, chain_rule=refuse):
        return work()


def listed(tensor: Any) -> Any:
    """List the numbers of a tensor."""
    return tensor.to_numpy().tolist()


def gradient(tensor: Any) -> Any:
    """Read what was put into g."""
    return read(tensor.g)
