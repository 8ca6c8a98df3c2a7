"""What the training scripts share: their options, the progress while a network learns, the pictures at the end."""

from __future__ import annotations

import argparse
import math
import shutil
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TextIO

import minitorch
from project import drawing
from project.printing import bar, spell_out

LogFn = Callable[[int, float, int, list[float]], None]  # epoch, total loss, correct, losses so far


class Trainer(Protocol):
    """What can be trained: ``ScalarTrain``, ``TensorTrain``, ``FastTrain``."""

    def train(
        self, data: minitorch.Graph, learning_rate: float, max_epochs: int, log_fn: LogFn
    ) -> None:
        """Train a fresh network, and call ``log_fn`` after every epoch."""

    def probabilities(self, points: Sequence[drawing.Point]) -> list[float]:
        """Ask the network how likely it finds label 1, for each point."""


@dataclass(frozen=True)
class Defaults:
    """What is used where the command line says nothing."""

    hidden: int
    rate: float
    epochs: int
    points: int


class Progress:
    """A ``log_fn`` that shows how far a training is: a bar on a terminal, a line now and then anywhere else.

    Args:
        epochs: How many there will be.
        points: How many points there are to be right about.
        out: Where to show it.
        clock: Gives the time in seconds.

    Attributes:
        epoch: The last epoch that ended, 0 before the first.
        losses: The loss after each epoch so far.
    """

    BAR = 24  # characters
    LINES = 10  # about so many, where there is no terminal

    def __init__(
        self,
        epochs: int,
        points: int,
        out: TextIO = sys.stdout,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.epoch = 0
        self.losses: list[float] = []
        self._epochs, self._points = epochs, points
        self._out, self._clock = out, clock
        self._begun = clock()

    def __call__(self, epoch: int, total_loss: float, correct: int, losses: list[float]) -> None:
        """Show that an epoch has ended."""
        self.epoch, self.losses = epoch, losses
        said = f"loss {total_loss:8.3f}   right {correct / self._points:4.0%}"
        if self._out.isatty():
            self._show_bar(said)
        elif epoch == self._epochs or epoch % max(1, self._epochs // self.LINES) == 0:
            print(f"epoch {epoch:>{len(str(self._epochs))}}   {said}", file=self._out, flush=True)

    def close(self) -> None:
        """Leave the bar's line, so that what follows starts on a line of its own."""
        if self.epoch and self._out.isatty():
            print(file=self._out)

    def _show_bar(self, said: str) -> None:
        done = self.epoch / self._epochs
        drawn = bar(round(done * self.BAR), self.BAR, self._out)
        left = (self._clock() - self._begun) / done * (1 - done)
        line = f"{drawn} {self.epoch}/{self._epochs}   {said}   {duration(left)} left"
        width = shutil.get_terminal_size().columns - 1  # a line that wraps can't be overwritten
        print("\r" + line[:width].ljust(width), end="", file=self._out, flush=True)


def watch(
    what: str, trainer: Callable[..., Trainer], defaults: Defaults, **more: dict[str, Any]
) -> None:
    """Train a network as the command line says, while a person watches.

    Ends the program with exit code 1, and a sentence that says which task is missing, where a stub is met.

    Args:
        what: Says in the help text what the script does.
        trainer: Makes one for a number of hidden units, and for each of the further options by its name.
        defaults: What is used where the command line says nothing.
        **more: Further options of the command line: for each its name, and what ``add_argument`` is to know of it.
    """
    spell_out()
    options = _options(what, defaults, more)
    minitorch.seed(options.seed)
    data = minitorch.datasets[options.dataset](options.points)
    try:
        if options.plot:
            drawing.check_plot(options.plot)
        chosen = {name: getattr(options, name) for name in more}
        _train_and_show(trainer(options.hidden, **chosen), data, options)
    except NotImplementedError as missing:
        sys.exit(f"Nothing to train yet. {missing}")
    except drawing.CantPlot as reason:
        sys.exit(str(reason))


def _train_and_show(trainer: Trainer, data: minitorch.Graph, options: argparse.Namespace) -> None:
    progress = Progress(options.epochs, data.N)
    try:
        trainer.train(data, options.rate, options.epochs, progress)
    except KeyboardInterrupt:
        progress.close()
        print(f"Stopped after epoch {progress.epoch}. This is what it knows so far.")
    else:
        progress.close()
    _show(trainer, data, progress.losses, options)


def _show(
    trainer: Trainer, data: minitorch.Graph, losses: Sequence[float], options: argparse.Namespace
) -> None:
    if not all(map(math.isfinite, losses)):
        print("\nThe loss is no number any more: the steps were too long. Try a smaller --rate.")
    elif losses:
        print("\nThe loss, summed over the points:", drawing.curve(losses), sep="\n")
    print(f"\n{options.dataset}:", drawing.square(data, trainer.probabilities), sep="\n")
    print(drawing.LEGEND)
    said = trainer.probabilities(data.X)
    right = sum((p > 0.5) == bool(y) for p, y in zip(said, data.y))
    print(f"right on {right / data.N:.0%} of {data.N} points")
    if options.plot:
        drawing.save(options.plot, options.dataset, data, trainer.probabilities, losses)
        print(f"Both pictures are in {options.plot}.")


def _options(
    what: str, defaults: Defaults, more: Mapping[str, dict[str, Any]]
) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=what, formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    parser.add_argument(
        "--dataset", choices=list(minitorch.datasets), default="Simple", help="what to learn"
    )
    parser.add_argument(
        "--hidden", type=count, default=defaults.hidden, help="units of a hidden layer"
    )
    parser.add_argument("--rate", type=float, default=defaults.rate, help="learning rate")
    parser.add_argument(
        "--epochs", type=count, default=defaults.epochs, help="how often to see all points"
    )
    parser.add_argument("--points", type=count, default=defaults.points, help="how many to see")
    parser.add_argument("--seed", type=int, default=0, help="another number, other luck")
    parser.add_argument("--plot", metavar="FILE.png", help="save the pictures too")
    for name, about in more.items():
        parser.add_argument(f"--{name}", **about)
    return parser.parse_args()


def count(text: str) -> int:
    """Read a number of things, of which there must be some."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def duration(seconds: float) -> str:
    """Write a time as minutes and seconds."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
