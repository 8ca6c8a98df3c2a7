"""What a convolution is, in plain loops: its values, its gradients, and how its kernel is called."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from comparison import Faults, assert_close
from tensors import UNUSED, Laid, Shape, Values, assert_tensor, lay


@dataclass(frozen=True)
class Convolution:
    """What a kernel is called with, and how the result is to lie in its storage.

    Attributes:
        input: Of shape (batch, in_channels, width) or (batch, in_channels, height, width).
        weight: The windows, of shape (out_channels, in_channels, window width), or with the window's height before it.
        out: Of shape (batch, out_channels, …), mostly as wide (and high) as the input.
        reverse: Whether the windows reach to the left (and up) instead of to the right (and down).
    """

    input: Laid
    weight: Laid
    out: Laid
    reverse: bool

    def __repr__(self) -> str:
        """Show what goes in, and how the result is to lie: its cells say nothing yet."""
        out = f"shape {self.out.shape} and strides {self.out.strides}"
        return (
            f"Convolution(input={self.input}, weight={self.weight}, {out}, reverse={self.reverse})"
        )

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """Show it in an example of Hypothesis as it is shown elsewhere."""
        printer.text(repr(self))


def meetings(
    out: Shape, input: Shape, weight: Shape, reverse: bool
) -> Iterator[tuple[Shape, Shape, Shape]]:
    """List which cell of the input is multiplied with which of the weight, and which cell of out gets the product.

    The cell of out at place i, and the cell of the weight at place k, meet the input at place i + k, or at i - k if
    reversed: in one dimension, or in two. What lies outside of the input is left out, which is as good as a 0.

    Args:
        out: The shape (batch, out_channels, …).
        input: The shape (batch, in_channels, …).
        weight: The shape (out_channels, in_channels, …).
        reverse: Whether the windows reach to the left (and up).

    Yields:
        tuple[Shape, Shape, Shape]: The index in out, in the input and in the weight.
    """
    batch, out_channels, *places = out
    _, in_channels, *sizes = input
    _, _, *window = weight
    for b, o, c in product(range(batch), range(out_channels), range(in_channels)):
        for i in product(*map(range, places)):
            for k in product(*map(range, window)):
                place = tuple(a - step if reverse else a + step for a, step in zip(i, k))
                if all(0 <= a < size for a, size in zip(place, sizes)):
                    yield (b, o, *i), (b, c, *place), (o, c, *k)


def convolved(out: Shape, input: Values, weight: Values, reverse: bool = False) -> Values:
    """Add up the products for each cell of out."""
    sums = np.zeros(out)
    for at, place, k in meetings(out, input.shape, weight.shape, reverse):
        sums[at] += input[place] * weight[k]
    return sums


def twice_reversed(call: Convolution) -> Faults:
    """Say what comes out if the windows reach to the left and their weights are taken from the end, too."""
    dims = tuple(range(2, call.weight.cells.ndim))
    weight = np.flip(call.weight.cells, dims)
    said = "the window is reversed twice: place i - k reverses it already, with weight number k."
    return {said: convolved(call.out.shape, call.input.cells, weight, reverse=True).tolist()}


def gradients(input: Values, weight: Values, d: Values) -> tuple[Values, Values]:
    """Take the gradients by input and weight: what either is multiplied with counts as often as d says."""
    d_input, d_weight = np.zeros(input.shape), np.zeros(weight.shape)
    for at, place, k in meetings(d.shape, input.shape, weight.shape, reverse=False):
        d_input[place] += weight[k] * d[at]
        d_weight[k] += input[place] * d[at]
    return d_input, d_weight


def run(kernel: Callable[..., None], call: Convolution) -> Values:
    """Let a kernel write into out, and see that it leaves everything else alone.

    Args:
        kernel: The function to call, compiled or not.
        call: What to call it with.

    Returns:
        The cells of out afterwards.
    """
    call.out.storage[:] = UNUSED
    arguments = [*call.out.arrays(), call.out.cells.size, *call.input.arrays()]
    arguments += call.weight.arrays()
    before = [np.copy(argument) for argument in arguments]
    kernel(*arguments, call.reverse)
    same = all(np.array_equal(was, now) for was, now in zip(before[1:], arguments[1:]))
    assert_close(same, True, "are all arguments but out as they were")
    return call.out.cells.copy()


def assert_by_hand(
    kernels: Mapping[str, Callable[..., None]],
    call: Convolution,
    expected: Any,
    what: str,
    faults: Faults | None = None,
) -> None:
    """Assert that a kernel gives what was found by hand, in each way that it was made.

    Args:
        kernels: The kernel, under the words that say how it was made.
        call: What to call it with.
        expected: The cells of out, as nested lists.
        what: What is convolved.
        faults: What comes out by common mistakes.
    """
    __tracebackhide__ = True
    for made, kernel in kernels.items():
        assert_close(run(kernel, call).tolist(), expected, f"{what}, {made}", faults)


def assert_all_stays(convolve: Callable[[Any, Any], Any], called: str, x: Laid, w: Laid) -> None:
    """Convolve and go backward twice: inputs and derivatives stay as they were, and earlier results, too.

    Args:
        convolve: Convolves two tensors, of which the second is one window for one channel.
        called: What to call it in messages.
        x: The input.
        w: The window.
    """
    s, t, other, start = x.tensor(True), w.tensor(True), x.tensor(True), x.tensor()
    first = convolve(s, t)
    convolve(lay(x.cells + 5.0).tensor(True), t)
    assert_tensor(
        first, convolved(x.shape, x.cells, w.cells), f"{called}(x, w), read after another call"
    )
    d_input, d_weight = gradients(x.cells, w.cells, x.cells)
    total = first + other
    for times in (1, 2):
        total.backward(start)
        after = f"after {times} times ({called}(x, w) + y).backward(d)"
        assert_tensor(s.grad, times * d_input, f"x.grad {after}")
        assert_tensor(t.grad, times * d_weight, f"w.grad {after}")
        assert_tensor(other.grad, times * x.cells, f"y.grad {after}")
    for what, one, laid in (("x", s, x), ("w", t, w), ("d", start, x)):
        assert_tensor(one, laid.cells, f"{what} afterwards")


def assert_only_wanted(convolve: Callable[[Any, Any], Any], x: Laid, w: Laid) -> None:
    """Go backward where one of two tensors requires a gradient: it gets the right one, and the other gets none.

    Args:
        convolve: As for ``assert_all_stays``.
        x: The input.
        w: The window.
    """
    d_input, d_weight = gradients(x.cells, w.cells, np.ones(x.shape))
    s, t = x.tensor(True), w.tensor(False)
    convolve(s, t).sum().backward()
    assert_tensor(s.grad, d_input, "x.grad, where only x requires a gradient")
    assert_close(t.grad, None, "w.grad, where only x requires a gradient")
    s, t = x.tensor(False), w.tensor(True)
    convolve(s, t).sum().backward()
    assert_tensor(t.grad, d_weight, "w.grad, where only w requires a gradient")
    assert_close(s.grad, None, "x.grad, where only w requires a gradient")
