"""Render the annotated source into the module folders, and tell where the two differ."""

from __future__ import annotations

import difflib
import os
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.authoring import notebook
from grader.authoring.markers import SOURCE
from grader.authoring.stubs import render_text
from grader.errors import NoSource, SourceError
from grader.model import Course, Module, RelPath, TaskId

CACHES = (
    "__pycache__",
    ".pytest_cache",
    ".hypothesis",
    ".mypy_cache",
    ".carried",
    ".grader",
    ".ipynb_checkpoints",
)
SECOND = "second"  # the folder of the source that holds the second correct implementation
RENDERED_FOLDERS = ("minitorch", "project")  # of a module folder: they hold rendered files only


@dataclass(frozen=True)
class Difference:
    """A file of the repository that is not what its source says."""

    path: RelPath  # from the course's root
    diff: str  # unified, from what is there to what should be; empty for a file to remove


def all_tasks(course: Course) -> frozenset[TaskId]:
    """Name every task: rendered with them, a course is solved."""
    return frozenset(task.id for task in course.tasks)


def rendered_files(
    course: Course, module: Module, solved: Container[TaskId] = ()
) -> dict[RelPath, str]:
    """Render the files of one module: those of all modules up to it, and its own given and written ones.

    Args:
        course: An authored course.
        module: One of its modules.
        solved: The tasks whose solutions stay; the others become stubs.

    Returns:
        The texts, by path inside the module folder.

    Raises:
        NoSource: The annotated source is not here.
        SourceError: A listed file is absent or not UTF-8.
        MarkerError: A file's markers are malformed.
    """
    if not course.authored:
        raise NoSource(str(course.root))
    return {path: _rendered(course, module, path, solved) for path in listed_files(course, module)}


def _rendered(course: Course, module: Module, path: RelPath, solved: Container[TaskId]) -> str:
    """Render a file; a notebook's source is the script of its name."""
    known, number = all_tasks(course), int(module.id)
    if not path.endswith(notebook.SUFFIX):
        return render_text(_source_text(course, path), path, number, solved, known)
    script = path.removesuffix(notebook.SUFFIX) + ".py"
    text = render_text(_source_text(course, script), script, number, solved, known)
    return notebook.notebook(text)


def second_files(course: Course, module: Module, solved: Container[TaskId]) -> dict[RelPath, str]:
    """Render the files of the second correct implementation, where it has its own, over the reference's.

    Args:
        course: An authored course.
        module: One of its modules.
        solved: The tasks whose solutions stay.

    Returns:
        The texts of all files, as ``rendered_files`` gives them.

    Raises:
        MarkerError: A file's markers are malformed.
    """
    files = rendered_files(course, module, solved)
    known, number = all_tasks(course), int(module.id)
    own = [path for path in files if (course.source / SECOND / path).is_file()]
    for path in own:
        text = (course.source / SECOND / path).read_text("utf-8")
        files[path] = render_text(text, path, number, solved, known)
    return files


def listed_files(course: Course, module: Module) -> list[RelPath]:
    """List the paths of a module's rendered files, sorted."""
    inherited = [
        path for other in course.modules if int(other.id) <= int(module.id) for path in other.files
    ]
    return sorted({*inherited, *module.given, *module.written})


def module_tree(
    course: Course, module: Module, solved: Container[TaskId] = ()
) -> dict[RelPath, bytes]:
    """Read a whole module folder: its hand-written files, with freshly rendered ones laid over.

    Without the annotated source, it is the trusted folder as it stands.
    """
    tree = {path: (module.folder / path).read_bytes() for path in folder_files(module.folder)}
    if not course.authored:
        return tree
    rendered = rendered_files(course, module, solved)
    stale = set(stale_files(course, module, rendered))
    tree = {path: content for path, content in tree.items() if path not in stale}
    tree.update((path, text.encode()) for path, text in rendered.items())
    return dict(sorted(tree.items()))


def render(course: Course, solved_before: int | None = None) -> list[Path]:
    """Write the rendered files of every module, and remove those no longer listed.

    Args:
        course: An authored course.
        solved_before: Leave the solutions of all modules before this one in place.

    Returns:
        The paths that were written or removed; files that are right already stay untouched.
    """
    plans = [
        (module, rendered_files(course, module, solved_tasks(course, solved_before)))
        for module in course.modules
    ]
    changed: list[Path] = []
    for module, rendered in plans:
        folder = course.root / module.name
        for path, text in rendered.items():
            if _current(folder / path) != text.encode():
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_bytes(text.encode())
                changed.append(folder / path)
        for path in stale_files(course, module, rendered):
            (folder / path).unlink()
            changed.append(folder / path)
    return changed


def check(course: Course, solved_before: int | None = None) -> list[Difference]:
    """List the files that ``render`` would write or remove."""
    return [
        difference
        for module in course.modules
        for difference in _differences(course, module, solved_tasks(course, solved_before))
    ]


def solved_tasks(course: Course, before: int | None) -> frozenset[TaskId]:
    """Name the tasks of all modules before one; none when it is None."""
    return frozenset(
        task.id for task in course.tasks if before is not None and int(task.module) < before
    )


def stale_files(course: Course, module: Module, rendered: Mapping[RelPath, str]) -> list[RelPath]:
    """List the files of a module folder that only a rendering can have put there, but no longer does."""
    return [
        path
        for path in folder_files(course.root / module.name)
        if path not in rendered and path.split("/")[0] in RENDERED_FOLDERS
    ]


def folder_files(folder: Path) -> list[RelPath]:
    """List the files under a folder, sorted, without caches and links."""
    found: list[RelPath] = []
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name not in CACHES]
        for name in files:
            path = Path(place, name)
            if not path.is_symlink() and not name.endswith(".pyc"):
                found.append(path.relative_to(folder).as_posix())
    return sorted(found)


def _differences(course: Course, module: Module, solved: Container[TaskId]) -> Iterator[Difference]:
    rendered = rendered_files(course, module, solved)
    for path, text in rendered.items():
        shown = f"{module.name}/{path}"
        current = _current(course.root / module.name / path)
        if current != text.encode():
            yield Difference(shown, _diff(shown, (current or b"").decode(errors="replace"), text))
    for path in stale_files(course, module, rendered):
        yield Difference(f"{module.name}/{path}", "")


def _diff(shown: RelPath, current: str, wanted: str) -> str:
    lines = difflib.unified_diff(
        current.splitlines(keepends=True),
        wanted.splitlines(keepends=True),
        shown,
        f"{shown} (rendered)",
    )
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)


def _current(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _source_text(course: Course, path: RelPath) -> str:
    shown = f"{SOURCE}/{path}"
    try:
        return (course.source / path).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise SourceError(
            shown,
            0,
            "A module.toml lists this file, but it is not there.",
            "write it, or list it no longer",
        ) from None
    except UnicodeDecodeError:
        raise SourceError(shown, 0, "This is not UTF-8.", "save the file as UTF-8") from None
