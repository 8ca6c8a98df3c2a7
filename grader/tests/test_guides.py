"""What the guides show is so: sessions print what they show, equations hold, and tables hold what their rules give."""

from __future__ import annotations

import math
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from grader.authoring.load import find_module, find_task, load_course
from grader.authoring.mutants import load_mutants
from grader.oracle.questions import Questions
from grader.running.probes import Exam
from grader.tests.authored import needs_course
from grader.tests.documents import ROOT, Grid, blocks, solve, tables

COURSE = load_course(ROOT)
MODULES = ["0", "1", "2", "3", "4"]
Rows = Sequence[tuple[str, ...]]
Array = NDArray[np.float64]


def guide(module: str) -> str:
    return (ROOT / f"module{module}/README.md").read_text("utf-8")


# Code


@needs_course
@pytest.mark.parametrize("module", MODULES[1:])
def test_sessions_print_what_they_show(module: str, tmp_path: Path) -> None:
    """The sessions are typed into the solved module, one after the other: later ones use earlier names."""
    solve(f"module{module}", tmp_path)
    shown = [block.text for block in blocks(guide(module)) if block.language == "python"]
    (tmp_path / "session.txt").write_text(
        "\n".join(text for text in shown if ">>> " in text), "utf-8"
    )
    typed = ["-m", "doctest", str(tmp_path / "session.txt")]
    assert run_python(typed, tmp_path / f"module{module}") == ""


@needs_course
def test_the_examples_of_module_0_give_what_their_comments_say(tmp_path: Path) -> None:
    solve("module0", tmp_path)
    adder, network, names = (code("0", part) for part in ("def adder", "Network(", "# ['bias'"))
    ask = [
        "from minitorch.module import Module, Parameter",
        "from minitorch.operators import reduce",
        adder,
        "assert (add_five(2), adder(1)(2)) == (7, 3)",
        network,
        "network = Network()",
        f"assert {names.splitlines()[0]} == {names.splitlines()[1].removeprefix('# ')}",
        f"assert {code('0', 'reduce(lambda').strip()} == 123",
        code("0", "def shares"),
        "assert shares([1.0, 3.0], 8.0) == [2.0, 6.0]",
    ]
    assert run_python(["-c", "\n".join(ask)], tmp_path / "module0") == ""


@needs_course
def test_the_examples_of_module_1_give_what_the_text_says(tmp_path: Path) -> None:
    solve("module1", tmp_path)
    ask = [
        "from minitorch import Scalar",
        "from minitorch.autodiff import central_difference",
        "from minitorch.scalar_functions import ScalarFunction",
        code("1", "class TwoThree"),
        "a, b = Scalar(1.0), Scalar(1.0)",
        "pairs = list(TwoThree.apply(a, b).chain_rule(10.0))",
        "assert [(x is a, x is b, d) for x, d in pairs] == [(True, False, 20), (False, True, 30)]",
        "of = lambda x, y: x * y",
        "assert round(central_difference(of, 3.0, 5.0), 6) == 5",
        "assert round(central_difference(of, 3.0, 5.0, arg=1), 6) == 3",
    ]
    assert run_python(["-c", "\n".join(ask)], tmp_path / "module1") == ""


def code(module: str, part: str) -> str:
    """Find the only block of code that holds some text."""
    (found,) = [block.text for block in blocks(guide(module)) if part in block.text]
    return found


def run_python(arguments: list[str], folder: Path) -> str:
    """Run Python in a folder, and give what it printed."""
    done = subprocess.run([sys.executable, *arguments], cwd=folder, capture_output=True, text=True)
    return done.stdout + done.stderr


@pytest.mark.parametrize("module", MODULES)
def test_no_sum_becomes_a_list(module: str) -> None:
    """Markdown takes a line that begins with + or - for an item; guides use - alone, after an empty line or an item."""
    assert re.findall(r"^ *\+ .*", guide(module), re.MULTILINE) == []
    assert re.findall(r"^[^-\s|].*\n- .*", guide(module).replace("\n---", ""), re.MULTILINE) == []


