"""What the guide of Task 3.6 shows is so: counts, shapes, the roofline's table, and numbers in its sentences."""

import json
import re
from pathlib import Path

import numpy as np

from grader.tests.authored import needs_course
from grader.tests.documents import solve
from grader.tests.test_guides import agrees, find, guide, run_python, tuple_in

TEXT = " ".join(guide("3").split("\n## Task 3.6")[1].split("\n## ")[0].split())


@needs_course
def test_the_counts_are_those_of_the_solution(tmp_path: Path) -> None:
    """The table's last column is counted; the one before it, put into numbers, gives the same."""
    solve("module3", tmp_path)
    ask = """
import sys; sys.path[:0] = ["tests"]
import json, minitorch
from counting import Costs
from project import matmul_ladder
a, b = [[1.0, 2.0, 3.0]] * 2, [[1.0, 2.0, 3.0, 4.0]] * 3
counts = {}
for name in ("by_cells", "by_rows", "by_rows_at_once", "by_broadcast"):
    costs = Costs(minitorch)
    x, y = (costs.tensor(minitorch, each, minitorch.tensor(m)) for each, m in (("a", a), ("b", b)))
    getattr(matmul_ladder, name)(x, y)
    products, sums, others = costs.told().values()
    assert products == sums and others == 0
    counts[name] = products or sum(reads.total() for reads in costs.reads.values())
costs = Costs(minitorch)
matmul_ladder.by_lists(costs.lists(a), costs.lists(b))
print(json.dumps({**counts, "by_lists": costs.multiplications}))
"""
    counted = json.loads(run_python(["-c", ask], tmp_path / "module3"))
    rows = find("3", "rung | loops of Python").rows
    assert {row[0]: int(row[4]) for row in rows} == counted
    for row in rows:
        formula = row[3].replace("·", "*")
        assert eval(formula, {"n": 2, "k": 3, "m": 4}) == counted[row[0]]


def test_the_example_is_multiplied_rightly() -> None:
    product = np.array([[1, 2, 3], [4, 5, 6]]) @ np.array([[1, 0], [2, -1], [3, 10]])
    assert product[0].tolist() == [14, 28]


def test_the_shapes_are_those_of_broadcasting() -> None:
    n, k, m = 2, 3, 4
    a, b = np.ones((n, k)), np.ones((k, m))
    products = a.reshape(n, k, 1) * b
    sums = products.sum(1, keepdims=True)
    arrays = [a, a.reshape(n, k, 1), products, sums, sums.reshape(n, m)]
    for row, array in zip(find("3", "step | shape |").rows[-5:], arrays, strict=True):
        for letter, size in zip("nkm", (n, k, m)):
            row = (row[0], row[1].replace(letter, str(size)))
        assert tuple_in(row[1]) == array.shape


def test_the_roofline_divides_operations_by_bytes() -> None:
    """Two operations a product; a product that is written and read moves two numbers of eight bytes."""
    n, number = 256, 8
    moved = {"by_broadcast": 2 * number * n**3, "a @ b": 3 * number * n**2}
    for name, operations, bytes_moved, ratio, shown in find("3", "n x n times n x n").rows:
        assert value(operations, n) == 2 * n**3
        assert value(bytes_moved.partition(":")[0], n) == moved[name]
        assert value(ratio, n) == 2 * n**3 / moved[name]
        assert agrees(shown, 2 * n**3 / moved[name])


def value(formula: str, n: int) -> float:
    """Put a number into a formula."""
    python = formula.replace("·", "*").replace("²", "**2").replace("³", "**3")
    return float(eval(python, {"n": n}))


def test_sentences_hold() -> None:
    n, number = 256, 8
    table = {row[0]: row[1] for row in find("3", "rung | factor over by_cells").rows}
    numpy, lists = (float(table[name].replace(",", "")) for name in ("NumPy", "by_lists"))
    assert f"the first {lists:.0f} is the price" in TEXT
    assert f"NumPy is {numpy / lists:.0f} times as fast" in TEXT
    millions, megabytes = re.findall(r"table of ([\d.]+) million products takes (\d+) MB", TEXT)[0]
    assert agrees(millions, n**3 / 1e6) and agrees(megabytes, number * n**3 / 1e6)
    (small,) = re.findall(r"The table for one row takes ([\d.]+) MB", TEXT)
    assert agrees(small, number * n**2 / 1e6)
    (cached,) = re.findall(r"stay in the cache \((\d+) MB for n = 128\)", TEXT)
    assert agrees(cached, number * 128**3 / 1e6)
    calls = re.findall(r"fewer calls are faster: (\d+) calls, (\d+) calls, (\d+) calls", TEXT)
    assert calls == [(str(2 * 5 * 10), str(2 * 5), str(2))]
