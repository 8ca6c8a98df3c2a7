"""How much of the processors' time a process has had, and how long it waited for that, read from outside of it.

The kernel counts that, whatever the process does or says.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from grader.model import Seconds

Nanoseconds = int
TRIES = 10  # looks at a process that has answered, and so is about to wait
PAUSE: Seconds = 0.0002  # between them
SCHEDULER_CLOCK = 2  # CPUCLOCK_SCHED of the kernel's posix-timers.h: user and system time, exact


@dataclass(frozen=True)
class Reading:
    """What a process has used up to now."""

    cpu: Nanoseconds  # of all its threads, those that have ended too
    threads: dict[str, Nanoseconds]  # of each that lives, by its id; empty where that can't be read
    waited: Seconds = 0.0  # see ``waited``


def read(pid: int) -> Reading | None:
    """Read a process's clocks.

    A process that waits has exact ones; of one that runs, the time since the last tick may be missing.

    Args:
        pid: A process that this one may look at.

    Returns:
        The reading, or None where the system has no such clocks.
    """
    if sys.platform != "linux":
        return None
    # clock_getcpuclockid(3), which Python does not wrap, makes the id of a process's clock in this way.
    clock = (~pid << 3) | SCHEDULER_CLOCK
    with suppress(OSError):
        return Reading(time.clock_gettime_ns(clock), _threads(pid), waited(pid))
    return None


def read_at_rest(clock: Callable[[], Reading | None]) -> Reading | None:
    """Read the clocks of a process that is about to wait, once they stand still.

    Args:
        clock: Reads them.

    Returns:
        The last reading; that of a process which does not come to rest may lack the time since the last tick.
    """
    reading = clock()
    for _ in range(TRIES):
        time.sleep(PAUSE)
        before, reading = reading, clock()
        if reading is None or before is None or reading.cpu == before.cpu:
            break
    return reading


def waited(pid: int) -> Seconds:
    """Read how long a process could have run, and others held the processors.

    Args:
        pid: A process, which may have ended if nobody has collected it.

    Returns:
        What its first thread waited, the second number of its ``schedstat``; 0 where the system does not count that.
    """
    with suppress(OSError, IndexError, ValueError):
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[1]) / 1e9
    return 0.0


def busiest(begun: Reading, done: Reading) -> Nanoseconds | None:
    """Give the most that one thread has used between two readings of a process.

    Args:
        begun: The first reading.
        done: The second.

    Returns:
        The most; all that ended threads have used counts as one thread's. None where threads can't be told apart.
    """
    used = [time - begun.threads.get(thread, 0) for thread, time in done.threads.items()]
    return max(*used, done.cpu - begun.cpu - sum(used)) if used else None


def _threads(pid: int) -> dict[str, Nanoseconds]:
    """Read the first number of each thread's ``schedstat``: the time it spent on a processor."""
    found: dict[str, Nanoseconds] = {}
    with suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):
            with suppress(OSError):
                text = Path(f"/proc/{pid}/task/{thread}/schedstat").read_text()
                found[thread] = int(text.split()[0])
    return found
