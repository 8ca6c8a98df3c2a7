"""Measure a submission's code beside the reference: by turns, on the same input, by clocks that it can't reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from grader.model import Outcome, Pace, SpeedCase, ThreadsCase
from grader.oracle.pace import Ratio, estimate
from grader.oracle.part import GraderFault
from grader.oracle.seeds import Purpose, derive
from grader.oracle.rounds import Rounds
from grader.oracle.sitting import Sitting
from grader.running.asking import Paper
from grader.running.probes import Speed
from grader.running.timing import BrokeOff, Diagnostics, NoClock, Round, Timed, Turn
from grader.sandbox import Limits

RUNS = 8  # of work on several threads, to see whether it is the same each time
INPUTS = 2  # that it is done on, in an order that can't be foreseen: what is remembered of one is no help
THREADS = 4  # where so many are allowed
MAX_CHILDREN = 3  # that one task's cases may use up: each hang or crash takes one
TOLERANCE = 1e-6  # of outputs


@dataclass(frozen=True)
class Measured:
    """What was found of one case."""

    case: SpeedCase
    threads: ThreadsCase | None = None  # where they were to be looked at
    outcome: Outcome = Outcome.PASSED  # how it ended, where it broke off
    said: str = ""  # why it broke off
    wrong_on_threads: bool = False  # what several threads gave is not what the reference gives


class Measuring:
    """Measures one submission's code for one task. Use it as a context manager.

    Args:
        sitting: Where, on what, and for which task.
        paper: What a child has to know of the task's cases.
    """

    def __init__(self, sitting: Sitting, paper: Paper) -> None:
        self._sitting = sitting
        self._paper = paper
        self._reference = sitting.library.pacemaker(sitting.module)
        self._seed = derive(sitting.seed, Purpose.SPEED)
        self._numbers = Random(derive(sitting.seed, Purpose.ROUNDS))
        self._children = 0
        self._student: Timed | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()

    def measure(self, case: Speed, wanted: Ratio) -> Measured:
        """Measure one case.

        Args:
            case: The case.
            wanted: How fast the code has to be, as a fraction of the reference's speed.

        Returns:
            What was found.

        Raises:
            GraderFault: If the reference can't be measured.
        """
        rounds = Rounds(wanted, case.threads)
        try:
            self._prepare_reference(case)
            kernel = self._opened().prepare(case.name, self._seed)
            self._compare(case, rounds)
            found = Measured(_summed_up(case, rounds))
            if not case.threads:
                return found
            if rounds.broke is not None:
                return _broke_on_threads(case, found, rounds.broke)
            return self._repeat(case, found, kernel, rounds)
        except BrokeOff as broke:
            rounds.pace = Pace.BROKE
            found = Measured(_summed_up(case, rounds), None, broke.outcome, broke.said)
            return _broke_on_threads(case, found, broke) if case.threads else found
        except NoClock:
            threads = ThreadsCase(title(case), True, True) if case.threads else None
            return Measured(_summed_up(case, Rounds(wanted, case.threads, Pace.UNSURE)), threads)

    def _compare(self, case: Speed, rounds: Rounds) -> None:
        """Measure round by round, by turns on one thread and on several, until there is a verdict."""
        while rounds.pace is None or rounds.threads_wanted:
            if rounds.pace is None:
                theirs, ours = self._pair(threads=1)
                rounds.add(theirs, ours, right=_agree(ours.shown, theirs.shown))
            if rounds.threads_wanted:
                try:
                    theirs, ours = self._pair(THREADS)
                    right = _agree(ours.shown, theirs.shown)
                    rounds.add_on_threads(theirs, ours, right=right)
                except BrokeOff as broke:
                    rounds.broke = broke
                    self._opened().prepare(case.name, self._seed)

    def _pair(self, threads: int) -> tuple[Round, Round]:
        """Measure both once, the student's first, on the same input, in an order that can't be foreseen.

        The reference, beside which the student's is measured on several threads, works on one in any case.
        """
        number, look = self._number(), self._number()
        if self._numbers.random() < 0.5:
            ours = self._reference_round(number, look)
            return self._opened().round(number, look, threads), ours
        theirs = self._opened().round(number, look, threads)
        return theirs, self._reference_round(number, look)

    def _repeat(
        self, case: Speed, found: Measured, kernel: Diagnostics, rounds: Rounds
    ) -> Measured:
        """Repeat the work on several threads; the reference says what has to come out each time."""
        numbers = [self._number() for _ in range(INPUTS)] * (RUNS // INPUTS)
        self._numbers.shuffle(numbers)
        turns = [Turn(number, self._number()) for number in numbers]
        try:
            repeats = self._opened().repeat(turns, THREADS)
        except BrokeOff as broke:
            return _broke_on_threads(case, found, broke)
        wanted = self._reference_shows(turns)
        right = [_agree(ours, theirs) for ours, theirs in zip(wanted, repeats.shown, strict=True)]
        threads = ThreadsCase(
            name=title(case),
            parallel=kernel.loops > 0 if rounds.shared is None else rounds.shared,
            steady=repeats.same and (all(right) or not any(right)),
            runs=RUNS,
            threads=repeats.threads,
            loops=kernel.loops,
            told=kernel.told,
        )
        return Measured(found.case, threads, wrong_on_threads=rounds.wrong or not all(right))

    def _prepare_reference(self, case: Speed) -> None:
        try:
            self._reference.prepare(case.name, self._seed)
        except BrokeOff as broke:
            raise _fault(case.name, broke) from broke

    def _reference_round(self, number: int, look: int) -> Round:
        try:
            return self._reference.round(number, look)
        except BrokeOff as broke:
            raise _fault("a speed case", broke) from broke

    def _reference_shows(self, turns: Sequence[Turn]) -> list[NDArray[np.float64]]:
        try:
            return self._reference.show(turns)
        except BrokeOff as broke:
            raise _fault("a speed case", broke) from broke

    def _opened(self) -> Timed:
        """Give the student's child, a new one if the last one is gone."""
        if self._student is not None and self._student.over:
            self._close()
        if self._student is None:
            if self._children == MAX_CHILDREN:
                raise BrokeOff(Outcome.CRASHED, "It broke off too often before.", over=True)
            self._children += 1
            sitting, seconds = self._sitting, self._sitting.task.seconds
            self._student = Timed(
                sitting.sandbox,
                sitting.stage,
                self._paper,
                seconds=seconds,
                patience=seconds,
                limits=Limits(processor=self._reference.processor),
            )
        return self._student

    def _close(self) -> None:
        if self._student is not None:
            self._student.close()
            self._student = None

    def _number(self) -> int:
        return self._numbers.getrandbits(62)


def title(case: Speed) -> str:
    """Name a case for people."""
    return case.name.replace("_", " ")


def _summed_up(case: Speed, rounds: Rounds) -> SpeedCase:
    verdict = rounds.pace or Pace.UNSURE
    if not rounds.ratios:
        return SpeedCase(title(case), verdict, rounds.wanted)
    found = estimate(rounds.ratios)
    speed, low, high = (round(each, 3) for each in (found.speed, found.low, found.high))
    return SpeedCase(title(case), verdict, rounds.wanted, speed, low, high, len(rounds.ratios))


def _broke_on_threads(case: Speed, found: Measured, broke: BrokeOff) -> Measured:
    threads = ThreadsCase(title(case), False, False)
    return Measured(found.case, threads, broke.outcome, broke.said)


def _agree(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> bool:
    """Compare what both showed."""
    if not ours.size:
        raise GraderFault("The reference shows no output of a speed case.")
    close = ours.shape == theirs.shape and np.allclose(theirs, ours, TOLERANCE, TOLERANCE)
    return bool(close)


def _fault(what: str, broke: BrokeOff) -> GraderFault:
    return GraderFault(f"The reference can't be measured on {what}: {broke.said}")
