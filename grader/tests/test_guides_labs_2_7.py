"""What the guide shows in Task 2.7 is so: its equations are NumPy's, and its script prints what it promises."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from grader.tests.authored import needs_course
from grader.tests.documents import solve
from grader.tests.test_guides import find, guide, numbers_in, tuple_in

Numbers = NDArray[np.int64]

RNG = np.random.default_rng(1)
NAMES: dict[str, Numbers] = {
    name: RNG.integers(-9, 10, shape)
    for name, shape in {
        "u": (2,),
        "v": (3,),
        "a": (2, 3),
        "b": (3, 2),
        "s": (2, 2),
        "t": (2, 3, 3),
    }.items()
}
OPERANDS = {
    "ij->ji": "a",
    "i,i->": "uu",
    "i,j->ij": "uv",
    "ij,j->i": "av",
    "ik,kj->ij": "ab",
    "ik,jk->ij": "aa",
    "ij,ij->": "aa",
    "i,ij->ij": "ua",
    "bi,ij,bj->b": "abs",
    "bik,bkj->bij": "tt",
    "bqd,bkd->bqk": "tt",
    "ii->i": "s",
    "ii->": "s",
    "ij->i": "a",
    "ij->": "a",
}


def broken(equation: str) -> int | None:
    """Say which rule an equation breaks."""
    left, _, right = equation.partition("->")
    often = {letter: left.count(letter) for letter in left if letter != ","}
    if max(often.values()) > 2:
        return 2
    return 3 if any(n == 1 and letter not in right for letter, n in often.items()) else None


def test_everyday_equations_are_numpys() -> None:
    shown = guide("2").split("| equation | in NumPy |")[1].split("\n\n")[0]  # stars and all
    rows = re.findall(r"^\| `(.*)` \| `(.*)` \| (.*) \|$", shown, re.MULTILINE)
    assert [row[0] for row in rows] == list(OPERANDS)
    for equation, written, what in rows:
        got = np.einsum(equation, *(NAMES[name] for name in OPERANDS[equation]))
        assert np.array_equal(got, eval(written, {"np": np}, NAMES)), equation
        assert what.endswith("; not strict") == (broken(equation) is not None)


def test_equations_break_the_rules_that_are_named() -> None:
    for equation, what in find("2", "equation | is |").rows:
        said = re.search(r"rule (\d)", what)
        assert (int(said[1]) if said else None) == broken(equation), equation


def test_the_product_by_hand() -> None:
    text = " ".join(guide("2").split())
    assert "c[0, 1] is 1 · 20 + 2 · 40 + 3 · 60 = 280" in text
    shown = re.search(r"With a = (\[.*?\]\]) and b = (\[.*?\]\]), c", text)
    assert shown
    a, b = (eval(each) for each in shown.groups())
    rows = find("2", " | letters | shape | strides").rows
    assert np.array_equal(np.array(a) @ np.array(b), [[220, 280], [490, 640]])
    one, other = np.array(a), np.array(b)
    left, right = one[:, None, :], other.T[None]
    product = np.multiply(left, right, order="C")
    summed = product.sum(2, keepdims=True)
    for row, view in zip(rows, (one, other, left, right, product, summed, summed[..., 0])):
        assert tuple_in(row[2]) == view.shape
        assert tuple_in(row[3]) == tuple(step // view.itemsize for step in view.strides), row
        assert len(row[1]) == view.ndim


def test_derivatives_are_the_equations_that_are_shown() -> None:
    """A result is linear in each operand: the derivative times any operand is the derivative times that result."""
    for equation, *derivatives in find("2", "equation | derivative by the first").rows:
        left, _, output = equation.partition("->")
        inputs = left.split(",")
        sizes = dict(zip("bijk", (2, 3, 4, 5)))
        operands = [RNG.integers(-9, 10, [sizes[x] for x in letters]) for letters in inputs]
        g = RNG.integers(-9, 10, [sizes[x] for x in output])
        shown = [text for text in derivatives if text]
        assert len(shown) == len(inputs)
        for number, text in enumerate(shown):
            others = [*operands[:number], g, *operands[number + 1 :]]
            assert text.split("->")[0].split(",")[number] == output
            slope = np.einsum(text, *others)
            total = (slope * operands[number]).sum()
            assert slope.shape == operands[number].shape
            assert total == (g * np.einsum(equation, *operands)).sum(), (equation, text)


def test_the_identity_leaves_the_diagonal() -> None:
    rows = find("2", "g as a column | times the identity").rows
    column = np.array([numbers_in(row[0]) for row in rows])
    assert np.array_equal([numbers_in(row[1]) for row in rows], np.eye(3))
    assert np.array_equal([numbers_in(row[2]) for row in rows], column * np.eye(3))


def plans() -> list[list[int]]:
    rows = find("2", "n | three at once").rows
    return [[int(cell.replace(",", "")) for cell in row] for row in rows]


def test_plans_cost_what_the_table_says() -> None:
    for n, *costs in plans():
        assert costs == [n**3 + n**4, n**4, 2 * n**3, n**3]


@needs_course
def test_the_script_shows_what_the_guide_promises(tmp_path: Path) -> None:
    solve("module2", tmp_path)
    done = subprocess.run(
        [sys.executable, "project/run_einsum.py", "--largest", "8", "--predict"],
        cwd=tmp_path / "module2",
        input="1\nrule 3\n1000\n",
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    tried = re.findall(r"^  (\S+->\S*) +(none|rule \d) +(\S+) ", done.stdout, re.MULTILINE)
    assert {equation for equation, _, _ in tried} >= set(OPERANDS)
    for equation, rule, distance in tried:
        assert rule == (f"rule {broken(equation)}" if broken(equation) else "none")
        assert float(distance) < 1e-9
    three = done.stdout.split("\nThree matrices, ")[1].split("\n\n")[0]
    counted = [[int(n) for n in line.replace(",", "").split()] for line in three.split("\n")[2:]]
    assert counted == plans()[:3]
    found = re.findall(r"you said: (.*?) +found: (.*)", done.stdout)
    assert found[0] == ("einsum('ij,kj->ik', g, b)",) * 2
    assert found[1:] == [("rule 3", "rule 3"), ("1000", "10000")]
