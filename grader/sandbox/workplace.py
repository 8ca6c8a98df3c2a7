"""A private folder for one sandbox: the engine's copy, stages, the children's folders.

It is removed at the end, or by the next grader when this one was killed.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import grader
from grader.model import Seconds
from grader.sandbox.folders import remove_tree

PREFIX = "minitorch-grader-"
LOCK = "lock"
ENGINE = (
    "__init__.py",
    "model.py",
    "errors",
    "sandbox",
    "running",
)  # all that a server needs; no course
YOUNG: Seconds = 60.0  # a folder without a lock may still be in the making for so long


@dataclass(frozen=True)
class Workplace:
    """The folder and the lock that says its grader lives."""

    folder: Path
    lock: int

    @property
    def engine(self) -> Path:
        """What servers and children import the engine from."""
        return self.folder / "engine"

    @property
    def stages(self) -> Path:
        """What children are given to read lies here."""
        return self.folder / "stages"

    @property
    def private(self) -> Path:
        """The children's own folders lie here."""
        return self.folder / "private"

    @property
    def log(self) -> Path:
        """What a server says on standard error."""
        return self.folder / "server.log"

    def remove(self) -> None:
        """Remove the folder and let go of the lock."""
        remove_tree(self.folder)
        os.close(self.lock)


def make_workplace() -> Workplace:
    """Make a folder for one sandbox, after removing those that killed graders left behind."""
    sweep()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX)).resolve()
    lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    folder.chmod(0o711)  # other users, as whom children run, pass through but don't list it
    workplace = Workplace(folder, lock)
    for inner in (workplace.engine, workplace.stages, workplace.private):
        inner.mkdir()
        inner.chmod(0o711 if inner == workplace.stages else 0o755)
    _copy_engine(workplace.engine / "grader")
    return workplace


def sweep() -> None:
    """Remove the workplaces of graders that are no more."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):
            facts = folder.lstat()
            if facts.st_uid != os.geteuid() or folder.is_symlink():
                continue
            if _abandoned(folder, time.time() - facts.st_mtime):
                remove_tree(folder)


def _abandoned(folder: Path, age: Seconds) -> bool:
    if age < YOUNG:
        return False
    try:
        lock = os.open(folder / LOCK, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        return True
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except BlockingIOError:
        return False
    finally:
        os.close(lock)


def _copy_engine(target: Path) -> None:
    source = Path(grader.__file__).parent
    target.mkdir()
    for name in ENGINE:
        if (source / name).is_dir():
            shutil.copytree(source / name, target / name)
        elif (source / name).is_file():
            # With its time, which compiled files refer to.
            shutil.copy2(source / name, target / name)