# Equations


@pytest.mark.parametrize("module", MODULES[:4])
def test_equations_hold(module: str) -> None:
    """Where two sides of a = are plain numbers, they are equal; a rounded one differs in no digit that it shows."""
    sides = r"[\d.()+\-*/ ]*\d[\d.()+\-*/ ]*"
    text = " ".join(plain(guide(module)).split())
    found = re.findall(rf"(?<![\w,=\[])({sides})= ?(-?\d[\d.]*)(?![\w%*/(])", text)
    equations = [(left, right) for left, right in found if sum(map(left.count, "+-*/"))]
    assert len(equations) >= 2
    assert [pair for pair in equations if not agrees(pair[1], evaluate(pair[0]))] == []


def plain(text: str) -> str:
    """Write arithmetic as Python does."""
    text = text.replace("−", "-").replace(" · ", " * ").replace(")(", ") * (")
    text = re.sub(r"(?<=\d),(?=\d{3}\b)", "", text)  # 19,693 is one number
    return re.sub(r"[`|>]", " , ", text)


def evaluate(text: str) -> float:
    """Compute what an expression of plain numbers gives; what stands before its first number is left out."""
    expression = re.search(r"[(\d-].*", plain(text))
    assert expression and not re.search(r"[^\d.()+\-*/ ]", expression[0]), text
    return float(eval(expression[0].strip().rstrip(".")))


def agrees(shown: str, value: float) -> bool:
    """Whether a number is shown rightly, rounded to the digits that are shown."""
    shown = shown.rstrip(".")
    digits = len(shown.partition(".")[2])
    return abs(float(shown) - value) <= 0.5000001 * 10.0**-digits


# Tables

Check = Callable[[Rows], None]
CHECKS: dict[tuple[str, str], Check] = {}


def table(module: str, header: str) -> Callable[[Check], Check]:
    """Declare what checks the table of a guide whose header begins so."""

    def declare(check: Check) -> Check:
        CHECKS[module, header] = check
        return check

    return declare


def find(module: str, header: str) -> Grid:
    """Find the only table whose header begins so."""
    (found,) = [
        grid for grid in tables(guide(module)) if f"{' | '.join(grid.header)} |".startswith(header)
    ]
    return found


def tuple_in(text: str) -> tuple[int, ...]:
    """Read the first tuple of whole numbers in a text."""
    found = re.search(r"\(([\d, ]*)\)", text)
    assert found, text
    return tuple(int(number) for number in found[1].replace(" ", "").split(",") if number)


