"""The names of the students' files: which there are, which tasks need one, and the library without it."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from grader.authoring import markers, syntax
from grader.authoring.render import all_tasks, listed_files, rendered_files
from grader.model import Course, Module, RelPath, Task, TaskId

Files = Mapping[RelPath, str]
How = Literal["renamed", "deleted"]

_DEFINITIONS = (ast.FunctionDef, ast.ClassDef)
_CALLED_BY_OTHERS = {"forward"}  # Module.__call__ calls it, in modules that tests define too


@dataclass(frozen=True)
class Name:
    """A name that a file of the students' defines at its top, or in a class."""

    file: RelPath
    path: str  # "EQ", "Scalar.exp"
    tasks: frozenset[TaskId]  # that write it; nobody writes what is given

    def __str__(self) -> str:
        return f"{self.file}:{self.path}"

    @property
    def last(self) -> str:
        """The name by which others use it."""
        return self.path.rpartition(".")[2]

    @property
    def top(self) -> str:
        """The name at the top of the file: the class, of a method."""
        return self.path.partition(".")[0]


def student_files(course: Course, module: Module) -> list[RelPath]:
    """List the library's files and scripts that students write in a module, and in those before it."""
    given = {*module.given, *module.written}
    return [path for path in listed_files(course, module) if path not in given]


def names_of(course: Course, module: Module) -> list[Name]:
    """List the names of the students' files, as they are in a module's solution.

    Args:
        course: An authored course.
        module: One of its modules.

    Returns:
        Public functions, classes, constants and methods, and what a task writes, whatever it is called.
    """
    solved = rendered_files(course, module, all_tasks(course))
    found: list[Name] = []
    for file in student_files(course, module):
        source = (course.source / file).read_text("utf-8")
        blocks = markers.parse(source, file, all_tasks(course))
        written = [block for block in blocks if isinstance(block, markers.Solution)]
        for path in _defined(syntax.parse(solved[file])):
            tasks = {b.task for b in written if f"{b.function}.".startswith(f"{path}.")}
            if tasks or not re.search(r"(^|\.)_", path):
                found.append(Name(file, path, frozenset(tasks)))
    return found


def renameable(names: Sequence[Name], files: Files) -> list[Name]:
    """Choose the names that can be called something else wherever they are used.

    A use of a method shows its last name only. So nothing else may have that name: no other method, no attribute that
    is assigned, nothing of NumPy's; and neither Python nor the library may call it in classes of others.

    Args:
        names: All names.
        files: The files that have them.

    Returns:
        Those that can be renamed.
    """
    often = Counter(name.last for name in names)
    for text in files.values():
        stored = (node for node in ast.walk(syntax.parse(text)) if _is_stored(node))
        often.update(node.attr for node in stored if isinstance(node, ast.Attribute))

    def can_be(method: str) -> bool:
        called = "__" in method or method in _CALLED_BY_OTHERS
        return often[method] == 1 and not called and not hasattr(np.ndarray, method)

    return [name for name in names if name.path == name.top or can_be(name.last)]


def _defined(tree: ast.Module) -> Iterator[str]:
    """Yield what a file defines at its top, and the methods of its classes."""
    for node in tree.body:
        if isinstance(node, _DEFINITIONS):
            yield node.name
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (target.id for target in targets if isinstance(target, ast.Name))
        if isinstance(node, ast.ClassDef):
            yield from (
                f"{node.name}.{each.name}"
                for each in node.body
                if isinstance(each, ast.FunctionDef)
            )


class Needs:
    """Which tasks of a module may fall short without a name. No test is asked.

    These are the tasks that write it and those that need them, as ``module.toml`` says. A given name is needed by tasks
    whose solution uses it, and by those whose solution it uses, as tests reach these through it. A deleted name is also
    missing wherever else it is used; a renamed one is renamed there, too.

    Args:
        course: An authored course.
        module: One of its modules.
    """

    def __init__(self, course: Course, module: Module) -> None:
        self._module = module
        solved = rendered_files(course, module, all_tasks(course))
        self._uses: dict[str, set[str]] = {}  # what a definition mentions, by its name
        for path, text in solved.items():
            if path.startswith(("minitorch/", "project/")):
                for node in syntax.parse(text).body:
                    for name in _binds(node):
                        self._uses.setdefault(name, set()).update(_mentioned(node))
        written = [name for name in names_of(course, module) if name.tasks]
        self._tops = {
            task.id: {name.top for name in written if task.id in name.tasks}
            for task in module.tasks
        }
        self._reached = {task: self._reach(tops) for task, tops in self._tops.items()}

    def of(self, name: Name, how: How) -> frozenset[TaskId]:
        """List the tasks that may fall short.

        Args:
            name: The name.
            how: What became of it.

        Returns:
            The ids of the tasks.
        """

        def needs(task: Task) -> bool:
            uses = name.last in self._reached[task.id]
            if not name.tasks:
                return uses or bool(self._reach([name.top]) & self._tops[task.id])
            needed = task.id in name.tasks or bool(name.tasks & set(task.needs))
            return needed or (how == "deleted" and uses)

        return frozenset(task.id for task in self._module.tasks if needs(task))

    def _reach(self, tops: Iterable[str]) -> set[str]:
        """Follow what some definitions mention, and what that mentions."""
        found, waiting = set(), list(tops)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += self._uses.get(name, ())
        return found


