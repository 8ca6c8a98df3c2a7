"""What the guide says about Task 3.7 is so: tables follow from their rules, and what is measured comes out again."""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
import pytest
from numpy.random import Generator, default_rng
from numpy.typing import NDArray

from grader.tests.authored import needs_course
from grader.tests.documents import solve
from grader.tests.test_guides import agrees, evaluate, find, guide, numbers_in, run_python

Array = NDArray[np.floating]
Function = Callable[[Array], Array]

WIDTH, LAYERS = 100, 50
TORCH = 1 / math.sqrt(3 * WIDTH)


def section() -> str:
    return " ".join(guide("3").split("\n## Task 3.7")[1].split("\n## ")[0].split())


def identity(z: Array) -> Array:
    return z


def relu(z: Array) -> Array:
    return np.maximum(z, 0.0)


def ends(f: Function, scale: float, draws: int, width: int = WIDTH, rows: int = 50) -> list[float]:
    """Send normal numbers through fifty layers, again and again, and measure the standard deviation at the end."""
    found = []
    for number in range(draws):
        rng = default_rng(number)
        x: Array = rng.standard_normal((rows, width))
        for _ in range(LAYERS):
            x = f(x @ (scale * rng.standard_normal((width, width))))
        found.append(float(x.std()))
    return found


def number(text: str) -> float:
    return float(re.findall(r"\d[\d.]*(?:e-?\d+)?", text)[0])


def near(shown: str, value: float, factor: float) -> bool:
    return 1 / factor < number(shown) / value < factor


# Forwards


def test_a_sum_of_four_signs_is_as_large_as_shown() -> None:
    sums = Counter(abs(sum(signs)) for signs in itertools.product((1, -1), repeat=4))
    rows = find("3", "the sum | how often, of 16").rows
    for total, often, square in rows:
        size = int(number(total))
        assert (sums[size], size**2) == (int(often), int(square))
    assert sum(int(row[1]) for row in rows) == 16


def test_fifty_layers_multiply_as_shown() -> None:
    """Other scales give the same numbers, times a power: so the draws of one scale are those of all."""
    found = ends(identity, 0.1, draws=20, rows=200)
    assert agrees("0.6", min(found)) and agrees("1.8", max(found))
    assert "between 0.6 and 1.8 times the theory" in section()
    for scale, layer, all_layers, measured in find("3", "s | a layer multiplies by").rows:
        factor = float(scale) * math.sqrt(WIDTH)
        assert agrees(layer, factor) and near(all_layers, factor**LAYERS, 1.05)
        assert near(measured, factor**LAYERS * median(found), 1.25)


def test_fifty_layers_with_relu_multiply_as_shown() -> None:
    rows = find("3", "weights | s | a layer multiplies by").rows
    found = median(ends(relu, 0.1, draws=20))
    for (_, scale, layer, all_layers, measured), right in zip(
        rows, (0.1, math.sqrt(2 / WIDTH), TORCH), strict=True
    ):
        factor = right * math.sqrt(WIDTH / 2)
        assert agrees(scale, right) and agrees(layer, factor)
        assert near(all_layers, factor**LAYERS, 1.05)
        assert near(measured, (right / 0.1) ** LAYERS * found, 1.7)


def test_widths_matter_as_shown() -> None:
    grid = find("3", "width of the layers")
    draws = {10: 400, 30: 100, 100: 30, 300: 6}
    for width, shown in zip(grid.header[1:], grid.rows[0][1:], strict=True):
        n = int(width)
        found = ends(relu, math.sqrt(2 / n), draws[n], n, rows=200 if n < 100 else 20)
        assert near(shown, median(found), 2.0), (width, shown, median(found))


def test_floats_end_where_the_guide_says() -> None:
    """In 32 bits and in 64: when inf and nan come, when nothing is left, and when squares are too large."""
    text = section()
    single, double = events(np.float32, 50), events(np.float64, 330)
    assert (single["inf"], single["nan"], single["zeros"]) == (38, 39, 46)
    assert "become `inf` in layer 38" in text and "zeros is left from layer 46 on" in text
    assert abs(double["nan"] - 309) <= 1 and "come in layer 309" in text
    assert abs(double["no std"] - 154) <= 1 and "after 154 layers: it squares" in text
    assert f"{5e-324:.0e} {np.finfo(np.float64).max:.1e}" == "5e-324 1.8e+308"
    assert f"{np.finfo(np.float32).smallest_subnormal:.1e}" == "1.4e-45"
    assert f"{np.finfo(np.float32).max:.1e}" == "3.4e+38" and 5e-324 / 2 == 0.0
    assert "from about 5e−324 to 1.8e308" in text and "from 1.4e−45 to 3.4e38 only" in text


