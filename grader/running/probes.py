"""What a probe is: a small program that asks the library something and returns plain data.

A probe holds no expected value. It runs once on the student's library and once on the reference, each in a process of
its own, with generators seeded alike; the trusted parent compares the two answers. A probe's name seeds its generator,
so no two probes or exams of a module share one.
"""

from __future__ import annotations

import inspect
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

Point = Any
Answer = Any
Predict = Callable[[Sequence[Point]], Sequence[Answer]]
Questions = Callable[[np.random.Generator], tuple[Sequence[Point], Sequence[Answer]]]


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
class Exam:
    """A training task's examination: train first, be asked about fresh points afterwards."""

    task: str
    name: str
    pass_at: float  # share of right answers that passes
    train: Callable[..., Predict]
    questions: Questions


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
    task: str, *, pass_at: float, questions: Questions
) -> Callable[[Callable[..., Predict]], Exam]:
    """Declare an examination of a training task.

    Args:
        task: The task's id.
        pass_at: Share of right answers that passes, 0 to 1.
        questions: Makes ``(points, answers)``; only ever called in a trusted process, after the training ended.

    Returns:
        A decorator for ``f(load, rng)`` that trains and returns ``predict(points) -> answers``.
    """

    def declare(train: Callable[..., Predict]) -> Exam:
        return Exam(task, train.__name__, pass_at, train, questions)

    return declare


def rng(seed: int, name: str, case: int) -> np.random.Generator:
    """Make the generator of one case: the same for the student and the reference, fresh for each run."""
    return np.random.default_rng([seed, zlib.crc32(name.encode()), case])


def declared(files: Iterable[ModuleType]) -> list[Probe | Exam]:
    """List the probes and exams of some probe files in the order of their definition, each once."""
    found: list[Probe | Exam] = []
    for file in files:
        for thing in vars(file).values():
            if isinstance(thing, Probe | Exam) and all(thing is not known for known in found):
                found.append(thing)
    return found
