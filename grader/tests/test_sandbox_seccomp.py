"""The system call filter alone: its tables, its program in a simulator, and in the kernel."""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import platform
import re
import signal
import struct
import termios
import threading
import time
from pathlib import Path

import pytest

from grader.sandbox import kernel, seccomp, syscalls
from grader.tests.sandboxes import in_a_fork

MACHINES = sorted(seccomp.MACHINES.items())
OWN = 4242
THREAD_FLAGS = 0x003D0F00  # what glibc's pthread_create passes
here = pytest.mark.skipif(seccomp.machine() is None, reason="no system call table for this machine")
HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}


def decide(code: list[seccomp.Instruction], audit: int, number: int, *arguments: int) -> int:
    """Run a filter as the kernel would; return its action."""
    padded = (*arguments, 0, 0, 0, 0, 0, 0)[:6]
    data = struct.pack("=IIQ6Q", number & 0xFFFFFFFF, audit, 0, *padded)
    accumulator = position = 0
    while True:
        operation, if_true, if_false, constant = code[position]
        position += 1
        match operation:
            case seccomp.LOAD:
                (accumulator,) = struct.unpack_from("=I", data, constant)
            case seccomp.RETURN:
                return constant
            case seccomp.JUMP_EQUAL:
                position += if_true if accumulator == constant else if_false
            case seccomp.JUMP_GREATER:
                position += if_true if accumulator > constant else if_false
            case seccomp.JUMP_AT_LEAST:
                position += if_true if accumulator >= constant else if_false
            case seccomp.JUMP_ANY_BIT:
                position += if_true if accumulator & constant else if_false
            case _:
                raise AssertionError(f"unknown instruction {operation:#x}")


@pytest.mark.parametrize(("name", "machine"), MACHINES)
def test_every_listed_call_is_refused(name: str, machine: seccomp.Machine) -> None:
    """Each number of the table answers "not permitted"; reading, writing and memory are allowed."""
    code = seccomp.program(machine, OWN)
    for call, numbers in syscalls.REFUSED.items():
        number = numbers[machine.column]
        if number is not None:
            assert decide(code, machine.audit, number) == seccomp.REFUSE, call
    allowed = {"x86_64": (0, 1, 9, 10, 202, 231, 257), "aarch64": (63, 64, 222, 226, 98, 94, 56)}[
        name
    ]
    for number in allowed:  # read, write, mmap, mprotect, futex, exit_group, openat
        assert decide(code, machine.audit, number) == seccomp.ALLOW


@pytest.mark.parametrize(("name", "machine"), MACHINES)
def test_only_threads_are_cloned(name: str, machine: seccomp.Machine) -> None:
    """Without CLONE_THREAD it is a process; in a new namespace, or with descriptors of its own, a thread is refused."""
    code = seccomp.program(machine, OWN)
    clone = syscalls.CLONE[machine.column]
    assert clone is not None
    assert decide(code, machine.audit, clone, THREAD_FLAGS) == seccomp.ALLOW
    assert decide(code, machine.audit, clone, signal.SIGCHLD) == seccomp.REFUSE
    for bit in (0x00020000, *(1 << shift for shift in range(25, 31))):
        assert decide(code, machine.audit, clone, THREAD_FLAGS | bit) == seccomp.REFUSE
    separate = THREAD_FLAGS & ~syscalls.CLONE_FILES
    assert decide(code, machine.audit, clone, separate) == seccomp.REFUSE


@pytest.mark.parametrize(("name", "machine"), MACHINES)
def test_signals_reach_only_the_own_process(name: str, machine: seccomp.Machine) -> None:
    """Its own id passes; others, groups and everyone don't."""
    code = seccomp.program(machine, OWN)
    for numbers in syscalls.OWN_PROCESS.values():
        number = numbers[machine.column]
        assert number is not None
        assert decide(code, machine.audit, number, OWN, signal.SIGTERM) == seccomp.ALLOW
        for other in (0, 1, OWN + 1, (1 << 64) - 1, (1 << 64) - OWN):
            assert decide(code, machine.audit, number, other, signal.SIGTERM) == seccomp.REFUSE


