"""Decide what carrying a module's work forward would do to each file. Nothing is written here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from grader.authoring.load import find_module
from grader.authoring.render import rendered_files
from grader.carry.merge import MARKS, Clash, Piece, clashes, kept, marked, merge
from grader.carry.objections import not_python, objection
from grader.carry.text import Source, read_source, stubs
from grader.errors import NoModuleFolder, NothingBefore, Refused
from grader.model import Course, Module, ModuleId, RelPath, TaskId


class Choice(StrEnum):
    """What to do with a file in which both modules changed the same place."""

    LEAVE = "leave"  # the later module's file stays as it is
    MARK = "mark"  # both versions go into it, between marks
    KEEP = "keep"  # the later module's version wins there; the rest is carried


class Fate(StrEnum):
    """What becomes of a file."""

    CARRIED = "carried"
    THERE = "already there"
    UNTOUCHED = "nothing to carry"
    CONFLICT = "conflict"
    MARKED = "marked"
    KEPT = "kept"
    MISSING = "missing"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Step:
    """What is to be done with one file."""

    path: RelPath
    fate: Fate
    note: str = ""
    clashes: tuple[Clash, ...] = ()
    source: Source | None = None  # the later module's file as it is, where it is to change
    text: str = ""  # and what it is to hold then
    carried: str | None = None  # the earlier module's text, to be remembered as carried


@dataclass(frozen=True)
class Plan:
    """What is to be done with every file that an earlier module introduced."""

    earlier: Module
    later: Module
    choice: Choice
    steps: tuple[Step, ...]
    unfinished: tuple[TaskId, ...]  # earlier tasks that are still stubs in the earlier module
    behind: bool  # the earlier module lacks work that the one before it holds

    @property
    def changes(self) -> bool:
        """Whether any file is to change."""
        return any(step.source and step.text != step.source.text for step in self.steps)


def make_plan(course: Course, id: ModuleId, choice: Choice = Choice.LEAVE) -> Plan:
    """Plan to carry all finished work into a module, from the one before it.

    Args:
        course: The course; its module folders hold the student's work.
        id: The module to carry into.
        choice: What to do about conflicts.

    Returns:
        A step for each file that the modules before introduced, in their order.

    Raises:
        UnknownModule: There is no such module.
        NothingBefore: It is the first.
        NoModuleFolder: Its folder, or that of the module before, is gone.
    """
    later = find_module(course, id)
    index = course.modules.index(later)
    if index == 0:
        raise NothingBefore(course.modules[1].id if len(course.modules) > 1 else "")
    earlier = course.modules[index - 1]
    for module in (earlier, later):
        if not (course.root / module.name).is_dir():
            raise NoModuleFolder(module.name, str(course.root))
    paths = _files_before(course, index)
    planner = _Planner(course.root, earlier, later, _pristine(course, earlier, paths), choice)
    found = _stubs_in(course.root / earlier.name, paths)
    open_tasks = {task for each in found.values() for task in each.values()}
    return Plan(
        earlier,
        later,
        choice,
        tuple(planner.step(path) for path in paths),
        tuple(task.id for task in course.tasks if task.id in open_tasks),
        index > 1 and _is_behind(course, index - 1, found),
    )


def record_of(root: Path, module: Module, path: RelPath) -> Path:
    """Say where the copy of what was last carried into a module's file is kept.

    It does not end in ``.py``, so that formatters and linters that run over the module pass it by.
    """
    return root / module.name / ".carried" / f"{path}.txt"


def _files_before(course: Course, index: int) -> list[RelPath]:
    return [path for module in course.modules[:index] for path in module.files]


def _pristine(course: Course, module: Module, paths: Sequence[RelPath]) -> Mapping[RelPath, str]:
    """Read a module's files as the course hands them out."""
    if course.authored:
        return rendered_files(course, module)
    return {
        path: read_source(module.folder / path).text
        for path in paths
        if (module.folder / path).is_file()
    }


