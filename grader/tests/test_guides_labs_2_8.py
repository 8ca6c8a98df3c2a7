"""What the guide shows of a network by hand (Task 2.8) is so: its tables, and what its experiment finds."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from grader.tests.authored import needs_course
from grader.tests.documents import Grid, solve
from grader.tests.test_guides import Array, agrees, find, guide, run_python


def test_the_slopes_of_tanh_are_those_shown() -> None:
    for x, value, slope in shown("x | t = tanh(x)").rows:
        assert agrees(value, np.tanh(float(x)))
        assert agrees(slope, 1 / np.cosh(float(x)) ** 2)


def test_the_shapes_of_a_linear_layer_go_together() -> None:
    sizes = {"N": 5, "n_in": 3, "n_out": 2}
    tensors = {"w.g": ("n_in", "n_out"), "b.g": ("n_out",), "inp.g": ("N", "n_in")}
    for name, shape, _, others in shown(" | shape | is | of the shapes").rows:
        assert words_in(shape) == [tensors[name]]
        factors = [np.ones([sizes[word] for word in words]) for words in words_in(others)]
        made = factors[0] @ factors[1] if len(factors) == 2 else factors[0].sum(0)
        assert made.shape == tuple(sizes[word] for word in tensors[name])


def test_the_network_of_the_guide_gives_what_is_shown() -> None:
    """Backward, each row is held against small steps of one number: the loss is a parabola nearby."""
    arrays = network()
    steps = forward(arrays)
    rows = shown("forward | is | gives").rows
    assert [row[0] for row in rows] == list(steps)
    for name, _, gives in rows:
        assert np.array_equal(array_in(gives), steps[name])
    rows = shown("backward | is | gives").rows
    assert [row[0] for row in rows] == [
        f"{name}.g" for name in ("out", "w2", "b2", "l2", "l1", "w1", "b1", "x")
    ]
    for name, _, gives in rows:
        assert np.allclose(array_in(gives), slopes(arrays, name.removesuffix(".g")), atol=1e-6)


def test_numpy_has_what_the_guide_says() -> None:
    a, b, y = np.ones((4, 3)), np.ones((3, 2)), np.ones(4)
    made = [
        eval(row[1], {"np": np, "a": a, "b": b, "y": y}) for row in shown("here | in NumPy").rows
    ]
    assert [each.shape for each in made] == [(4, 2), (3, 4), (3,), (4, 3), (4, 1)]


@needs_course
def test_the_experiment_finds_what_the_guide_says(tmp_path: Path) -> None:
    solve("module2", tmp_path)
    printed = run_python(["project/run_by_hand.py"], tmp_path / "module2")
    told = " ".join(section().split("\n### Try\n")[1].split())
    found = {
        "apart": rf"by hand and autodiff +{NUMBER}\n",
        "numpy": rf"by hand and NumPy +{NUMBER}\n",
        "products": rf"forward +{NUMBER}\n +the way back, by hand +{NUMBER}",
        "kept": rf"beside {NUMBER} parameters\n +by hand +{NUMBER}\n +by autodiff +{NUMBER}",
        "outputs": rf"outputs from {NUMBER} to {NUMBER};\n *the mean of the targets is {NUMBER}",
        "variance": rf"variance of the targets \({NUMBER}\)",
    }
    numbers = {name: matched(pattern, printed) for name, pattern in found.items()}
    assert float(numbers["apart"][0]) == 0.0 and 0 < float(numbers["numpy"][0]) < 1e-14
    ahead, back = numbers["products"]
    assert f"{back} after {ahead}" in told
    parameters, by_hand, by_autodiff = numbers["kept"]
    assert f"There are {parameters} parameters" in told
    assert f"With 20 points, that is {by_hand}. Autodiff keeps {by_autodiff}." in told
    assert int(by_hand) == 20 * 42 and "keep 42 numbers for each point" in told
    low, high, mean = numbers["outputs"]
    assert f"is their mean, {mean}." in told and f"lie between {low} and {high}." in told
    assert f"stays at {numbers['variance'][0]}, the variance" in told


def test_the_large_network_takes_two_million_multiplications() -> None:
    points, inputs, hidden = matched(r"--points (\d+) --inputs (\d+) --hidden (\d+)", section())
    assert round(2 * int(points) * int(inputs) * int(hidden) / 1e6, 1) == 2.0
    assert "2 million multiplications for one way back" in section()


# What these tests are made with

NUMBER = r"([\d.,e+-]*\d)"


def section() -> str:
    return guide("2").split("\n## Task 2.8")[1].split("\n## ")[0]


def shown(header: str) -> Grid:
    return find("2", header)


def words_in(text: str) -> list[tuple[str, ...]]:
    """Read shapes that are written with words: ``(n_in, N) and (N, n_out)``."""
    return [tuple(re.findall(r"\w+", shape)) for shape in re.findall(r"\(([^)]*)\)", text)]


def array_in(text: str) -> Array:
    """Read a number, or nested lists of numbers."""
    return np.array(eval(text.replace("−", "-")), np.float64)


def matched(pattern: str, text: str) -> tuple[str, ...]:
    found = re.search(pattern, text)
    assert found, (pattern, text)
    return found.groups()


def network() -> dict[str, Array]:
    """Read the numbers of the network from the line that gives them."""
    (line,) = re.findall(r"^> (x = .*)$", section(), re.MULTILINE)
    line = line.replace("−", "-").replace("targets [", "targets = [")
    return {name: array_in(text) for name, text in re.findall(r"(\w+) = ([\[\]\d, -]+\])", line)}


def forward(arrays: dict[str, Array], **moved: Array) -> dict[str, Array]:
    """Compute every step of the network; a step that is handed in stands for the one that is computed."""
    a = arrays | moved
    l1 = moved.get("l1", a["x"] @ a["w1"] + a["b1"])
    l2 = moved.get("l2", np.maximum(l1, 0.0))
    out = moved.get("out", l2 @ a["w2"] + a["b2"])
    return {"l1": l1, "l2": l2, "out": out, "loss": ((out[:, 0] - a["targets"]) ** 2).mean()}


def slopes(arrays: dict[str, Array], name: str) -> Array:
    """Measure how fast the loss grows with each number of an array or of a step."""
    at = (arrays | forward(arrays))[name]
    found = np.zeros(at.shape)
    for index in np.ndindex(*at.shape):
        step = np.zeros(at.shape)
        step[index] = 1e-4
        around = [forward(arrays, **{name: at + sign * step})["loss"] for sign in (1, -1)]
        found[index] = (around[0] - around[1]) / 2e-4
    return found
