"""The system calls that Python does not wrap, by ctypes. Imports anywhere; works on Linux."""

from __future__ import annotations

import ctypes
import os

_libc = ctypes.CDLL(None, use_errno=True)

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_KEEPCAPS = 8
PR_SET_SECCOMP = 22
PR_CAPBSET_DROP = 24
PR_SET_SECUREBITS = 28
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38

Argument = int | ctypes.Array[ctypes.c_char] | ctypes.Structure | None


def system_call(number: int, *arguments: Argument) -> int:
    """Make a system call by number and return its result; OSError when the kernel refuses."""
    return _checked(
        _libc.syscall(ctypes.c_long(number), *map(_word, arguments)), f"system call {number}"
    )


def prctl(option: int, *arguments: Argument) -> int:
    """Change a property of this process; OSError when the kernel refuses."""
    padded = (*arguments, 0, 0, 0, 0)[:4]  # several options demand that unused arguments are zero
    return _checked(_libc.prctl(ctypes.c_int(option), *map(_word, padded)), f"prctl {option}")


def capget(header: bytes, data: ctypes.Array[ctypes.c_char]) -> None:
    """Read this process's capabilities into ``data``."""
    _checked(_libc.capget(header, data), "capget")


def capset(header: bytes, data: bytes) -> None:
    """Set this process's capabilities."""
    _checked(_libc.capset(header, data), "capset")


def set_file_system_user(number: int) -> None:
    """Pass for another user, and its group, when it comes to files and to looking at processes. Needs privileges."""
    _libc.setfsgid(ctypes.c_uint(number))
    _libc.setfsuid(ctypes.c_uint(number))


def _word(argument: Argument) -> object:
    if argument is None or isinstance(argument, int):
        return ctypes.c_ulong((argument or 0) & (1 << 64) - 1)
    return ctypes.byref(argument)


def _checked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result
