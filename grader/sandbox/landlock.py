"""Landlock: a process gives up, for good, every file outside a list; also TCP, and signals to others, where it can.

Constants and structures are those of ``linux/landlock.h``. What an older kernel does not know is left out: ``abi()``
tells.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable
from dataclasses import dataclass

from grader.sandbox import kernel

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # the same on every architecture
VERSION_FLAG = 1
RULE_PATH_BENEATH = 1
LOG_SAME_EXEC_OFF = 1  # ABI 7: refusals of student code do not flood the machine's audit log

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
REMOVE_DIR, REMOVE_FILE = 1 << 4, 1 << 5
MAKE_DIR, MAKE_REG, MAKE_SYM = 1 << 7, 1 << 8, 1 << 12
REFER, TRUNCATE, IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
RIGHTS_BY_ABI = ((1, (1 << 13) - 1), (2, REFER), (3, TRUNCATE), (5, IOCTL_DEV))

BIND_TCP, CONNECT_TCP = 1 << 0, 1 << 1  # ABI 4
SCOPE_ABSTRACT_UNIX, SCOPE_SIGNAL = 1 << 0, 1 << 1  # ABI 6

READ = READ_FILE | READ_DIR
WRITE = (
    READ | WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | MAKE_SYM | REFER | TRUNCATE
)
# The only ones that a rule on a file may name.
FILE_RIGHTS = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV


class RulesetAttribute(ctypes.Structure):
    """``struct landlock_ruleset_attr``; older kernels take its first fields only."""

    _fields_ = (
        ("handled_access_fs", ctypes.c_uint64),
        ("handled_access_net", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


class PathBeneathAttribute(ctypes.Structure):
    """``struct landlock_path_beneath_attr``."""

    _pack_ = 1
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


def abi() -> int:
    """Return the kernel's Landlock version, 0 where there is none.

    The grader asks here and nowhere else, and tells its servers: a test that answers for the kernel speaks for all.
    """
    try:
        return kernel.system_call(CREATE_RULESET, None, 0, VERSION_FLAG)
    except (OSError, AttributeError):
        return 0


@dataclass(frozen=True)
class Rules:
    """What a process may keep, ready to be applied. The descriptors stay open as long as the rules are used."""

    version: int  # what abi() returned
    readable: tuple[PathBeneathAttribute, ...]
    writable: tuple[PathBeneathAttribute, ...]

    def apply(self, readable: str, writable: str) -> None:
        """Confine this thread, and all it will ever start, for good; OSError when the kernel refuses.

        Args:
            readable: One folder more that may be read.
            writable: One folder more that may be read and written.
        """
        attribute, size = ruleset(self.version)
        descriptor = kernel.system_call(CREATE_RULESET, attribute, size, 0)
        try:
            own = (
                *rules(self.version, READ, (readable,)),
                *rules(self.version, WRITE, (writable,)),
            )
            for rule in (*self.readable, *self.writable, *own):
                kernel.system_call(ADD_RULE, descriptor, RULE_PATH_BENEATH, rule, 0)
            kernel.system_call(
                RESTRICT_SELF, descriptor, LOG_SAME_EXEC_OFF if self.version >= 7 else 0
            )
        finally:
            os.close(descriptor)


def prepare(version: int, readable: Iterable[str], writable: Iterable[str]) -> Rules:
    """Open what all processes to be confined may read, and what they may read and write, where it exists."""
    there = os.path.exists
    return Rules(
        version,
        rules(version, READ, filter(there, readable)),
        rules(version, WRITE, filter(there, writable)),
    )


def rules(version: int, rights: int, paths: Iterable[str]) -> tuple[PathBeneathAttribute, ...]:
    """Open paths, and grant rights to them and all beneath."""
    rights &= handled(version)
    granted = []
    for path in paths:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
        granted.append(
            PathBeneathAttribute(
                rights if os.path.isdir(path) else rights & FILE_RIGHTS, descriptor
            )
        )
    return tuple(granted)


def ruleset(version: int) -> tuple[RulesetAttribute, int]:
    """Return all that this version can refuse, and the size of the structure that says so."""
    attribute = RulesetAttribute(handled(version))
    if version < 4:
        return attribute, 8
    attribute.handled_access_net = BIND_TCP | CONNECT_TCP
    if version < 6:
        return attribute, 16
    attribute.scoped = SCOPE_ABSTRACT_UNIX | SCOPE_SIGNAL
    return attribute, 24


def handled(version: int) -> int:
    """Return the rights on files that this version knows."""
    return sum(rights for since, rights in RIGHTS_BY_ABI if version >= since)