@pytest.mark.parametrize(("name", "machine"), MACHINES)
def test_guarded_arguments(name: str, machine: seccomp.Machine) -> None:
    """What reaches others is refused: their limits, clocks, terminals and pages; the calls themselves are not."""
    code = seccomp.program(machine, OWN)
    column = machine.column
    yes, no = seccomp.ALLOW, seccomp.REFUSE
    cases = [
        (syscalls.IOCTL, (1, 0x5412), no),  # TIOCSTI
        (syscalls.IOCTL, (1, 0x5412 | 1 << 32), no),
        (syscalls.IOCTL, (1, 0x541C), no),  # TIOCLINUX
        (syscalls.IOCTL, (1, 0x40086602), no),  # FS_IOC_SETFLAGS
        (syscalls.IOCTL, (1, termios.TCGETS), yes),
        (syscalls.IOCTL, (1, termios.TIOCGWINSZ), yes),
        (syscalls.IOCTL, (1, termios.FIONBIO), yes),
        (syscalls.PRCTL, (kernel.PR_SET_PDEATHSIG, 0), no),
        (syscalls.PRCTL, (kernel.PR_SET_DUMPABLE, 0), no),
        (syscalls.PRCTL, (kernel.PR_SET_CHILD_SUBREAPER, 1), no),
        (syscalls.PRCTL, (kernel.PR_SET_SECCOMP, 1), no),
        (syscalls.PRCTL, (67, 1), no),  # PR_SET_MEMORY_MERGE
        (syscalls.PRCTL, (15, 0), yes),
        (syscalls.PRLIMIT, (0,), yes),
        (syscalls.PRLIMIT, (OWN,), yes),
        (syscalls.PRLIMIT, (1,), no),
        (syscalls.CLOCK_GETTIME, (time.CLOCK_MONOTONIC,), yes),
        (syscalls.CLOCK_GETTIME, ((~OWN << 3 | 2) & (1 << 64) - 1,), no),
        (syscalls.CLOSE_RANGE, (5, 100, 0), yes),
        (syscalls.CLOSE_RANGE, (5, 100, 2), no),
        (syscalls.MADVISE, (0, 4096, 4), yes),  # MADV_DONTNEED
        (syscalls.MADVISE, (0, 4096, 21), no),  # MADV_PAGEOUT
        (syscalls.FUTEX, (0, 128 | 1), yes),  # FUTEX_WAKE_PRIVATE
        (syscalls.FUTEX, (0, 0), yes),  # FUTEX_WAIT, for a thread's end
        (syscalls.FUTEX, (0, 1), no),  # FUTEX_WAKE, of other processes too
        (syscalls.FUTEX, (0, 128 | 6), no),  # FUTEX_LOCK_PI: tells whether a task is there
    ]
    for numbers, arguments, action in cases:
        number = numbers[column]
        assert number is not None
        assert decide(code, machine.audit, number, *arguments) == action, (number, arguments)


@pytest.mark.parametrize(("name", "machine"), MACHINES)
def test_descriptors_send_no_signals_and_lock_no_files(name: str, machine: seccomp.Machine) -> None:
    """``fcntl`` copies descriptors and sets their flags; owners, signals, locks, leases and the rest are refused."""
    code = seccomp.program(machine, OWN)
    number = syscalls.FCNTL[machine.column]
    assert number is not None

    def allowed(command: int, argument: int = 0) -> bool:
        return decide(code, machine.audit, number, 3, command, argument) == seccomp.ALLOW

    assert {command for command in range(2000) if allowed(command)} == {
        fcntl.F_DUPFD,
        fcntl.F_GETFD,
        fcntl.F_SETFD,
        fcntl.F_GETFL,
        fcntl.F_SETFL,
        fcntl.F_DUPFD_CLOEXEC,
        1027,  # F_DUPFD_QUERY
    }
    assert allowed(fcntl.F_SETFL, os.O_NONBLOCK | os.O_RDWR)
    assert not allowed(fcntl.F_SETFL, os.O_NONBLOCK | os.O_ASYNC)


@pytest.mark.parametrize(("name", "machine"), MACHINES)
def test_what_answers_not_implemented(name: str, machine: seccomp.Machine) -> None:
    """Libraries then take the older call."""
    code = seccomp.program(machine, OWN)
    for call, numbers in syscalls.MISSING.items():
        number = numbers[machine.column]
        assert number is not None
        assert decide(code, machine.audit, number, 0, 88) == seccomp.MISSING, call


@pytest.mark.parametrize(("name", "machine"), MACHINES)
def test_foreign_numbers(name: str, machine: seccomp.Machine) -> None:
    """Another architecture's calls kill; x32's are refused; calls newer than the table are missing."""
    code = seccomp.program(machine, OWN)
    assert decide(code, 0x40000003, 20) == seccomp.KILL_PROCESS
    assert decide(code, machine.audit, syscalls.NEWEST + 1) == seccomp.MISSING
    assert decide(code, machine.audit, 467) == seccomp.MISSING
    if machine.x32:
        assert decide(code, machine.audit, 0x40000000 | 41) == seccomp.REFUSE


