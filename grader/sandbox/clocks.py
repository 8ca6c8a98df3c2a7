"""How much of the processors' time a process has had, read from outside of it.

The kernel counts that, whatever the process does or says.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

Nanoseconds = int
SCHEDULER_CLOCK = 2  # CPUCLOCK_SCHED of the kernel's posix-timers.h: user and system time, exact


@dataclass(frozen=True)
class Reading:
    """What a process has used up to now."""

    cpu: Nanoseconds  # of all its threads, those that have ended too
    threads: dict[str, Nanoseconds]  # of each that lives, by its id; empty where that can't be read


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
        return Reading(time.clock_gettime_ns(clock), _threads(pid))
    return None


def _threads(pid: int) -> dict[str, Nanoseconds]:
    """Read the first number of each thread's ``schedstat``: the time it spent on a processor."""
    found: dict[str, Nanoseconds] = {}
    with suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):
            with suppress(OSError):
                text = Path(f"/proc/{pid}/task/{thread}/schedstat").read_text()
                found[thread] = int(text.split()[0])
    return found