def _mentioned(node: ast.AST) -> set[str]:
    names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    return names | {n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute)}


def without(files: Files, names: Sequence[Name], how: How) -> dict[RelPath, str]:
    """Take names away from the students' files.

    Args:
        files: All files of the students', by path.
        names: What to take away.
        how: Renamed wherever the files use it, or deleted where it is defined, and nowhere else.

    Returns:
        The files.
    """
    result = dict(files)
    for name in names:
        if how == "deleted":
            result[name.file] = _deleted(result[name.file], name.path)
        else:
            result = {file: _renamed(file, text, name) for file, text in result.items()}
    return result


def _deleted(text: str, path: str) -> str:
    """Delete a definition; a class that has nothing left passes."""
    tree = syntax.parse(text)
    body: list[ast.stmt] = tree.body
    holder, _, last = path.rpartition(".")
    if holder:
        owners = [n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == holder]
        if not owners:  # it was deleted too
            return text
        body = owners[0].body
    body[:] = [node for node in body if last not in _binds(node)] or [ast.Pass()]
    return ast.unparse(tree)


def _binds(node: ast.stmt) -> set[str]:
    """List the names that a statement defines; a property's setter is one of them."""
    if isinstance(node, _DEFINITIONS):
        return {node.name}
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return {target.id for target in targets if isinstance(target, ast.Name)}


def _renamed(file: RelPath, text: str, name: Name) -> str:
    """Rename something throughout one file."""
    tree = syntax.parse(text)
    _Renaming(file, name).visit(tree)
    return ast.unparse(tree)


class _Renaming(ast.NodeTransformer):
    """Renames a name that a file defines, in that file or in one that uses it.

    Args:
        file: The file to change.
        name: What to rename.
    """

    def __init__(self, file: RelPath, name: Name) -> None:
        self._home = file == name.file
        self._holder, _, self._old = name.path.rpartition(".")
        self._new = f"{self._old}_of_mine"
        self._stem = name.file.rpartition("/")[2].removesuffix(".py")
        self._known = self._home and not self._holder  # whether the bare name means it here
        self._files: set[str] = set()  # what its file is called here

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.ImportFrom:
        """Follow the name, and its file, into a file that imports it."""
        if node.module and node.module.split(".")[-1] == self._stem and not self._holder:
            for alias in node.names:
                if alias.name == self._old:
                    alias.name = self._new
                    self._known = True
        elif node.module is None:
            self._files |= {a.asname or a.name for a in node.names if a.name == self._stem}
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        """Rename the class, or the method that it has."""
        if self._home and node.name == self._holder:
            for each in node.body:
                if isinstance(each, ast.FunctionDef) and each.name == self._old:
                    each.name = self._new
        if self._known and node.name == self._old:
            node.name = self._new
        return self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Rename the function; one that has an argument of that name means the argument."""
        own = {arg.arg for arg in (*node.args.args, *node.args.kwonlyargs)}
        bound = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and _is_stored(n)}
        if self._old in own | bound:
            return node
        if self._known and node.name == self._old and node.col_offset == 0:
            node.name = self._new
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> ast.Name:
        """Rename a use."""
        if self._known and node.id == self._old:
            node.id = self._new
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """Rename a use by way of the file, of the package, or of an object."""
        self.generic_visit(node)
        if node.attr != self._old:
            return node
        of = ast.unparse(node.value)
        if self._holder:
            node.attr = self._new
        elif of in {*self._files, f"minitorch.{self._stem}"}:
            node.attr = self._new
        elif of == "minitorch":
            node.value = ast.Attribute(node.value, self._stem, ast.Load())
            node.attr = self._new
        return node


def _is_stored(node: ast.AST) -> bool:
    return isinstance(getattr(node, "ctx", None), ast.Store)
