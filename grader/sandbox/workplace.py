"""A private folder for one sandbox: the engine's copy, stages, the children's folders."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import grader
from grader.scratch import Scratch, make_scratch

ENGINE = (
    "__init__.py",
    "model.py",
    "scratch.py",
    "errors",
    "sandbox",
    "running",
)  # all that a server needs; no course


@dataclass(frozen=True)
class Workplace:
    """The folder."""

    scratch: Scratch

    @property
    def folder(self) -> Path:
        """All of it."""
        return self.scratch.folder

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
        """Remove the folder."""
        self.scratch.remove()


def make_workplace() -> Workplace:
    """Make a folder for one sandbox."""
    workplace = Workplace(make_scratch())
    workplace.folder.chmod(
        0o711
    )  # other users, as whom children run, pass through but don't list it
    for inner in (workplace.engine, workplace.stages, workplace.private):
        inner.mkdir()
        inner.chmod(0o711 if inner == workplace.stages else 0o755)
    _copy_engine(workplace.engine / "grader")
    return workplace


def _copy_engine(target: Path) -> None:
    source = Path(grader.__file__).parent
    target.mkdir()
    for name in ENGINE:
        if (source / name).is_dir():
            shutil.copytree(source / name, target / name)
        elif (source / name).is_file():
            # With its time, which compiled files refer to.
            shutil.copy2(source / name, target / name)
