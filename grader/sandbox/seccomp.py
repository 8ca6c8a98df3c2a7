"""A seccomp filter: the system calls of ``syscalls.py`` answer "not permitted", for good.

The filter is a program for the kernel's packet-filter machine (``linux/seccomp.h``, ``linux/filter.h``). It holds the
id of the process that it confines, so it is assembled once, with that id left open, and completed after the fork.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from grader.sandbox import kernel, syscalls

FILTER_MODE = 2
ALLOW, KILL_PROCESS, ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
REFUSE = ERRNO | errno.EPERM
MISSING = ERRNO | errno.ENOSYS

LOAD, JUMP_EQUAL, JUMP_GREATER, JUMP_AT_LEAST, JUMP_ANY_BIT, RETURN = (
    0x20,
    0x15,
    0x25,
    0x35,
    0x45,
    0x06,
)
# Offsets in struct seccomp_data, of the low halves of arguments.
NUMBER, ARCHITECTURE, FIRST, SECOND, THIRD = 0, 4, 16, 24, 32

X32_BIT, SIGN_BIT = 0x40000000, 0x80000000

INSTRUCTION, OWN = struct.Struct("=HBBI"), struct.Struct("=I")
Instruction = tuple[int, int, int, int]  # code, jump if true, jump if false, constant


@dataclass(frozen=True)
class Machine:
    """A processor architecture that the filter is written for."""

    audit: int  # its AUDIT_ARCH number
    column: int  # its column in syscalls.py
    x32: bool  # has a second set of system calls above X32_BIT


MACHINES = {
    "x86_64": Machine(audit=0xC000003E, column=0, x32=True),
    "aarch64": Machine(audit=0xC00000B7, column=1, x32=False),
}


def machine() -> Machine | None:
    """Return this computer's architecture, None where the filter knows no numbers for it."""
    if struct.calcsize("P") != 8:
        return None
    return MACHINES.get(platform.machine())


def program(target: Machine, own: int) -> list[Instruction]:
    """Assemble the filter for the process with id ``own``."""
    column = target.column
    code: list[Instruction] = [
        (LOAD, 0, 0, ARCHITECTURE),
        (JUMP_EQUAL, 1, 0, target.audit),
        (RETURN, 0, 0, KILL_PROCESS),
        (LOAD, 0, 0, NUMBER),
    ]
    if target.x32:
        code += [(JUMP_AT_LEAST, 0, 1, X32_BIT), (RETURN, 0, 0, REFUSE)]
    code += [(JUMP_GREATER, 0, 1, syscalls.NEWEST), (RETURN, 0, 0, MISSING)]
    for call, block in _guards(own):
        code += _when(call[column], block)
    for number in _numbers(syscalls.MISSING, column):
        code += _when(number, [(RETURN, 0, 0, MISSING)])
    for number in _numbers(syscalls.REFUSED, column):
        code += _when(number, [(RETURN, 0, 0, REFUSE)])
    return [*code, (RETURN, 0, 0, ALLOW)]


def _guards(own: int) -> Iterator[tuple[syscalls.Call, list[Instruction]]]:
    """Give the calls that depend on an argument; the most frequent first."""
    yield syscalls.FUTEX, _among(SECOND, syscalls.FUTEX_ALLOWED, ALLOW, REFUSE)
    yield syscalls.MADVISE, _among(THIRD, syscalls.MADVISE_REFUSED, REFUSE, ALLOW)
    yield syscalls.IOCTL, _among(SECOND, syscalls.IOCTL_ALLOWED, ALLOW, REFUSE)
    yield syscalls.FCNTL, _fcntl()
    yield syscalls.CLOCK_GETTIME, _any_bit(FIRST, SIGN_BIT, REFUSE, ALLOW)
    yield syscalls.CLONE, _threads_only()
    yield syscalls.CLOSE_RANGE, _any_bit(THIRD, syscalls.CLOSE_RANGE_UNSHARE, REFUSE, ALLOW)
    yield syscalls.PRCTL, _among(FIRST, syscalls.PRCTL_REFUSED, REFUSE, ALLOW)
    yield syscalls.PRLIMIT, _among(FIRST, (0, own), ALLOW, REFUSE)
    for call in syscalls.OWN_PROCESS.values():
        yield call, _among(FIRST, (own,), ALLOW, REFUSE)