def events(dtype: type[np.floating], layers: int) -> dict[str, int]:
    """Find the first layer in which something happens to numbers that grow, or fade, by ten."""
    rng = default_rng(1)
    grown = rng.standard_normal((200, WIDTH)).astype(dtype)
    faded = grown
    first: dict[str, int] = {}
    with np.errstate(all="ignore"):
        for layer in range(1, layers + 1):
            weights = rng.standard_normal((WIDTH, WIDTH))
            grown = grown @ weights.astype(dtype)
            faded = faded @ (0.01 * weights).astype(dtype)
            happens = {
                "inf": np.isinf(grown).any(),
                "nan": np.isnan(grown).any(),
                "no std": not np.isfinite(grown.std()),
                "zeros": not faded.any(),
            }
            for what in (what for what, there in happens.items() if there):
                first.setdefault(what, layer)
    return first


# relu, and other functions


def test_relu_keeps_half_of_the_mean_square_as_shown() -> None:
    rows = find("3", " | mean | standard deviation | root").rows
    z = default_rng(2).standard_normal(10**6)
    for (_, *shown), a in zip(
        rows, (z, relu(z), math.sqrt(2) * z, relu(math.sqrt(2) * z)), strict=True
    ):
        for text, value in zip(shown, (a.mean(), a.std(), math.sqrt((a**2).mean())), strict=True):
            assert abs(float(text) - value) < 0.004
    assert agrees(rows[1][1], 1 / math.sqrt(2 * math.pi))
    assert agrees(rows[1][2], math.sqrt(1 / 2 - 1 / (2 * math.pi)))
    assert agrees(rows[3][2], math.sqrt(1 - 1 / math.pi))


def gauss_mean(f: Function) -> float:
    """Compute the mean of a function of a normal number."""
    z = np.linspace(-12.0, 12.0, 100_001)
    density = np.exp(-(z**2) / 2)
    return float((f(z) * density).sum() / density.sum())


def test_right_scales_are_as_shown() -> None:
    text = section()
    kept = gauss_mean(lambda z: np.tanh(z) ** 2)
    assert agrees("0.3943", kept) and agrees("1.5925", 1 / math.sqrt(kept))
    assert "it is 0.3943, and g = 1.5925" in text
    assert gauss_mean(lambda z: relu(z) ** 2) == pytest.approx(1 / 2)
    slopes = gauss_mean(lambda z: (1 - np.tanh(z) ** 2) ** 2)
    growth = 1.5925 * math.sqrt(slopes)
    assert agrees("1.085", growth) and "derivatives grow by 1.085 a layer" in text
    assert 45 < growth**LAYERS < 65 and "some fifty times in 50 layers" in text
    assert agrees("0.632", 1 / math.sqrt(2.5)) and evaluate("(0 + 0 + 1 + 9) / 4") == 2.5


def test_tanh_is_right_in_one_direction_as_shown() -> None:
    """Measured: numbers are kept and derivatives grow; or both fade, to about a tenth."""
    ahead, back = through_tanh(0.15925)
    assert 0.6 < ahead < 0.65 and 30 < back < 80
    ahead, back = through_tanh(0.1)
    assert 0.06 < ahead < 0.16 and 0.08 < back < 0.2
    assert "both fade slowly, to about a tenth after 50 layers" in section()


def through_tanh(scale: float) -> tuple[float, float]:
    """Send numbers through fifty layers with tanh, and derivatives back; give the medians of three draws."""
    ahead, back = [], []
    for seed in range(3):
        rng = default_rng(seed)
        weights = [scale * rng.standard_normal((WIDTH, WIDTH)) for _ in range(LAYERS)]
        a, outs = rng.standard_normal((50, WIDTH)), []
        for each in weights:
            a = np.tanh(a @ each)
            outs.append(a)
        d = rng.standard_normal(a.shape)
        for each, out in zip(reversed(weights), reversed(outs)):
            d = (d * (1 - out**2)) @ each.T
        ahead.append(float(a.std()))
        back.append(float(d.std()))
    return median(ahead), median(back)


# Backwards


