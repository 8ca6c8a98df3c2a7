"""Which user a child becomes, and which privileges it keeps: none, where that is possible.

A child of root becomes another, numeric user that owns nothing. If that user can't reach the interpreter (it may lie in
a private home folder), it keeps the one privilege to read: Landlock then says what. Where no other user exists (a
container that maps root alone), it stays root without any privilege.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from grader.sandbox import kernel

CHOWN, DAC_OVERRIDE, DAC_READ_SEARCH, FOWNER, KILL, SETGID, SETUID, SETPCAP = (
    0,
    1,
    2,
    3,
    5,
    6,
    7,
    8,
)  # CAP_…
SERVER_KEEPS = (CHOWN, DAC_OVERRIDE, DAC_READ_SEARCH, FOWNER, KILL, SETGID, SETUID, SETPCAP)
LAST_CAPABILITY = 63
NO_ROOT_LOCKED = 0b11  # SECBIT_NOROOT and its lock: uid 0 gains nothing by being 0
_HEADER = struct.pack("=II", 0x20080522, 0)  # version 3, this process


@dataclass(frozen=True)
class Identity:
    """Whom a child becomes."""

    uid: int | None  # None: stays who the grader is
    reads_all: bool = False  # keeps the privilege to pass file permissions when reading

    def __str__(self) -> str:
        if self.uid is None:
            return "same user, no privileges"
        # Not its number, which is drawn anew: two runs that find the same should say the same.
        left = "no privilege but to read" if self.reads_all else "no privileges"
        return f"a user of its own, {left}"


def plan(number: int, must_read: Iterable[str], *, privileges: bool) -> Identity:
    """Find the weakest user that a child can be, by trying in throw-away processes.

    Args:
        number: Makes the user distinct from those of other servers.
        must_read: Paths that a child needs.
        privileges: Whether this system has Linux's capabilities.

    Returns:
        Who does work; root without privileges when nobody else does.
    """
    if os.geteuid() != 0:
        return Identity(None)
    paths = tuple(must_read)
    users = (200_000 + number, 10_000 + number % 50_000)
    candidates = [Identity(user) for user in users]
    if privileges:
        candidates += [Identity(user, reads_all=True) for user in users]
    return next((candidate for candidate in candidates if _works(candidate, paths)), Identity(None))


def become(who: Identity) -> None:
    """Turn this process into the given user, with no privilege but the one it may keep; OSError where it can't."""
    if who.uid is not None:
        if who.reads_all:
            kernel.prctl(kernel.PR_SET_KEEPCAPS, 1)
        os.setgroups([])
        os.setresgid(who.uid, who.uid, who.uid)
        os.setresuid(who.uid, who.uid, who.uid)
    keep_privileges((DAC_READ_SEARCH,) if who.reads_all else ())


def keep_privileges(kept: Iterable[int]) -> None:
    """Give up all capabilities but these; one that is not there is not missed."""
    if sys.platform != "linux":
        return
    data = ctypes.create_string_buffer(24)
    kernel.capget(_HEADER, data)
    words = struct.unpack("=6I", data.raw)
    mask = sum(1 << capability for capability in kept)
    permitted = words[1] & mask
    kernel.capset(_HEADER, struct.pack("=6I", permitted, permitted, 0, 0, 0, 0))


@contextmanager
def looking_as(who: Identity) -> Iterator[None]:
    """Look at processes as the user that they have become: not even root may without a privilege that it can lack."""
    if who.uid is None or sys.platform != "linux":
        yield
        return
    kernel.set_file_system_user(who.uid)
    keep_privileges(SERVER_KEEPS)  # the change has put some of them out of effect
    try:
        yield
    finally:
        kernel.set_file_system_user(0)


def forswear() -> None:
    """See to it that no program started from here on gains a privilege. Needs root; others have none to gain."""
    if os.geteuid() != 0:
        return
    kernel.prctl(kernel.PR_SET_SECUREBITS, NO_ROOT_LOCKED)
    for capability in range(LAST_CAPABILITY + 1):
        try:
            kernel.prctl(kernel.PR_CAPBSET_DROP, capability)
        except OSError:
            return


def _works(identity: Identity, paths: tuple[str, ...]) -> bool:
    pid = os.fork()
    if pid == 0:
        try:
            become(identity)
            os._exit(
                0 if all(os.access(path, os.R_OK, effective_ids=True) for path in paths) else 1
            )
        except BaseException:  # a forked process must never return into its parent's code
            os._exit(2)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
