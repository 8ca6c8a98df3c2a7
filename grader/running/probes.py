"""What a probe is: a small program that asks the library something and returns plain data; and what is timed.

A probe holds no expected value. It runs once on the student's library and once on the reference, each in a process of
its own, with generators seeded alike; the trusted parent compares the two answers. A probe's name seeds its generator,
so no two probes or exams of a module share one.
"""

from __future__ import annotations

import inspect
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

Point = Any
Answer = Any
Training = Mapping[str, NDArray[Any]]  # what an exam's networks learn from: arrays by name
Predict = Callable[[Sequence[Point]], Sequence[Answer]]
Questions = Callable[..., tuple[Training, Sequence[Point], Sequence[Answer]]]


@dataclass(frozen=True)
class Probe:
    """A question asked ``cases`` times, each with a fresh generator."""

    task: str
    name: str
    cases: int
    ask: Callable[..., Any]
    numbered: bool  # takes the case number as a third argument

    def answer(self, library: ModuleType, seed: int, case: int) -> Any:
        """Run one case on a library.

        Args:
            library: The imported ``minitorch`` package.
            seed: The run's seed.
            case: Number of the case, from 0.

        Returns:
            Plain data; its encoding is what gets compared.
        """
        generator = rng(seed, self.name, case)
        if self.numbered:
            return self.ask(library, generator, case)
        return self.ask(library, generator)


@dataclass(frozen=True)
class RealData:
    """Files of a data folder that an exam is held on, where all of them are there."""

    files: tuple[str, ...]  # POSIX paths in the folder, which no student's process can read
    pass_at: float  # share of right answers that passes on them

    def lies_in(self, folder: Path) -> bool:
        """Tell whether a folder has all of them."""
        return all((folder / path).is_file() for path in self.files)


@dataclass(frozen=True)
class Exam:
    """A training task's examination: train first, be asked about fresh points afterwards."""

    task: str
    name: str
    pass_at: float  # share of right answers that passes
    train: Callable[..., Predict]
    questions: Questions
    data: RealData | None = None


@dataclass(frozen=True)
class Work:
    """Work to be timed, all made ready: inputs, outputs, and what Numba compiles beforehand.

    ``go`` does it once. What it works on must follow from its generator, drawn or picked at a cost that is small beside
    the work: with fresh numbers each time, nothing can be done before the clock runs. It returns all outputs, which are
    looked at and compared with the reference's afterwards; they are contiguous arrays of floats.
    """

    go: Callable[[np.random.Generator], Sequence[NDArray[np.float64]]]
    kernel: Any = None  # what Numba compiled, where threads are looked at


@dataclass(frozen=True)
class Speed:
    """A case in which a library's speed is measured beside the reference's."""

    task: str
    name: str
    threads: bool  # whether its kernel must also be parallel, and give the same on several threads
    prepare: Callable[[ModuleType, np.random.Generator], Work]


Question = Probe | Exam | Speed


def probe(task: str, cases: int) -> Callable[[Callable[..., Any]], Probe]:
    """Declare a probe of a task.

    Args:
        task: The task's id, ``"1.4"``.
        cases: How many cases are asked.

    Returns:
        A decorator for ``f(minitorch, rng)`` or ``f(minitorch, rng, case)``.
    """

    def declare(ask: Callable[..., Any]) -> Probe:
        numbered = len(inspect.signature(ask).parameters) == 3
        return Probe(task, ask.__name__, cases, ask, numbered)

    return declare


def exam(
    task: str, *, pass_at: float, questions: Questions, data: RealData | None = None
) -> Callable[[Callable[..., Predict]], Exam]:
    """Declare an examination of a training task.

    Args:
        task: The task's id.
        pass_at: Share of right answers that passes, 0 to 1.
        questions: Makes ``(training, points, answers)`` from ``(rng)``. Only a trusted process ever calls it, or holds
            its text.
        data: The real data that it is held on where there is some. Then ``questions`` takes one more argument, last:
            the folder that holds it; or None, and it makes data up.

    Returns:
        A decorator for ``f(load, rng, training)`` that trains and returns ``predict(points) -> answers``.
    """

    def declare(train: Callable[..., Predict]) -> Exam:
        return Exam(task, train.__name__, pass_at, train, questions, data)

    return declare


def speed(
    task: str, *, threads: bool = False
) -> Callable[[Callable[[ModuleType, np.random.Generator], Work]], Speed]:
    """Declare a case in which the speed of a task's code is measured; ``module.toml`` says what is asked of it.

    Args:
        task: The task's id.
        threads: Whether to look at its kernel on several threads too: once for each kernel is enough.

    Returns:
        A decorator for ``f(minitorch, rng)`` that returns the work.
    """

    def declare(prepare: Callable[[ModuleType, np.random.Generator], Work]) -> Speed:
        return Speed(task, prepare.__name__, threads, prepare)

    return declare


def rng(seed: int, name: str, case: int) -> np.random.Generator:
    """Make the generator of one case: the same for the student and the reference, fresh for each run."""
    return np.random.default_rng([seed, zlib.crc32(name.encode()), case])


def declared(files: Iterable[ModuleType]) -> list[Question]:
    """List the probes, exams and timed cases of some probe files in the order of their definition, each once."""
    found: list[Question] = []
    for file in files:
        for thing in vars(file).values():
            if isinstance(thing, Question) and all(thing is not known for known in found):
                found.append(thing)
    return found
