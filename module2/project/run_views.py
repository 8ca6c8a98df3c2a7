"""Task 2.6: one row of numbers and many ways to read it; and what a copy would cost.

python project/run_views.py --predict
"""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it runs from any folder

import numpy as np  # noqa: E402  (all of these need the line above)

import minitorch  # noqa: E402
from minitorch import Tensor, normalise, tensor  # noqa: E402
from project.charts import Chart  # noqa: E402
from project.experiment import Findings, Question, run  # noqa: E402
from project.watching import count  # noqa: E402

Views = Mapping[str, Callable[[Tensor], Tensor]]  # by how they are written

SIDES = (16, 32, 64, 128, 256)  # of images, in pixels

EXPANDED = Question(
    "numbers in memory",
    "c has shape (3,), big has shape (1000, 3). How many numbers does c.expand_as(big) keep in memory?",
)
MIDDLE = Question(
    "the middle row of m.grad",
    "m has three rows. After (m[1:] + m[:-1]).sum().backward(), which number fills the middle row of m.grad?",
)
FORGOTTEN = Question(
    "images - mean",
    "Images of 3 x 3 pixels: images has shape (8, 3, 3, 3), and mean has shape (3,), a number for each channel.\n"
    "Somebody forgets to add dimensions to the mean. What does images - mean give?",
    ("an IndexingError", "what was meant", "wrong numbers, without an error"),
)

OF_C: Views = {
    "c": lambda c: c[:],
    "c[None]": lambda c: c[None],
    "c[:, None]": lambda c: c[:, None],
    "c[1:]": lambda c: c[1:],
    "c.expand_as(z)": lambda c: c.expand_as(minitorch.zeros((3, 3))),
    "c[:, None].expand_as(z)": lambda c: c[:, None].expand_as(minitorch.zeros((3, 3))),
}
OF_M: Views = {
    "m": lambda m: m[:],
    "m[1]": lambda m: m[1],
    "m[:, 1]": lambda m: m[:, 1],
    "m[::2]": lambda m: m[::2],
    "m[:, 1:3]": lambda m: m[:, 1:3],
    "m[..., None]": lambda m: m[..., None],
    "m.t()": lambda m: m.t(),
    "m.diagonal()": lambda m: m.diagonal(),
}
SUMS: Views = {"m[1:] + m[:-1]": lambda m: m[1:] + m[:-1]}


@dataclass(frozen=True)
class Reads:
    """How often each number of a storage is read.

    Attributes:
        name: Whose storage it is.
        numbers: What lies in it.
        counts: How often each number is read, by how the reader is written.
    """

    name: str
    numbers: Sequence[float]
    counts: Mapping[str, Sequence[float]]

    def text(self) -> str:
        """Draw a column for each number of the storage, and a line for each reader."""
        width = max(map(len, self.counts))
        rows = {"": [f"{number:g}" for number in self.numbers]} | {
            name: [f"{often:g}" if often else "." for often in counts]
            for name, counts in self.counts.items()
        }
        lines = [
            f"  {name:{width}} " + "".join(f"{cell:>4}" for cell in cells)
            for name, cells in rows.items()
        ]
        return "\n".join([f"How often the numbers of {self.name} are read:", *lines])

    def draw(self, axes: Any) -> None:
        """Draw it into matplotlib's axes: the more often, the darker."""
        counts = np.array(list(self.counts.values()))
        axes.imshow(counts, cmap="Blues", vmin=0, vmax=5, aspect="auto")
        for (row, column), often in np.ndenumerate(counts):
            axes.text(column, row, f"{often:g}" if often else "", ha="center", va="center")
        axes.set(title=f"How often the numbers of {self.name} are read", xlabel="number in memory")
        axes.set_xticks(range(len(self.numbers)), [f"{number:g}" for number in self.numbers])
        axes.set_yticks(range(len(self.counts)), self.counts)