def _numbers(calls: Mapping[str, syscalls.Call], column: int) -> list[int]:
    """List the numbers of those calls that a machine has."""
    found = (call[column] for call in calls.values())
    return sorted(number for number in found if number is not None)


@dataclass(frozen=True)
class Filter:
    """An assembled program and where the own process's id goes."""

    code: bytes
    own: tuple[int, ...]  # offsets

    def install(self) -> None:
        """Put this thread under the filter. It needs no_new_privs and can't be taken back.

        Raises:
            OSError: The kernel refused.
        """
        code = ctypes.create_string_buffer(self.code, len(self.code))
        for offset in self.own:
            OWN.pack_into(code, offset, os.getpid())
        packed = _FilterProgram(len(self.code) // INSTRUCTION.size, ctypes.addressof(code))
        kernel.prctl(kernel.PR_SET_SECCOMP, FILTER_MODE, packed)


def assemble(target: Machine) -> Filter:
    """Assemble the filter with the process's id left open: the places where programs for two ids differ."""
    one, other = program(target, 1), program(target, 2)
    places = (
        place for place, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1]
    )
    constant = INSTRUCTION.size - OWN.size  # its last field
    return Filter(
        code=b"".join(INSTRUCTION.pack(*instruction) for instruction in one),
        own=tuple(place * INSTRUCTION.size + constant for place in places),
    )


class _FilterProgram(ctypes.Structure):
    """``struct sock_fprog``."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def _when(value: int | None, block: list[Instruction]) -> list[Instruction]:
    """Run a block, which must end in returns, when this value is loaded."""
    return [] if value is None else [(JUMP_EQUAL, 0, len(block), value), *block]


def _among(offset: int, values: tuple[int, ...], found: int, otherwise: int) -> list[Instruction]:
    """Return one of two actions by an argument's low 32 bits, all that the kernel looks at in the calls so guarded."""
    tests: list[Instruction] = [
        (JUMP_EQUAL, len(values) - position, 0, value) for position, value in enumerate(values)
    ]
    return [(LOAD, 0, 0, offset), *tests, (RETURN, 0, 0, otherwise), (RETURN, 0, 0, found)]


def _any_bit(offset: int, bits: int, found: int, otherwise: int) -> list[Instruction]:
    """Return one of two actions by whether an argument has one of some bits."""
    tests = [(LOAD, 0, 0, offset), (JUMP_ANY_BIT, 0, 1, bits)]
    return [*tests, (RETURN, 0, 0, found), (RETURN, 0, 0, otherwise)]


def _fcntl() -> list[Instruction]:
    """Allow descriptors to be copied and their flags to be set, but for the one that asks for signals."""
    flags = _any_bit(THIRD, syscalls.O_ASYNC, REFUSE, ALLOW)
    others = _among(SECOND, syscalls.FCNTL_ALLOWED, ALLOW, REFUSE)
    return [(LOAD, 0, 0, SECOND), *_when(syscalls.F_SETFL, flags), *others]


def _threads_only() -> list[Instruction]:
    """Allow what starts a thread that shares its descriptors, in no new namespace."""
    return [
        (LOAD, 0, 0, FIRST),
        (JUMP_ANY_BIT, 3, 0, syscalls.CLONE_NAMESPACES),
        (JUMP_ANY_BIT, 0, 2, syscalls.CLONE_THREAD),
        (JUMP_ANY_BIT, 0, 1, syscalls.CLONE_FILES),
        (RETURN, 0, 0, ALLOW),
        (RETURN, 0, 0, REFUSE),
    ]
