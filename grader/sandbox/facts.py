"""What this machine offers for a sandbox, and why a level can't be tried."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from dataclasses import dataclass

from grader.model import Level
from grader.sandbox import bubblewrap, landlock, seccomp
from grader.sandbox.obstacles import obstacle

NEEDED_ABI = 4  # Landlock's first version that refuses TCP


@dataclass(frozen=True)
class Facts:
    """The machine, in words."""

    kernel: str
    architecture: str
    uid: int
    landlock: int  # version, 0: none
    seccomp: bool
    bubblewrap: str  # its version, or why it is of no use


def look() -> Facts:
    """Find out what is here."""
    return Facts(
        kernel=f"{platform.system()} {platform.release()}",
        architecture=platform.machine(),
        uid=os.geteuid(),
        landlock=landlock.abi() if sys.platform == "linux" else 0,
        seccomp=sys.platform == "linux" and seccomp.machine() is not None,
        bubblewrap=_bubblewrap(),
    )


def unavailable(level: Level) -> str:
    """Say which part of a level is not here; nothing when all are, which does not mean that they work."""
    if level is Level.C:
        return "" if hasattr(os, "fork") else "this system has no fork"
    if sys.platform != "linux":
        return "needs Linux"
    if (version := landlock.abi()) < NEEDED_ABI:
        return f"needs Landlock ABI {NEEDED_ABI}, the kernel has {version or 'none'}"
    if seccomp.machine() is None:
        return f"no system call table for {platform.machine()}"
    found = obstacle() if level is Level.A else None
    return found.cause if found else ""


def _bubblewrap() -> str:
    program = bubblewrap.find()
    if program is None:
        return "not installed"
    version = subprocess.run(
        [program, "--version"], capture_output=True, text=True, timeout=10, check=False
    ).stdout
    trial = subprocess.run(
        bubblewrap.trial(), capture_output=True, text=True, timeout=10, check=False
    )
    said = trial.stderr.strip().splitlines()
    return (
        version.strip()
        if trial.returncode == 0
        else f"{version.strip()}, not usable: {said[-1] if said else 'no reason given'}"
    )
