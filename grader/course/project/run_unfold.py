"""Task 4.7: what convolution by unfolding costs, in memory and in time, beside the kernel of Task 4.2.

python project/run_unfold.py
python project/run_unfold.py --predict
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it runs from any folder

import numba  # noqa: E402  (needs the line above)

import minitorch  # noqa: E402
from minitorch import Tensor, TensorBackend  # noqa: E402
from project.charts import Chart  # noqa: E402
from project.experiment import Findings, Question, run  # noqa: E402
from project.timing import in_turns  # noqa: E402

IMAGES = 16, 4, 28, 28  # batch, channels, height, width
FILTERS = 8  # output channels
SIDES = range(1, 10, 2)  # of square windows
NUMBER = 8  # bytes

QUESTIONS = [
    Question(
        "MB of windows",
        "16 images of 4 channels, 28 by 28, take 0.40 MB. A window of 3 by 3 looks at every place.\n"
        "How many MB does windows(images, (3, 3)) take?",
    ),
    Question("MB of rows", "And how many does unfold(images, (3, 3)) take?"),
    Question(
        "sooner done",
        "A window of 3 by 3, eight output channels, on this computer: which is sooner done?",
        ("conv2d", "conv2d_by_unfold"),
    ),
]


@dataclass(frozen=True)
class Memory:
    """How many numbers lie in memory for windows of one size, and how many are read there.

    Attributes:
        side: Of the window.
        windows: Numbers in the storage of ``windows``.
        read: Elements of ``windows``: how often one of these numbers is read.
        rows: Numbers in the storage of ``unfold``.
    """

    side: int
    windows: int
    read: int
    rows: int


@dataclass(frozen=True)
class Times:
    """How many milliseconds a convolution with windows of one size takes, and the parts of the unfolded one.

    Attributes:
        side: Of the window.
        sliding: ``conv2d``.
        unfolded: ``conv2d_by_unfold``.
        look: Its first part: ``windows``, which makes the frame.
        copy: Its second: from windows to rows.
        product: Its third: rows @ weights.
    """

    side: int
    sliding: float
    unfolded: float
    look: float
    copy: float
    product: float


def drawn(shape: tuple[int, ...], backend: TensorBackend) -> Tensor:
    """Make a constant of random numbers."""
    return minitorch.rand(shape, backend=backend)


def memory(images: Tensor, side: int) -> Memory:
    """Count what lies in the storages."""
    seen = minitorch.windows(images, (side, side))
    rows = minitorch.unfold(images, (side, side))
    return Memory(side, len(seen.storage()), seen.size, len(rows.storage()))


def times(images: Tensor, side: int) -> Times:
    """Time a convolution both ways."""
    _, channels, _, _ = images.shape
    weight = drawn((FILTERS, channels, side, side), images.backend)
    seen = minitorch.windows(images, (side, side))
    rows = minitorch.unfold(images, (side, side))
    columns = weight.view(FILTERS, channels * side * side).permute(1, 0)
    timed = in_turns(
        {
            "sliding": lambda: minitorch.conv2d(images, weight),
            "unfolded": lambda: minitorch.conv2d_by_unfold(images, weight),
            "look": lambda: minitorch.windows(images, (side, side)),
            "copy": lambda: seen.contiguous(),
            "product": lambda: rows @ columns,
        }
    )
    return Times(side, **{name: 1000 * timing.seconds for name, timing in timed.items()})


def megabytes(numbers: int) -> float:
    """Say how much memory numbers take."""
    return numbers * NUMBER / 1e6


def memory_table(images: Tensor, found: list[Memory]) -> str:
    """Write what was counted: a line for each size of the window."""
    lines = [
        f"Memory, in MB. The images, {' x '.join(map(str, IMAGES))}, take {megabytes(images.size):.2f}.\n",
        f"{'window':>8}{'windows':>10}{'unfold':>10}   a number of the frame is read, on average",
    ]
    for each in found:
        window = f"{each.side} x {each.side}"
        held, rows = megabytes(each.windows), megabytes(each.rows)
        often = each.read / each.windows
        lines.append(f"{window:>8}{held:10.2f}{rows:10.2f}   {often:.1f} times")
    return "\n".join(lines)


def time_table(found: list[Times]) -> str:
    """Write what was timed: a line for each size of the window."""
    lines = [
        f"Time of a forward pass to {FILTERS} channels, in ms of one thread.\n",
        f"{'window':>8}{'conv2d':>10}{'by_unfold':>11}   its parts, timed apart: windows, copy, product",
    ]
    for each in found:
        window = f"{each.side} x {each.side}"
        parts = f"{each.look:.2f} {each.copy:8.2f} {each.product:8.2f}"
        lines.append(f"{window:>8}{each.sliding:10.2f}{each.unfolded:11.2f}   {parts:>46}")
    return "\n".join(lines)


def backend_of(name: str) -> TensorBackend:
    """Make what the command line asks for. The tuned kernels are imported only if they are used."""
    if name == "tuned":
        from minitorch.tuned import TunedBackend

        return TunedBackend()
    return TensorBackend(minitorch.FastOps)


def experiment(options: argparse.Namespace) -> Findings:
    """Count and time, on one thread: how well several share the work is another question."""
    numba.set_num_threads(1)
    images = drawn(IMAGES, backend_of(options.backend))
    counted = [memory(images, side) for side in SIDES]
    three = next(each for each in counted if each.side == 3)
    texts = [memory_table(images, counted)]
    answers = {
        "MB of windows": f"{megabytes(three.windows):.2f}",
        "MB of rows": f"{megabytes(three.rows):.2f}",
    }
    charts = [memory_chart(images, counted)]
    try:
        timed = [times(images, side) for side in SIDES]
    except NotImplementedError as missing:
        texts.append(f"No times yet. {missing}")
    else:
        texts.append(time_table(timed))
        charts.append(time_chart(timed))
        sooner = next(each for each in timed if each.side == 3)
        both = {"conv2d": sooner.sliding, "conv2d_by_unfold": sooner.unfolded}
        answers["sooner done"] = min(both, key=both.__getitem__)
    return Findings("\n\n".join(texts), answers, charts)


def memory_chart(images: Tensor, counted: list[Memory]) -> Chart:
    """Draw memory over the side of the window."""
    lines = {
        "windows": [(each.side, megabytes(each.windows)) for each in counted],
        "unfold": [(each.side, megabytes(each.rows)) for each in counted],
    }
    limits = {"images": megabytes(images.size)}
    return Chart("Memory", "side of the window", "MB", lines, log_y=True, limits=limits)


def time_chart(timed: list[Times]) -> Chart:
    """Draw times over the side of the window."""
    lines = {
        "conv2d": [(each.side, each.sliding) for each in timed],
        "conv2d_by_unfold": [(each.side, each.unfolded) for each in timed],
        "its copy alone": [(each.side, each.copy) for each in timed],
    }
    return Chart("Time", "side of the window", "ms", lines, log_y=True)


if __name__ == "__main__":
    run(
        "4.7",
        "Compare convolution by unfolding with the kernel of 4.2, in memory and in time."
        " Compiling the kernels takes longest.",
        QUESTIONS,
        experiment,
        backend={
            "choices": ["cpu", "tuned"],
            "default": "cpu",
            "help": "your kernels, or those of minitorch/tuned",
        },
    )
