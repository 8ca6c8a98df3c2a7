"""Why bubblewrap can't be used here, and what helps."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from grader.sandbox import bubblewrap

SYSCTL = Path("/proc/sys")
ALLOW_BY_APPARMOR = (  # .github/workflows holds these lines, too
    "echo 'abi <abi/4.0>, profile bwrap /usr/bin/bwrap flags=(unconfined) { userns, }'"
    " | sudo tee /etc/apparmor.d/bwrap",
    "sudo apparmor_parser --replace /etc/apparmor.d/bwrap",
)
FOR_CONTAINERS = (
    "run the grader outside of the container, or start it with the right to make namespaces:"
    " docker run --privileged",
)


@dataclass(frozen=True)
class Obstacle:
    """What is in the way of level A."""

    cause: str  # in words
    cure: tuple[str, ...]  # lines to type


def obstacle() -> Obstacle | None:
    """Find out what is in the way of bubblewrap; None if it works, or if this is not Linux."""
    if sys.platform != "linux":
        return None
    program = bubblewrap.find()
    if program is None:
        return Obstacle(
            "bubblewrap (bwrap) is not installed",
            ("sudo apt-get install bubblewrap   (Debian, Ubuntu)",),
        )
    trial = subprocess.run(
        bubblewrap.trial(), capture_output=True, text=True, timeout=10, check=False
    )
    return _explain(program, trial.stderr.strip()) if trial.returncode else None


def _explain(program: str, said: str) -> Obstacle:
    """Tell causes apart by bubblewrap's own words, and by the system's settings."""
    if os.geteuid() != 0 and os.stat(program).st_mode & stat.S_ISUID:
        return Obstacle(
            "bubblewrap is installed setuid root, and then refuses what the sandbox needs",
            (f"sudo chmod u-s {program}",),
        )
    if "setting up uid map: Permission denied" in said or "RTM_NEWADDR" in said:
        return Obstacle(
            "AppArmor lets only programs that it names make user namespaces (Ubuntu 23.10 and newer),"
            " and bwrap is not one of them",
            tuple(line.replace("/usr/bin/bwrap", program) for line in ALLOW_BY_APPARMOR),
        )
    if "ENOSPC" in said:
        return Obstacle(
            "no more user namespaces are allowed here: user.max_user_namespaces is"
            f" {_setting('user/max_user_namespaces')}",
            ("sudo sysctl -w user.max_user_namespaces=10000",),
        )
    if _setting("kernel/unprivileged_userns_clone") == "0" and os.geteuid() != 0:
        return Obstacle(
            "only root may make user namespaces here: kernel.unprivileged_userns_clone is 0",
            ("sudo sysctl -w kernel.unprivileged_userns_clone=1",),
        )
    if "does not support user namespaces" in said:
        return Obstacle("the kernel was built without user namespaces", ("use another kernel",))
    if any(word in said for word in ("new namespace", "mount proc", "slave")):
        return Obstacle(
            "this process may not make namespaces, as in a container without that right",
            FOR_CONTAINERS,
        )
    last = said.splitlines()[-1] if said else "no reason given"
    return Obstacle(f"bubblewrap does not work here: {last}", ())


def _setting(name: str) -> str:
    with suppress(OSError):
        return (SYSCTL / name).read_text().strip()
    return "unknown"
