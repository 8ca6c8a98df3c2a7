"""What of the probe files may enter a student's process: the asked questions, what they use, and nothing else."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from grader.authoring import syntax
from grader.running.texts import FileName

Name = str  # of something that is defined or imported at the top of a file
Place = tuple[FileName, Name]

OF_THE_PARENT = {"questions", "data"}  # arguments of ``@exam``
_EFFECT: Name = ""  # what happens when a file is imported, and defines nothing


class Extract:
    """Takes out of some files what certain names need.

    Nobody in a student's process needs what makes an exam's questions, and so the right answers. That is left out, with
    all that serves nothing else.

    Args:
        texts: The texts of all files.
    """

    def __init__(self, texts: Mapping[FileName, str]) -> None:
        self._trees = {file: _without_questions(syntax.parse(text)) for file, text in texts.items()}
        self._needs: dict[Place, set[Place]] = defaultdict(set)
        for file, tree in self._trees.items():
            for statement in tree.body:
                for name in _defined(statement) or {_EFFECT}:
                    self._needs[file, name] |= {(file, _EFFECT), *self._used(file, statement, name)}

    def needed(self, wanted: Iterable[Place]) -> dict[FileName, str]:
        """Give the files with what is wanted, and with what that needs in turn.

        Args:
            wanted: Names, and the files that define them.

        Returns:
            Their texts, without comments.
        """
        found: set[Place] = set()
        todo = set(wanted)
        while todo:
            found |= todo
            todo = {need for place in todo for need in self._needs.get(place, ())} - found
        files = {file for file, _ in found}
        return {file: self._text(file, found) for file in self._trees if file in files}

    def _used(self, file: FileName, statement: ast.stmt, name: Name) -> Iterator[Place]:
        """List what a statement uses, or what a name is in the file that it is imported from."""
        if isinstance(statement, ast.ImportFrom) and statement.level:
            (alias,) = [alias for alias in statement.names if _bound(alias) == name]
            folder = file.split(".")[: -statement.level]
            source = ".".join([*folder, *filter(None, [statement.module])])
            if source in self._trees:
                yield source, alias.name
            elif (source := ".".join(filter(None, [source, alias.name]))) in self._trees:
                every = (_defined(part) for part in self._trees[source].body)
                yield from ((source, each) for each in set().union(*every))
        for node in ast.walk(statement):
            if isinstance(node, ast.Name):
                yield file, node.id

    def _text(self, file: FileName, found: set[Place]) -> str:
        names = {name for home, name in found if home == file}
        kept = [_only(statement, names) for statement in self._trees[file].body]
        return ast.unparse(ast.Module([each for each in kept if each is not None], []))


def _without_questions(tree: ast.Module) -> ast.Module:
    """Put ``None`` in the place of what makes the questions of each ``@exam``; the tree is changed where it stands."""
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and _called(call) == "exam":
            for keyword in call.keywords:
                if keyword.arg in OF_THE_PARENT:
                    keyword.value = ast.Constant(None)
    return ast.fix_missing_locations(tree)


def _called(call: ast.Call) -> str:
    function = call.func
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def _defined(statement: ast.stmt) -> set[Name]:
    """List the names that a statement defines; one that defines none is there for its effect."""
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return {statement.name}
        case ast.Import() | ast.ImportFrom():
            return {_bound(alias) for alias in statement.names}
        case ast.Assign() | ast.AnnAssign():
            stored = (node for node in ast.walk(statement) if isinstance(node, ast.Name))
            return {node.id for node in stored if isinstance(node.ctx, ast.Store)}
    return set()


def _bound(alias: ast.alias) -> Name:
    """Give the name under which something is imported: that of the package in ``import package.module``."""
    return alias.asname or alias.name.split(".")[0]


def _only(statement: ast.stmt, names: set[Name]) -> ast.stmt | None:
    """Keep of a statement what defines one of some names, or has an effect; None if that is nothing."""
    if isinstance(statement, ast.Import | ast.ImportFrom):
        kept = [each for each in statement.names if _bound(each) in names or _is_future(statement)]
        if isinstance(statement, ast.Import):
            return ast.Import(kept) if kept else None
        return ast.ImportFrom(statement.module, kept, statement.level) if kept else None
    defined = _defined(statement)
    is_text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return statement if defined & names or not (defined or is_text) else None


def _is_future(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.ImportFrom) and statement.module == "__future__"