@pytest.mark.parametrize(("name", "machine"), MACHINES)
def test_an_assembled_filter_is_the_program(name: str, machine: seccomp.Machine) -> None:
    """Completing an assembled filter gives the same bytes as assembling it for that id."""
    assembled = seccomp.assemble(machine)
    completed = bytearray(assembled.code)
    for offset in assembled.own:
        seccomp.OWN.pack_into(completed, offset, OWN)
    expected = b"".join(seccomp.INSTRUCTION.pack(*line) for line in seccomp.program(machine, OWN))
    assert bytes(completed) == expected
    assert len(assembled.own) == len(syscalls.OWN_PROCESS) + 1


@pytest.mark.parametrize(("name", "machine"), MACHINES)
def test_numbers_agree_with_the_headers(name: str, machine: seccomp.Machine) -> None:
    """Where the kernel's headers are installed, each number they know is the table's."""
    if not HEADERS[name].exists():
        pytest.skip(f"{HEADERS[name]} is not installed")
    defined = re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", HEADERS[name].read_text())
    known = {call: int(number) for call, number in defined}
    table = {**syscalls.REFUSED, **syscalls.OWN_PROCESS, **syscalls.MISSING}
    table |= {"clone": syscalls.CLONE, "fcntl": syscalls.FCNTL, "ioctl": syscalls.IOCTL}
    table |= {"prctl": syscalls.PRCTL, "prlimit64": syscalls.PRLIMIT, "futex": syscalls.FUTEX}
    table |= {"clock_gettime": syscalls.CLOCK_GETTIME, "close_range": syscalls.CLOSE_RANGE}
    table |= {"madvise": syscalls.MADVISE}
    wrong = {
        call: (numbers[machine.column], known.get(call))
        for call, numbers in table.items()
        if numbers[machine.column] != known.get(call)
        and (call in known or (numbers[machine.column] or 0) <= 450)
    }
    assert not wrong


def filtered(attempt: object) -> str:
    """Try a function in a process under the filter."""
    machine = seccomp.machine()
    assert machine is not None

    def attempt_inside() -> object:
        kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
        seccomp.assemble(machine).install()
        assert callable(attempt)
        return attempt()

    return in_a_fork(attempt_inside)


@here
def test_the_kernel_agrees(tmp_path: Path) -> None:
    """In a real process: no fork, no program, no socket, no mode, no times; threads and own signals work."""
    file = tmp_path / "file"
    file.write_text("content")
    refused = f"PermissionError {errno.EPERM}"
    assert filtered(os.fork) == refused
    assert filtered(lambda: os.execv("/bin/true", ["true"])) == refused
    assert filtered(lambda: os.posix_spawn("/bin/true", ["true"], {})) == refused
    assert filtered(lambda: __import__("socket").socketpair()) == refused
    assert filtered(lambda: file.chmod(0o600)) == refused
    assert filtered(lambda: os.utime(file)) == refused
    assert filtered(lambda: os.setxattr(file, "user.x", b"")) == refused
    assert filtered(lambda: os.kill(os.getppid(), 0)) == refused
    assert filtered(lambda: os.kill(os.getpid(), 0)) == "None"
    assert filtered(lambda: os.memfd_create("x")) == refused
    assert filtered(lambda: os.statvfs(file)) == refused
    for lock in (fcntl.flock, fcntl.lockf):
        assert filtered(lambda: lock(os.open(file, os.O_RDWR), fcntl.LOCK_EX)) == refused
    assert filtered(lambda: os.posix_fadvise(os.open(file, os.O_RDONLY), 0, 0, 4)) == refused
    assert filtered(lambda: time.clock_gettime(~os.getppid() << 3 | 2)) == refused
    assert filtered(lambda: os.preadv(os.open(file, os.O_RDONLY), [bytearray(7)], 0)) == "7"
    assert filtered(_threads) == "[0, 1, 2]"


def _threads() -> list[int]:
    done: list[int] = []
    threads = [threading.Thread(target=done.append, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
        thread.join()
    return done


@pytest.mark.skipif(platform.machine() != "x86_64", reason="32-bit calls are an x86 matter")
def test_a_32_bit_call_kills() -> None:
    """``int 0x80`` enters by another table, in which numbers mean other calls: the process dies."""
    import mmap

    def call() -> int:
        page = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        # mov eax, 20 (getpid); int 0x80; ret
        page.write(bytes([0xB8, 20, 0, 0, 0, 0xCD, 0x80, 0xC3]))
        address = ctypes.addressof(ctypes.c_char.from_buffer(page))
        return int(ctypes.CFUNCTYPE(ctypes.c_int)(address)())

    assert filtered(call) == f"status -{signal.SIGSYS.value}"
