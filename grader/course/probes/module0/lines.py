"""Task 0.5: lines. The exam's points are spread evenly: the best line for Split is right about 80 % of the time.

Nothing is learned here: students set a line for each public rule by hand, and it is these lines that are asked.
"""

from collections.abc import Callable
from importlib import import_module
from types import ModuleType

from numpy.random import Generator

from grader.running.probes import Predict, Questions, Training, exam, probe

from ..points import Rule, examine


@probe("0.5", cases=3)
def how_sure_a_line_is(minitorch: ModuleType, rng: Generator) -> dict[str, float]:
    """Ask lines of any slope about points on both sides of them, before and after their parameters change."""
    script = import_module("project.run_manual")
    answers: dict[str, float] = {}
    for _ in range(10):
        w1, w2, bias, x1, x2 = (round(float(number), 2) for number in rng.uniform(-5, 5, 5))
        model = script.Linear(script.Weights(w1, w2, bias))
        asked = f"Linear(Weights({w1}, {w2}, {bias})).forward(({x1}, {x2}))"
        answers[asked] = model.forward((x1, x2))
        model.bias.update(bias + 1.0)
        answers[f"{asked} after bias.update({bias + 1.0})"] = model.forward((x1, x2))
    return answers


@probe("0.5", cases=1)
def lines_by_turns(minitorch: ModuleType, rng: Generator) -> dict[str, list[bool]]:
    """Ask each line, one after the other and then once more, about points that every good line puts on one side."""
    script = import_module("project.run_manual")
    sides = {
        "Simple": (((0.0, 0.4), (0.0, 1.0)), ((0.6, 1.0), (0.0, 1.0))),
        "Diag": (((0.0, 0.1), (0.0, 0.1)), ((0.5, 1.0), (0.5, 1.0))),
        "Split": (((0.4, 0.6), (0.0, 1.0)),),
    }
    answers: dict[str, list[bool]] = {}
    for turn, dataset in enumerate((*sides, *sides), start=1):
        points = [tuple(rng.uniform(*reach) for reach in side) for side in 5 * sides[dataset]]
        model = script.Linear(script.weights(dataset))
        asked = ", ".join(f"({x1:.2f}, {x2:.2f})" for x1, x2 in points)
        answers[f"the side of {asked} by weights({dataset!r}), asked as number {turn}"] = [
            bool(model.forward(point) > 0.5) for point in points
        ]
    return answers


def about(rule: Rule) -> Questions:
    """Ask about a rule; there is nothing to learn."""
    return lambda rng: ({}, *examine(rng, rule))


@exam("0.5", pass_at=0.97, questions=about(lambda x1, x2: x1 < 0.5))
def simple_line(load: Callable[[str], ModuleType], rng: Generator, training: Training) -> Predict:
    """Classify by the line for Simple."""
    return classifier(load, "Simple")


@exam("0.5", pass_at=0.97, questions=about(lambda x1, x2: x1 + x2 < 0.5))
def diag_line(load: Callable[[str], ModuleType], rng: Generator, training: Training) -> Predict:
    """Classify by the line for Diag."""
    return classifier(load, "Diag")


@exam("0.5", pass_at=0.75, questions=about(lambda x1, x2: abs(x1 - 0.5) > 0.3))
def split_line(load: Callable[[str], ModuleType], rng: Generator, training: Training) -> Predict:
    """Classify by the line for Split."""
    return classifier(load, "Split")


def classifier(load: Callable[[str], ModuleType], dataset: str) -> Predict:
    """Set up a student's line, and answer 1 for each point on its side of label 1."""
    script = load("project/run_manual.py")
    model = script.Linear(script.weights(dataset))
    return lambda points: [int(model.forward((x1, x2)) > 0.5) for x1, x2 in points]
