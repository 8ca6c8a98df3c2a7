"""Task 4.4: dropout, which is random: what must hold whatever is drawn, and what would not fail in a lifetime."""

from __future__ import annotations

import numpy as np
import pytest
from comparison import assert_close
from hypothesis import example, given, settings
from strategies import permuted, shapes
from tensors import Laid, Values, assert_tensor, backward, lay, numbers, read

import minitorch

few = settings(max_examples=15)

RATES = (0.25, 0.5, 0.8)
ONES = lay(np.ones((60, 60)))
TURNED = lay(numbers((2, 3, 4)), order=(2, 0, 1))


# What is left


@pytest.mark.task4_4
@pytest.mark.parametrize("rate", [0.0, 0.5, 1.0])
@few
@given(x=permuted(shapes))
@example(x=TURNED)
def test_ignore(rate: float, x: Laid) -> None:
    """With ignore=True, as in evaluation, nothing is dropped and nothing scaled, whatever the rate."""
    assert_tensor(
        minitorch.dropout(x.tensor(), rate, ignore=True),
        x.cells,
        f"dropout(x, {rate}, ignore=True)",
    )


@pytest.mark.task4_4
@few
@given(permuted(shapes))
@example(TURNED)
def test_rates_0_and_1(x: Laid) -> None:
    """At rate 0, nothing is dropped; at rate 1, everything is."""
    assert_tensor(minitorch.dropout(x.tensor(), 0.0), x.cells, "dropout(x, 0.0)")
    assert_tensor(minitorch.dropout(x.tensor(), 1.0), np.zeros(x.shape), "dropout(x, 1.0)")


@pytest.mark.task4_4
@pytest.mark.parametrize("rate", RATES)
@few
@given(x=permuted(shapes))
@example(x=TURNED)
def test_scale(rate: float, x: Laid) -> None:
    """Each cell is either 0, or what it was divided by 1 - rate."""
    got = read(minitorch.dropout(x.tensor(), rate))
    assert_close(list(got.shape), list(x.shape), f"dropout(x, {rate}).shape")
    expected = np.where(got == 0.0, 0.0, x.cells / (1.0 - rate))
    assert_close(got.tolist(), expected.tolist(), f"dropout(x, {rate})")


@pytest.mark.task4_4
@pytest.mark.parametrize("rate", RATES)
@few
@given(x=permuted(shapes))
@example(x=TURNED)
def test_gradient(rate: float, x: Laid) -> None:
    """The derivative comes through what was kept, scaled alike, and not through what was dropped."""
    seen: list[Values] = []

    def forward(t: minitorch.Tensor) -> minitorch.Tensor:
        result = minitorch.dropout(t, rate)
        seen.append(read(result))
        return result

    d, (dx,) = backward(forward, x)
    expected = np.where(seen[0] == 0.0, 0.0, d / (1.0 - rate))
    assert_tensor(dx, expected, f"x.grad after dropout(x, {rate}).backward(d)")


# What is drawn. A right dropout fails one of these less than once in a hundred million runs.


@pytest.mark.task4_4
@pytest.mark.parametrize("rate", RATES)
def test_share(rate: float) -> None:
    """Of 3600 cells, a share near the rate is dropped."""
    share = float((dropped(rate) == 1.0).mean())
    assert abs(share - rate) < 0.06, f"dropout(x, {rate}) dropped a share of {share:.3f}"


@pytest.mark.task4_4
def test_each_cell_on_its_own() -> None:
    """Each cell is drawn on its own: no two rows or columns of 60 cells are dropped alike."""
    pattern = dropped(0.5)
    assert_close(len(np.unique(pattern, axis=0)), 60, "how many rows of dropout(x, 0.5) differ")
    assert_close(len(np.unique(pattern, axis=1)), 60, "how many columns of dropout(x, 0.5) differ")


@pytest.mark.task4_4
def test_each_call_anew() -> None:
    """Another call drops other cells."""
    alike = bool((dropped(0.5) == dropped(0.5)).all())
    assert_close(alike, False, "did two calls of dropout(x, 0.5) drop the same")


@pytest.mark.task4_4
def test_seed() -> None:
    """After the same seed, the same cells are dropped: a run can be repeated."""
    minitorch.seed(7)
    first = dropped(0.5)
    minitorch.seed(7)
    assert_close(bool((dropped(0.5) == first).all()), True, "did seed(7) repeat what is dropped")


def dropped(rate: float) -> Values:
    """Let dropout drop among 60 x 60 ones, and mark with 1 what is gone."""
    return (read(minitorch.dropout(ONES.tensor(), rate)) == 0.0).astype(np.float64)
