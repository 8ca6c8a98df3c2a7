"""What a child does to itself before student code: limits, another user, Landlock, seccomp; all for good."""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import ceil

from grader.sandbox import identity, kernel, landlock, seccomp
from grader.sandbox.identity import Identity
from grader.sandbox.limits import MIB, Limits

STACK = 16 * MIB
READABLE_DEVICES = ("/dev/urandom", "/dev/random", "/dev/zero")
WRITABLE_DEVICES = ("/dev/null",)


@dataclass(frozen=True)
class Confinement:
    """The same for all children of a server; made once, before the first of them."""

    who: Identity
    other_tasks: int | None  # what the children's user runs besides, None: don't limit its tasks
    files: landlock.Rules | None  # None: no kernel layers
    calls: seccomp.Filter | None

    @property
    def layers(self) -> tuple[str, ...]:
        """Say in words what is used."""
        used = [str(self.who), "resource limits"]
        if self.files:
            used.append(f"Landlock ABI {self.files.version}")
        if self.calls:
            used.append("seccomp: no new processes, no network")
        return tuple(used)


def prepare(
    who: Identity, other_tasks: int | None, readable: Sequence[str], abi: int | None
) -> Confinement:
    """Open and look up all that does not differ between children.

    Args:
        who: Whom the children become.
        other_tasks: Threads and processes that their user runs besides, None: don't limit its tasks.
        readable: Folders and files that they may read.
        abi: The version of Landlock to use; None: neither that nor seccomp.

    Returns:
        What every child then applies.

    Raises:
        OSError: A layer is not there.
    """
    if abi is None:
        return Confinement(who, other_tasks, None, None)
    if (machine := seccomp.machine()) is None:
        raise OSError("no system call table for this machine")
    files = landlock.prepare(abi, (*readable, *READABLE_DEVICES), WRITABLE_DEVICES)
    return Confinement(who, other_tasks, files, seccomp.assemble(machine))


def confine(rules: Confinement, stage: str, private: str, limits: Limits) -> None:
    """Confine this process, which must have one thread and end soon.

    Args:
        rules: What all children share.
        stage: The folder that this child alone may read.
        private: The folder that it may write.
        limits: Its bounds.

    Raises:
        OSError: Some layer did not take: student code must not run.
    """
    set_limits(limits, rules.other_tasks)
    stay_on(limits.processor)
    identity.become(rules.who)
    if sys.platform == "linux":
        kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
        kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    if rules.files:
        rules.files.apply(readable=stage, writable=private)
    if rules.calls:
        # The server may see what this process holds open; no other child may, and there is no core file.
        kernel.prctl(kernel.PR_SET_DUMPABLE, 1)
        rules.calls.install()


def stay_on(processor: int | None) -> None:
    """Keep this process, and all its threads to come, on one processor; on none in particular, if none is named."""
    if processor is not None and sys.platform == "linux":
        with suppress(OSError):  # it may have been taken away meanwhile
            os.sched_setaffinity(0, {processor})


def set_limits(limits: Limits, other_tasks: int | None) -> None:
    """Set the per-process limits; what a system does not know or allow is left to the server's watch."""
    seconds = ceil(limits.cpu)
    wanted = {
        "RLIMIT_CPU": (seconds, seconds + 1),
        "RLIMIT_AS": (limits.address_space,) * 2,
        "RLIMIT_FSIZE": (limits.file_size,) * 2,
        "RLIMIT_NOFILE": (limits.open_files,) * 2,
        "RLIMIT_STACK": (STACK,) * 2,
        # No core file: with 0, the system would start the program that it may have for those.
        "RLIMIT_CORE": (1, 1),
        "RLIMIT_MEMLOCK": (0, 0),
        "RLIMIT_MSGQUEUE": (0, 0),
        "RLIMIT_SIGPENDING": (0, 0),  # a user's processes share what is queued
    }
    if other_tasks is not None:
        wanted["RLIMIT_NPROC"] = (limits.tasks + other_tasks,) * 2
    for name, bounds in wanted.items():
        kind = getattr(resource, name, None)
        if kind is None:
            continue
        hard = resource.getrlimit(kind)[1]
        soft_wanted, hard_wanted = (
            bound if hard == resource.RLIM_INFINITY else min(bound, hard) for bound in bounds
        )
        try:
            resource.setrlimit(kind, (soft_wanted, hard_wanted))
        except (OSError, ValueError):  # macOS refuses some of them
            continue
