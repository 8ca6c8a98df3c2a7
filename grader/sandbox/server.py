"""The server process: trusted, warm, single-threaded. It forks one child a request, watches it, and tells how it ended.

It is started inside bubblewrap at level A and on the host otherwise, from a private copy of the engine that holds no
course. It never runs student code itself and never reads what a child wrote: results and output go from the child to
the grader directly.
"""

from __future__ import annotations

import gc
import importlib
import os
import resource
import select
import signal
import socket
import sys
import tempfile
import traceback
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from grader.model import Seconds
from grader.sandbox import birth, clocks, confine, disk, identity, kernel, trees, wire
from grader.sandbox.birth import Entry
from grader.sandbox.confine import Confinement
from grader.sandbox.limits import Bytes, Limits, Reason
from grader.scratch import remove_tree

LINUX = sys.platform == "linux"
WATCH_EVERY: Seconds = 0.02
DISK_EVERY = 5  # watches
NAMESPACE_TASKS = 8  # bubblewrap's and the server's own
OTHER_TASKS_LATER = 256  # what the user may start while children run


@dataclass(frozen=True)
class Setup:
    """What a server is told when it starts."""

    entry: str  # "package.module:function"
    warm: tuple[str, ...]  # modules to import before the first child
    readable: tuple[str, ...]  # what every child may read
    private: str  # folder for the children's private folders
    number: int  # distinct from other servers'
    abi: int | None  # Landlock's version; None: use neither it nor seccomp
    own_namespace: bool  # runs in process and user namespaces of its own


def main(descriptor: int) -> None:
    """Learn the set-up, warm up, say so, and serve until the grader is gone.

    Args:
        descriptor: This side of the control socket.
    """
    birth.reserve_descriptors()
    link = socket.socket(fileno=descriptor)
    link.set_inheritable(False)
    if (greeting := wire.collect(link)) is None:
        return
    try:
        server = _Server(link, *_warm_up(Setup(**greeting[0])))
    except Exception:  # whatever a warm module raises must reach the grader as text
        wire.post(link, {"failed": traceback.format_exc(limit=-3)[-4000:]})
        return
    wire.post(link, {"ready": True, "layers": server.rules.layers})
    while (order := wire.collect(link)) is not None:
        message, descriptors = order
        if "start" in message:
            wire.post(link, server.serve(message, descriptors))
        elif "warm" in message:
            wire.post(link, _warm_more(message["warm"]))


def _warm_up(setup: Setup) -> tuple[Entry, Confinement, Path]:
    if LINUX:
        with suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text("500")  # rather this tree than the grader
        kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)
    for name in setup.warm:
        importlib.import_module(name)
    module, _, function = setup.entry.partition(":")
    entry: Entry = getattr(importlib.import_module(module), function)
    who = identity.plan(setup.number, (*setup.readable, setup.private), privileges=LINUX)
    if LINUX:
        identity.forswear()
        identity.keep_privileges(identity.SERVER_KEEPS)
        kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
    other_tasks = _other_tasks(who, setup)
    rules = confine.prepare(who, other_tasks, setup.readable, setup.abi)
    gc.collect()
    gc.freeze()  # a collection in a child must not touch, and so copy, the pages that it shares
    return entry, rules, Path(setup.private)


def _warm_more(names: list[str]) -> wire.Message:
    """Import modules for the children to come, and gather what these have found out about this place."""
    found: dict[str, str] = {}
    try:
        for name in names:
            found |= getattr(importlib.import_module(name), "FOUND", {})
    except Exception:  # as above
        return {"failed": traceback.format_exc(limit=-3)[-4000:]}
    gc.collect()
    gc.freeze()
    return {"found": found}


def _other_tasks(who: identity.Identity, setup: Setup) -> int | None:
    """Count the tasks that the kernel adds to the children's own when it applies their limit; None: don't limit."""
    if who.uid is not None:
        return 0
    if setup.own_namespace:
        return NAMESPACE_TASKS
    if setup.abi is not None:
        return None  # children start no processes, and the watch counts their threads
    return trees.tasks_of(os.geteuid()) + OTHER_TASKS_LATER


