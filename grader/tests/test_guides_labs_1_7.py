"""What Module 1's guide shows of Task 1.7 is so: tables, examples, and the counts of the experiment."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from grader.tests.authored import needs_course
from grader.tests.documents import Grid, solve
from grader.tests.test_guides import evaluate, find, guide, numbers_in, run_python

F = np.array([[3.0, 2.0], [1.0, 1.0]])  # of a · b and a + b, at 2 and 3
G = np.array([[5.0, 6.0]])  # of p · q, at 6 and 5


def section() -> str:
    return guide("1").split("\n## Task 1.7:")[1].split("\n## ")[0]


def shown(table: Grid) -> list[list[float]]:
    """Read the numbers of a table, the first column left out."""
    return [[float(cell.replace(",", "")) for cell in row[1:]] for row in table.rows]


def test_the_table_of_slopes_and_its_products() -> None:
    assert shown(find("1", "how fast changes")) == F.tolist()
    for column, (_, *ways, together) in zip(F.T, find("1", " | through p").rows, strict=True):
        assert [evaluate(way) for way in ways] == (G[0] * column).tolist()
        assert int(together) == sum(map(evaluate, ways))
    assert (2 * 2 * 3 + 3**2, 2**2 + 2 * 2 * 3) == (21, 16) == tuple((G @ F)[0])
    assert "10 · [3, 2] + 1 · [1, 1] = [31, 21]" in section()
    assert (np.array([10, 1]) @ F).tolist() == [31, 21]


def test_slopes_that_are_carried_along() -> None:
    a, b, product, total = find("1", "step | value | slope").rows
    assert [numbers_in(" ".join(row[1:])) for row in (a, b)] == [[2, 1], [3, 10]]
    for (_, value, slope), row, expected in zip((product, total), F, (2 * 3, 2 + 3), strict=True):
        working, _, result = slope.partition(" = ")
        assert int(value) == expected
        assert int(result) == evaluate(working) == row @ [1, 10]
    assert "[3 · 1 + 2 · 10, 1 · 1 + 1 · 10]" in section()


@needs_course
def test_the_rules_of_duals(tmp_path: Path) -> None:
    """Each rule of the guide, computed at drawn numbers, is the slope that a Dual has."""
    rules = {rule: slope for rule, slope in find("1", "operation | slope of the result").rows}
    assert len(rules) == 8
    solve("module1", tmp_path)
    typed = {
        "a + b": "da + db",
        "−a": "-da",
        "a · b": "da * b + a * db",
        "a / b": "(da * b - a * db) / b**2",
        "ea": "e**a * da",
        "log(a)": "da / (a + EPS)",
        "sigmoid(a)": "s * (1 - s) * da",
        "relu(a)": "da",
    }
    for (rule, slope), (name, formula) in zip(rules.items(), typed.items(), strict=True):
        assert rule.split(",")[0].replace("-", "−") == name
        said = slope.replace("a′", "da").replace("b′", "db").replace("²", "**2")
        assert formula == said.replace("·", "*").replace("ea", "e**a").split(" where")[0]
    calls = ["x + y", "-x", "x * y", "x / y", "x.exp()", "x.log()", "x.sigmoid()", "x.relu()"]
    ask = [
        "import math",
        "from minitorch.jacobian import Dual",
        "a, da, b, db, e, EPS = 1.3, 0.7, -0.4, 2.0, math.e, 1e-6",
        "s, x, y = 1 / (1 + math.exp(-1.3)), Dual(a, da), Dual(b, db)",
        *(
            f"assert math.isclose(({call}).slope, {formula}), {call!r}"
            for call, formula in zip(calls, typed.values(), strict=True)
        ),
    ]
    assert run_python(["-c", "\n".join(ask)], tmp_path / "module1") == ""


@needs_course
def test_both_tables_of_a_layer(tmp_path: Path) -> None:
    """They are those of the layer of Task 1.5."""
    solve("module1", tmp_path)
    by_inputs, by_weights = find("1", " | input 0 | input 1 |"), find("1", " | weight_0_0")
    ask = f"""
from minitorch import Scalar
from minitorch.jacobian import layer_jacobians
from project.run_scalar import Linear
layer = Linear(2, 2)
for (i, j), x in {{(0, 0): 0.5, (1, 0): 0.25, (0, 1): -1.0, (1, 1): 3.0}}.items():
    layer.weights[i][j].update(Scalar(x))
by_inputs, by_weights = layer_jacobians(layer, [1.0, 2.0])
assert by_inputs == {shown(by_inputs)}
assert by_weights == {shown(by_weights)}
assert [name for name, _ in layer.named_parameters()] == {list(by_weights.header[1:])}
"""
    assert run_python(["-c", ask], tmp_path / "module1") == ""
    cells = [number for row in shown(by_weights) for number in row]
    assert cells.count(0) * 2 == len(cells)
    assert "100 · 10,100 = 1,010,000 cells" in section() and 100 * (100 * 100 + 100) == 1_010_000
    assert 1 - 100 * (100 + 1) / 1_010_000 == 0.99


@needs_course
def test_the_experiment_counts_what_the_guide_shows(tmp_path: Path) -> None:
    solve("module1", tmp_path)
    printed = run_python(["project/run_jacobian.py"], tmp_path / "module1").replace(",", "")
    counted = {(int(n), int(m)): (int(back), int(forth)) for n, m, back, forth in _rows(printed)}
    for inputs, results, *steps in find("1", "inputs | results | walking back").rows:
        n = int(inputs.split(",")[0])
        told = tuple(int(number.replace(",", "")) for number in steps)
        assert counted[n, int(results)] == told
    assert {n for (n, _), (back, forth) in counted.items() if back < forth} == {16, 32, 64, 105}
    orders = [int(number) for number in re.findall(r"on  +(\d+)", printed)]
    assert orders == [12_288, 528_384] and orders[1] / orders[0] == 43
    assert all(f"{number:,}" in section() for number in orders) and "43 times" in section()


def _rows(printed: str) -> list[tuple[str, str, str, str]]:
    """Find inputs, results, and both counts of steps in what the script prints."""
    return re.findall(r"^ +(\d+) +(\d+) +\d+ +(\d+) +(\d+)", printed, re.MULTILINE)