def test_a_narrowing_network_multiplies_as_shown() -> None:
    sizes = (400, 200, 100, 50)
    pairs = list(itertools.pairwise(sizes))
    variances: list[Callable[[int, int], float]] = [
        lambda n_in, n_out: 1 / n_in,
        lambda n_in, n_out: 1 / n_out,
        lambda n_in, n_out: 2 / (n_in + n_out),
    ]
    for (_, ahead, back), variance in zip(
        find("3", "variance | numbers, after").rows, variances, strict=True
    ):
        assert agrees(ahead, math.sqrt(math.prod(n * variance(n, m) for n, m in pairs)))
        assert agrees(back, math.sqrt(math.prod(m * variance(n, m) for n, m in pairs)))
        rng = default_rng(3)
        x, d = rng.standard_normal((100, 400)), rng.standard_normal((100, 50))
        weights = [math.sqrt(variance(*pair)) * rng.standard_normal(pair) for pair in pairs]
        for each in weights:
            x = x @ each
        for each in reversed(weights):
            d = d @ each.T
        assert near(ahead, float(x.std()), 1.25) and near(back, float(d.std()), 1.25)


def test_derivatives_before_each_layer_are_as_shown() -> None:
    grid = find("3", " | 5 · x + 1 | relu")
    inputs, outputs, behind, before, spread = (row[1:] for row in grid.rows)
    layers: list[tuple[Function, Function]] = [
        (lambda x: 5 * x + 1, lambda x: np.full_like(x, 5.0)),
        (relu, lambda x: (x > 0).astype(float)),
        (lambda x: -3 * x, lambda x: np.full_like(x, -3.0)),
    ]
    for n, (f, slope) in enumerate(layers):
        x, d = np.array(numbers_in(inputs[n])), np.array(numbers_in(behind[n]))
        assert numbers_in(outputs[n]) == f(x).tolist()
        assert numbers_in(before[n]) == (slope(x) * d).tolist()
        assert float(spread[n]) == (slope(x) * d).std()
    assert inputs[1:] == outputs[:-1] and before[1:] == behind[:-1]
    assert (inputs[0], behind[-1]) == ("(1, -3)", "(2, 6)")


# Who draws how


def test_variances_of_even_draws_are_as_shown() -> None:
    n = 32
    drawn = default_rng(4).uniform(-1.0, 1.0, 10**6)
    reach = {"√(6/n)": math.sqrt(6 / n), "10/n": 10 / n, "1/√n": 1 / math.sqrt(n)}
    variance = {"2/n": 2 / n, "100/(3n²)": 100 / (3 * n**2), "1/(3n)": 1 / (3 * n)}
    for _, within, rule, shown in find("3", "weights | drawn evenly within").rows:
        assert agrees(shown, variance[rule]) and math.isclose(
            reach[within] ** 2 / 3, variance[rule]
        )
        assert near(shown, float((reach[within] * drawn).var()), 1.02)


@needs_course
def test_layers_of_the_course_start_as_shown(tmp_path: Path) -> None:
    solve("module3", tmp_path)
    ask = """
import minitorch
from project.initialization import kaiming, normal, uniform, xavier
from project.run_fast_tensor import Linear
from project.run_initialization import as_torch
minitorch.seed(1)
def close(drawn, variance):
    assert abs(drawn.to_numpy().var() / variance - 1) < 0.05, (drawn.shape, variance)
close(Linear(32, 200, minitorch.SimpleBackend).weights.value, 100 / (3 * 32**2))
close(as_torch(100, 100, minitorch.SimpleBackend), 1 / 300)
close(kaiming(100, 100), 2 / 100)
close(xavier(150, 50), 2 / 200)
assert abs(as_torch(100, 100, minitorch.SimpleBackend).to_numpy()).max() <= 0.1
"""
    assert run_python(["-c", ask], tmp_path / "module3") == ""


# Training


def test_deep_networks_learn_as_late_as_shown() -> None:
    """A network of NumPy's, trained as the script does it, from five seeds: the middle one."""
    starts: dict[str, Callable[[int, int], float]] = {
        "std 1": lambda n_in, n_out: 1.0,
        "std 0.01": lambda n_in, n_out: 0.01,
        "nn.Linear's": lambda n_in, n_out: 1 / math.sqrt(3 * n_in),
        "Xavier": lambda n_in, n_out: math.sqrt(2 / (n_in + n_out)),
        "Kaiming": lambda n_in, n_out: math.sqrt(2 / n_in),
    }
    for name, shown in find("3", "weights | first epoch below 0.3").rows:
        losses = [trained(starts[name], default_rng(seed)) for seed in range(5)]
        epochs = [next((n for n, loss in enumerate(way, 1) if loss < 0.3), 99) for way in losses]
        if shown.startswith("none"):
            assert epochs == [99] * 5
        else:
            assert near(shown, median(epochs), 1.5)
        if "nan" in shown:
            assert not any(way[0] < 1000 for way in losses)
        if "0.6" in shown:
            assert all(abs(way[-1] - 0.6) < 0.1 for way in losses)


