"""Task 0.5: a line, set by hand, that splits the plane in two. Run it to see the line drawn among the points.

python project/run_manual.py --dataset Simple
"""

import argparse
import sys
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it runs from any folder

import minitorch  # noqa: E402  (needs the line above)

DATASETS = ("Simple", "Diag", "Split")
WIDTH, HEIGHT = 61, 25  # of the drawing, in characters


class Weights(NamedTuple):
    """The three numbers of a line: a point (x1, x2) scores ``w1 * x1 + w2 * x2 + bias``."""

    w1: float
    w2: float
    bias: float


def weights(dataset: str) -> Weights:
    """Choose the line for a dataset: points that score above 0 are meant to be those with label 1.

    Args:
        dataset: "Simple", "Diag" or "Split".

    Returns:
        Weights that are right about every point of Simple and Diag, and about as many points of Split as a line can be.
    """
    # TODO: Task 0.5
    raise NotImplementedError("Task 0.5: implement weights in project/run_manual.py")


class Linear(minitorch.Module):
    """A linear classifier: how sure it is that a point has label 1.

    Args:
        start: The weights to begin with.

    Attributes:
        w1: Parameter, what the first coordinate counts.
        w2: Parameter, what the second coordinate counts.
        bias: Parameter, what every point scores to begin with.
    """

    def __init__(self, start: Weights) -> None:
        super().__init__()
        self.w1 = minitorch.Parameter(start.w1)
        self.w2 = minitorch.Parameter(start.w2)
        self.bias = minitorch.Parameter(start.bias)

    def forward(self, x: tuple[float, float]) -> float:
        """Score a point, and squash the score with ``sigmoid`` into a probability.

        Args:
            x: The point, (x1, x2).

        Returns:
            The probability of label 1: above 0.5 on one side of the line, below it on the other.
        """
        # TODO: Task 0.5
        raise NotImplementedError("Task 0.5: implement Linear.forward in project/run_manual.py")


def label(model: Linear, x: tuple[float, float]) -> int:
    """Decide: 1 where the model finds label 1 more likely than not, else 0."""
    return int(model.forward(x) > 0.5)


def accuracy(model: Linear, graph: minitorch.Graph) -> float:
    """Measure the share of points on which the model is right, 0 to 1."""
    right = [label(model, x) == y for x, y in zip(graph.X, graph.y)]
    return right.count(True) / graph.N


def draw(model: Linear, graph: minitorch.Graph) -> str:
    """Draw the unit square: ``o`` and ``x`` are points with label 1 and 0, ``!`` wrong ones, ``.`` the line."""
    cells = [[" "] * WIDTH for _ in range(HEIGHT)]
    for row in range(HEIGHT):
        for column in range(WIDTH):
            here, right, below = (
                label(model, _place(row + down, column + along))
                for down, along in ((0, 0), (0, 1), (1, 0))
            )
            if here != right or here != below:
                cells[row][column] = "."
    for (x1, x2), y in zip(graph.X, graph.y):
        row, column = round((1.0 - x2) * (HEIGHT - 1)), round(x1 * (WIDTH - 1))
        cells[row][column] = ("o" if y else "x") if label(model, (x1, x2)) == y else "!"
    edge = "+" + "-" * WIDTH + "+"
    return "\n".join([edge, *("|" + "".join(row) + "|" for row in cells), edge])


def _place(row: int, column: int) -> tuple[float, float]:
    """Find the point that a character of the drawing stands for."""
    return column / (WIDTH - 1), 1.0 - row / (HEIGHT - 1)


def main() -> None:
    """Draw one dataset and its line, and say how many points are on the right side."""
    parser = argparse.ArgumentParser(
        description="Draw a line, set by hand, among the points of a dataset."
    )
    parser.add_argument("--dataset", choices=DATASETS, default="Simple")
    parser.add_argument(
        "--points", type=int, default=200, help="how many points to draw (default: 200)"
    )
    parser.add_argument(
        "--seed", type=int, default=0, help="another number, other points (default: 0)"
    )
    options = parser.parse_args()

    minitorch.seed(options.seed)
    graph = minitorch.datasets[options.dataset](options.points)
    try:
        model = Linear(weights(options.dataset))
        print(draw(model, graph))
    except NotImplementedError as missing:
        sys.exit(f"Nothing to draw yet. {missing}")
    print("o label 1   x label 0   ! on the wrong side   . the line")
    print(f"{options.dataset}: {model.w1} * x1 + {model.w2} * x2 + {model.bias}", end="   ")
    print(f"right on {accuracy(model, graph):.0%} of {graph.N} points")


if __name__ == "__main__":
    main()
