"""Level A's outer wall: bubblewrap gives a server its own processes, network, users and an almost empty file system."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from grader.sandbox.confine import READABLE_DEVICES, WRITABLE_DEVICES
from grader.sandbox.limits import MIB
from grader.sandbox.workplace import Workplace

PRIVATE_SIZE = 256 * MIB  # all children's folders of one server
NAMESPACES = (
    "--unshare-pid",
    "--unshare-net",
    "--unshare-ipc",
    "--unshare-uts",
    "--unshare-cgroup-try",
)
SERVER_CAPABILITIES = (  # what root keeps to turn children into other users; the names of identity.SERVER_KEEPS
    "CAP_CHOWN",
    "CAP_DAC_OVERRIDE",
    "CAP_DAC_READ_SEARCH",
    "CAP_FOWNER",
    "CAP_KILL",
    "CAP_SETGID",
    "CAP_SETUID",
    "CAP_SETPCAP",
)


def find() -> str | None:
    """Return bubblewrap's path, None where it is not installed."""
    return shutil.which("bwrap")


def wrap(command: Sequence[str], readable: Iterable[str], workplace: Workplace) -> list[str]:
    """Return the command line that runs a server inside bubblewrap.

    Args:
        command: The server's own command line.
        readable: Files and folders to show, read-only, under their own names.
        workplace: Its engine and stages are shown read-only, its private folder is a new and bounded one.

    Returns:
        Program and arguments.
    """
    shown = [*readable, command[0], str(workplace.engine), str(workplace.stages)]
    devices = [*READABLE_DEVICES, *WRITABLE_DEVICES]
    arguments = [find() or "bwrap", "--die-with-parent", *NAMESPACES, *_privileges()]
    arguments += _folders_above([*shown, *devices, str(workplace.private)])
    for path in shown:
        arguments += ["--ro-bind", path, path]
    for path in devices:
        arguments += ["--dev-bind", path, path]
    arguments += ["--size", str(PRIVATE_SIZE), "--tmpfs", str(workplace.private)]
    arguments += ["--proc", "/proc", "--remount-ro", "/", "--", *command]
    return arguments


def trial() -> list[str]:
    """Return the shortest command line that shows whether bubblewrap works here."""
    return [
        find() or "bwrap",
        *NAMESPACES,
        *_privileges(),
        "--ro-bind",
        "/",
        "/",
        "--proc",
        "/proc",
        "--",
        "/bin/true",
    ]


def _privileges() -> list[str]:
    """As root there is no user namespace: children become other users instead."""
    if os.geteuid() != 0:
        return ["--unshare-user", "--disable-userns", "--cap-drop", "ALL"]
    added = [argument for name in SERVER_CAPABILITIES for argument in ("--cap-add", name)]
    return ["--cap-drop", "ALL", *added]


def _folders_above(paths: Iterable[str]) -> list[str]:
    """Make all parents first: bubblewrap would make them for root alone."""
    parents = {str(parent) for path in paths for parent in Path(path).parents if str(parent) != "/"}
    return [
        argument for parent in sorted(parents) for argument in ("--perms", "0755", "--dir", parent)
    ]
