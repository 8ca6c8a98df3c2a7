"""What grading a whole class costs: ``python -m grader.bench.classroom CLASS`` (``grader course example`` makes one).

Student code runs at sandbox level B here: the processes inside A's namespaces are not the grader's to count. CPU
seconds are of all processes; those of children that ran student code are told apart from the reference's and the rest.
"""

from __future__ import annotations

import os
import resource
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, field
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import click

from grader.authoring.load import find_root, load_course
from grader.classes.grading import Grader
from grader.classes.judging import ENTRY, WARM, LocalJudge
from grader.classes.policy import Policy
from grader.classes.workers import grade_all
from grader.errors import PsutilMissing
from grader.gradebook import Gradebook
from grader.model import Course, Level, Seconds
from grader.reporting.words import number
from grader.sandbox import Sandbox
from grader.scratch import scratch_folder
from grader.submission import Found, discover, take

CONFINED = Level.B
SEED = 7  # the same questions in every round, so that rounds differ by noise alone
_GLANCE: Seconds = 1.0  # between two looks at the memory


@dataclass
class Cost:
    """What grading a class took."""

    submissions: int = 0
    wall: Seconds = 0.0
    cpu: Seconds = 0.0  # of everything
    students: Seconds = 0.0  # of the children that ran student code, tests and probes
    reference: Seconds = 0.0  # of the children that ran the reference and wrong versions
    memory: int = 0  # bytes of all processes at the worst moment, rather too many than too few

    @property
    def throughput(self) -> float:
        """Submissions a minute."""
        return 60.0 * self.submissions / self.wall


@dataclass
class _Scales:
    """Weighs what the children of all judges spend."""

    students: list[Sandbox] = field(default_factory=list)
    trusted: list[Sandbox] = field(default_factory=list)


class _Weighed(LocalJudge):
    """A judge whose sandboxes are weighed, at a level where that can be done."""

    def __init__(self, course: Course, policy: Policy, scales: _Scales) -> None:
        super().__init__(course, policy)
        self._scales = scales

    def _open_one(self) -> Sandbox:
        opened = self._open.enter_context(Sandbox(CONFINED, ENTRY, WARM))
        # A judge opens the students' sandbox first.
        kind = self._scales.students if self._sandbox is None else self._scales.trusted
        kind.append(opened)
        return opened


def measure(
    course: Course,
    found: Sequence[Found],
    jobs: int,
    told: Callable[[int], None],
    keep: Path | None = None,
) -> Cost:
    """Grade a class into a new gradebook, and weigh it.

    Args:
        course: The course.
        found: The submissions.
        jobs: How many workers.
        told: Called after each submission with how many are done.
        keep: Folder for the gradebook; else it is thrown away.

    Returns:
        What it took.
    """
    cost, scales = Cost(len(found)), _Scales()
    done = 0

    def count(_: object) -> None:
        nonlocal done
        done += 1
        told(done)

    with ExitStack() as stack:
        folder = stack.enter_context(scratch_folder() if keep is None else nullcontext(keep))
        book = stack.enter_context(Gradebook(folder / "gradebook.db"))
        policy = Policy(seed=SEED)

        def make() -> Grader:
            return Grader(course, book, policy, _Weighed(course, policy, scales))

        stop = threading.Event()
        watcher = threading.Thread(target=_watch, args=(cost, stop))
        watcher.start()
        begun, used = time.monotonic(), _used()
        try:
            grade_all(
                [(each.id, partial(take, each.spec, course, id=each.id)) for each in found],
                make,
                jobs=jobs,
                told=lambda *_: None,
                done=count,
            )
        finally:
            stop.set()
            watcher.join()
        cost.wall, cost.cpu = time.monotonic() - begun, _used() - used
    cost.students = sum(sandbox.spent for sandbox in scales.students)
    cost.reference = sum(sandbox.spent for sandbox in scales.trusted)
    return cost


def _used() -> Seconds:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in both)


def _watch(cost: Cost, stop: threading.Event) -> None:
    """Note the most memory that this process and all below it have at once.

    Pages of files, which they share, are counted once; other pages that forks share are counted for each of them, since
    to look closer would cost more than what is looked at.
    """
    import psutil  # an extra

    own = psutil.Process()
    while not stop.wait(_GLANCE):
        private, shared = 0, 0
        for process in (own, *own.children(recursive=True)):
            try:
                memory = process.memory_info()
            except psutil.Error:
                continue  # it has just ended
            private += memory.rss - memory.shared
            shared = max(shared, memory.shared)
        cost.memory = max(cost.memory, private + shared)


@click.command()
@click.argument("folder", type=click.Path(exists=True, path_type=Path))
@click.option("--jobs", type=click.IntRange(1), multiple=True, default=(2,), show_default=True)
@click.option("--rounds", type=click.IntRange(1), default=1, show_default=True)
@click.option(
    "--keep",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder for the gradebook of a single round.",
)
def main(folder: Path, jobs: tuple[int, ...], rounds: int, keep: Path | None) -> None:
    """Grade the class in FOLDER with so many workers, interleaved over rounds, and say what it cost."""
    if not find_spec("psutil"):
        raise click.ClickException(str(PsutilMissing()))
    course = load_course(find_root(Path.cwd()))
    found = discover([str(folder)], course)
    for number_of_round in range(1, rounds + 1):
        for count in jobs:

            def tell(done: int, count: int = count) -> None:
                said = f"round {number_of_round}, {count} workers: {done} of {len(found)}"
                click.echo(f"\r{said}   ", nl=False, err=True)

            cost = measure(course, found, count, tell, keep)
            click.echo(f"\r{'':60}\r", nl=False, err=True)
            click.echo(_told(cost, count))


def _told(cost: Cost, jobs: int) -> str:
    each = cost.cpu / cost.submissions
    rest = cost.cpu - cost.students - cost.reference
    return (
        f"{jobs} workers: {cost.submissions} submissions in {cost.wall:.0f} s,"
        f" {number(cost.throughput)} a minute;"
        f" CPU {each:.2f} s each, of it student code {cost.students / cost.cpu:.0%},"
        f" the reference and wrong versions {cost.reference / cost.cpu:.0%},"
        f" all else {rest / cost.cpu:.0%}; at most {cost.memory / 2**20:.0f} MiB;"
        f" load {os.getloadavg()[0]:.1f}"
    )


if __name__ == "__main__":
    main()
