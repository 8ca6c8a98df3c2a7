"""The parent's side of measuring speed: one child, told what to do, and its clocks, read from outside."""

from __future__ import annotations

import json
import os
import random
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.model import Outcome, Seconds
from grader.running.asking import Answer, Paper
from grader.running.claims import MAX_ANSWER, MAX_NOTES, MAX_TYPE
from grader.running.conversation import Conversation
from grader.sandbox import Limits, Sandbox, Stage
from grader.sandbox.clocks import Nanoseconds, Reading, busiest, read_at_rest


class BrokeOff(Exception):
    """The library raised an exception, or its process is no more.

    Args:
        outcome: How it ended.
        said: Why, in a sentence.
        over: Whether the process is gone.
    """

    def __init__(self, outcome: Outcome, said: str, *, over: bool) -> None:
        super().__init__(said)
        self.outcome = outcome
        self.said = said
        self.over = over


class NoClock(Exception):
    """This system does not tell how much time another process has used."""


@dataclass(frozen=True)
class Diagnostics:
    """What Numba says of a kernel, as the child tells it: it explains a verdict, which the clocks give."""

    loops: int  # how many of its ``prange`` run in parallel
    told: str


@dataclass(frozen=True)
class Round:
    """One measured piece of work."""

    cpu: Nanoseconds  # all that the process used since the round before, showing included
    showing: Nanoseconds  # the part of it that it took to show the outputs
    # What the busiest thread used, without showing; None: the system does not tell threads apart.
    busiest: Nanoseconds | None
    shown: NDArray[np.float64]  # what came out; of no size if that was malformed


@dataclass(frozen=True)
class Turn:
    """One piece of work among several that are done again and again."""

    number: int  # what its input follows from
    look: int  # what of the output is looked at follows from this


@dataclass(frozen=True)
class Repeats:
    """The same work, again and again on several threads."""

    same: bool  # whether the same input gave the same output, bit for bit, as the child says
    threads: int  # on which it ran, as the child says
    shown: list[NDArray[np.float64]]  # what came out each time