def _stubs_in(folder: Path, paths: Sequence[RelPath]) -> dict[RelPath, dict[str, TaskId]]:
    """Find the stubs of each file that can be read."""
    found: dict[RelPath, dict[str, TaskId]] = {}
    for path in paths:
        try:
            found[path] = stubs(read_source(folder / path).text)
        except Refused:
            continue  # the file's own step says so
    return found


def _is_behind(course: Course, index: int, found: Mapping[RelPath, dict[str, TaskId]]) -> bool:
    """Tell whether a module has stubs of which the module before it, at ``index - 1``, is rid."""
    before = course.root / course.modules[index - 1].name
    there = _stubs_in(before, _files_before(course, index))
    return any(found.get(path, {}).keys() - stubs.keys() for path, stubs in there.items())


@dataclass(frozen=True)
class _Planner:
    root: Path
    earlier: Module
    later: Module
    pristine: Mapping[RelPath, str]
    choice: Choice

    def step(self, path: RelPath) -> Step:
        """Plan for one file, whatever state it is in."""
        sources: list[Source] = []
        for name in (self.earlier.name, self.later.name):
            place = self.root / name / path
            if not place.exists() and not place.is_symlink():
                return Step(path, Fate.MISSING, f"{name}/{path} is not there")
            try:
                sources.append(read_source(place))
            except Refused as refused:
                return Step(path, Fate.UNREADABLE, f"{name}/{path} {refused.what}")
        return self._compared(path, *sources)

    def _compared(self, path: RelPath, earlier: Source, later: Source) -> Step:
        left = _marks_left(later)
        if left:
            note = f"line {left} still holds a mark of an earlier carry"
            return Step(path, Fate.CONFLICT, note)
        recorded = self._recorded(path, earlier, later)
        base = self.pristine.get(path, "") if recorded is None else recorded
        if earlier.text == base:
            return Step(path, Fate.UNTOUCHED if recorded is None else Fate.THERE)
        texts = Source(base).lines, earlier.lines, later.lines
        pieces = merge(*texts)
        merged = kept(pieces)
        if clashes(pieces):
            return self._chosen(path, earlier, later, pieces)
        if merged == later.text:
            return Step(path, Fate.THERE, carried=earlier.text)
        if reason := objection(merged, earlier.text, later.text):
            return self._chosen(path, earlier, later, merge(*texts, careful=True), reason)
        note = not_python(earlier.text, f"{self.earlier.name}'s")
        return Step(path, Fate.CARRIED, note, (), later, merged, earlier.text)

    def _recorded(self, path: RelPath, earlier: Source, later: Source) -> str | None:
        """Read what was carried last time.

        None, if nothing was, or if the later file has since gone back to a stub that was carried over solved: then the
        record no longer tells what that file was made from.
        """
        try:
            recorded = read_source(record_of(self.root, self.later, path)).text
        except Refused:
            return None
        fallen_back = stubs(later.text).keys() - stubs(earlier.text).keys()
        return None if fallen_back - stubs(recorded).keys() else recorded

    def _chosen(
        self, path: RelPath, earlier: Source, later: Source, pieces: list[Piece], note: str = ""
    ) -> Step:
        """Plan for a file with conflicts."""
        found = clashes(pieces)
        if self.choice is Choice.LEAVE:
            return Step(path, Fate.CONFLICT, note, found)
        if self.choice is Choice.MARK:
            names = f"{self.earlier.name}/{path}", f"{self.later.name}/{path}"
            text = marked(pieces, *names)
            return Step(path, Fate.MARKED, note, found, later, text, earlier.text)
        text = kept(pieces)
        if objection(text, earlier.text, later.text):
            text = later.text
        return Step(path, Fate.KEPT, note, found, later, text, earlier.text)


def _marks_left(source: Source) -> int:
    """Find the first line that an earlier carry put there to be removed; 0 if there is none."""
    for number, line in enumerate(source.lines, start=1):
        if line.startswith((MARKS[0], MARKS[2])):
            return number
    return 0
