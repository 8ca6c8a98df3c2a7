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
from grader.oracle.pace import Ratio, estimate, pace
from grader.oracle.part import GraderFault
from grader.oracle.seeds import Purpose, derive
from grader.oracle.sitting import Sitting
from grader.running.asking import Paper
from grader.running.probes import Speed
from grader.running.timing import BrokeOff, NoClock, Repeats, Round, Timed, Turn
from grader.sandbox.clocks import Nanoseconds

RUNS = 8  # of work on several threads
INPUTS = 2  # that it is done on, in an order that can't be foreseen: what is remembered of one is no help
THREADS = 4  # where so many are allowed
ENOUGH: Nanoseconds = 4_000_000_000  # that the code may take of the processor in one case
MAX_CHILDREN = 3  # that one task's cases may use up: each hang or crash takes one
ALONE = 2 / 3  # of the work: the thread that does more than that is not helped by others
TOLERANCE = 1e-6  # of outputs
LEAST = 0.01  # of the reference's time, which nothing undercuts: noise is not to be divided by


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
        ratios: list[Ratio] = []
        try:
            self._prepare_reference(case)
            kernel = self._opened().prepare(case.name, self._seed)
            verdict = self._compare(ratios, wanted)
            found = Measured(_summed_up(case, verdict, wanted, ratios))
            return self._on_threads(case, found, kernel) if case.threads else found
        except BrokeOff as broke:
            summed_up = _summed_up(case, Pace.BROKE, wanted, ratios)
            threads = ThreadsCase(title(case), False, False) if case.threads else None
            return Measured(summed_up, threads, broke.outcome, broke.said)
        except NoClock:
            threads = ThreadsCase(title(case), True, True) if case.threads else None
            return Measured(_summed_up(case, Pace.UNSURE, wanted, []), threads)

    def _compare(self, ratios: list[Ratio], wanted: Ratio) -> Pace:
        """Measure pair by pair, until there is a verdict."""
        taken: Nanoseconds = 0
        while (verdict := pace(ratios, wanted, last=taken > ENOUGH)) is None:
            theirs, ours = self._pair()
            taken += theirs.cpu
            if not _agree(ours.shown, theirs.shown):
                return Pace.WRONG
            # The reference does nothing but show its outputs in the time for that; anybody else may be working then.
            ours_alone = max(ours.cpu - ours.showing, 1)
            theirs_alone = max(theirs.cpu - ours.showing, LEAST * ours_alone)
            ratios.append(ours_alone / theirs_alone)
        return verdict

    def _pair(self) -> tuple[Round, Round]:
        """Measure both once, the student's first, on the same input, in an order that can't be foreseen."""
        number, look = self._number(), self._number()
        if self._numbers.random() < 0.5:
            ours = self._reference_round(number, look)
            return self._opened().round(number, look), ours
        theirs = self._opened().round(number, look)
        return theirs, self._reference_round(number, look)

    def _on_threads(self, case: Speed, found: Measured, kernel: dict[str, object]) -> Measured:
        """Look at the kernel on several threads; the reference says what has to come out of each run."""
        numbers = [self._number() for _ in range(INPUTS)] * (RUNS // INPUTS)
        self._numbers.shuffle(numbers)
        turns = [Turn(number, self._number()) for number in numbers]
        try:
            repeats = self._opened().repeat(turns, THREADS)
        except BrokeOff as broke:
            threads = ThreadsCase(title(case), False, False)
            return Measured(found.case, threads, broke.outcome, broke.said)
        wanted = self._reference_shows(turns)
        right = [_agree(ours, theirs) for ours, theirs in zip(wanted, repeats.shown, strict=True)]
        steady = repeats.same and (all(right) or not any(right))
        return Measured(
            found.case,
            _threads_case(case, repeats, kernel, steady=steady),
            wrong_on_threads=not all(right),
        )

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
                sitting.sandbox, sitting.stage, self._paper, seconds=seconds, patience=seconds
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


def _summed_up(case: Speed, verdict: Pace, wanted: Ratio, ratios: list[Ratio]) -> SpeedCase:
    if not ratios:
        return SpeedCase(title(case), verdict, wanted)
    found = estimate(ratios)
    speed, low, high = (round(each, 3) for each in (found.speed, found.low, found.high))
    return SpeedCase(title(case), verdict, wanted, speed, low, high, len(ratios))


def _threads_case(
    case: Speed, repeats: Repeats, kernel: dict[str, object], *, steady: bool
) -> ThreadsCase:
    """Judge by Numba's word, which the system's clocks have to bear out: those nobody can forge."""
    claimed, told = kernel.get("loops"), kernel.get("told")
    loops = claimed if isinstance(claimed, int) else 0
    return ThreadsCase(
        name=title(case),
        parallel=loops > 0 and (repeats.busiest is None or repeats.busiest < ALONE),
        steady=steady,
        runs=RUNS,
        threads=repeats.threads,
        loops=loops,
        told=told if isinstance(told, str) else "",
    )


def _agree(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> bool:
    """Compare what both showed."""
    if not ours.size:
        raise GraderFault("The reference shows no output of a speed case.")
    close = ours.shape == theirs.shape and np.allclose(theirs, ours, TOLERANCE, TOLERANCE)
    return bool(close)


def _fault(what: str, broke: BrokeOff) -> GraderFault:
    return GraderFault(f"The reference can't be measured on {what}: {broke.said}")
