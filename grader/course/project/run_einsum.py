"""Task 2.7: equations as loops, everyday operations as equations, and what the order of products costs.

python project/run_einsum.py --predict
"""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it runs from any folder

import numpy as np  # noqa: E402  (all of these need the line above)

import minitorch  # noqa: E402
from minitorch import EinsumError, Tensor, einsum, rand  # noqa: E402
from project.charts import Chart  # noqa: E402
from project.experiment import Findings, Question, run  # noqa: E402
from project.watching import count  # noqa: E402

SIZES = {"b": 4, "i": 2, "j": 3, "k": 5, "q": 2, "d": 3}  # of the letters, where any will do
COLOURS = "tab:blue tab:orange tab:green tab:red tab:purple tab:brown".split()

DERIVATIVE = Question(
    "the derivative by a",
    "Of a and b, einsum('ik,kj->ij', a, b) is the product. g is the derivative by the result.\n"
    "Which equation gives the derivative by a?",
    ("einsum('ij,kj->ik', g, b)", "einsum('ij,jk->ik', g, b)", "einsum('ij,ik->kj', g, b)"),
)
RULE = Question(
    "the sum of each row",
    "Which of the three rules does ij->i break?",
    ("rule 2", "rule 3", "none"),
)
CELLS = Question(
    "the largest table",
    "Three matrices of 10 x 10, multiplied in one equation: ij,jk,kl->il.\n"
    "How many numbers has the largest table on the way?",
)

EVERYDAY: Mapping[str, str] = {
    "ij->ji": "rows and columns swapped",
    "ii->i": "the diagonal",
    "ii->": "the trace: the sum of the diagonal",
    "i,i->": "the product of two vectors",
    "i,j->ij": "all products of two vectors",
    "i,ij->ij": "each row times a number of its own",
    "ij,ij->": "all products of two matrices, summed",
    "ij,j->i": "a matrix times a vector",
    "ik,kj->ij": "a matrix times a matrix",
    "ik,jk->ij": "a matrix times a matrix that lies on its side",
    "bik,bkj->bij": "matrix products, one for each b",
    "bqd,bkd->bqk": "how well each query q fits each key k: attention",
    "bi,ij,bj->b": "two vectors with a matrix between them, for each b",
    "ij->": "the sum of everything",
    "ij->i": "the sum of each row",
    "ij->j": "the sum of each column",
}
DRAWN = ("ik,kj->ij", "bi,ij->bj", "bqd,bkd->bqk")
PLANS: Mapping[str, Callable[..., Tensor]] = {
    "all at once": lambda a, b, c: einsum("ij,jk,kl->il", a, b, c),
    "two at a time": lambda a, b, c: einsum("ik,kl->il", einsum("ij,jk->ik", a, b), c),
}
WITH_A_VECTOR: Mapping[str, Callable[..., Tensor]] = {
    "(a b) v": lambda a, b, v: einsum("ij,j->i", einsum("ij,jk->ik", a, b), v),
    "a (b v)": lambda a, b, v: einsum("ij,j->i", a, einsum("ij,j->i", b, v)),
}


@dataclass(frozen=True)
class Boxes:
    """Equations, drawn: the loops that they mean, or boxes with letters on their sides.

    Attributes:
        equations: Their texts.
    """

    equations: Sequence[str]

    def text(self) -> str:
        """Write the loops of each equation."""
        return "\n\n".join(["The loops that an equation means:", *map(loops, self.equations)])

    def draw(self, axes: Any) -> None:
        """Draw it into matplotlib's axes: a box for each operand, and behind the arrow for the result."""
        axes.set(title="A letter has the same size on every side", xlim=(0, 9), ylim=(0, 3))
        axes.axis("off")
        for row, equation in enumerate(reversed(self.equations)):
            *inputs, output = equation.replace("->", ",").split(",")
            colour = dict(zip(dict.fromkeys("".join(inputs)), COLOURS))
            for column, letters in enumerate([*inputs, output]):
                _box(axes, 3 * column + 0.8, row + 0.2, letters, colour)
                if column == len(inputs):
                    axes.text(3 * column + 0.1, row + 0.45, "→", fontsize=16)
            axes.text(0, row + 0.9, equation, family="monospace")


def loops(equation: str) -> str:
    """Write an equation as the loops that it means."""
    parsed = import_module("minitorch.einsum").parse(equation)
    product = " * ".join(_element(name, at) for name, at in zip("xyzuvw", parsed.inputs))
    outer, inner = _nested(parsed.output, 0), _nested(parsed.summed, len(parsed.output))
    deep = len(parsed.output + parsed.summed)
    last = "    " * deep + f"{_element('out', parsed.output)} += {product}"
    return "\n".join([f"  {line}" for line in (equation, *outer, *inner, last)])


def _nested(letters: str, depth: int) -> list[str]:
    return ["    " * n + f"for {letter} in …:" for n, letter in enumerate(letters, depth)]


def _element(name: str, letters: str) -> str:
    return f"{name}[{', '.join(letters)}]" if letters else name


