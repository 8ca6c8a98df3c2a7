"""The experiment of Task 1.7: what a Jacobian costs from either end, counted in steps, and in which order to multiply.

python project/run_jacobian.py --predict
python project/run_jacobian.py --plot jacobian.png
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it runs from any folder

from minitorch.jacobian import Table, compose, jacobian, jacobian_forward  # noqa: E402
from minitorch.scalar import Scalar  # noqa: E402
from minitorch.seeding import generator  # noqa: E402
from project.charts import Chart  # noqa: E402
from project.experiment import Findings, Picture, Question, run  # noqa: E402
from project.watching import count  # noqa: E402

CELLS = 64  # of each table: n inputs and m results, n · m = 64
ROUNDS = 100  # of three operations each, between inputs and results
UNITS = 8  # in each layer of the network
SIZE = 64  # of the tables that are multiplied
ENOUGH = 1e-9  # by which the two ways may differ

SIZES = " · ".join([f"1 x {SIZE}", *[f"{SIZE} x {SIZE}"] * 3])

QUESTIONS = [
    Question(
        "cheaper by walking back",
        f"A table of {CELLS} cells: n inputs are weighed into one number, that goes through {ROUNDS} rounds of three\n"
        f"operations, and {CELLS} / n results are made of it. For which n does walking back (a row at a time)\n"
        "take fewer steps than running forwards (a column at a time)?",
        ("all n", "n > 8", "n < 8", "no n"),
    ),
    Question(
        "a loss of 105 weights",
        "The loss of a network with 105 weights. How many times as many steps as walking back\n"
        "do all its slopes take by running forwards?",
    ),
    Question(
        "order of the product",
        f"The tables of a loss and the three layers before it; the function called last stands first:\n{SIZES}.\n"
        "How many times as many multiplications does their product take from the first layer on\n"
        "as from the loss on?",
    ),
]


@dataclass
class Counter:
    """Arithmetic that counts its steps, on Scalars and Duals alike."""

    steps: int = 0

    def add(self, a: Any, b: Any) -> Any:
        """Add."""
        self.steps += 1
        return a + b

    def mul(self, a: Any, b: Any) -> Any:
        """Multiply."""
        self.steps += 1
        return a * b

    def squash(self, a: Any) -> Any:
        """Squash into the range from 0 to 1."""
        self.steps += 1
        return a.sigmoid()

    def weigh(self, weights: Sequence[Any], inputs: Sequence[Any]) -> Any:
        """Compute a weighted sum."""
        return reduce(self.add, [self.mul(w, x) for w, x in zip(weights, inputs)])


@dataclass(frozen=True)
class Cost:
    """What the Jacobian of a function of n inputs and m results takes.

    Attributes:
        n: How many inputs.
        m: How many results.
        run: Steps of one run of the function.
        back: Steps of the recorded run and of all walks back from the results.
        forth: Steps of all runs on Duals.
    """

    n: int
    m: int
    run: int
    back: int
    forth: int


@contextmanager
def counted_walks() -> Iterator[Counter]:
    """Count the steps of walks: how often a chain rule is asked."""
    counter, chain_rule = Counter(), Scalar.chain_rule

    def counting(scalar: Scalar, d_output: Any) -> Any:
        counter.steps += 1
        return chain_rule(scalar, d_output)

    Scalar.chain_rule = counting  # type: ignore[method-assign]
    try:
        yield counter
    finally:
        Scalar.chain_rule = chain_rule  # type: ignore[method-assign]


def cost(make: Callable[[Counter], Callable[..., list[Any]]], at: Sequence[float]) -> Cost:
    """Compute a Jacobian from both ends, and count the steps.

    Args:
        make: Makes the function, with the counter to calculate with.
        at: The point.

    Returns:
        The counts.

    Raises:
        ValueError: The two tables differ.
    """
    recorded, forwards = Counter(), Counter()
    with counted_walks() as walks:
        table = jacobian(make(recorded), at)
    other = jacobian_forward(make(forwards), at)
    differences = [abs(a - b) for row, line in zip(table, other) for a, b in zip(row, line)]
    if max(differences) > ENOUGH:
        raise ValueError(f"the two Jacobians differ by {max(differences)}: see Task 1.7")
    back = recorded.steps + walks.steps
    return Cost(len(at), len(table), forwards.steps // len(at), back, forwards.steps)


def funnel(n: int, m: int) -> Cost:
    """Count for a function that weighs n inputs into one number, takes it through many rounds, and makes m of it."""
    entering, leaving = drawn(n), drawn(m)

    def make(count: Counter) -> Callable[..., list[Any]]:
        def f(*inputs: Any) -> list[Any]:
            x = count.weigh(entering, inputs)
            for _ in range(ROUNDS):
                x = count.squash(count.mul(3.0, count.add(x, -0.5)))
            return [count.mul(w, x) for w in leaving]

        return f

    return cost(make, drawn(n))


def network(hidden: int) -> Cost:
    """Count for the loss of a network by all its weights: 2 inputs, two layers of units, one output."""
    sizes = [(2, hidden), (hidden, hidden), (hidden, 1)]

    def make(count: Counter) -> Callable[..., list[Any]]:
        def loss(*weights: Any) -> list[Any]:
            left, values = iter(weights), [0.3, 0.8]
            for ins, outs in sizes:
                rows = [[next(left) for _ in range(ins)] for _ in range(outs)]
                values = [
                    count.squash(count.add(count.weigh(row, values), next(left))) for row in rows
                ]
            return [count.mul(values[0], values[0])]

        return loss

    return cost(make, drawn(sum((ins + 1) * outs for ins, outs in sizes)))


def drawn(size: int) -> list[float]:
    """Draw numbers from -1 to 1."""
    return [generator.uniform(-1.0, 1.0) for _ in range(size)]


def product(tables: Sequence[Table]) -> tuple[Table, int]:
    """Multiply tables, the first two first, and count the multiplications."""
    result, count = tables[0], 0
    for table in tables[1:]:
        count += len(result) * len(table) * len(table[0])
        result = compose(result, table)
    return result, count


def product_backwards(tables: Sequence[Table]) -> tuple[Table, int]:
    """Multiply tables, the last two first, and count the multiplications."""
    result, count = tables[-1], 0
    for table in reversed(tables[:-1]):
        count += len(table) * len(result) * len(result[0])
        result = compose(table, result)
    return result, count


@dataclass(frozen=True)
class Filling:
    """Which walk, and which run, fills each cell of a table."""

    m: int
    n: int
    title: str = "A cell holds the number of the walk (left) or run (right) that fills it"

    @property
    def sizes(self) -> str:
        """Say how large the table is."""
        return f"{self.n} inputs, {self.m} results"

    def text(self) -> str:
        """Draw it in characters."""
        names = "a walk fills a row", "a run fills a column"
        wide = max(2 * self.n, len(names[0])) + 4
        rows = [
            " ".join(str(j + 1) for _ in range(self.n)).ljust(wide)
            + " ".join(str(k + 1) for k in range(self.n))
            for j in range(self.m)
        ]
        head = f"{names[0]:{wide}}{names[1]}"
        return "\n".join([f"{self.title} ({self.sizes})", head, *rows])

    def draw(self, axes: Any) -> None:
        """Draw it into matplotlib's axes: each walk, and each run, in a colour of its own."""
        m, n, gap = self.m, self.n, float("nan")
        colours = [[*[j] * n, gap, *range(m, m + n)] for j in range(m)]
        axes.imshow(colours, cmap="tab10", alpha=0.6)
        for j in range(m):
            for k in range(n):
                axes.text(k, j, str(j + 1), ha="center", va="center")
                axes.text(n + 1 + k, j, str(k + 1), ha="center", va="center")
        inputs = [f"input {k}" for k in range(n)]
        axes.set_xticks([*range(n), *range(n + 1, 2 * n + 1)], inputs * 2, rotation=90)
        axes.set_yticks(range(m), [f"result {j}" for j in range(m)])
        axes.set_title(f"{self.title}\n({self.sizes})", fontsize="medium")