def trained(scale: Callable[[int, int], float], rng: Generator) -> list[float]:
    """Train five hidden layers of 32 units on a circle, and give the mean loss of each epoch."""
    points = rng.random((200, 2))
    y = (((points - 0.5) ** 2).sum(1, keepdims=True) > 0.1).astype(float)
    inputs: Array = (points - 0.5) * math.sqrt(12)
    sizes = [2, *[32] * 5, 1]
    weights = [scale(*pair) * rng.standard_normal(pair) for pair in itertools.pairwise(sizes)]
    biases = [np.zeros(size) for size in sizes[1:]]
    losses: list[float] = []
    with np.errstate(all="ignore"):
        for _ in range(40):
            total = 0.0
            for chosen in np.split(rng.permutation(200), 10):
                outs: list[Array] = [inputs[chosen]]
                for w, b in zip(weights[:-1], biases[:-1]):
                    outs.append(relu(outs[-1] @ w + b))
                score = outs[-1] @ weights[-1] + biases[-1]
                total += float((np.logaddexp(0, score) - y[chosen] * score).sum())
                d = (0.5 + 0.5 * np.tanh(score / 2) - y[chosen]) / 20
                for n in reversed(range(len(weights))):
                    step = outs[n].T @ d, d.sum(0)
                    d = (d @ weights[n].T) * (outs[n] > 0)
                    weights[n] -= 0.1 * step[0]
                    biases[n] -= 0.1 * step[1]
            losses.append(total / 200)
    return losses


# The experiment


@needs_course
def test_the_experiment_measures_what_theory_says(tmp_path: Path) -> None:
    """In small, and without compiling: six units, four layers, a short training."""
    solve("module3", tmp_path)
    ask = """
import argparse, math, re
import minitorch
minitorch.FastOps = minitorch.SimpleOps
from project import run_initialization as lab
lab.SAMPLES, lab.WIDTH, lab.WIDTHS, lab.UNITS, lab.POINTS, lab.EPOCHS, lab.HIDDEN = 10, 6, (3, 5), 3, 20, 20, 1
minitorch.seed(1)
found = lab.experiment(argparse.Namespace(layers=4, seeds=2, scale=[0.3]))
for line in found.text.split('The same in 32 bits')[0].splitlines():
    if line.startswith(("0.12 ", "0.01 ", "0.3 ")):
        scale, layer, together, measured = (float(each) for each in line.split()[:4])
        factor = scale * math.sqrt(6)
        assert abs(layer - factor) < 0.001 and abs(together / factor**4 - 1) < 0.1, line
        assert 0.2 < measured / factor**4 < 5, line
assert "medians of 2 draws" in found.text and "width    5:" in found.text
assert set(found.answers) == {question.about for question in lab.QUESTIONS}
for question in lab.QUESTIONS:
    assert found.answers[question.about] in question.choices
for each in found.pictures:
    assert each.text()
assert len(found.pictures) == 3 and list(found.pictures[2].lines) == list(lab.STARTS)
limits = found.pictures[0].limits
assert list(limits) == ["float32 ends", "float32 is 0"] and min(limits.values()) < 1e-44
far = lab.picture("far", {"1": [1e120, 1e300, math.inf]})
assert list(far.limits) == ["float32 ends", "float64 ends", "float32 is 0", "float64 is 0"]
assert lab.nearest(9.1e3, ("1.2", "60", "1e4", "1e9")) == "1e4" and lab.nearest(math.inf, ()) == "inf"
assert lab.first({"a": [9.0] * 20, "b": [0.9, 0.2], "c": [0.9, 0.9, 0.1]}) == "b"
losses = lab.learned(lab.STARTS["kaiming"], minitorch.datasets["Simple"](20), minitorch.SimpleBackend)
assert len(losses) == 20 and losses[-1] < losses[0]
"""
    assert "compile" in run_python(["-c", ask], tmp_path / "module3").strip().splitlines()[-1]
