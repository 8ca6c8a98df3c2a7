"""What a confined child must not be able to do, tried in earnest.

An attack that returns has got through; one that raises was stopped. Runs inside a child, for the self-test; nothing
here does harm where it succeeds.
"""

from __future__ import annotations

import ctypes
import json
import mmap
import os
import resource
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from grader.sandbox import descriptors, identity, kernel
from grader.sandbox.wire import Results

NEW_USER_NAMESPACE = 0x10000000
TRACE = 0x4206  # PTRACE_SEIZE, which does not stop whom it traces
LINGER = 30  # seconds that a daemon would stay
WATCHED = 3  # seconds in which the server must notice what a child holds

_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Scene:
    """What the self-test set up to be attacked."""

    secret: str  # a file
    outside: str  # a folder that anyone may write, with a file "victim" in it
    neighbour: str  # another child's stage
    stage: str  # this child's own
    repository: str  # the folder that the engine comes from
    tcp: int  # a port that listens
    unix: str  # a socket that listens
    abstract: str  # another, by abstract name
    grader: int  # the grader's process id
    variables: tuple[str, ...]  # the environment's names that a child is meant to have


class Stopped(Exception):
    """The attack found nothing to take."""


def run(plan: str, results: Results) -> None:
    """Try all attacks and send what became of them: pairs of name and what stopped it, None where nothing did."""
    fields = json.loads(plan)
    scene = Scene(**fields)
    results.send(
        json.dumps([(name, _outcome(attack, scene)) for name, attack in ATTACKS.items()]).encode()
    )


def flee(results: Results) -> None:
    """Leave a daemon behind, twice forked and in a session of its own, and send its process id."""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            results.send(str(os.getpid()).encode())
            time.sleep(LINGER)
        os._exit(0)
    time.sleep(0.05)


def crowd(results: Results, count: int) -> None:
    """Start more threads than allowed."""
    stop = threading.Event()
    for _ in range(count):
        threading.Thread(target=stop.wait, daemon=True).start()
    time.sleep(LINGER)


def hoard(opened: int, mapped: int) -> None:
    """Hold some removed files open, and some others mapped, of the largest size that a file may have."""
    _libc.mmap.restype = ctypes.c_void_p
    size = resource.getrlimit(resource.RLIMIT_FSIZE)[0]
    for number in range(opened + mapped):
        file = os.open("hoard", os.O_CREAT | os.O_RDWR)
        os.unlink("hoard")
        os.write(file, bytes(size))
        if number >= opened:
            page = (ctypes.c_size_t(mmap.PAGESIZE), mmap.PROT_READ, mmap.MAP_PRIVATE)
            _libc.mmap(None, *page, file, ctypes.c_long(0))
            os.close(file)
    time.sleep(WATCHED)


def _outcome(attack: Callable[[Scene], object], scene: Scene) -> str | None:
    try:
        attack(scene)
    except Exception as stopped:
        return f"{type(stopped).__name__}: {stopped}"
    return None


def _variables(scene: Scene) -> None:
    if set(os.environ) <= set(scene.variables):
        raise Stopped("only the sandbox's own")


def _privileges(scene: Scene) -> None:
    data = ctypes.create_string_buffer(24)
    kernel.capget(struct.pack("=II", 0x20080522, 0), data)
    effective, permitted = struct.unpack("=6I", data.raw)[:2]
    if not (effective | permitted) & ~(1 << identity.DAC_READ_SEARCH):
        raise Stopped("none")


def _abstract(scene: Scene) -> None:
    with socket.socket(socket.AF_UNIX) as client:
        client.connect("\0" + scene.abstract)


def _unix(scene: Scene) -> None:
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(scene.unix)


def _tcp(scene: Scene) -> None:
    with socket.create_connection(("127.0.0.1", scene.tcp), timeout=1):
        pass


def _udp(scene: Scene) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.sendto(b"x", ("127.0.0.1", scene.tcp))


