"""Ways by which one child might tell another something, tried in earnest: the sender's side and the receiver's.

Two children of a sandbox, or of two, may read the same files and run on the same machine, and nothing else should
connect them. For each way the sender changes something, and the receiver says what it sees. Runs inside children, for
the self-test; see ``covert.py``.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import mmap
import os
import signal
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from grader.sandbox import kernel, seccomp, syscalls
from grader.sandbox.wire import Results

F_OFD_GETLK, F_OFD_SETLK = 36, 37
LOCK = struct.Struct("hhqqi4x")  # struct flock: type, whence, start, length, process
MOST_SIGNALS = 50_000
PROCESSES = 80  # offset of the count of processes in struct sysinfo
FUTEX_WAIT, FUTEX_WAKE = 0, 1
BUSY = 0.03  # seconds of the processor's time, more than an idle sender needs

_libc = ctypes.CDLL(None, use_errno=True)
_libc.mmap.restype = ctypes.c_void_p


@dataclass(frozen=True)
class Meeting:
    """What sender and receiver agreed on."""

    shared: str  # a file that both may read
    cached: str  # another
    folder: str  # a folder that anyone may write
    sender: int = 0  # the sender's process id


@dataclass(frozen=True)
class Channel:
    """A way to pass a bit. The sender holds what ``send`` returns until it ends."""

    send: Callable[[Meeting], object]
    look: Callable[[Meeting], object]


def send(meeting: Meeting, bit: bool, results: Results) -> None:
    """Set the bit in every way there is, send the own process id, and stay until the grader sends no more."""
    kept = []
    for channel in CHANNELS.values() if bit else ():
        with suppress(Exception):
            kept.append(channel.send(meeting))
    results.send(str(os.getpid()).encode())
    with suppress(EOFError):
        results.receive()


def look(meeting: Meeting, results: Results) -> None:
    """Send what can be seen of the sender in every way there is."""
    seen = {name: _seen(channel, meeting) for name, channel in CHANNELS.items()}
    results.send(json.dumps(seen).encode())


def _seen(channel: Channel, meeting: Meeting) -> str:
    try:
        return repr(channel.look(meeting))
    except Exception as refused:
        return f"{type(refused).__name__}: {refused}"


def _opened(meeting: Meeting) -> int:
    return os.open(meeting.shared, os.O_RDONLY)


def _hold(meeting: Meeting) -> int:
    descriptor = _opened(meeting)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    return descriptor


def _is_held(meeting: Meeting) -> bool:
    try:
        fcntl.flock(_opened(meeting), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False


def _hold_range(command: int) -> Callable[[Meeting], int]:
    def hold(meeting: Meeting) -> int:
        descriptor = _opened(meeting)
        fcntl.fcntl(descriptor, command, LOCK.pack(fcntl.F_RDLCK, 0, 0, 0, 0))
        return descriptor

    return hold


def _is_range_held(command: int) -> Callable[[Meeting], bool]:
    def is_held(meeting: Meeting) -> bool:
        answer = fcntl.fcntl(_opened(meeting), command, LOCK.pack(fcntl.F_WRLCK, 0, 0, 0, 0))
        return bool(LOCK.unpack(answer)[0] != fcntl.F_UNLCK)

    return is_held


def _is_leased(meeting: Meeting) -> bool:
    """Ask to be told when others open the file, which is granted as long as nobody has."""
    try:
        fcntl.fcntl(_opened(meeting), fcntl.F_SETLEASE, fcntl.F_WRLCK)
    except BlockingIOError:
        return True
    return False


def _page(meeting: Meeting) -> int:
    """Map the file's first page, and return its address."""
    none = ctypes.c_void_p(None)
    size, flags = ctypes.c_size_t(mmap.PAGESIZE), ctypes.c_int(mmap.MAP_SHARED)
    found = _libc.mmap(none, size, mmap.PROT_READ, flags, _opened(meeting), ctypes.c_long(0))
    return int(found)


def _futex(meeting: Meeting, operation: int, value: int) -> int:
    machine = seccomp.machine()
    number = syscalls.FUTEX[machine.column] if machine else None
    if number is None:
        raise OSError("no system call table for this machine")
    return kernel.system_call(number, _page(meeting), operation, value, None, None, 0)


def _wait_at_page(meeting: Meeting) -> threading.Thread:
    word = int.from_bytes(Path(meeting.shared).read_bytes()[:4], "little")
    thread = threading.Thread(target=_futex, args=(meeting, FUTEX_WAIT, word), daemon=True)
    thread.start()
    time.sleep(0.02)
    return thread


def _crowd(meeting: Meeting) -> list[threading.Thread]:
    crowd = [threading.Thread(target=signal.pause, daemon=True) for _ in range(8)]
    for thread in crowd:
        thread.start()
    return crowd


def _count_processes(meeting: Meeting) -> int:
    data = ctypes.create_string_buffer(256)
    if _libc.sysinfo(data):
        raise OSError(ctypes.get_errno(), "sysinfo")
    return int(struct.unpack_from("=H", data.raw, PROCESSES)[0])


def _fill(meeting: Meeting) -> None:
    Path("filled").write_bytes(bytes(1 << 19))


def _free_space(meeting: Meeting) -> int:
    return os.statvfs(".").f_bfree


def _push_out(meeting: Meeting) -> None:
    descriptor = os.open(meeting.cached, os.O_RDONLY)
    os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)


def _is_cached(meeting: Meeting) -> bool:
    try:
        os.preadv(os.open(meeting.cached, os.O_RDONLY), [bytearray(16)], 0, os.RWF_NOWAIT)
    except BlockingIOError:
        return False
    return True


def _work(meeting: Meeting) -> None:
    end = time.thread_time() + BUSY
    while time.thread_time() < end:
        pass


def _has_worked(meeting: Meeting) -> bool:
    return time.clock_gettime((~meeting.sender << 3) | 2) >= BUSY


def _queue_signals(most: int) -> int:
    """Queue signals for the own process until no more are taken, and return how many were."""
    number = signal.SIGRTMIN + 5
    signal.pthread_sigmask(signal.SIG_BLOCK, {number})
    for count in range(most):
        if _libc.sigqueue(os.getpid(), number, ctypes.c_void_p(count)):
            return count
    return most


def _leave_file(meeting: Meeting) -> None:
    for place in (meeting.folder, ".."):
        with suppress(OSError):
            Path(place, "left").write_text("")


def _find_file(meeting: Meeting) -> bool:
    return any(Path(place, "left").exists() for place in (meeting.folder, ".."))


CHANNELS = {
    "a lock on a file": Channel(_hold, _is_held),
    "a lock on a range of a file": Channel(
        _hold_range(fcntl.F_SETLK), _is_range_held(fcntl.F_GETLK)
    ),
    "a lock of an open file": Channel(_hold_range(F_OFD_SETLK), _is_range_held(F_OFD_GETLK)),
    "opening a file": Channel(_opened, _is_leased),
    "waiting at a page of a file": Channel(
        _wait_at_page, lambda meeting: _futex(meeting, FUTEX_WAKE, 1)
    ),
    "the count of processes": Channel(_crowd, _count_processes),
    "free space": Channel(_fill, _free_space),
    "what of a file is cached": Channel(_push_out, _is_cached),
    "a process's clock": Channel(_work, _has_worked),
    "queued signals": Channel(
        lambda meeting: _queue_signals(100), lambda meeting: _queue_signals(MOST_SIGNALS)
    ),
    "a file left behind": Channel(_leave_file, _find_file),
}
