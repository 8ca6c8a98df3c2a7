"""Pictures of what a network of Module 4 learned: loss and accuracy as a PNG file, misread digits in the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from project.drawing import matplotlib_figure
from project.showing import side_by_side

BESIDE = 3  # pictures side by side
SMOOTH = 50  # stretches of the loss curve


def misread(
    images: NDArray[np.float64],
    labels: NDArray[np.int64],
    said: NDArray[np.int64],
    most: int = BESIDE,
) -> str:
    """Draw the first pictures that were misread.

    Args:
        images: Pictures, of shape (N, height, width), from 0 to 1.
        labels: What they show.
        said: What they were taken for.
        most: How many to draw.

    Returns:
        Lines of text: the pictures side by side, and under each what it was taken for.
    """
    wrong = np.flatnonzero(labels != said)[:most]
    if not wrong.size:
        return "None was misread."
    under = [f"a {labels[n]}, taken for a {said[n]}" for n in wrong]
    return side_by_side(images[wrong], under)


def save(
    path: str | Path, unit: str, losses: Sequence[float], shares: Sequence[tuple[float, float]]
) -> None:
    """Write a PNG file with two curves side by side.

    Args:
        path: Where to.
        unit: What the examples are called.
        losses: The mean loss of each step.
        shares: Of each epoch, the shares of right answers: while it learned, and in the test.

    Raises:
        CantPlot: Matplotlib is not installed.
    """
    figure = matplotlib_figure().Figure(figsize=(11, 4.5), layout="constrained")
    left, right = figure.subplots(1, 2)
    left.set(title="Loss, mean of some steps", xlabel="step")
    stretches = np.array_split(np.array(losses), min(SMOOTH, len(losses)))
    ends = np.cumsum([len(stretch) for stretch in stretches])
    left.plot(ends, [stretch.mean() for stretch in stretches])
    left.set_ylim(bottom=0)
    right.set(title=f"Share of {unit} it is right about", xlabel="epoch")
    for which, label in enumerate(("while it learns", "in the test")):
        share = [100 * pair[which] for pair in shares]
        right.plot(range(1, len(share) + 1), share, marker="o", label=label)
    right.yaxis.set_major_formatter("{x:.0f} %")
    if shares:
        right.legend()
    figure.savefig(path)
