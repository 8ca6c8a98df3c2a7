"""A small made-up class: what a grader meets in real life, from finished to hostile, in every packaging."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.authoring.render import all_tasks, rendered_files, solved_tasks
from grader.errors import FolderInUse
from grader.model import Course, Module, RelPath, TaskId

Files = dict[RelPath, str]


Solved = Callable[[Course], Collection[TaskId]]


@dataclass(frozen=True)
class Example:
    """One made-up submission: which tasks are solved, and what is then done to a file."""

    name: str
    told: str
    solved: Solved
    modules: int | None = 1  # how many are handed in, from the first on; None: all
    spoil: str = ""  # Python appended to the first file of module 0, wherever it was carried
    packed: bool = False  # as a zip of the module folders


def _before(module: int) -> Solved:
    """Solve all tasks of the modules before one."""
    return lambda course: solved_tasks(course, module)


def _only(*chosen: TaskId) -> Solved:
    return lambda course: chosen


_RELU = "\n\ndef relu(x: float) -> float:\n"
_WORKS_OTHERWISE = _only("0.1", "0.4", "0.5")

EXAMPLES = (
    Example("reference", "everything is solved", all_tasks, None),
    Example("untouched", "skeletons as they were published", _only(), 3),
    Example("one-task", "only the first task is solved", _only("0.1")),
    Example(
        "three-tasks", "three tasks are solved; a zip", _only("0.1", "0.3", "0.4"), packed=True
    ),
    Example("two-modules", "two modules are solved, and carried into the third", _before(2), 3),
    Example(
        "wrong-relu",
        "all is solved, but relu lets negative numbers pass, in Module 1 too",
        _before(2),
        2,
        f"{_RELU}    return x\n",
    ),
    Example(
        "syntax-error",
        "a file that Python can't read",
        _WORKS_OTHERWISE,
        spoil=_RELU.replace(")", ""),
    ),
    Example(
        "endless-loop",
        "relu never returns",
        _WORKS_OTHERWISE,
        spoil=f"{_RELU}    while True:\n        pass\n",
    ),
    Example(
        "memory-hog",
        "relu takes all the memory there is",
        _WORKS_OTHERWISE,
        spoil=f"{_RELU}    hoard = []\n    while True:\n        hoard.append(bytearray(1 << 24))\n",
    ),
    Example(
        "os-exit",
        "relu ends the process, with exit status 0",
        _WORKS_OTHERWISE,
        spoil=f"{_RELU}    import os\n\n    os._exit(0)\n",
    ),
    Example(
        "output-flood",
        "relu prints without end",
        _WORKS_OTHERWISE,
        spoil=f"{_RELU}    while True:\n        print('relu' * 1000)\n",
    ),
)


def write_class(course: Course, folder: Path) -> list[str]:
    """Write the made-up submissions.

    Args:
        course: An authored course.
        folder: A new or an empty folder.

    Returns:
        The submissions' names.

    Raises:
        FolderInUse: If the folder holds something.
        NoSource: If the annotated source is not here.
    """
    refuse_used(folder)
    for example in EXAMPLES:
        handed_in = course.modules[: example.modules]
        files = {module.name: _files(course, module, example) for module in handed_in}
        if example.packed:
            write_zip(files, folder / f"{example.name}.zip")
        else:
            write_folder(files, folder / example.name)
    return [example.name for example in EXAMPLES]


def refuse_used(folder: Path) -> None:
    """Refuse a folder that holds something, and make one that is not there."""
    if folder.exists() and any(folder.iterdir()):
        raise FolderInUse(str(folder))
    folder.mkdir(parents=True, exist_ok=True)


def _files(course: Course, module: Module, example: Example) -> Files:
    files = rendered_files(course, module, frozenset(example.solved(course)))
    if example.spoil:
        first = course.modules[0].files[0]
        files[first] += example.spoil
    return files


def write_folder(modules: Mapping[str, Files], folder: Path) -> None:
    """Write a submission as a folder of module folders."""
    for name, files in modules.items():
        for path, text in files.items():
            target = folder / name / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, "utf-8")


def write_zip(modules: Mapping[str, Files], archive: Path) -> None:
    """Write a submission as an archive of module folders."""
    archive.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, files in modules.items():
            for path, text in files.items():
                packed.writestr(f"{archive.stem}/{name}/{path}", text)
