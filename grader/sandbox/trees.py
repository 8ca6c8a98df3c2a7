"""Watching and ending a server's descendants.

The server is a sub-reaper: what its children abandon becomes its own child.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from grader.model import Seconds
from grader.sandbox.limits import Bytes

PATIENCE: Seconds = 5.0  # for processes that got SIGKILL to be gone


@dataclass(frozen=True)
class Usage:
    """What a process tree uses now."""

    memory: Bytes = 0
    tasks: int = 0
    cpu: Seconds = 0.0


def usage(root: int) -> Usage:
    """Add up all descendants of a process; nothing where there is no /proc."""
    page, tick = os.sysconf("SC_PAGE_SIZE"), os.sysconf("SC_CLK_TCK")
    memory = tasks = ticks = 0
    for pid in descendants(root):
        with suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
            # Its own and its dead children's, user and system.
            ticks += sum(map(int, fields[11:15]))
            tasks += int(fields[17])
            memory += int(fields[21]) * page
    return Usage(memory, tasks, ticks / tick)


def descendants(root: int) -> Iterator[int]:
    """List the ids of all processes under one."""
    pending = [root]
    while pending:
        found = list(_children(pending.pop()))
        yield from found
        pending += found


def end_descendants() -> None:
    """Kill and collect everything below this process.

    A tree that forks faster than it dies is finite by its limit on processes.
    """
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        alive = list(descendants(os.getpid()))
        for pid in alive:
            with suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        if not _collect() and not alive:
            return
        if alive:
            time.sleep(0.001)


def tasks_of(uid: int) -> int:
    """Count a user's threads and processes."""
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if folder.stat().st_uid == uid:
                total += len(os.listdir(folder / "task"))
    return total


def _children(pid: int) -> Iterator[int]:
    with suppress(OSError):
        for task in os.listdir(f"/proc/{pid}/task"):
            with suppress(OSError):
                yield from map(int, Path(f"/proc/{pid}/task/{task}/children").read_bytes().split())


def _collect() -> bool:
    """Collect dead children; tell whether there are children at all."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
        return True
    except ChildProcessError:
        return False
