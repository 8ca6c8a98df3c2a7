"""How fast the layers of Module 4 are, and a step of training that is made of them, beside PyTorch.

Each is measured twice: with the kernels that the guide teaches, and with those of ``minitorch.tuned``.

All numbers are float64. PyTorch has the same padding, so that as many products are added up, though on all sides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module
from typing import Any

import numpy as np

from grader.bench.contests import Contest, Work, optional

Layer = Callable[..., Any]  # from tensors to a tensor, of the course's or of PyTorch's

BATCH = 16  # pictures in a step of training


def contests() -> Iterator[Contest]:
    """Yield every contest: training first, as it finds the memory that a program finds which does nothing else."""
    yield _training("")
    yield from _layers("")
    layers: Any = import_module("project.layers")
    layers.BACKEND = import_module("minitorch.tuned").TunedBackend()
    yield _training(", tuned")
    yield from _layers(", tuned")


def _layers(kind: str) -> Iterator[Contest]:
    """Yield the contests of layers, with the backend that there is; ``kind`` is the end of their names."""
    for contest in (*_scores(), *_pools(), *_convolutions()):
        yield replace(contest, name=contest.name + kind)


def _scores() -> Iterator[Contest]:
    minitorch, torch = _libraries()
    for name, their_name in (("softmax", "softmax"), ("logsoftmax", "log_softmax")):
        ours = _told(getattr(minitorch, name), 1)
        theirs = torch and _told(getattr(torch, their_name), 1)
        yield from _both_ways(f"{name}: 128 x 10", ours, theirs, (128, 10))


def _pools() -> Iterator[Contest]:
    minitorch, torch = _libraries()
    for name, their_name in (("avgpool2d", "avg_pool2d"), ("maxpool2d", "max_pool2d")):
        ours = _told(getattr(minitorch, name), (4, 4))
        theirs = torch and _told(getattr(torch.nn.functional, their_name), (4, 4))
        yield from _both_ways(f"{name}: 16 x 8 x 28 x 28, 4 x 4", ours, theirs, (16, 8, 28, 28))


def _convolutions() -> Iterator[Contest]:
    minitorch, torch = _libraries()
    sizes: list[tuple[str, tuple[int, ...], tuple[int, ...]]] = [
        ("conv1d", (10, 50, 52), (100, 50, 3)),
        ("conv2d", (16, 1, 28, 28), (4, 1, 3, 3)),
        ("conv2d", (16, 4, 28, 28), (8, 4, 3, 3)),
        ("conv2d", (8, 8, 32, 32), (8, 8, 5, 5)),
    ]
    for name, images, windows in sizes:
        theirs = torch and _padded(getattr(torch.nn.functional, name), windows[2] // 2)
        shown = f"{name}: {_shown(images)} * {_shown(windows)}"
        yield from _both_ways(shown, getattr(minitorch, name), theirs, images, windows)


def _both_ways(
    name: str, ours: Layer, theirs: Layer | None, *shapes: tuple[int, ...]
) -> Iterator[Contest]:
    """Make a contest of a layer's forward, and one of its forward and backward.

    Args:
        name: What to call it.
        ours: The course's layer.
        theirs: PyTorch's, if there is one.
        *shapes: Those of its inputs.

    Yields:
        Contest: one after the other.
    """
    torch = optional("torch")
    rng = np.random.default_rng(0)
    numbers = [rng.normal(size=shape) for shape in shapes]
    plain = [_ours(values) for values in numbers]
    watched = [_ours(values, derivative=True) for values in numbers]

    def both() -> None:
        result = ours(*watched)
        result.backward(result.detach())

    peers: tuple[dict[str, Work], dict[str, Work]] = {}, {}
    if theirs is not None:
        layer = theirs
        tensors = [torch.tensor(values) for values in numbers]
        leaves = [torch.tensor(values, requires_grad=True) for values in numbers]

        def both_theirs() -> None:
            result = layer(*leaves)
            torch.autograd.grad(result, leaves, result.detach())

        peers = {"PyTorch": lambda: layer(*tensors)}, {"PyTorch": both_theirs}
    yield Contest(f"{name}, forward", lambda: ours(*plain), peers[0])
    yield Contest(f"{name}, both ways", both, peers[1])


def _training(kind: str) -> Contest:
    """Make a contest of a step of training, with the network that reads digits in Task 4.5."""
    minitorch, torch = _libraries()
    script = import_module("project.run_mnist")
    rng = np.random.default_rng(0)
    images, labels = rng.uniform(size=(BATCH, 28, 28)), rng.integers(10, size=BATCH)
    network = script.Network()
    optimizer = minitorch.SGD(network.parameters(), 0.01)

    def step() -> None:
        optimizer.zero_grad()
        loss = script.loss(network.forward(script.pictures(images)), labels)
        (loss / BATCH).backward()
        optimizer.step()

    peers = {} if torch is None else {"PyTorch": _torch_step(torch, images, labels)}
    return Contest(f"training step: digits, batch of {BATCH}{kind}", step, peers)


def _torch_step(torch: Any, images: Any, labels: Any) -> Work:
    """Build the same network in PyTorch, and give a step of training it."""
    nn = torch.nn
    network = nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(4, 8, 3, padding=1),
        nn.ReLU(),
        nn.AvgPool2d(4),
        nn.Flatten(),
        nn.Linear(392, 64),
        nn.ReLU(),
        nn.Dropout(0.25),
        nn.Linear(64, 10),
        nn.LogSoftmax(1),
    ).double()
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01)

    def step() -> None:
        optimizer.zero_grad()
        out = network(torch.tensor(images).view(BATCH, 1, 28, 28))
        nn.functional.nll_loss(out, torch.tensor(labels)).backward()
        optimizer.step()

    return step


def _libraries() -> tuple[Any, Any]:
    """Give the course's library, and PyTorch if there is one."""
    return import_module("minitorch"), optional("torch")


def _ours(numbers: Any, derivative: bool = False) -> Any:
    """Make a tensor of the course's library, which calculates with its fast operations."""
    made = import_module("project.layers").constant(numbers)
    made.requires_grad_(derivative)
    return made


def _told(layer: Layer, how: Any) -> Layer:
    """Fix what a layer is told beside its input."""
    return lambda x: layer(x, how)


def _padded(layer: Layer, by: int) -> Layer:
    """Have PyTorch pad the images, on all sides."""
    return lambda images, windows: layer(images, windows, padding=by)


def _shown(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape))
