"""Probes of Task 4.7: what windows see, where it goes back to, and convolutions that are one product of matrices.

Where products are made, NumPy makes them: nothing is compiled, and no kernel of a student's is asked.
"""

from collections.abc import Callable
from types import ModuleType
from typing import Any

from numpy.random import Generator

from grader.running.probes import probe

from .inputs import (
    Calls,
    Laid,
    Shape,
    answers,
    anyhow,
    numbers,
    permuted,
    plain,
    read,
    shared_derivatives,
)
from ..tests.arrays import array_backend
from ..tests.away import convolutions_away

CORNERS: tuple[tuple[Shape, Shape], ...] = (
    ((1, 1, 1, 1), (1, 1)),
    ((1, 1, 2, 3), (2, 2)),
    ((1, 1, 3, 2), (1, 2)),
    ((2, 1, 2, 3), (3, 1)),
    ((1, 2, 2, 2), (2, 1)),
    ((1, 1, 2, 2), (3, 4)),
    ((2, 3, 2, 4), (2, 3)),
    ((3, 2, 3, 1), (1, 3)),
)
"""Images of (batch, channels, height, width), and windows, some of which are larger than they are."""


@probe("4.7", cases=16)
def windows_of_images(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Look through windows, go backward, and ask how many numbers lie in memory."""
    shape, window = sizes(rng, case)
    x = permuted(rng, numbers(rng, shape))
    call = f"windows(x, {window})"
    found = answers(minitorch, rng, {call: lambda x: minitorch.windows(x, window)}, x=x)
    seen = minitorch.windows(x.tensor(minitorch), window)
    B, C, H, W = shape
    frame = B * C * (H + window[0] - 1) * (W + window[1] - 1)
    fits = len(seen.tuple()[0]) <= frame
    return found | {f"does the storage of {call} hold {frame} numbers at most, x = {x}": fits}


@probe("4.7", cases=16)
def fold_of_anything(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Fold what no window saw, stored in any way, and look at it afterwards."""
    (B, C, H, W), window = sizes(rng, case)
    y = anyhow(rng, (B, H, W, C, *window))
    given = y.tensor(minitorch)
    folded = minitorch.fold(given)
    return {f"fold(y), where y = {y}": read(folded), f"y after fold(y), y = {y}": read(given)}


@probe("4.7", cases=16)
def unfold_into_rows(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Lay what windows see into rows, of images and of signals, and go backward."""
    (B, C, H, W), window = sizes(rng, case)
    x, signals = permuted(rng, numbers(rng, (B, C, H, W))), permuted(rng, numbers(rng, (B, C, W)))
    call, called = f"unfold(x, {window})", f"unfold1d(x, {window[1]})"
    found = answers(minitorch, rng, {call: lambda x: minitorch.unfold(x, window)}, x=x)
    along = {called: lambda x: minitorch.unfold1d(x, window[1])}
    return found | answers(minitorch, rng, along, x=signals)


@probe("4.7", cases=20)
def conv_of_images(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Convolve images, go backward, and count the products of matrices on the way."""
    (B, C, H, W), window = sizes(rng, case)
    x, w = numbers(rng, (B, C, H, W)), numbers(rng, (int(rng.integers(1, 4)), C, *window))
    return products(minitorch, rng, "conv2d_by_unfold", permuted(rng, x), permuted(rng, w))


@probe("4.7", cases=20)
def conv_of_signals(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Convolve signals, go backward, and count the products of matrices on the way."""
    (B, C, _, W), window = sizes(rng, case)
    x, w = numbers(rng, (B, C, W)), numbers(rng, (int(rng.integers(1, 4)), C, window[1]))
    return products(minitorch, rng, "conv1d_by_unfold", permuted(rng, x), permuted(rng, w))


@probe("4.7", cases=4)
def conv_of_many(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Convolve with hundreds of places, images, channels or weights."""
    shapes: tuple[tuple[Shape, Shape], ...] = (
        ((1, 1, 140, 2), (1, 1, 130, 2)),
        ((130, 1, 2, 2), (2, 1, 1, 2)),
        ((1, 130, 2, 2), (1, 130, 2, 1)),
        ((1, 1, 2, 3), (130, 1, 2, 2)),
    )
    x, w = (plain(numbers(rng, shape)) for shape in shapes[case])
    return products(minitorch, rng, "conv2d_by_unfold", x, w)


@probe("4.7", cases=6)
def unfold_and_share(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Add another tensor to what is seen, and walk twice: both get the same derivative."""
    shape, window = sizes(rng, case)
    calls: Calls = {
        f"windows(x, {window})": lambda x: minitorch.windows(x, window),
        f"unfold(x, {window})": lambda x: minitorch.unfold(x, window),
    }
    return shared_derivatives(minitorch, rng, calls, permuted(rng, numbers(rng, shape)))


@probe("4.7", cases=3)
def conv_by_your_own_products(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Convolve where the library's own operations calculate; one derivative may be wanted, or both."""
    x, w = numbers(rng, (2, 1, 2, 3)), numbers(rng, (2, 1, 2, 2))
    inputs = {"x": permuted(rng, x), "w": permuted(rng, w)}
    wanted = ((True, True), (True, False), (False, True))[case]
    s, t = (laid.tensor(minitorch, each) for laid, each in zip(inputs.values(), wanted))
    result = minitorch.conv2d_by_unfold(s, t)
    found = {f"conv2d_by_unfold(x, w), {inputs}": read(result)}
    result.backward(permuted(rng, numbers(rng, (2, 2, 2, 3))).tensor(minitorch))
    for name, tensor in {"x": s, "w": t}.items():
        grad = None if tensor.grad is None else read(tensor.grad)
        found[f"{name}.grad, if derivatives are wanted by x and w: {wanted}"] = grad
        found[f"{name} afterwards"] = read(tensor)
    return found


@probe("4.7", cases=1)
def what_unfold_refuses(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask for what cannot be, and for rows of no images."""
    x, signals = minitorch.zeros((2, 3, 4, 5)), minitorch.zeros((2, 3, 4))
    asked: dict[str, Callable[[], Any]] = {
        "windows(x, (2, 0)), x of shape (2, 3, 4, 5)": lambda: minitorch.windows(x, (2, 0)),
        "windows(x, (2, 2)), x of shape (2, 3, 4)": lambda: minitorch.windows(signals, (2, 2)),
        "unfold1d(x, 2), x of shape (2, 3, 4, 5)": lambda: minitorch.unfold1d(x, 2),
        "conv2d_by_unfold of 3 channels by 2": lambda: minitorch.conv2d_by_unfold(
            x, minitorch.zeros((1, 2, 2, 2))
        ),
        "conv1d_by_unfold of signals by images": lambda: minitorch.conv1d_by_unfold(
            signals, minitorch.zeros((1, 3, 2, 2))
        ),
    }
    none = minitorch.zeros((0, 3, 4, 5))
    found: dict[str, Any] = {
        "unfold(x, (2, 2)), x of shape (0, 3, 4, 5)": read(minitorch.unfold(none, (2, 2))),
        "windows(x, (2, 2)), x of zeros": read(minitorch.windows(x, (2, 2))),
    }
    for call, ask in asked.items():
        try:
            found[call] = read(ask())
        except minitorch.IndexingError as error:
            found[call] = type(error).__name__
    return found


@probe("4.7", cases=2)
def network_by_unfolding(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Train a small network of two convolutions for a few steps, and ask for its losses."""
    on = array_backend(minitorch)
    pictures, wanted = (
        on_backend(minitorch, on, rng.uniform(-1.0, 1.0, (3, c, 4, 5))) for c in (1, 2)
    )
    weights = [
        minitorch.Parameter(on_backend(minitorch, on, rng.uniform(-0.5, 0.5, shape)))
        for shape in ((3, 1, 2, 3), (2, 3, 3, 2))
    ]
    optimizer = minitorch.SGD(weights, 0.01)
    losses = []
    with convolutions_away():
        for _ in range(5):
            optimizer.zero_grad()
            hidden = minitorch.conv2d_by_unfold(pictures, weights[0].value).relu()
            wrong = minitorch.conv2d_by_unfold(hidden, weights[1].value) - wanted
            loss = (wrong * wrong).sum()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return {"losses of a network by conv2d_by_unfold": losses}


# What the probes are made with


def sizes(rng: Generator, case: int) -> tuple[Shape, Shape]:
    """Take the images and the window of this case, or draw some once there are no more."""
    if case < len(CORNERS):
        return CORNERS[case]
    batch, channels = (int(n) for n in rng.integers(1, 4, 2))
    height, width = (int(n) for n in rng.integers(1, 5, 2))
    window = tuple(int(n) for n in rng.integers(1, 5, 2))
    return (batch, channels, height, width), window


def on_backend(minitorch: ModuleType, backend: Any, values: Any) -> Any:
    """Make a tensor that calculates with a backend."""
    return minitorch.Tensor.make(values.ravel(), values.shape, backend=backend)


def products(minitorch: ModuleType, rng: Generator, name: str, x: Laid, w: Laid) -> dict[str, Any]:
    """Convolve by unfolding, while the convolutions of 4.1 and 4.2 are taken away, and go backward.

    Args:
        minitorch: The library that is asked.
        rng: Draws the derivative to begin with.
        name: Of the function.
        x: The input.
        w: The weights.

    Returns:
        The result, the gradients, how many products of matrices the way forward took, and whether the backend stayed.
    """
    backend = array_backend(minitorch)
    multiply, calls = backend.matrix_multiply, []

    def counted(a: Any, b: Any) -> Any:
        calls.append(a.shape)
        return multiply(a, b)

    backend.matrix_multiply = counted
    s, t = x.tensor(minitorch, True), w.tensor(minitorch, True)
    s._type_(backend)
    t._type_(backend)
    call = f"{name}(x, w), where x = {x}, w = {w}"
    with convolutions_away():
        result = getattr(minitorch, name)(s, t)
        found: dict[str, Any] = {
            call: read(result),
            f"products of matrices in {call}": len(calls),
            f"does {call} keep the backend of x": result.backend is backend,
        }
        d = permuted(rng, numbers(rng, tuple(int(n) for n in result.shape)))
        start = d.tensor(minitorch)
        start._type_(backend)
        result.backward(start)
    for letter, tensor in {"x": s, "w": t}.items():
        grad = None if tensor.grad is None else read(tensor.grad)
        found[f"{letter}.grad after {call} and backward, d = {d}"] = grad
    return found