def _box(axes: Any, x: float, y: float, letters: str, colour: Mapping[str, str]) -> None:
    """Draw a box of up to three dimensions, a letter on each of its sides: behind, left and top."""
    *behind, left, top = letters.rjust(3)
    for shift in (0.12, 0.0) if behind != [" "] else (0.0,):
        axes.add_patch(_rectangle((x + shift, y + shift), 1.3, 0.5))
    for letter, place in zip((*behind, left, top), ((1.55, 0.5), (-0.27, 0.2), (0.6, 0.53))):
        if letter != " ":
            at = (x + place[0], y + place[1])
            axes.text(*at, letter, color=colour[letter], fontsize=13, weight="bold")


def _rectangle(corner: tuple[float, float], width: float, height: float) -> Any:
    patches = import_module("matplotlib.patches")
    return patches.Rectangle(corner, width, height, facecolor="white", edgecolor="black")


def experiment(options: argparse.Namespace) -> Findings:
    """Read equations, differentiate one, and count what plans cost."""
    sides = [2**n for n in range(1, max(2, options.largest).bit_length())]
    three = {side: counts(PLANS, (side, side), (side, side), (side, side)) for side in sides}
    vector = {side: counts(WITH_A_VECTOR, (side, side), (side, side), (side,)) for side in sides}
    text = [
        everyday(),
        table("Three matrices", "ij,jk,kl->il", three),
        table("Two matrices and a vector", "ij,jk,k->i", vector),
    ]
    (at_once,) = counts({"": PLANS["all at once"]}, *[(10, 10)] * 3).values()
    answers = {
        DERIVATIVE.about: right_derivative(),
        RULE.about: broken("ij->i"),
        CELLS.about: str(max(at_once)),
    }
    chart = Chart(
        "What a plan multiplies",
        "side of the matrices",
        "products",
        {
            name: [(float(side), float(sum(each[plan]))) for side, each in found.items()]
            for name, plan, found in (
                ("three at once", "all at once", three),
                ("two at a time", "two at a time", three),
                ("a (b v)", "a (b v)", vector),
            )
        },
        log_x=True,
        log_y=True,
    )
    return Findings("\n\n".join(text), answers, [Boxes(DRAWN), chart])


def everyday() -> str:
    """Evaluate equations, and say what each is, which rule it breaks, and how far it is from NumPy's result."""
    lines = ["  equation        breaks    distance to NumPy's   what it is"]
    for equation, what in EVERYDAY.items():
        left, _, _ = equation.partition("->")
        operands = [rand(tuple(SIZES[x] for x in part)) for part in left.split(",")]
        got = einsum(equation, *operands, strict=False).to_numpy()
        wanted = np.einsum(equation, *(t.to_numpy() for t in operands))
        rule = broken(equation)
        distance = float(abs(got - wanted).max())
        lines.append(f"  {equation:16}{rule:10}{distance:19.0e}   {what}")
    return "\n".join(lines)


def broken(equation: str) -> str:
    """Say which rule of the strict notation an equation breaks."""
    file = import_module("minitorch.einsum")
    parsed = file.parse(equation)
    try:
        file.check(parsed, [tuple(SIZES[x] for x in part) for part in parsed.inputs])
    except EinsumError as error:
        return str(error)[: len("rule 2")]
    return "none"


def right_derivative() -> str:
    """Find the equation among the choices that gives what autodiff finds."""
    a, b, g = rand((3, 3), requires_grad=True), rand((3, 3)), rand((3, 3))
    einsum("ik,kj->ij", a, b).backward(g)
    fits = [
        choice
        for choice in DERIVATIVE.choices
        if np.allclose(einsum(choice.split("'")[1], g, b).to_numpy(), a.grad.to_numpy())
    ]
    return " or ".join(fits)


def counts(
    plans: Mapping[str, Callable[..., Tensor]], *shapes: tuple[int, ...]
) -> dict[str, list[int]]:
    """Count what plans multiply.

    Args:
        plans: Functions of tensors, by name.
        *shapes: The shapes of these tensors.

    Returns:
        For each plan the size of every table of products, one after the other.
    """
    found: dict[str, list[int]] = {}
    for name, plan in plans.items():
        sizes = found[name] = []
        backend = counting(sizes)
        plan(*(rand(shape, backend=backend) for shape in shapes))
    return found


def counting(sizes: list[int]) -> Any:
    """Make a backend that notes how large the tables are that it multiplies into."""
    backend = minitorch.TensorBackend(minitorch.SimpleOps)
    multiply = backend.mul_zip

    def counted(a: Tensor, b: Tensor) -> Tensor:
        result = multiply(a, b)
        sizes.append(len(result.storage()))
        return result

    backend.mul_zip = counted
    return backend


def table(what: str, equation: str, found: Mapping[int, Mapping[str, list[int]]]) -> str:
    """Write what plans cost, a line for each size."""
    names = list(next(iter(found.values())))
    lines = [
        f"{what}, {equation}: how many products each plan takes, and the largest table in memory",
        "  side" + "".join(f"{name:>20}{'largest':>10}" for name in names),
    ]
    for side, plans in found.items():
        cells = "".join(f"{sum(plans[name]):20,}{max(plans[name]):10,}" for name in names)
        lines.append(f"  {side:4}{cells}")
    return "\n".join(lines)


if __name__ == "__main__":
    run(
        "2.7",
        "Read equations, and count what they cost. Matrices twice as large take 16 times as long.",
        (DERIVATIVE, RULE, CELLS),
        experiment,
        largest={
            "type": count,
            "default": 16,
            "help": "how large the matrices become: 2, 4, 8, … rows",
        },
    )
