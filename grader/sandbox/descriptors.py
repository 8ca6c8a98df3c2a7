"""Attacks that ask something of an open descriptor: for signals to be sent, or for properties of its file.

What asks for signals asks on a pipe on which nothing happens, so that none are sent.
"""

from __future__ import annotations

import errno
import fcntl
import os
import struct
from collections.abc import Callable

Attack = Callable[[object], object]
F_OWNER_PROCESS = 1
FIRST_PROCESS = 1


def _on_a_pipe(request: Callable[[int], object]) -> Attack:
    """Make an attack of a request: one that is refused only because it means nothing to a pipe has got through."""

    def ask(_: object) -> None:
        reading, writing = os.pipe()
        try:
            request(reading)
        except OSError as error:
            if error.errno == errno.EPERM:
                raise
        finally:
            os.close(reading)
            os.close(writing)

    return ask


def _fcntl(command: int, argument: int | bytes) -> Attack:
    return _on_a_pipe(lambda descriptor: fcntl.fcntl(descriptor, command, argument))


def _ioctl(request: int) -> Attack:
    return _on_a_pipe(lambda descriptor: fcntl.ioctl(descriptor, request, bytes(8)))


_OWNER = struct.pack("ii", F_OWNER_PROCESS, FIRST_PROCESS)

ATTACKS: dict[str, Attack] = {
    "say who gets a pipe's signals": _fcntl(8, FIRST_PROCESS),  # F_SETOWN
    "say which thread gets a pipe's signals": _fcntl(15, _OWNER),  # F_SETOWN_EX
    "choose a pipe's signal": _fcntl(10, 9),  # F_SETSIG
    "ask a pipe for signals": _fcntl(fcntl.F_SETFL, 0x2000),  # O_ASYNC
    "ask a pipe for signals, otherwise": _ioctl(0x5452),  # FIOASYNC
    "say who gets a socket's signals": _ioctl(0x8901),  # FIOSETOWN
    "say who gets a socket's signals, otherwise": _ioctl(0x8902),  # SIOCSPGRP
    "say who gets a terminal's signals": _ioctl(0x5410),  # TIOCSPGRP
    "ask for signals when a file is opened": _fcntl(1024, fcntl.F_RDLCK),  # F_SETLEASE
    "ask for signals when a folder changes": _fcntl(1026, 0),  # F_NOTIFY
    "write a file's flags": _ioctl(0x40086602),  # FS_IOC_SETFLAGS
    "write a file's version": _ioctl(0x40087602),  # FS_IOC_SETVERSION
}
