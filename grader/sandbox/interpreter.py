"""What a server's Python is and needs: base interpreter, library, installed packages, the system's shared libraries."""

from __future__ import annotations

import os
import sys
import sysconfig
from pathlib import Path

PACKAGE_FOLDERS = ("site-packages", "dist-packages")
SYSTEM = (
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/nix/store",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/usr/share/zoneinfo",
)
BOOT = """
import sys
link, engine, *packages = sys.argv[1:]
sys.path.insert(0, engine)
sys.path += packages
from grader.sandbox.server import main
main(int(link))
"""
ENVIRONMENT = {
    "HOME": "/",
    "LANG": "C.UTF-8",
    "PATH": "/usr/bin:/bin",
    "MKL_NUM_THREADS": "1",
    "NUMBA_ENABLE_CUDASIM": "1",  # no GPU can be reached from a child; read when Numba is first imported
    "NUMBA_NUM_THREADS": "4",  # at most: a child begins with two, see running/compiled.py
    "NUMBA_THREADING_LAYER": "workqueue",  # the layer that survives a fork
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",  # a run can be repeated
}


def executable() -> str:
    """Return the base interpreter, outside of any virtual environment."""
    return os.path.realpath(sys.executable)


def command(engine: Path, link: int) -> list[str]:
    """Return the command line of a server.

    Neither site nor .pth files are processed, and no user's or current folder is on the path: an editable install can't
    lead back into the repository.

    Args:
        engine: The folder that holds the engine's copy.
        link: The server's side of the control socket.

    Returns:
        Program and arguments.
    """
    flags = ["-P", "-s", "-S", "-B", "-u"]
    return [executable(), *flags, "-c", BOOT, str(link), str(engine), *packages()]


def environment() -> dict[str, str]:
    """Return a server's environment: nothing of this process's."""
    if not sysconfig.get_config_var("Py_ENABLE_SHARED"):
        return ENVIRONMENT
    # libpython may be found by it alone.
    return {**ENVIRONMENT, "LD_LIBRARY_PATH": sysconfig.get_config_var("LIBDIR")}


def packages() -> list[str]:
    """Return the folders of installed packages that this process imports from."""
    found = (os.path.realpath(entry) for entry in sys.path if Path(entry).name in PACKAGE_FOLDERS)
    return list(dict.fromkeys(entry for entry in found if os.path.isdir(entry)))


def readable() -> list[str]:
    """Return the existing files and folders that Python and its packages need, none inside another."""
    libraries = [os.path.dirname(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib")]
    wanted = sorted(
        {
            os.path.normpath(path)
            for path in (*libraries, *packages(), *SYSTEM)
            if os.path.exists(path)
        }
    )
    kept: list[str] = []
    for path in wanted:
        if not any(path.startswith(other + os.sep) for other in kept):
            kept.append(path)
    return kept
