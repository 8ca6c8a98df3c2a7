"""What is compared: which files of a module, what is nobody's own in them, and whose text counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.authoring.render import all_tasks, rendered_files
from grader.model import Course, Module, ModuleId, RelPath
from grader.similarity.hands import Given, Work


@dataclass(frozen=True)
class Renderings:
    """The files of every module, as they were handed out and solved."""

    skeletons: tuple[dict[RelPath, str], ...]
    solutions: tuple[dict[RelPath, str], ...]


def renderings(course: Course) -> Renderings:
    """Render every module of an authored course both ways.

    Args:
        course: The course.

    Returns:
        The texts.

    Raises:
        NoSource: The annotated source is not here.
    """
    solved = all_tasks(course)
    return Renderings(
        tuple(rendered_files(course, module) for module in course.modules),
        tuple(rendered_files(course, module, solved) for module in course.modules),
    )


def given_in(rendered: Renderings, module: Module) -> dict[RelPath, Given]:
    """Say what is nobody's own in the files that a module introduces.

    Args:
        rendered: Of all modules: a later one hands the same files out again, and may add to them.
        module: One of them.

    Returns:
        By path. The files of earlier modules are compared there.
    """
    return {
        path: Given(_texts(rendered.skeletons, path), _texts(rendered.solutions, path))
        for path in (*module.files, *module.written)
    }


def works_on(module: Module, handed_in: Mapping[str, Mapping[ModuleId, Work]]) -> dict[str, Work]:
    """Take what each submission holds of the files that a module introduces.

    Args:
        module: The module.
        handed_in: Submission to module to path to text.

    Returns:
        By submission, of those that hold any. Later modules carry the files on: theirs stand in for a missing one.
    """
    works: dict[str, Work] = {}
    for id, modules in handed_in.items():
        latest_first = sorted(modules, key=int, reverse=True)
        held = {path: text for each in latest_first for path, text in modules[each].items()}
        work = {path: held[path] for path in (*module.files, *module.written) if path in held}
        if work:
            works[id] = work
    return works


def _texts(modules: Sequence[Mapping[RelPath, str]], path: RelPath) -> tuple[str, ...]:
    """Give each text that a file has in some module, once."""
    return tuple(dict.fromkeys(files[path] for files in modules if path in files))