class Timed:
    """A child with a library in it that does timed work. Close it in the end.

    All of the processor's time that the child uses between two readings counts as work, whatever it was used for: what
    is done early or late, or in another thread, is counted all the same.

    Args:
        sandbox: Where it runs; nothing else runs there meanwhile.
        stage: The library.
        paper: The cases that it may be told to work on.
        seconds: Wall time for all.
        patience: Wall time for one answer.
        limits: Its other bounds.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        stage: Stage,
        paper: Paper,
        *,
        seconds: Seconds,
        patience: Seconds,
        limits: Limits = Limits(),
    ) -> None:
        self.processor = limits.processor
        told = {"names": paper.names, "files": paper.files, "texts": dict(paper.texts)}
        order = {"role": "speed", **told}
        self._talk = Conversation(sandbox, stage, order, seconds, limits)
        self._talk.__enter__()
        self._frames = self._talk.frames(patience)
        self._last = Reading(0, {})
        self._threads = 1

    def close(self) -> None:
        """End the child."""
        self._talk.__exit__(None, None, None)

    @property
    def over(self) -> bool:
        """Whether the child has ended."""
        return self._talk.child.ended

    def prepare(self, name: str, seed: int) -> Diagnostics:
        """Have a case made ready, untimed.

        Args:
            name: The case.
            seed: Of what it prepares.

        Returns:
            What Numba says of its kernel, where that was asked for.

        Raises:
            BrokeOff: The library can't do it.
            NoClock: The system has no clocks for this.
        """
        told = self._ask("prepare", name, seed)
        self._threads = 1
        self._last = self._clock()
        claims = told if isinstance(told, dict) else {}
        loops, said = claims.get("loops"), self._talk.claims.text(claims.get("told"), MAX_NOTES)
        return Diagnostics(loops if isinstance(loops, int) else 0, said)

    def round(self, number: int, look: int, threads: int = 1) -> Round:
        """Have the work done once, timed.

        Args:
            number: What its input follows from.
            look: What of the output is looked at follows from this.
            threads: On how many threads, at most.

        Returns:
            What it took, and what came out.

        Raises:
            BrokeOff: The library can't do it.
            NoClock: The system has no clocks for this.
        """
        begun = self._last
        self._set_threads(threads)
        self._ask("go", number)
        done = self._clock()
        shown = self._ask("show", look)
        self._last = self._clock()
        return Round(
            cpu=self._last.cpu - begun.cpu,
            showing=self._last.cpu - done.cpu,
            busiest=busiest(begun, done),
            shown=_numbers(shown),
        )

    def repeat(self, turns: Sequence[Turn], threads: int) -> Repeats:
        """Have work done again and again on several threads, untimed.

        Each output is looked at before the next one is made, in places that are named only then: what a child says of
        all of them is one thing, and what it can show is another.

        Args:
            turns: What to do.
            threads: On how many threads, at most.

        Returns:
            Whether the same input gave the same output, and what came out.

        Raises:
            BrokeOff: The library can't do it.
            NoClock: The system has no clocks for this.
        """
        used = self._set_threads(threads)
        digests: dict[int, set[str]] = defaultdict(set)
        shown = []
        for turn in turns:
            self._ask("go", turn.number)
            digests[turn.number].add(repr(self._ask("digest")))
            shown.append(_numbers(self._ask("show", turn.look)))
        self._set_threads(1)
        self._last = self._clock()
        return Repeats(all(len(each) == 1 for each in digests.values()), used, shown)

    def show(self, turns: Sequence[Turn]) -> list[NDArray[np.float64]]:
        """Have the work of some turns done, the same one only once, and look at what comes out.

        Args:
            turns: What to do.

        Returns:
            What is looked at, turn by turn.

        Raises:
            BrokeOff: The library can't do it.
        """
        shown: dict[Turn, NDArray[np.float64]] = {}
        done: int | None = None
        for turn in sorted(turns, key=lambda turn: turn.number):
            if turn.number != done:
                self._ask("go", turn.number)
                done = turn.number
            shown[turn] = _numbers(self._ask("show", turn.look))
        self._last = self._clock()
        return [shown[turn] for turn in turns]

    def answer(self, name: str, case: int, seed: int) -> Answer:
        """Ask one case of a probe.

        Args:
            name: The probe.
            case: The case.
            seed: Of the generators.

        Returns:
            What came back.

        Raises:
            BrokeOff: The library's process is no more, or broke off.
        """
        return Answer(Outcome.PASSED, self._ask("answer", name, case, seed))

    def _set_threads(self, threads: int) -> int:
        """Say on how many threads to work, if that changes; give how many there are, as the child says."""
        if threads != self._threads:
            used = self._ask("threads", threads)
            self._threads = used if isinstance(used, int) else threads
        return self._threads

    def _ask(self, name: str, *arguments: Any) -> Any:
        """Give one order, and wait for what comes of it."""
        self._talk.child.send(json.dumps([name, *arguments]).encode())
        frame = next(self._frames, None)
        if frame is None:
            raise BrokeOff(self._talk.outcome(), self._talk.why(), over=True)
        if frame.kind == name:
            return frame.value
        claim = frame.value if frame.kind == "failed" and isinstance(frame.value, dict) else {}
        text = self._talk.claims.text
        raised = text(claim.get("raised"), MAX_TYPE) or "The answer was malformed."
        todo = raised == "NotImplementedError"
        message = text(claim.get("message"), MAX_ANSWER)
        said = message if todo else ": ".join(filter(None, [raised, message]))
        raise BrokeOff(Outcome.TODO if todo else Outcome.ERROR, said, over=False)

    def _clock(self) -> Reading:
        reading = read_at_rest(self._talk.child.clock)
        if reading is not None:
            return reading
        if self.over:
            raise BrokeOff(Outcome.CRASHED, "The Python process ended early.", over=True)
        raise NoClock


def any_processor() -> int | None:
    """Choose a processor to keep processes on; None where the system can't do that."""
    return random.choice(sorted(os.sched_getaffinity(0))) if sys.platform == "linux" else None


def _numbers(shown: Any) -> NDArray[np.float64]:
    """Take what a child shows; of no size if it is no array of floats."""
    if isinstance(shown, np.ndarray) and shown.dtype == np.float64:
        return shown
    return np.empty(0)
