"""Read one ``module.toml``, strictly: every mistake is told with its line."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from fractions import Fraction
from pathlib import Path, PurePosixPath

from grader.authoring.demands import MEASURE, SPEED, check_tasks, read_demand
from grader.authoring.tables import Table, read_toml
from grader.errors import nearest
from grader.model import Kind, Module, ModuleId, RelPath, Task, TaskId

MODULE_TOML = "module.toml"

_TOPICS = "hint_for"
_MODULE_KEYS = ("title", "points", "files", "given", "written", "numba")
_TASK_KEYS = (
    "id",
    "title",
    "points",
    "kind",
    "files",
    "needs",
    "hint",
    _TOPICS,
    "seconds",
    "bonus",
    "written",
    SPEED,
    MEASURE,
)
_TASK_ID = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)")


def read_module(folder: Path, id: ModuleId, shown: str, earlier: list[Module]) -> Module:
    """Read a module's description.

    Args:
        folder: The trusted folder that holds it.
        id: The module's id.
        shown: How errors name the folder.
        earlier: The modules before it, whose files and tasks it may name.

    Returns:
        The module with its tasks.

    Raises:
        TomlError: The description is malformed, or contradicts itself or an earlier one.
    """
    toml = read_toml(folder / MODULE_TOML, f"{shown}/{MODULE_TOML}", ["task", SPEED])
    top = toml.top
    top.allow(_MODULE_KEYS)
    inherited = tuple(path for module in earlier for path in module.files)
    files = _paths(top, "files", taken=inherited)
    given = _paths(top, "given", taken=(*inherited, *files))
    written = _paths(top, "written", taken=(*inherited, *files, *given))
    tasks: list[Task] = []
    for table in toml.arrays["task"]:
        known = [
            *(task.id for module in earlier for task in module.tasks),
            *(task.id for task in tasks),
        ]
        later = [str(other.values.get("id")) for other in toml.arrays["task"]]
        handed_in = (*inherited, *files, *written)
        tasks.append(_read_task(table, id, known, later, handed_in, toml.arrays[SPEED]))
    check_tasks(toml.arrays[SPEED], [task.id for task in tasks])
    points = top.number("points")
    _check_points(top, points, tasks)
    return Module(
        id,
        top.text("title"),
        points,
        folder,
        files,
        given,
        written,
        tuple(tasks),
        numba=top.flag("numba"),
    )


def _check_points(top: Table, points: Fraction, tasks: list[Task]) -> None:
    total = sum((task.points for task in tasks if not task.bonus), Fraction(0))
    if total != points:
        raise top.error(
            f"The tasks' points add up to {_number(total)}, but the module has {_number(points)}.",
            "points",
            "change the module's points or a task's",
        )


def _read_task(
    table: Table,
    module: ModuleId,
    known: Collection[TaskId],
    in_module: Collection[TaskId],
    files: Collection[RelPath],
    speeds: Sequence[Table],
) -> Task:
    table.allow(_TASK_KEYS)
    kind = _kind(table)
    id = _task_id(table, module, known)
    return Task(
        id=id,
        title=table.text("title"),
        points=table.number("points"),
        kind=kind,
        files=_task_files(table, files),
        needs=_needs(table, known, in_module),
        hints=_hints(table),
        topics=_topics(table),
        seconds=float(table.number("seconds", Fraction(60))),
        bonus=table.flag("bonus"),
        written=table.flag("written") or kind is Kind.WRITTEN,
        speed=read_demand(table, id, kind, speeds),
    )


def _task_id(table: Table, module: ModuleId, known: Collection[TaskId]) -> TaskId:
    id = table.text("id")
    form = f'write it as "{module}.1"'
    match = _TASK_ID.fullmatch(id)
    if not match:
        raise table.error(f"{id!r} is not a task id.", "id", form)
    if match[1] != module:
        raise table.error(f"Task {id} is not one of module {module}.", "id", form)
    if id in known:
        raise table.error(f"There are two tasks {id}.", "id", "give one of them another number")
    return id


def _kind(table: Table) -> Kind:
    name = table.text("kind")
    kinds = [kind.value for kind in Kind]
    if name not in kinds:
        raise table.error(
            f"No kind of task is called {name!r}.{nearest(name, kinds)}",
            "kind",
            f"use one of {', '.join(kinds)}",
        )
    return Kind(name)


def _task_files(table: Table, files: Collection[RelPath]) -> tuple[RelPath, ...]:
    paths = table.texts("files")
    for path in paths:
        if path not in files:
            raise table.error(
                f"{path!r} is not a file that students hand in with this module.{nearest(path, files)}",
                "files",
                "list it in the module's files or written",
            )
    return paths


def _needs(
    table: Table, known: Collection[TaskId], in_module: Collection[TaskId]
) -> tuple[TaskId, ...]:
    needs = table.texts("needs", ())
    for need in needs:
        if need in known:
            continue
        if need in in_module:
            raise table.error(
                f"The task needs {need}, which does not come before it.",
                "needs",
                "need earlier tasks only",
            )
        raise table.error(
            f"The task needs {need}, which does not exist.{nearest(need, known)}",
            "needs",
            "need earlier tasks only",
        )
    return needs


def _hints(table: Table) -> tuple[str, ...]:
    value = table.values.get("hint", [])
    return (table.text("hint"),) if isinstance(value, str) else table.texts("hint", ())


def _topics(table: Table) -> tuple[tuple[str, str], ...]:
    """Read which hint fits which tests: a table from a word of their names to the number of the hint."""
    hints, topics = _hints(table), table.values.get(_TOPICS, {})
    numbers = list(map(str, range(1, len(hints) + 1)))
    if not isinstance(topics, dict) or not all(str(n) in numbers for n in topics.values()):
        wanted = f"a table from words to numbers of hints, 1 to {len(hints)}"
        raise table.wrong_type(_TOPICS, f"{wanted}, such as {{ map = 1 }}")
    return tuple((word, hints[int(number) - 1]) for word, number in topics.items())


def _paths(top: Table, key: str, taken: Collection[RelPath]) -> tuple[RelPath, ...]:
    """Read a list of paths inside the module folder, none of which may be ``taken`` or twice there."""
    paths = top.texts(key, ())
    for index, path in enumerate(paths):
        pure = PurePosixPath(path)
        if (
            "\\" in path
            or pure.is_absolute()
            or ".." in pure.parts
            or str(pure) != path
            or path == "."
        ):
            raise top.error(
                f"{path!r} is not a path inside the module folder.",
                key,
                'write it as "minitorch/…"',
            )
        if path in taken or path in paths[:index]:
            raise top.error(
                f"{path!r} is listed twice.", key, "list it once, in the module that introduces it"
            )
    return paths


def _number(value: Fraction) -> str:
    return str(float(value)).removesuffix(".0")
