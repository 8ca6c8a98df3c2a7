"""Mutants: wrong versions of the reference that a task's tests and probes must catch, slow ones, and right ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from grader.authoring import syntax
from grader.authoring.tables import Table, read_toml
from grader.errors import TomlError, nearest
from grader.model import Course, Kind, RelPath, Task

_KEYS = ("name", "file", "old", "new", "written")


@dataclass(frozen=True)
class Mutant:
    """One wrong version: ``old`` replaced by ``new`` in a file of the solved rendering."""

    name: str  # what is wrong with it
    file: RelPath
    old: str
    new: str
    written: bool  # the student's own tests are held against it too
    slow: bool  # right, and too slow or not parallel: measuring its speed must catch it, nothing else can
    place: str  # the file that describes it
    line: int


def load_mutants(course: Course, task: Task) -> tuple[Mutant, ...]:
    """Load the mutants of a task, in order.

    Args:
        course: An authored course.
        task: One of its tasks.

    Returns:
        Its wrong versions, then its slow ones; none of those of which there is no file.

    Raises:
        TomlError: A file is malformed, or two mutants in it share a name.
    """
    wrong = _load_file(course, task, mutants_file(task), slow=False)
    return (*wrong, *_load_file(course, task, slow_mutants_file(task), slow=True))


def load_right_versions(course: Course, task: Task) -> tuple[Mutant, ...]:
    """Load the versions of a task that are right, but written differently from the reference.

    Args:
        course: An authored course.
        task: One of its tasks.

    Returns:
        The versions, in order; they are described as mutants are.

    Raises:
        TomlError: The file is malformed, or two versions in it share a name.
    """
    return _load_file(course, task, right_versions_file(task), slow=False)


def _load_file(course: Course, task: Task, shown: RelPath, *, slow: bool) -> tuple[Mutant, ...]:
    path = course.root / shown
    if not path.is_file():
        return ()
    toml = read_toml(path, shown, ["mutant"])
    toml.top.allow(())
    mutants = tuple(_load_mutant(table, task, slow) for table in toml.arrays["mutant"])
    lines: dict[str, int] = {}
    for mutant in mutants:
        if lines.setdefault(mutant.name, mutant.line) != mutant.line:
            raise TomlError(
                mutant.place,
                mutant.line,
                f"Two mutants are called {mutant.name!r}.",
                "rename one of them",
            )
    return mutants


def mutants_file(task: Task) -> RelPath:
    """Tell where a task's mutants are described, from the course's root."""
    return f"grader/course/mutants/{task.id}.toml"


def slow_mutants_file(task: Task) -> RelPath:
    """Tell where versions of a task are described that are right, but too slow or not parallel."""
    return f"grader/course/mutants/slow/{task.id}.toml"


def right_versions_file(task: Task) -> RelPath:
    """Tell where right versions of a task are described that differ from the reference."""
    return f"grader/course/mutants/right/{task.id}.toml"


def apply_mutant(files: Mapping[RelPath, str], mutant: Mutant) -> dict[RelPath, str]:
    """Make the wrong version of a module's solved files.

    Args:
        files: The solved files, by path inside the module folder.
        mutant: What to change.

    Returns:
        All the files, one of them changed.

    Raises:
        TomlError: The files lack the mutant's file, ``old`` does not occur in it exactly once, or what comes out is not
            Python: everything would catch that.
    """
    if mutant.file not in files:
        raise TomlError(
            mutant.place,
            mutant.line,
            f"Mutant {mutant.name!r}: the module has no file {mutant.file!r}.{nearest(mutant.file, files)}",
        )
    count = files[mutant.file].count(mutant.old)
    if count != 1:
        raise TomlError(
            mutant.place,
            mutant.line,
            f"Mutant {mutant.name!r}: its old text occurs {count} times in the solved {mutant.file}, not once.",
            "make old longer" if count else "copy old from the source as it is now",
        )
    wrong = files[mutant.file].replace(mutant.old, mutant.new)
    try:
        syntax.parse(wrong)
    except SyntaxError as error:
        raise TomlError(
            mutant.place, mutant.line, f"Mutant {mutant.name!r} is not Python: {error.msg}."
        ) from None
    return {**files, mutant.file: wrong}


def _load_mutant(table: Table, task: Task, slow: bool) -> Mutant:
    table.allow(_KEYS)
    old, new = table.text("old"), table.any_text("new")
    if old == new:
        raise table.error("'old' and 'new' are the same.", "new", "make the mutant wrong")
    return Mutant(
        name=table.text("name"),
        file=table.text("file"),
        old=old,
        new=new,
        written=table.flag("written") or task.kind is Kind.WRITTEN,
        slow=slow,
        place=table.file,
        line=table.line,
    )
