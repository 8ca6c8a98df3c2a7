"""Find a course, load it, and find modules and tasks in it."""

from __future__ import annotations

import re
from pathlib import Path

from grader.authoring.demands import SPEED
from grader.authoring.description import MODULE_TOML, read_module
from grader.authoring.tables import read_toml
from grader.errors import NotARepository, UnknownModule, UnknownTask
from grader.model import Course, Module, ModuleId, Task, TaskId

SKELETON = "grader/skeleton"

_FOLDER = re.compile(r"module(0|[1-9]\d*)")


def find_root(start: Path) -> Path:
    """Find the root of a course.

    Args:
        start: A folder inside it.

    Returns:
        The nearest folder at or above ``start`` that holds ``module0/module.toml``.

    Raises:
        NotARepository: No folder up to the root of the file system does.
    """
    folder = start.resolve()
    for candidate in (folder, *folder.parents):
        if (candidate / "module0" / MODULE_TOML).is_file():
            return candidate
    raise NotARepository(str(folder))


def load_course(root: Path) -> Course:
    """Load every module of a course.

    Args:
        root: The folder that holds the module folders.

    Returns:
        The course. In a published repository the trusted folders are those of ``grader/skeleton``, as
        students edit the others.

    Raises:
        NotARepository: There is no module 0.
        TomlError: A ``module.toml`` is malformed or contradicts itself or an earlier one.
    """
    trusted = _trusted_folder(root)
    modules: list[Module] = []
    for number in _module_numbers(trusted):
        folder = trusted / f"module{number}"
        modules.append(
            read_module(folder, str(number), folder.relative_to(root).as_posix(), modules)
        )
    if not modules:
        raise NotARepository(str(root))
    return Course(root, tuple(modules))


def find_module(course: Course, id: ModuleId) -> Module:
    """Find a module.

    Args:
        course: The course.
        id: The module's id; ``module2`` serves as well as ``2``.

    Returns:
        The module.

    Raises:
        UnknownModule: The course has no such module.
    """
    for module in course.modules:
        if id in (module.id, module.name):
            return module
    raise UnknownModule(id, [module.id for module in course.modules])


def find_task(course: Course, id: TaskId) -> Task:
    """Find a task.

    Args:
        course: The course.
        id: The task's id.

    Returns:
        The task.

    Raises:
        UnknownTask: The course has no such task.
    """
    for task in course.tasks:
        if task.id == id:
            return task
    raise UnknownTask(id, [task.id for task in course.tasks])


def with_needs(course: Course, task: Task) -> frozenset[TaskId]:
    """Name a task and all tasks that it needs, directly or not."""
    found = {task.id}
    for need in task.needs:
        found |= with_needs(course, find_task(course, need))
    return frozenset(found)


def place_of(course: Course, task: Task) -> str:
    """Tell where a task is described, as file and line, for a complaint about it."""
    folder = find_module(course, task.module).folder
    shown = f"{folder.relative_to(course.root).as_posix()}/{MODULE_TOML}"
    tables = read_toml(folder / MODULE_TOML, shown, ["task", SPEED]).arrays["task"]
    (line,) = [table.lines["id"] for table in tables if table.values["id"] == task.id]
    return f"{shown}:{line}"


def _trusted_folder(root: Path) -> Path:
    skeleton = root / SKELETON
    published = skeleton.is_dir() and not (root / "grader" / "course").is_dir()
    return skeleton if published else root


def _module_numbers(trusted: Path) -> list[int]:
    """List the numbers of the module folders from 0 on, up to the first gap."""
    found = {
        int(match[1])
        for path in trusted.iterdir()
        if (match := _FOLDER.fullmatch(path.name)) and (path / MODULE_TOML).is_file()
    }
    return [number for number in range(len(found)) if set(range(number + 1)) <= found]
