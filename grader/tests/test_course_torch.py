"""The script that trains one network beside PyTorch. What needs PyTorch is skipped where it is not installed."""

import argparse
import math
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from grader.tests.authored import imported, needs_course
from grader.tests.documents import solve

pytestmark = needs_course

needs_torch = pytest.mark.skipif(find_spec("torch") is None, reason="PyTorch is not installed")


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    yield from imported("project.run_torch", monkeypatch)


def options(**chosen: Any) -> argparse.Namespace:
    return argparse.Namespace(**{"dataset": "Xor", "network": "points", "seed": 0, **chosen})


# Without PyTorch


@pytest.mark.parametrize("module", ["module2", "module4"])
def test_without_pytorch_it_says_how_to_install_it(module: str, tmp_path: Path) -> None:
    """Also where a task is still to do, and where PyTorch is installed: None in its place makes importing it fail."""
    solve(module, tmp_path)
    start = "import runpy, sys; sys.modules['torch'] = None; sys.argv = ['run_torch.py']"
    code = f"{start}; runpy.run_path('{module}/project/run_torch.py', run_name='__main__')"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (1, "")
    first, _, last = done.stderr.splitlines()
    assert first == "PyTorch is not installed. Install it: python -m pip install torch"
    assert last.startswith("https://pytorch.org/get-started says which command")


def test_losses_stand_side_by_side(script: Any) -> None:
    losses = script.Losses([0.5, 0.25, 0.125, 0.1], [0.5, 0.25, 0.125, 0.1 + 1e-13])
    header, *rows = script.side_by_side(losses).splitlines()
    assert header.split() == ["step", "your", "loss", "PyTorch", "difference"]
    assert [row.split() for row in rows] == [
        ["1", "0.500000000000000", "0.500000000000000", "0.0e+00"],
        ["2", "0.250000000000000", "0.250000000000000", "0.0e+00"],
        ["3", "0.125000000000000", "0.125000000000000", "0.0e+00"],
        ["4", "0.100000000000000", "0.100000000000100", "1.0e-13"],
    ]


def test_of_many_steps_some_are_shown_and_the_last(script: Any) -> None:
    losses = script.Losses([0.5] * 64, [0.5] * 64)
    steps = [row.split()[0] for row in script.side_by_side(losses).splitlines()[1:]]
    assert steps == ["1", "2", "3", "5", "10", "20", "50", "64"]


@pytest.mark.parametrize(
    ("theirs", "said"),
    [
        ([0.5, 0.25 + 2e-14], "is 2.0e-14. That is rounding: both compute the same."),
        ([0.5, 0.25], "is 0.0e+00. That is rounding: both compute the same."),
        ([0.6, 0.25], "is 1.0e-01. They part at step 1: look for a forward that differs"),
        ([0.5, 0.26], "is 1.0e-02. They part at step 2: look for a backward, or the step of the"),
        ([0.5, float("nan")], "They part at step 2"),
    ],
)
def test_a_difference_is_judged(script: Any, theirs: list[float], said: str) -> None:
    assert said in script.verdict(script.Losses([0.5, 0.25], theirs))


@pytest.mark.parametrize(
    ("difference", "size"),
    [(0.0, "exactly 0"), (3e-16, "below 1e-9"), (1e-6, "1e-9 to 1e-4"), (0.1, "above 1e-4")],
)
def test_each_difference_is_one_of_the_answers(script: Any, difference: float, size: str) -> None:
    assert script.size(difference) == size
    assert size in script.QUESTIONS[0].choices
    assert script.size(float("nan")) == "above 1e-4"


def test_one_loop_trains_both(script: Any) -> None:
    """Here a network of one number, w = 1 at first, whose loss is w * w: each step at rate 0.25 halves w."""
    w = script.minitorch.Parameter(script.minitorch.tensor([1.0]))
    optim = script.minitorch.SGD([w], 0.25)
    assert script.train(optim, lambda step: (w.value * w.value).sum(), 4) == [
        1,
        1 / 4,
        1 / 16,
        1 / 64,
    ]


@pytest.mark.parametrize("dataset", ["Simple", "Xor", "Spiral"])
def test_without_eps_the_losses_are_a_few_millionths_apart(script: Any, dataset: str) -> None:
    """As the guide says, of the first step."""
    script.minitorch.seed(0)
    data = script.minitorch.datasets[dataset](script.POINTS)
    out = script.Network(script.HIDDEN).forward(script.minitorch.tensor(data.X)).to_numpy().ravel()
    right = [p if label else 1.0 - p for p, label in zip(out, data.y)]
    apart = sum(math.log(p + script.EPS) - math.log(p) for p in right) / len(right)
    assert 1e-6 < apart < 9e-6


# With PyTorch


@needs_torch
def test_a_layer_has_the_weights_of_ours_the_other_way_round(script: Any) -> None:
    script.minitorch.seed(0)
    ours = script.Linear(2, 8)
    theirs = script.linear(ours)
    assert ours.weights.value.shape == (2, 8) and tuple(theirs.weight.shape) == (8, 2)
    x = [[0.25, -0.5], [1.0, 2.0]]
    out = theirs(script.torch.tensor(x, dtype=script.torch.float64))
    for got, expected in zip(
        out.detach().numpy().ravel(), ours.forward(script.minitorch.tensor(x)).to_numpy().ravel()
    ):
        assert got == pytest.approx(expected, abs=1e-14)


@needs_torch
@pytest.mark.parametrize("chosen", [{"steps": 12}, {"network": "digits", "steps": 6}])
def test_both_libraries_agree(script: Any, chosen: dict[str, Any]) -> None:
    script.minitorch.seed(0)
    losses = script.both(options(**chosen))
    assert len(losses.yours) == len(losses.pytorch) == chosen["steps"]
    assert max(losses.differences()) < 1e-11
    assert losses.yours[-1] < losses.yours[0]


@needs_torch
def test_what_it_finds(script: Any) -> None:
    script.minitorch.seed(0)
    found = script.experiment(options(steps=3))
    assert found.answers["shape"] == "(8, 2)"
    assert found.answers["largest difference"] in ("exactly 0", "below 1e-9")
    assert f"PyTorch {script.torch.__version__}" in found.text and "rounding" in found.text
    assert [len(picture.lines) for picture in found.pictures] == [2, 1]


@needs_torch
@pytest.mark.parametrize(("in_size", "most"), [(2, 0.7071), (8, 0.3536), (100, 0.1)])
def test_pytorch_starts_uniformly_within_the_bound_of_the_guide(
    script: Any, in_size: int, most: float
) -> None:
    """The guide says ±1/√n_in, of weights and of biases."""
    torch = script.torch
    torch.manual_seed(0)
    layer = torch.nn.Linear(in_size, 4000)
    for numbers in (layer.weight.detach(), layer.bias.detach()):
        reached = float(numbers.abs().max())
        assert 0.99 * most < reached <= most + 1e-4
        assert float(numbers.abs().mean()) == pytest.approx(
            most / 2, rel=0.05
        )  # as even draws have
