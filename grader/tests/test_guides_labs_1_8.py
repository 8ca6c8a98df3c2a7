"""What Module 1's guide shows of Task 1.8 is so; what takes SymPy is compared where that is installed."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from grader.tests.authored import imported, needs_course
from grader.tests.documents import blocks, solve
from grader.tests.test_guides import agrees, find, guide, run_python


def section() -> str:
    return " ".join(guide("1").split("\n## Task 1.8:")[1].split("\n## ")[0].split())


@pytest.fixture
def symbols(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """Import the reference solution, and forget it again."""
    for library in imported("minitorch", monkeypatch):
        assert library
        yield from imported("project.symbols", monkeypatch)


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """Import what the tests take in place of SymPy."""
    yield from imported("tests.algebra", monkeypatch)


@pytest.fixture
def sympy() -> Any:
    return pytest.importorskip("sympy")


def test_the_slopes_of_a_logarithm() -> None:
    trying, back, right, wrong = (row[1] for row in find("1", " | slope of the logarithm |").rows)
    x, step = 0.001, 1e-6
    difference = (math.log(x + step + 1e-6) - math.log(x - step + 1e-6)) / (2 * step)
    assert agrees(trying, difference) and agrees(back, 1 / (x + 1e-6))
    assert right == "1/0.001001 = 999.001" and wrong == "1/0.001 = 1000"


def test_doubled_twelve_times_is_reached_4096_times() -> None:
    assert 2**12 == 4_096 and "doubled twelve times" in section() and "4,096 times" in section()


@needs_course
def test_the_script_shows_the_v_without_sympy(tmp_path: Path) -> None:
    """Both branches are as the guide says: a hundredth of the error for a tenth of the step, and ten times as much."""
    solve("module1", tmp_path)
    blind = "import sys, runpy; sys.modules['sympy'] = None; sys.argv = ['x']\n"
    blind += "runpy.run_path('project/run_symbols.py', run_name='__main__')"
    printed = run_python(["-c", blind], tmp_path / "module1")
    assert printed.strip().endswith("python -m pip install sympy")
    rows = re.findall(r"^ +(1e-\d+) +(\d\S+) +(\d\S+)$", printed, re.MULTILINE)
    errors = [[float(number) for number in row] for row in rows]
    assert [row[0] for row in errors] == [10.0**-n for n in range(1, 15)]
    both = {step: error for step, error, _ in errors}
    assert [round(both[10.0**-n] / both[10.0 ** -(n + 1)], -1) for n in (1, 2, 3)] == [100] * 3
    assert 1e3 < both[1e-13] / both[1e-9] < 1e6  # four tenths further, and rounding is luck


@needs_course
def test_three_ways_agree_in_as_many_digits(tmp_path: Path, sympy: Any) -> None:
    solve("module1", tmp_path)
    printed = run_python(["project/run_symbols.py", "--times", "2"], tmp_path / "module1")
    rows = re.findall(r"^.* by [xy] +(\S+) +(\S+) +(\S+) +(\S+)$", printed, re.MULTILINE)
    assert len(rows) == 6
    for *_, difference in rows:
        assert 1e-11 < float(difference) < 1e-6
    assert all(math.isclose(float(b), float(s), rel_tol=1e-14) for _, b, s, _ in rows)


@needs_course
def test_formulas_swell_as_the_table_says(
    monkeypatch: pytest.MonkeyPatch, symbols: ModuleType, sympy: Any
) -> None:
    for script in imported("project.run_symbols", monkeypatch):
        sizes = {size.times: size for size in script.swell(8, sympy)}
    shown = [
        [int(cell.replace(",", "")) for cell in row]
        for row in find("1", "times | the formula").rows
    ]
    assert [row[0] for row in shown] == list(sizes)
    for times, formula, slope, walk in shown:
        size = sizes[times]
        assert (size.formula, size.slope, size.walk) == (formula, slope, walk)
        assert walk == 4 * times
    leaf = sympy.Symbol("l")
    value = leaf
    for _ in range(6):
        value = 4.0 * value * (1.0 - value)
    parts, (top,) = sympy.cse(value.diff(leaf))
    assert sum(sympy.count_ops(part) for _, part in parts) + sympy.count_ops(top) == 93
    assert "makes 93 operations of the 2,096" in section()


@needs_course
def test_the_session_with_sympy(tmp_path: Path, sympy: Any) -> None:
    solve("module1", tmp_path)
    (shown,) = [block.text for block in blocks(guide("1")) if block.language == "pycon"]
    (tmp_path / "session.txt").write_text(shown, "utf-8")
    assert run_python(["-m", "doctest", str(tmp_path / "session.txt")], tmp_path / "module1") == ""


@needs_course
def test_the_stand_in_gives_what_sympy_gives(
    symbols: ModuleType, stand_in: ModuleType, sympy: Any
) -> None:
    """Values and derivatives of all that it has, and three ways by both."""
    algebra = stand_in.Algebra()
    texts = [
        "x + 2 * x - 3 / x",
        "-x ** 3 + 2 ** x",
        "S.exp(-x) * S.log(x + 1)",
        "S.Max(0, x - 1) + S.tanh(x)",
        "S.Piecewise((x * x, x > 1), (x, True))",
        "S.Add(x, 1, x) * S.Mul(2, x) + S.Pow(x, -1) + S.Float(3) + S.Integer(2) + S.sympify(1)",
        "S.Heaviside(x - 1) * x",
        "S.exp(x).subs(x, 0.5) + x",
        "S.exp(x * x).diff(x).subs({x: 0.5})",
    ]
    for text in texts:
        ours, theirs = (eval(text, {"S": S, "x": S.Symbol("x")}) for S in (algebra, sympy))
        assert {str(name) for name in theirs.free_symbols} == stand_in.symbols_in(ours)
        for number in (0.5, 1.75):
            for one, other in ((ours, theirs), (ours.diff("x"), theirs.diff("x"))):
                got, expected = (float(each.subs({"x": number})) for each in (one, other))
                assert math.isclose(got, expected, rel_tol=1e-9, abs_tol=1e-12), text
    with pytest.raises(TypeError):
        float(algebra.Symbol("x") + 1)
    with pytest.raises(AttributeError, match="no `Tensor`; these suffice: Symbol"):
        algebra.Tensor

    def f(x: Any, y: Any) -> Any:
        return (x / y).sigmoid() * (-y).exp() + (x * y).log() + x.relu()

    for ours, theirs in zip(*(symbols.three_ways(f, [1.5, 0.5], S) for S in (algebra, sympy))):
        assert theirs.apart < 1e-8
        assert all(math.isclose(one, other, rel_tol=1e-9) for one, other in zip(ours, theirs))


@needs_course
def test_formulas_of_sympy_are_those_of_what_was_run(symbols: ModuleType, sympy: Any) -> None:
    """Not only their values: each is, simplified, the formula that one would write."""
    Scalar = symbols.Scalar  # noqa: N806  (a class)
    x, y, unnamed = Scalar(2.0), Scalar(2.0), Scalar(0.5)
    names = {x.unique_id: "x", y.unique_id: "y"}
    a, b = sympy.Symbol("x"), sympy.Symbol("y")
    for result, expected in (
        ((x + y) * x, (a + b) * a),
        (x / y - unnamed, a / b - 0.5),
        ((x * y).exp().relu(), sympy.Max(0, sympy.exp(a * b))),
        (x.log(), sympy.log(a + 1e-6)),
        (x, a),
        (Scalar(3.0, history=None) * 2.0, sympy.Float(6.0)),
    ):
        assert sympy.simplify(symbols.to_sympy(result, names, sympy) - expected) == 0
    with pytest.raises(ValueError, match="LT"):
        symbols.to_sympy(x < y, names, sympy)
