"""What the rounds of one measured case have shown so far: whether its code is fast enough, and shared by threads."""

from __future__ import annotations

from dataclasses import dataclass, field

from grader.model import Pace
from grader.oracle.pace import Ratio, pace
from grader.running.timing import BrokeOff, Round
from grader.sandbox.clocks import Nanoseconds

ENOUGH: Nanoseconds = 4_000_000_000  # that the code may take of the processor in one case
ON_THREADS = 7  # rounds on several threads
AT_LEAST = 3  # of them, where they take long
ALONE = 2 / 3  # of the work: the thread that does more than that is not helped by the others
LEAST = 0.01  # of the reference's time, which nothing undercuts: noise is not to be divided by


@dataclass
class Rounds:
    """Gathers rounds, one of the student's beside one of the reference's.

    Each round on one thread serves for both questions. Code that makes itself slow there, so that its work on several
    threads looks shared, is slow.
    """

    wanted: Ratio  # how fast the code has to be, as a fraction of the reference's speed
    threads: bool  # whether it is to be looked at on several threads
    pace: Pace | None = None  # the verdict; None: more rounds on one thread are needed
    ratios: list[Ratio] = field(default_factory=list)
    taken: Nanoseconds = 0
    wrong: bool = False  # whether something else than the reference's came out on several threads
    broke: BrokeOff | None = None  # why there are no more rounds on several threads
    _work: list[Nanoseconds] = field(default_factory=list)  # without showing, by all threads
    _busiest: list[Nanoseconds | None] = field(default_factory=list)

    @property
    def threads_wanted(self) -> bool:
        """Whether more rounds on several threads are needed."""
        enough = AT_LEAST if self.taken > ENOUGH else ON_THREADS
        return self.threads and self.broke is None and len(self._busiest) < enough

    def add(self, theirs: Round, ours: Round, *, right: bool) -> None:
        """Take a round on one thread.

        Args:
            theirs: The student's.
            ours: The reference's.
            right: Whether the same came out of both.
        """
        self.taken += theirs.cpu
        reference = max(ours.cpu - ours.showing, 1)
        student = max(_work(theirs, ours), round(LEAST * reference))
        self._work.append(student)
        if not right:
            self.pace = Pace.WRONG
            return
        self.ratios.append(reference / student)
        self.pace = pace(self.ratios, self.wanted, last=self.taken > ENOUGH)

    def add_on_threads(self, theirs: Round, ours: Round, *, right: bool) -> None:
        """Take a round on several threads, beside one of the reference's on one thread; see ``add``."""
        self.taken += theirs.cpu
        self.wrong |= not right
        self._work.append(_work(theirs, ours))
        late = max(theirs.showing - ours.showing, 0)  # work that was put off
        self._busiest.append(None if theirs.busiest is None else theirs.busiest + late)

    @property
    def shared(self) -> bool | None:
        """Whether several threads share the work; None where the system does not tell threads apart.

        How much work there is, the rounds on one thread tell as well as those on several: all threads run on the same
        processor. Other programs can only add to what a thread uses. So the least of all rounds is nearest to the
        truth, and a round that is slow on purpose changes nothing.
        """
        known = [busiest for busiest in self._busiest if busiest is not None]
        if not known:
            return None
        return min(known) <= ALONE * min(self._work)


def _work(theirs: Round, ours: Round) -> Nanoseconds:
    """Give what a student's round took; the reference, which only shows its outputs then, says how long that takes."""
    return max(theirs.cpu - ours.showing, 1)
