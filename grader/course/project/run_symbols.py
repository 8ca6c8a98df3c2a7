"""The experiment of Task 1.8: how far off differences are, how long formulas grow, and what three ways to a slope say.

python project/run_symbols.py --predict
python project/run_symbols.py --plot symbols.png

Without SymPy it shows the errors of differences only.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it runs from any folder

from minitorch.autodiff import central_difference, topological_sort  # noqa: E402
from minitorch.scalar import Scalar  # noqa: E402
from project.charts import Chart  # noqa: E402
from project.experiment import Findings, Picture, Question, run  # noqa: E402
from project.symbols import three_ways, to_sympy  # noqa: E402
from project.watching import count  # noqa: E402

STEPS = [10.0 ** -(quarter / 4) for quarter in range(4, 57)]  # from 0.1 to 1e-14
NO_SYMPY = """\
Formulas, and what they say of slopes, take SymPy, which is not installed here. To install it:
python -m pip install sympy"""
FUNCTIONS: dict[str, tuple[Callable[..., Any], list[float]]] = {
    "x * y": (lambda x, y: x * y, [3.0, 5.0]),
    "x.sigmoid()": (lambda x: x.sigmoid(), [0.5]),
    "x.log()": (lambda x: x.log(), [0.001]),
    "x.exp() / y": (lambda x, y: x.exp() / y, [10.0, 0.01]),
}

QUESTIONS = [
    Question(
        "best step",
        "The slope of e^x at 1, by both neighbours at a distance of ε. Which ε comes nearest?",
        ("1e-2", "1e-5", "1e-8", "1e-14"),
    ),
]
OF_FORMULAS = [
    Question(
        "operations of the slope's formula",
        "l becomes 4 · l · (1 - l), six times in a row. How many operations has the formula of the slope,\n"
        "as the rules of school give it?",
    ),
    Question("steps of a walk", "And how many steps does a walk back take, for the same slope?"),
]


@dataclass(frozen=True)
class Size:
    """How much there is to do for the slope of a function that is applied to its own result again and again.

    Attributes:
        times: How often.
        formula: Operations in the formula of the value.
        slope: Operations in the formula of its slope, as it comes out, not simplified.
        walk: Steps of the graph: each is one chain rule of a walk back.
    """

    times: int
    formula: int
    slope: int
    walk: int


def errors(step: float) -> tuple[float, float]:
    """Compute how far off the slope of e^x at 1 is, by both neighbours, and by one."""
    both = central_difference(math.exp, 1.0, epsilon=step)
    one = (math.exp(1.0 + step) - math.exp(1.0)) / step
    return abs(both - math.e), abs(one - math.e)


def swell(times: int, sympy: Any) -> list[Size]:
    """Apply the logistic map to its own result again and again, and measure the formula of its slope."""
    leaf = Scalar(0.3)
    result, symbol, sizes = leaf, sympy.Symbol("l"), []
    for applied in range(1, times + 1):
        result = 4.0 * result * (1.0 - result)
        formula = to_sympy(result, {leaf.unique_id: "l"}, sympy)
        operations = [int(sympy.count_ops(each)) for each in (formula, formula.diff(symbol))]
        steps = sum(not scalar.is_leaf() for scalar in topological_sort(result))
        sizes.append(Size(applied, *operations, steps))
    return sizes


def opinions(sympy: Any) -> list[str]:
    """Write what three ways say about the slopes of some functions."""
    lines = [
        "Slopes, three ways:",
        "",
        f"{'':18}{'difference':>22}{'backward':>22}{'symbolic':>22}{'apart, of it':>14}",
    ]
    for text, (f, at) in FUNCTIONS.items():
        for number, said in enumerate(three_ways(f, at, sympy)):
            what = f"{text} by {'xy'[number]}"
            values = "".join(f"{value:22.15g}" for value in said)
            lines.append(f"{what:18}{values}{said.apart / abs(said.backward):14.0e}")
    return lines


def error_chart() -> Chart:
    """Draw the errors of differences against the step."""
    both, one = zip(*(errors(step) for step in STEPS))
    return Chart(
        "Error of the slope of e^x at 1",
        "ε",
        "error",
        {
            "both neighbours": sorted(zip(STEPS, both)),
            "one neighbour": sorted(zip(STEPS, one)),
        },
        log_x=True,
        log_y=True,
    )


def size_chart(sizes: Sequence[Size]) -> Chart:
    """Draw how the formula grows, and how the graph does."""
    return Chart(
        "The slope of 4l(1 - l), applied to itself",
        "times",
        "operations",
        {
            "of the slope's formula": [(size.times, size.slope) for size in sizes],
            "of a walk back": [(size.times, size.walk) for size in sizes],
        },
        log_y=True,
    )


def experiment(options: argparse.Namespace) -> Findings:
    """Measure errors, and with SymPy also formulas."""
    lines = ["Error of the slope of e^x at 1:", "", "        ε   both neighbours   one neighbour"]
    for exponent in range(1, 15):
        both, one = errors(10.0**-exponent)
        lines.append(f"{10.0**-exponent:9.0e}{both:18.1e}{one:16.1e}")
    exponents = {step: errors(float(step))[0] for step in QUESTIONS[0].choices}
    answers = {"best step": min(exponents, key=lambda step: exponents[step])}
    pictures: list[Picture] = [error_chart()]
    if not find_spec("sympy"):
        return Findings("\n".join(lines), answers, pictures)
    sympy = import_module("sympy")
    sizes = swell(options.times, sympy)
    lines += ["", *opinions(sympy), "", "4 · l · (1 - l), applied to its own result:", ""]
    lines.append("  times   formula   its slope   walk back   (operations; not simplified)")
    lines += [f"{s.times:7}{s.formula:10,}{s.slope:12,}{s.walk:12}" for s in sizes]
    found = {size.times: size for size in sizes}
    if 6 in found:
        answers[OF_FORMULAS[0].about] = str(found[6].slope)
        answers[OF_FORMULAS[1].about] = str(found[6].walk)
    return Findings("\n".join(lines), answers, [*pictures, size_chart(sizes)])


if __name__ == "__main__":
    run(
        "1.8",
        "Hold three ways to a slope against each other.",
        QUESTIONS + (OF_FORMULAS if find_spec("sympy") else []),
        experiment,
        times={
            "type": count,
            "default": 8,
            "help": "how often the map is applied to its own result; each time more takes twice as long",
        },
    )
    if not find_spec("sympy"):
        print(f"\n{NO_SYMPY}")