def _fork(scene: Scene) -> None:
    if os.fork() == 0:
        os._exit(0)
    os.wait()


def _trace(scene: Scene) -> None:
    numbers = {"x86_64": 101, "aarch64": 117}
    kernel.system_call(numbers[os.uname().machine], TRACE, os.getppid(), 0, 0)


def _unshare(scene: Scene) -> None:
    numbers = {"x86_64": 272, "aarch64": 97}
    kernel.system_call(numbers[os.uname().machine], NEW_USER_NAMESPACE)


def _clone(scene: Scene) -> None:
    numbers = {"x86_64": 56, "aarch64": 220}
    if kernel.system_call(numbers[os.uname().machine], NEW_USER_NAMESPACE | 17, 0, 0, 0, 0) == 0:
        os._exit(0)


def _share_memory(scene: Scene) -> None:
    made = _libc.shmget(0, 4096, 0o666)
    if made < 0:
        raise OSError(ctypes.get_errno(), "shmget")
    _libc.shmctl(made, 0, None)


def _big_file(scene: Scene) -> None:
    size = resource.getrlimit(resource.RLIMIT_FSIZE)[0]
    with open("big", "wb") as file:
        file.seek(size)
        file.write(b"x")


def _reserve_space(scene: Scene) -> None:
    """Reserve twice the size that a file may have, without making it larger."""
    size = 2 * resource.getrlimit(resource.RLIMIT_FSIZE)[0]
    with open("reserved", "wb") as file:
        if _libc.fallocate(file.fileno(), 1, ctypes.c_long(0), ctypes.c_long(size)):
            raise OSError(ctypes.get_errno(), "fallocate")


def _raise_limit(scene: Scene) -> None:
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    if hard == resource.RLIM_INFINITY:
        return
    resource.setrlimit(resource.RLIMIT_CPU, (hard + 1, hard + 1))


ATTACKS: dict[str, Callable[[Scene], object]] = {
    "see the grader's variables": _variables,
    "read a secret file": lambda scene: Path(scene.secret).read_bytes(),
    "read another child's stage": lambda scene: os.listdir(scene.neighbour),
    "see the repository": lambda scene: os.listdir(scene.repository),
    "read the grader's environment": lambda scene: Path(
        f"/proc/{scene.grader}/environ"
    ).read_bytes(),
    "read the server's environment": lambda scene: Path(
        f"/proc/{os.getppid()}/environ"
    ).read_bytes(),
    "open the server's memory": lambda scene: open(f"/proc/{os.getppid()}/mem", "rb").close(),
    "write outside": lambda scene: Path(scene.outside, "new").write_text("x"),
    "write into its stage": lambda scene: Path(scene.stage, "new").write_text("x"),
    "truncate a file outside": lambda scene: os.truncate(Path(scene.outside, "victim"), 0),
    "change a file's mode outside": lambda scene: os.chmod(Path(scene.outside, "victim"), 0o640),
    "change a file's times outside": lambda scene: os.utime(Path(scene.outside, "victim")),
    "delete a file outside": lambda scene: os.unlink(Path(scene.outside, "victim")),
    "connect by TCP": _tcp,
    "send by UDP": _udp,
    "connect to a unix socket": _unix,
    "connect to an abstract socket": _abstract,
    "hold a privilege": _privileges,
    "signal the grader": lambda scene: os.kill(scene.grader, 0),
    "signal the server": lambda scene: os.kill(os.getppid(), 0),
    "signal everyone": lambda scene: os.kill(-1, 0),
    "start a process": _fork,
    "run a program": lambda scene: os.posix_spawn(sys.executable, [sys.executable, "-c", ""], {}),
    "make a user namespace": _unshare,
    "make a user namespace by clone": _clone,
    "trace the server": _trace,
    "share memory": _share_memory,
    **descriptors.ATTACKS,
    "write beyond the file size": _big_file,
    "reserve more space than a file may have": _reserve_space,
    "raise a limit": _raise_limit,
}