def numbers_in(text: str) -> list[float]:
    return [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", text)]


@table("0", "x | e-x | 1 + e-x")
def sigmoids(rows: Rows) -> None:
    for x, power, below, value in rows[:3]:
        assert agrees(power, math.exp(-float(x)))
        assert agrees(below, 1 + math.exp(-float(x)))
        assert agrees(value, sigmoid(float(x)))
    with pytest.raises(OverflowError):
        math.exp(-float(rows[3][0]))
    assert float(rows[3][3].split()[-1]) == 0.0


def sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


@table("0", "result so far | next element")
def folding(rows: Rows) -> None:
    result = 0
    for before, element, after in rows:
        assert int(before) == result
        result = 10 * result + int(element)
        assert int(after) == result


@table("0", "point | score")
def points(rows: Rows) -> None:
    for point, score, probability, says in rows:
        x2 = numbers_in(point)[1]
        assert agrees(score, x2 - 0.3) and agrees(probability, sigmoid(x2 - 0.3))
        assert says == {0.5: "1", -0.2: "0"}.get(float(score), "on the line")


@table("1", "ε | both neighbours | one neighbour: ")
def slopes(rows: Rows) -> None:
    for step, both, one in rows:
        e = float(step)
        value = both.rpartition("=")[2].strip()
        assert agrees(value, ((1 + e) ** 3 - (1 - e) ** 3) / (2 * e))
        assert agrees(one, ((1 + e) ** 3 - 1) / e)


@table("1", "ε | both neighbours | one neighbour |")
def errors_of_slopes(rows: Rows) -> None:
    """Rounding may differ a little between computers: within a factor of 2."""
    f = math.exp
    for step, both, one in rows:
        e = 10.0 ** float(step.removeprefix("10"))
        assert 0.5 < float(both) / abs((f(1 + e) - f(1 - e)) / (2 * e) - f(1)) < 2
        assert 0.5 < float(one) / abs((f(1 + e) - f(1)) / e - f(1)) < 2
    least = min(rows, key=lambda row: float(row[1]))
    assert least[0] == "10-5" and agrees("0.000006", (2e-16) ** (1 / 3))


@table("1", "function | value | slopes there")
def derivatives(rows: Rows) -> None:
    s = sigmoid(2.0)
    known: dict[str, tuple[float, list[float]]] = {
        "Mul": (6, [3, 2]),
        "Inv": (0.5, [-0.25]),
        "Neg": (-2, [-1]),
        "Sigmoid": (s, [s * (1 - s)]),
        "ReLU": (2, [1]),
        "Exp": (math.exp(2), [math.exp(2)]),
        "LT": (1, [0, 0]),
        "EQ": (0, [0, 0]),
    }
    assert [row[0].split(",")[0] for row in rows] == list(known)
    for row, (value, steps) in zip(rows, known.values()):
        shown = re.findall(r"-?\d+(?:\.\d+)?", row[1])[-1]
        assert agrees(shown, value)
        for slope in steps:
            assert any(agrees(n, slope) for n in re.findall(r"-?\d+\.?\d*", row[2]))
            assert any(agrees(n, 10 * slope) for n in re.findall(r"-?\d+\.?\d*", row[3]))


@table("1", " | input 0 is 1 | input 1 is 2")
def units(rows: Rows) -> None:
    for _, first, second, bias, gives in rows:
        (one,), (two,) = numbers_in(first), numbers_in(second)
        assert agrees(gives.rpartition("= ")[2], 1 * one + 2 * two + float(bias))


@table("1", "x1 | label")
def folded(rows: Rows) -> None:
    for x1, label, u, v, score, says in rows:
        x = float(x1)
        assert label == says == str(int(x < 0.2 or x > 0.8))
        assert agrees(u, max(0.4 - x, 0.0)) and agrees(v, max(x - 0.6, 0.0))
        assert agrees(score, max(0.4 - x, 0.0) + max(x - 0.6, 0.0) - 0.2)


@table("1", "it gave the right label")
def losses(rows: Rows) -> None:
    header = find("1", "it gave the right label").header
    for probability, loss in zip(header[1:], rows[0][1:]):
        assert agrees(loss, -math.log(float(probability)))


@table("2", "index | strides | position")
def positions(rows: Rows) -> None:
    for index, strides, position in rows:
        at = sum(i * s for i, s in zip(tuple_in(index), tuple_in(strides), strict=True))
        assert at in numbers_in(position)


@table("2", "permute(2, 0, 1)")
def permuted(rows: Rows) -> None:
    for row, old in zip(rows, (2, 0, 1), strict=True):
        assert [int(cell) for cell in row[1:]] == [old, (2, 3, 4)[old], (12, 4, 1)[old]]


@table("2", "ordinal | 0 | 1")
def ordinals(rows: Rows) -> None:
    assert [tuple_in(cell) for cell in rows[0][1:]] == list(np.ndindex(2, 3))


@table("2", "dimension | size | to divide")
def divisions(rows: Rows) -> None:
    rest = 17
    for row in rows:
        dimension, size, divide, left, quotient = map(int, row)
        assert size == (2, 3, 4)[dimension] and divide == rest
        rest = divide // size
        assert (quotient, left) == divmod(divide, size)
    assert [int(row[3]) for row in rows[::-1]] == list(np.unravel_index(17, (2, 3, 4)))


@table("2", "shape1 | shape2")
def broadcasts(rows: Rows) -> None:
    for first, second, together in rows:
        try:
            expected = np.broadcast_shapes(tuple_in(first), tuple_in(second))
        except ValueError:
            assert together.startswith("none")
        else:
            assert tuple_in(together) == expected


@table("2", "index | in shape | small shape")
def meeting(rows: Rows) -> None:
    for index, big, small, there in rows:
        shape = tuple_in(small)
        ordinals = np.arange(math.prod(shape)).reshape(shape)
        met = np.broadcast_to(ordinals, tuple_in(big))[tuple_in(index)]
        assert tuple_in(there) == np.unravel_index(met, shape)


@table("2", "ordinal | index in out")
def zipped(rows: Rows) -> None:
    assert [int(row[0]) for row in rows] == list(range(6))
    for (i, j), row in zip(np.ndindex(2, 3), rows):
        assert [tuple_in(cell) for cell in row[1::2][:3]] == [(i, j), (i, 0), (j,)]
        assert [int(cell) for cell in row[2::2]] == [3 * i + j, i, j]
        assert row[7] == f"fn({10 * (i + 1)}, {j + 1})"


@table("2", "index in out | result so far")
def folded_rows(rows: Rows) -> None:
    a = np.arange(1, 7).reshape(2, 3)
    for number, (_, before, index, step) in enumerate(rows):
        result = int(before)
        assert number % 3 or result == 10
        assert tuple_in(index) == divmod(number, 3)
        result -= a[tuple_in(index)]
        assert step == f"{before} - {a[tuple_in(index)]} = {result}"
        assert number % 3 == 2 or rows[number + 1][1] == str(result)


@table("2", "function | value | backward gives")
def gradients(rows: Rows) -> None:
    a, b, d = np.array([1.0, 2.0]), np.array([3.0, 4.0]), np.array([10.0, 100.0])
    s = 1 / (1 + np.exp(-a))
    known = {
        "Add": ([a + b], [d, d]),
        "Mul": ([a * b], [b * d, a * d]),
        "Exp": ([np.exp(a)], [np.exp(a) * d]),
        "Sigmoid": ([s], [s * (1 - s) * d]),
    }
    for name, value, gives in rows[:4]:
        for cell, expected in zip((value, gives), known[name.split(",")[0]]):
            shown = re.findall(r"\[([^\]]*)\]", cell)
            for text, array in zip(shown, expected, strict=True):
                assert all(agrees(n, x) for n, x in zip(text.split(", "), array, strict=True))


@table("2", "the input's shape")
def expanded(rows: Rows) -> None:
    for shape, derivative, what in rows:
        have = tuple_in(derivative)
        want = (1,) * (len(have) - len(tuple_in(shape))) + tuple_in(shape)
        summed = [dim for dim in range(len(have)) if want[dim] < have[dim]]
        repeated = [dim for dim in range(len(have)) if want[dim] > have[dim]]
        assert ("sums" in what) == bool(summed) and ("repeats" in what) == bool(repeated)
        assert ("drops" in what) == (len(tuple_in(shape)) < len(have))
        named = [int(n) for n in re.findall(r"dimension (\d)", what)]
        assert named == summed + repeated or ("both" in what and summed == [0, 1])


@table("2", "old dimension | its size")
def way_back(rows: Rows) -> None:
    for old, size, place in rows:
        assert int(size) == (2, 3, 4)[int(old)] and (2, 0, 1)[int(place)] == int(old)


@table("2", "step | shape | in the picture")
def layer(rows: Rows) -> None:
    x, weights, bias = np.ones((2, 2)), np.ones((2, 3)), np.ones(3)
    viewed = x.reshape(2, 2, 1)
    products = viewed * weights
    summed = products.sum(1, keepdims=True)
    steps = [x, viewed, products, summed, summed.reshape(2, 3), summed.reshape(2, 3) + bias]
    assert [tuple_in(row[2]) for row in rows] == [step.shape for step in steps]


@table("3", "out | in | side by side?")
def side_by_side(rows: Rows) -> None:
    for out, into, says in rows:
        assert says.startswith("yes" if out == into else "no")


@table("3", "iteration | position in a")
def walked(rows: Rows) -> None:
    assert rows[0][1].startswith("3, ")
    assert [int(row[1]) for row in rows[1:4]] == [3 + i for i in range(3)]
    assert all(f"a[{row[1]}]" in row[2] for row in rows[1:4])


@table("3", " |  |  |  |")
def product(rows: Rows) -> None:
    result = np.array([[1, 2], [3, 4]]) @ np.array([[5, 6], [7, 8]])
    for row in rows:
        place = numbers_in(row[1])
        assert int(row[3]) == evaluate(row[2]) == result[int(place[0]), int(place[1])]


@table("3", " | in shared memory")
def tiled(rows: Rows) -> None:
    sums = np.cumsum([1 * 5 + 2 * 6, 3 * 7 + 4 * 8])
    assert [int(row[2].rpartition("= ")[2]) for row in rows] == list(sums)


@table("3", "rate | 1 | 0.3")
def noise_floors(rows: Rows) -> None:
    """The steps are taken 20,000 times side by side, until they have forgotten where they began."""
    rng = np.random.default_rng(1)
    for rate, shown in zip(find("3", "rate | 1 | 0.3").header[1:], rows[0][1:]):
        w = np.zeros(20_000)
        for _ in range(round(5 / float(rate))):
            w -= float(rate) * (w - rng.standard_normal(w.size))
        assert agrees(shown, float(rate) / (2 - float(rate)))
        assert abs(w.var() / float(shown) - 1) < 0.05


@table("4", "place i | below the window")
def convolved(rows: Rows) -> None:
    signal = np.array([1, 2, 3, 4, 0])
    for place, _, total, result in rows:
        i = int(place)
        assert int(result) == evaluate(total) == signal[i] + 10 * signal[i + 1]


@table("4", "place | forward")
def images(rows: Rows) -> None:
    image, window = np.pad([[1, 2], [3, 4]], 1), np.array([[1, 10], [100, 1000]])
    for place, forward, value, backward, reversed_value in rows:
        i, j = tuple_in(place)
        ahead = image[i + 1 : i + 3, j + 1 : j + 3]
        behind = image[i : i + 2, j : j + 2][::-1, ::-1]
        assert int(value) == evaluate(forward) == (ahead * window).sum()
        assert int(reversed_value) == evaluate(backward) == (behind * window).sum()


@table("4", " | shape | index of the 6")
def tiles(rows: Rows) -> None:
    image = np.arange(1, 9).reshape(2, 4)
    viewed = image.reshape(1, 2, 2, 2)
    moved = viewed.transpose(0, 2, 1, 3)
    for row, step in zip(rows, [image, viewed, moved, moved.reshape(1, 2, 4)], strict=True):
        assert tuple_in(row[1]) == step.shape
        assert tuple_in(row[2]) == tuple(int(at[0]) for at in np.nonzero(step == 6))


@table("4", "x | largest | argmax")
def largest(rows: Rows) -> None:
    for x, top, marks, d, gradient in rows:
        where = [float(n == max(numbers_in(x))) for n in numbers_in(x)]
        assert numbers_in(top) == [max(numbers_in(x))] and numbers_in(marks) == where
        assert numbers_in(gradient) == [numbers_in(d)[0] * one for one in where]


@table("4", " | in blocks of four |")
def shared_weights(rows: Rows) -> None:
    """With blocks of four: four weights meet seven numbers, from the first thread's place on."""
    cells = [numbers_in(row[1]) for row in rows]
    assert cells[0] == [4, 5, 6, 7] and cells[1] == [0, 1, 2, 3]
    assert cells[2] == [4, 4 + 3 + 3, 0, 4, 8, 1, 5, 9]
    assert cells[3] == [0, 2, 1, 3, 2, 4, 3, 5, *(6 + k for k in range(4))]
    assert cells[4] == [4, 7, 8, 14]


@pytest.mark.parametrize("module, header", CHECKS)
def test_tables_hold_what_their_rules_give(module: str, header: str) -> None:
    CHECKS[module, header](find(module, header).rows)


# Sentences


@needs_course
@pytest.mark.parametrize("module", MODULES)
def test_the_guide_says_what_exams_ask(module: str) -> None:
    about = find_module(COURSE, module)
    questions = Questions(COURSE, about)
    asked_for = [each for task in about.tasks for each in questions.of(task)]
    exams = [each for each in asked_for if isinstance(each, Exam)]
    paragraphs = guide(module).split("\n\n")
    (said,) = [" ".join(text.split()) for text in paragraphs if text.startswith("The examination")]
    asked = {exam.pass_at for exam in exams} | {exam.data.pass_at for exam in exams if exam.data}
    assert asked and all(f"{share:.0%}".replace("%", " %") in said for share in asked)


@pytest.mark.parametrize("module, task", [("3", "3.1"), ("3", "3.2"), ("4", "4.2")])
def test_the_guide_says_which_speed_is_needed(module: str, task: str) -> None:
    text = guide(module).split(f"\n## Task {task}")[1].split("\n## ")[0]
    (shown,) = [grid for grid in tables(text) if grid.header[1] == "needed"]
    settings = tomllib.loads((ROOT / f"module{module}/module.toml").read_text("utf-8"))
    needed = [entry["at_least"] for entry in settings["speed"] if entry["task"] == task]
    assert [float(row[1]) for row in shown.rows] == needed


@needs_course
def test_the_guide_counts_the_planted_bugs() -> None:
    mutants = load_mutants(COURSE, find_task(COURSE, "0.2"))
    assert len(mutants) == 15 and "They run on fifteen libraries with one bug" in guide("0")


@needs_course
def test_a_line_that_is_too_low_is_drawn_as_shown(tmp_path: Path) -> None:
    solve("module0", tmp_path)
    ask = (
        "import minitorch; from run_manual import *; minitorch.seed(0); graph = minitorch.diag(200)"
    )
    draw = "print(draw(Linear(Weights(w1=-1.0, w2=-1.0, bias=0.35)), graph))"
    paths = "import sys; sys.path[:0] = ['project', '.']"
    printed = run_python(["-c", f"{paths}; {ask}; {draw}"], tmp_path / "module0")
    assert printed in code("0", "o label 1   x label 0")


def test_four_units_fold_xor_as_the_guide_says() -> None:
    s, t = np.random.default_rng(1).random((2, 1000)) - 0.5
    score = np.abs(s - t) - np.abs(s + t)  # relu(z) + relu(-z) is |z|
    assert ((score > 0) == ((s < 0) != (t < 0))).all()
    assert "relu(s − t) + relu(t − s) − relu(s + t) − relu(−s − t)" in guide("1")


@needs_course
def test_weights_start_and_one_score_compares_as_the_guide_says(tmp_path: Path) -> None:
    """He's weights have a variance of 2 / n; with a second score of 0, the functions of several are those of one."""
    solve("module4", tmp_path)
    ask = """
import sys; sys.path[:0] = ["project", "."]
import layers, minitorch, numpy as np
from minitorch import argmax, max, softmax, tensor
minitorch.seed(1)
drawn = layers.weights(100, 100, inputs=50).value.to_numpy()
assert abs(drawn.var() / (2 / 50) - 1) < 0.05 and abs(drawn).max() < (6 / 50) ** 0.5
x = tensor([[-2.0], [0.5], [3.0]])
both = tensor([[-2.0, 0.0], [0.5, 0.0], [3.0, 0.0]])
assert (max(both, 1).to_numpy() == x.relu().to_numpy()).all()
assert (argmax(both, 1).to_numpy()[:, :1] == (x > 0).to_numpy()).all()
assert np.allclose(softmax(both, 1).to_numpy()[:, :1], x.sigmoid().to_numpy())
tie = tensor([[5.0, 1.0, 5.0]], requires_grad=True)
max(tie, 1).backward()
assert tie.grad.to_numpy().tolist() == [[1.0, 0.0, 1.0]]
"""
    assert run_python(["-c", ask], tmp_path / "module4") == ""
