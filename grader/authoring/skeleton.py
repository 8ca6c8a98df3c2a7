"""A module's files as they are handed out."""

from __future__ import annotations

from grader.authoring.render import rendered_files
from grader.model import Course, Module, RelPath


def skeleton(course: Course, module: Module) -> dict[RelPath, str]:
    """Give a module's files with everything still to do.

    Args:
        course: Any course.
        module: One of its modules.

    Returns:
        The texts, by path inside the module folder: rendered, where the source is here, and else those of the trusted
        copy; nothing where there is none, and the module folder is all there is.
    """
    if course.authored:
        return rendered_files(course, module)
    if module.folder == course.root / module.name:
        return {}
    upto = course.modules[: course.modules.index(module) + 1]
    listed = [path for each in upto for path in each.files]
    return {
        path: (module.folder / path).read_text("utf-8")
        for path in dict.fromkeys([*listed, *module.written])
        if (module.folder / path).is_file()
    }