def experiment(options: argparse.Namespace) -> Findings:
    """Look at views: what they read, what a copy would cost, and what a forgotten dimension does."""
    c = tensor([10, 20, 30])
    m = tensor([[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]])
    of_c, of_m = reads("c", c, OF_C), reads("m", m, {**OF_M, **SUMS})
    sizes = {side: stretched(options.images, side) for side in SIDES}
    meant, got = centred()
    text = [
        f"Views of c = [10, 20, 30], with z = zeros((3, 3)):\n{layouts(c, OF_C)}",
        f"Views of m, which holds the numbers from 1 to 12 in three rows:\n{layouts(m, OF_M)}",
        f"{options.images} images of 3 x {SIDES[-1]} x {SIDES[-1]} numbers. The mean of each channel, stretched to "
        f"their shape:\n  as a view {sizes[SIDES[-1]][0]:,} bytes, as a copy {sizes[SIDES[-1]][1]:,} bytes",
        "Images of 3 x 3 pixels have three channels, with means of about 0.5, 10.5 and 20.5. What is left of them:\n"
        f"  images - mean[:, None, None]   {meant}\n  images - mean                  {got}",
    ]
    answers = {
        EXPANDED.about: f"{len(c.expand_as(minitorch.zeros((1000, 3))).storage())}",
        MIDDLE.about: f"{of_m.counts['m[1:] + m[:-1]'][5]:g}",
        FORGOTTEN.about: FORGOTTEN.choices[1 if got == meant else 2],
    }
    return Findings("\n\n".join(text), answers, [of_c, of_m, growth(sizes)])


def layouts(t: Tensor, views: Views) -> str:
    """Write a table of the shapes, strides and offsets of views."""
    rows = [("view", "shape", "strides", "offset")]
    for call, make in views.items():
        view = make(t)
        rows.append((call, str(view.shape), str(view.stride()), offset(view, t)))
    return "\n".join(
        f"  {call:26}{shape:12}{strides:12}{begin:>6}" for call, shape, strides, begin in rows
    )


def offset(view: Tensor, t: Tensor) -> str:
    """Say how many numbers of a tensor's storage lie before the first of a view, unless that is a copy."""
    if not np.shares_memory(view.storage(), t.storage()):
        return "a copy"
    before = view.storage().ctypes.data - t.storage().ctypes.data
    return f"{before // t.storage().itemsize}"


def reads(name: str, t: Tensor, views: Views) -> Reads:
    """Count how often views read each number of a tensor: that is the derivative of the view's sum."""
    counts = {}
    for call, view in views.items():
        leaf = Tensor.make(t.storage(), t.shape)
        leaf.requires_grad_(True)
        view(leaf).sum().backward()
        counts[call] = leaf.grad.to_numpy().ravel().tolist()
    return Reads(name, t.storage().tolist(), counts)


def stretched(count: int, side: int) -> tuple[int, int]:
    """Say how many bytes the means of three channels take, stretched to so many images: as a view, and copied."""
    images = Tensor.make([0.0], (count, 3, side, side), (0, 0, 0, 0))  # only their shape is needed
    view = tensor([0.1, 0.2, 0.3])[:, None, None].expand_as(images)
    return view.storage().nbytes, view.contiguous().storage().nbytes


def growth(sizes: Mapping[int, tuple[int, int]]) -> Chart:
    """Draw how the bytes of a stretched mean grow with the images."""
    lines = {
        "as a view": [(float(side), float(view)) for side, (view, _) in sizes.items()],
        "copied": [(float(side), float(copy)) for side, (_, copy) in sizes.items()],
    }
    title = "The mean of each channel, stretched to all images"
    return Chart(title, "side of an image", "bytes", lines, log_x=True, log_y=True)


def centred() -> tuple[str, str]:
    """Subtract its mean from each channel, and subtract the means without a dimension added: what are they then?"""
    images = minitorch.rand((8, 3, 3, 3)) + tensor([0.0, 10.0, 20.0])[:, None, None]
    mean, one = tensor(means(images)), tensor([1.0, 1.0, 1.0])
    results = (normalise(images, mean, one), images - mean)
    return tuple(" ".join(f"{x + 0.0:7.2f}" for x in means(result)) for result in results)


def means(images: Tensor) -> list[float]:
    """Compute the mean of each channel."""
    return images.to_numpy().mean((0, 2, 3)).round(6).tolist()


if __name__ == "__main__":
    run(
        "2.6",
        "Look at views of a tensor: what they read, and what they save. With more --images, it takes longer.",
        (EXPANDED, MIDDLE, FORGOTTEN),
        experiment,
        images={"type": count, "default": 64, "help": "how many images to stretch a mean to"},
    )