def experiment(options: argparse.Namespace) -> Findings:
    """Count the steps for tables of all forms, for a network, and for a product in both orders."""
    costs = [funnel(n, CELLS // n) for n in (1, 2, 4, 8, 16, 32, 64)]
    net = network(UNITS)
    nets = [net, *([network(options.hidden)] if options.hidden else [])]
    tables = [[drawn(SIZE)], *([drawn(SIZE) for _ in range(SIZE)] for _ in range(3))]
    (one, from_the_loss), (other, from_the_layer) = product(tables), product_backwards(tables)
    apart = max(abs(a - b) for a, b in zip(one[0], other[0]))
    text = "\n".join(
        [
            "Steps for a whole Jacobian: operations of the function, and chain rules of walks.",
            "",
            " inputs  results   one run    walking back    running forwards",
            *(in_columns(c) for c in costs),
            *(f"{in_columns(c)}   the loss of a network" for c in nets),
            "",
            f"The product {SIZES}, in multiplications:",
            f"   from the loss on             {from_the_loss:9,}",
            f"   from the first layer on      {from_the_layer:9,}",
            f"   the products differ by       {apart:9.0e}",
        ]
    )
    answers = {
        QUESTIONS[0].about: in_words(costs),
        QUESTIONS[1].about: f"{net.forth / net.back:.4g}",
        QUESTIONS[2].about: f"{from_the_layer / from_the_loss:.4g}",
    }
    chart = Chart(
        f"What a table of {CELLS} cells costs",
        f"n inputs, and {CELLS} / n results",
        "steps",
        {
            "walking back": [(c.n, c.back) for c in costs],
            "running forwards": [(c.n, c.forth) for c in costs],
        },
        log_x=True,
        log_y=True,
    )
    pictures: list[Picture] = [Filling(3, 5), chart]
    return Findings(text, answers, pictures)


def in_columns(cost: Cost) -> str:
    """Write a row of the table of costs."""
    return f"{cost.n:7} {cost.m:8} {cost.run:9} {cost.back:15,} {cost.forth:19,}"


def in_words(costs: Sequence[Cost]) -> str:
    """Say from which number of inputs on walking back takes fewer steps."""
    dearer = [c.n for c in costs if c.back >= c.forth]
    return f"n > {max(dearer)}" if 0 < len(dearer) < len(costs) else "no n" if dearer else "all n"


if __name__ == "__main__":
    run(
        "1.7",
        "Count what a Jacobian costs from either end.",
        QUESTIONS,
        experiment,
        hidden={
            "type": count,
            "metavar": "UNITS",
            "help": f"count for a second network, of so many units in each layer, not {UNITS}; 32 take a while",
        },
    )
