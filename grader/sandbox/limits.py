"""What a child may use, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from grader.model import Seconds

Bytes = int
MIB = 1 << 20
PATIENCE = 3  # times its wall time that a child may wait for a processor that others hold


@dataclass(frozen=True)
class Limits:
    """Bounds of one child. All of them are enforced at every level, from outside the child where that is possible."""

    # From the moment the child is confined, by the parent's clock, which stands still while others hold the processor.
    wall: Seconds = 60.0
    cpu: Seconds = 60.0  # user and system time of all its threads and processes
    memory: Bytes = 1024 * MIB  # resident memory of all its processes
    address_space: Bytes = 4096 * MIB
    file_size: Bytes = 16 * MIB
    disk: Bytes = 64 * MIB  # all files of its private folder
    open_files: int = 64
    tasks: int = 64  # threads and processes
    processor: int | None = (
        None  # the only one that it may run on, where the system can see to that; None: any
    )
    output: Bytes = 1 * MIB  # standard output and error
    frame: Bytes = MIB // 4  # one result
    results: Bytes = 16 * MIB  # all results


class Reason(StrEnum):
    """Why a child is no more."""

    EXITED = "exited"
    SIGNALLED = "signalled"
    TIMEOUT = "timeout"
    CPU = "cpu"
    MEMORY = "memory"
    TASKS = "tasks"
    DISK = "disk"
    OUTPUT = "output"
    RESULTS = "results"  # too much of them, or a stream that breaks off inside one
    KILLED = "killed"  # the parent had enough


@dataclass(frozen=True)
class Ending:
    """How a child ended. Only the reason is the grader's own finding: the rest is what student code left behind."""

    reason: Reason
    status: int  # exit status, or minus the signal
    cpu: Seconds
    waited: Seconds  # for a processor that others held, as far as it was given that time back
    memory: Bytes  # peak resident memory
    output: str  # the tail of what it printed, without control characters
