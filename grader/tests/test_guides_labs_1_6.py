"""What the guide of Task 1.6 shows is so: by hand, by formula, and as its experiment measures it."""

from __future__ import annotations

import math
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from grader.tests.authored import needs_course
from grader.tests.documents import Grid, solve, tables
from grader.tests.test_guides import agrees, evaluate, guide, numbers_in

SECTION = guide("1").split("\n## Task 1.6")[1].split("\n## ")[0]
SAMPLES = np.array([[0.0, 2.0], [2.0, 4.0]])  # A and B: x, y


def find(header: str) -> Grid:
    """Find the only table of the section whose header begins so."""
    (found,) = [grid for grid in tables(SECTION) if " | ".join(grid.header).startswith(header)]
    return found


def gradient(w: float, b: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    x, y = SAMPLES.T
    error = w * x + b - y
    return np.array([(2 * error * x).mean(), (2 * error).mean()])


# By hand


def test_steps_by_hand() -> None:
    at = np.zeros(2)
    x, y = SAMPLES.T
    for place, errors, loss, by_w, by_b, step in find("w, b | errors").rows:
        assert numbers_in(place) == list(at)
        assert numbers_in(errors) == list(at[0] * x + at[1] - y)
        assert float(loss) == np.mean((at[0] * x + at[1] - y) ** 2)
        for shown, slope in zip((by_w, by_b), gradient(*at)):
            left, right = shown.split(" = ")
            assert evaluate(left) == float(right) == slope
        assert numbers_in(step) == list(0.25 * gradient(*at))
        at -= 0.25 * gradient(*at)


def test_the_matrix_is_the_inverse_of_the_second_derivatives() -> None:
    x = SAMPLES[:, 0]
    second = np.array([[2 * (x * x).mean(), 2 * x.mean()], [2 * x.mean(), 2.0]])
    assert "second derivatives, here [[4, 2], [2, 2]]" in " ".join(SECTION.split())
    assert second.tolist() == [[4, 2], [2, 2]]
    eta = np.linalg.inv(second)
    assert np.allclose(eta, [[0.5, -0.5], [-0.5, 1]]) and "η = [[0.5, −0.5], [−0.5, 1]]" in SECTION
    assert np.allclose(-eta @ gradient(0, 0), [1, 2])


@pytest.mark.parametrize("rate, comes_down", [(0.35, True), (0.4, False)])
def test_a_rate_may_be_too_large(rate: float, comes_down: bool) -> None:
    assert str(rate) in SECTION
    at = np.zeros(2)
    for _ in range(200):
        at = at - rate * gradient(*at)
    distance = math.hypot(*(at - [1, 2]))
    assert (distance < 1e-3) == comes_down and (distance > 1e3) == (not comes_down)


def test_an_estimate_by_hand() -> None:
    def f(x: float, y: float) -> float:
        return x * x + 3 * y

    *rows, mean = find("u | f at").rows
    found = []
    for direction, sides, slope, times in rows:
        u, v = numbers_in(direction)
        assert numbers_in(sides) == [f(1 + u / 2, 1 + v / 2), f(1 - u / 2, 1 - v / 2)]
        left, right = slope.split(" = ")
        assert evaluate(left) == float(right)
        found.append([float(right) * u, float(right) * v])
        assert numbers_in(times) == found[-1]
    assert numbers_in(mean[3]) == np.mean(found, axis=0).tolist() == [2, 3]


def test_two_players_circle() -> None:
    x, y = 1.0, 0.0
    before = math.hypot(x, y)
    x, y = x - 0.1 * y, y + 0.1 * x
    assert agrees("0.5", 100 * (math.hypot(x, y) / before - 1)) and "0.5 % further" in SECTION


# As measured


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Run the experiment on the solved module."""
    folder = tmp_path_factory.mktemp("solved")
    solve("module1", folder)
    done = subprocess.run(
        [sys.executable, "project/run_descent.py"],
        cwd=folder / "module1",
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def rows_of(printed: str, title: str) -> list[list[str]]:
    """Take a printed table apart, without its header."""
    text = printed.split(title)[1].split("\n\n")[0]
    return [re.split(r"\s{2,}", line.strip()) for line in text.splitlines()[2:]]


@needs_course
@pytest.mark.parametrize(
    "header, title, left_out",
    [
        ("samples per step", "Samples looked at until", 0),
        ("the rate | 0.3", "How far the loss is above", 0),
        ("the valley lies", "Steps until", 1),
        ("parameters | 10 directions", "The cosine", 0),
    ],
)
def test_tables_are_as_measured(printed: str, header: str, title: str, left_out: int) -> None:
    """The numbers agree to 5 %: rounding may lead to other ones on other machines, after thousands of steps."""
    measured = rows_of(printed, title)
    for shown, (name, *cells) in zip(find(header).rows, measured):
        assert shown[0] == name
        numbers = [float(cell.replace(",", "")) for cell in shown[1:] if cell]
        found = [float(cell.replace(",", "")) for cell in cells[left_out:]]
        assert numbers == pytest.approx(found, rel=0.05)


@needs_course
def test_sentences_are_as_measured(printed: str) -> None:
    text = " ".join(SECTION.split())
    ten = printed.split("at rate 0.3, in the long run: ")[1].split()[0]
    one = rows_of(printed, "How far the loss is above")[0][1]
    assert f"at rate 0.3, the floor is {ten} in place of {one}" in text
    flat, seen = rows_of(printed, "How many of 40 points")
    assert flat[1:] == [flat[1]] * 5
    assert f"With σ = 0.5, {seen[2]} of the points is on the wrong side after ten steps" in text
    assert f"With σ = 0.000001 it stays at the {flat[1]} of the beginning" in text
    steep = [int(row[1].split()[0]) for row in rows_of(printed, "Steps until")]
    assert all(abs(ratio - 50) < 3 for ratio in steep) and "about fifty times as steep" in text


def test_cosines_follow_the_formula() -> None:
    grid = find("parameters | 10 directions")
    directions = [float(cell.split()[0].replace(",", "")) for cell in grid.header[1:]]
    for parameters, *cells in grid.rows:
        n = float(parameters.replace(",", ""))
        for m, cell in zip(directions, cells):
            assert abs(float(cell) - math.sqrt(m / (m + n + 1))) < 0.1
    assert "√(m / (m + n + 1))" in SECTION


def test_noise_floors_are_in_proportion_to_small_rates() -> None:
    grid = find("the rate | 0.3")
    shares = [float(floor) / float(rate) for rate, floor in zip(grid.header[2:5], grid.rows[0][2:])]
    assert max(shares) / min(shares) < 1.3


@needs_course
def test_it_can_be_predicted_before_anything_is_written(tmp_path: Path) -> None:
    """On the skeleton, the questions are asked and kept; then it says which task is missing."""
    solve("module1", tmp_path)
    skeleton = (Path(__file__).parents[2] / "module1/project/descent.py").read_text("utf-8")
    (tmp_path / "module1/project/descent.py").write_text(skeleton, "utf-8")
    done = subprocess.run(
        [sys.executable, "project/run_descent.py", "--predict"],
        cwd=tmp_path / "module1",
        input="3\n1\na tenth\n0.3\n",
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 1 and "Nothing to show yet. Task 1.6" in done.stderr
    kept = (tmp_path / "module1/.grader/predictions.json").read_text("utf-8")
    assert '"all samples": "100 times"' in kept and '"1,000 parameters": "0.3"' in kept
