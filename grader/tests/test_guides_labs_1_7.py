"""What Module 1's guide shows of Task 1.7 is so: tables, examples, and the counts of the experiment."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from grader.tests.authored import needs_course
from grader.tests.documents import ROOT, Grid, solve
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
    printed = run_python(["project/run_jacobian.py"], tmp_path / "module1")
    counted = counts(printed)
    for inputs, results, *steps in find("1", "inputs | results | one run | walking back").rows:
        n = int(inputs.split(",")[0])
        told = tuple(int(number.replace(",", "")) for number in steps)
        assert counted[n, int(results)] == told
    cheaper = {n for (n, _), (_, back, forth) in counted.items() if back < forth}
    assert cheaper == {16, 32, 64, 105}
    assert counted[1, 64][:2] == (1 + 300 + 64, 365 + 64 * 302) and 302 == 1 + 300 + 1
    assert "1 + 300 + 64 = 365 steps" in section() and "365 + 64 · 302 = 19,693" in section()
    run, back, forth = counted[105, 1]
    assert (back, forth, forth / back) == (2 * run, 105 * run, 52.5)
    assert "105 runs, 52.5 times as many" in section()
    orders = [int(number.replace(",", "")) for number in re.findall(r"on  +([\d,]+)", printed)]
    assert orders == [12_288, 528_384] and orders[1] / orders[0] == 43
    assert all(f"{number:,}" in section() for number in orders) and "43 times" in section()
    assert "5 inputs, 3 results" in printed and "5 inputs and 3 results" in section()


@needs_course
def test_a_larger_network_is_a_further_row(tmp_path: Path) -> None:
    """What --predict asks is of the usual one, so that stays, whatever else is counted."""
    solve("module1", tmp_path)
    command = ["project/run_jacobian.py", "--hidden", "3"]
    counted = counts(run_python(command, tmp_path / "module1"))
    assert counted[105, 1] == (194, 388, 20_370)
    run, back, forth = counted[3 * 3 + 4 * 3 + 4, 1]
    assert back == 2 * run and forth == 25 * run


@needs_course
def test_where_people_go_wrong(tmp_path: Path) -> None:
    """The errors that the guide names come when it says, and derivatives stay in a layer when it says."""
    solve("module1", tmp_path)
    ask = """
from minitorch import Scalar
from minitorch.jacobian import jacobian, jvp, layer_jacobians, vjp
from project.run_scalar import Linear
layer = Linear(2, 1)
for ask in (
    lambda: vjp(lambda a: a * a, [2.0], [1.0]),
    lambda: jacobian(lambda a: a * a, [2.0]),
    lambda: jvp(lambda a: a * a, [2.0], [1.0]),
    lambda: jvp(lambda *z: layer.forward(z), [1.0, 2.0], [1.0, 0.0]),
    lambda: jvp(lambda a: [Scalar(2.0) * a], [1.0], [1.0]),
):
    try:
        print(ask())
    except TypeError as error:
        print(error)
parameters = layer.parameters()
layer_jacobians(layer, [1.0, 2.0])
print([parameter.value.derivative for parameter in parameters])
vjp(lambda *z: layer.forward(z), [1.0, 2.0], [1.0])
jacobian(lambda *z: layer.forward(z), [1.0, 2.0])
print([parameter.value.derivative for parameter in parameters])
"""
    met = "float() argument must be a string or a real number, not"
    assert run_python(["-c", ask], tmp_path / "module1").splitlines() == [
        *["'Scalar' object is not iterable"] * 2,
        "'Dual' object is not iterable",
        f"{met} 'Scalar'",
        f"{met} 'Dual'",
        "[None, None, None]",
        "[2.0, 4.0, 2.0]",
    ]
    assert "'Scalar' object is not iterable" in section() and f"{met} 'Dual'" in section()


def test_each_part_has_a_test_file() -> None:
    """The commands of the guide's table name files that exist, and those are all that the task has."""
    tests = ROOT / "module1/tests"
    named = re.findall(r"pytest tests/(\w+\.py)", section())
    marked = {path.name for path in tests.glob("test_*.py") if "mark.task1_7\n" in path.read_text()}
    assert len(named) == 3 and set(named) == marked


def counts(printed: str) -> dict[tuple[int, int], tuple[int, ...]]:
    """Find the rows of what the script prints: by inputs and results, the steps of one run and both ways."""
    rows = re.findall(r"^ +\d+ +\d+ +\d+ +[\d,]+ +[\d,]+", printed, re.MULTILINE)
    numbers = [[int(cell.replace(",", "")) for cell in row.split()] for row in rows]
    return {(n, m): tuple(steps) for n, m, *steps in numbers}