@dataclass(frozen=True)
class _Server:
    link: socket.socket
    entry: Entry
    rules: Confinement
    private: Path

    def serve(self, message: wire.Message, descriptors: list[int]) -> wire.Message:
        """Run one child to its end and report."""
        limits = Limits(**message["limits"])
        folder = Path(tempfile.mkdtemp(dir=self.private, prefix="child-"))
        if self.rules.who.uid is not None:
            os.chown(folder, self.rules.who.uid, self.rules.who.uid)
        pid = os.fork()
        if pid == 0:
            birth.live(self.entry, self.rules, message["start"], str(folder), limits, descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        reason = self._watch(pid, folder, limits)
        for kill in (os.killpg, os.kill):  # its group, and itself if it died before it had one
            with suppress(OSError):
                kill(pid, signal.SIGKILL)
        waited = _waited(pid)
        _, status, used = os.wait4(pid, 0)
        trees.end_descendants()
        remove_tree(folder)
        return _report(reason, os.waitstatus_to_exitcode(status), used, waited)

    def _watch(self, pid: int, folder: Path, limits: Limits) -> Reason | None:
        """Wait for the child's end, for the grader's word, or for a limit; return why it must be killed, if it must.

        The grader's word is to kill it, or to tell its clocks.
        """
        wait = _Waiter(pid, self.link)
        try:
            for number in range(1, sys.maxsize):
                ended, word = wait(WATCH_EVERY)
                if ended:
                    return None
                if word:
                    if not self._tell_clocks(pid):
                        return Reason.KILLED
                    continue
                used = trees.usage(os.getpid())
                if (broken := _broken_limit(used, limits)) is not None:
                    return broken
                if number % DISK_EVERY == 0 and self._disk(pid, folder, limits) > limits.disk:
                    return Reason.DISK
        finally:
            wait.close()
        return Reason.KILLED

    def _disk(self, pid: int, folder: Path, limits: Limits) -> Bytes:
        """Add up what a child uses of the disk."""
        with identity.looking_as(self.rules.who):
            held = disk.held(pid, folder, limits.file_size)
        return held + disk.in_folder(folder)

    def _tell_clocks(self, pid: int) -> bool:
        """Take the grader's word; answer it if it asks for the child's clocks, and return whether it does."""
        received = wire.collect(self.link)
        if received is None or "clock" not in received[0]:
            return False
        reading = clocks.read(pid)
        wire.post(self.link, {"clock": asdict(reading) if reading else None})
        return True


class _Waiter:
    """Waits for a child's end or a message."""

    def __init__(self, pid: int, link: socket.socket) -> None:
        self._pid = pid
        self._link = link.fileno()
        self._handle = os.pidfd_open(pid) if LINUX else None
        self._poll = select.poll()
        self._poll.register(self._link, select.POLLIN)
        if self._handle is not None:
            self._poll.register(self._handle, select.POLLIN)

    def __call__(self, seconds: Seconds) -> tuple[bool, bool]:
        """Return whether the child has ended and whether there is a message."""
        ready = {descriptor for descriptor, _ in self._poll.poll(seconds * 1000)}
        if self._handle is not None:
            return self._handle in ready, self._link in ready
        return (
            os.waitid(os.P_PID, self._pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None,
            self._link in ready,
        )

    def close(self) -> None:
        if self._handle is not None:
            os.close(self._handle)


def _broken_limit(used: trees.Usage, limits: Limits) -> Reason | None:
    if used.memory > limits.memory:
        return Reason.MEMORY
    if used.tasks > limits.tasks:
        return Reason.TASKS
    if used.cpu > limits.cpu:
        return Reason.CPU
    return None


def _waited(pid: int) -> Seconds:
    """Read how long a child waited for a processor, once it has ended and before it is collected."""
    if not LINUX:
        return 0.0
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    return clocks.waited(pid)


def _report(
    reason: Reason | None, status: int, used: resource.struct_rusage, waited: Seconds
) -> wire.Message:
    if reason is None:
        reason = Reason.EXITED if status >= 0 else Reason.SIGNALLED
        if status == -signal.SIGXCPU:
            reason = Reason.CPU
    unit = 1024 if LINUX else 1
    return {
        "ended": reason,
        "status": status,
        "cpu": used.ru_utime + used.ru_stime,
        "waited": waited,
        "memory": used.ru_maxrss * unit,
    }
