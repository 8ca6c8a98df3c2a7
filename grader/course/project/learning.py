"""What the scripts of Module 4 share: options, mini-batches, Ctrl-C, saved models, the pictures at the end."""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

import minitorch
from minitorch.seeding import generator
from project import drawing, layers, picturing
from project.data import NoData, data_folder
from project.live import Log, Progress
from project.printing import spell_out
from project.saving import CantLoad, CantSave, check_target, load_model, save_model
from project.watching import count, duration

Read = Callable[[Path, int, int], tuple[Any, Any]]  # folder, how many to train with, to test with
MadeUp = Callable[[int, int, int], tuple[Any, Any]]  # how many to train with, to test with; a seed


class Trainer(Protocol):
    """What can be trained: ``ImageTrain``, ``SentimentTrain``."""

    model: minitorch.Module

    def train(self, data: Any, test: Any, rate: float, epochs: int, batch: int, log: Log) -> None:
        """Train the network."""

    def accuracy(self, data: Any) -> float:
        """Measure the share of examples that the network is right about."""


@dataclass(frozen=True)
class Defaults:
    """What is used where the command line says nothing; and what the examples are called."""

    train: int
    test: int
    epochs: int
    batch: int
    rate: float
    unit: str


def batches(N: int, size: int) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """Deal N examples out into mini-batches, in an order of their own each time.

    Args:
        N: How many there are.
        size: How many go into each but the last.

    Yields:
        tuple[int, NDArray[np.int64]]: How many came before, and the numbers of the next ones.
    """
    shuffled = np.array(generator.sample(range(N), N), np.int64)
    for seen in range(0, N, size):
        yield seen, shuffled[seen : seen + size]


def watch(
    what: str,
    trainer: Callable[[], Trainer],
    read: Read,
    made_up: MadeUp,
    defaults: Defaults,
    show: Callable[[Any, Any], None],
) -> None:
    """Train a network as the command line says, while a person watches.

    Ends the program with exit code 1, and a sentence that says what to do, where data is missing, or a task is still to
    do, or a file can't be written or read.

    Args:
        what: Says in the help text what the script does.
        trainer: Makes what trains.
        read: Reads real data.
        made_up: Makes some up.
        defaults: What is used where the command line says nothing.
        show: Shows at the end, from trainer and test data, what the network makes of them.
    """
    spell_out()
    options = _options(what, defaults)
    try:
        _check(options)
        if options.made_up:
            data, test = made_up(options.train, options.test, options.seed)
        else:
            data, test = read(data_folder(options.data), options.train, options.test)
        minitorch.seed(options.seed)
        if options.backend == "tuned":
            from minitorch.tuned import TunedBackend

            layers.BACKEND = TunedBackend()
        learner = trainer()
        if options.load:
            load_model(options.load, learner.model)
        _train_and_show(learner, data, test, options, defaults.unit)
        show(learner, test)
    except NotImplementedError as missing:
        sys.exit(f"Nothing to train yet. {missing}")
    except (NoData, CantSave, CantLoad, drawing.CantPlot) as reason:
        sys.exit(str(reason))


def _check(options: argparse.Namespace) -> None:
    """Find out before the training what could not be written after it."""
    if options.plot:
        drawing.check_plot(options.plot)
    if options.save:
        check_target(options.save)


def _train_and_show(
    learner: Trainer, data: Any, test: Any, options: argparse.Namespace, unit: str
) -> None:
    progress = Progress(len(data.labels), options.epochs, unit)
    if options.epochs:
        print(f"{len(data.labels):,} {unit} to learn from, {len(test.labels):,} to test with.")
        print("The first steps compile your kernels, which takes up to a minute.\n", flush=True)
    try:
        learner.train(data, test, options.rate, options.epochs, options.batch, progress)
    except KeyboardInterrupt:
        progress.close()
        print(f"Stopped after {progress.seen:,} {unit}. This is what it knows so far.")
    if options.save:
        save_model(options.save, learner.model)
        print(f"The model is in {options.save}; --load {options.save} goes on with it.")
    if not all(map(math.isfinite, progress.losses)):
        print("\nThe loss is no number any more: the steps were too long. Try a smaller --rate.")
    elif progress.losses:
        print("\nThe mean loss:", drawing.curve(progress.losses, "step"), sep="\n")
    accuracy = learner.accuracy(test)
    print(
        f"\nright on {accuracy:.2%} of {len(test.labels):,} {unit} that it never learned from",
        end="",
    )
    print(f", after {duration(progress.seconds)} minutes" if progress.losses else "")
    if options.plot and not progress.losses:
        print("Nothing was learned, so there is no curve to draw.")
    elif options.plot:
        picturing.save(options.plot, unit, progress.losses, progress.shares)
        print(f"Loss and accuracy are drawn in {options.plot}.")


def _options(what: str, defaults: Defaults) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=what, formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    add = parser.add_argument
    unit = defaults.unit
    add("--data", metavar="DIR", help="where the data lies, if not in MINITORCH_DATA or your cache")
    add("--made-up", action="store_true", help=f"use made-up {unit} in place of data")
    add("--train", type=count, default=defaults.train, help=f"{unit} to learn from")
    add("--test", type=count, default=defaults.test, help=f"{unit} to test with")
    add("--epochs", type=int, default=defaults.epochs, help=f"how often to see all {unit}")
    add("--batch", type=count, default=defaults.batch, help=f"{unit} of a mini-batch")
    add("--rate", type=float, default=defaults.rate, help="learning rate of the first step")
    add(
        "--backend",
        choices=["cpu", "tuned"],
        default="cpu",
        help="your kernels, or minitorch/tuned",
    )
    add("--seed", type=int, default=0, help="another number, other luck")
    add("--save", metavar="FILE.npz", help="save the model")
    add("--load", metavar="FILE.npz", help="begin with a saved model; --epochs 0 only tests it")
    add("--plot", metavar="FILE.png", help="save a picture of loss and accuracy")
    return parser.parse_args()
