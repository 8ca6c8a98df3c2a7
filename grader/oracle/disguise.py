"""Disguise a library: the same behaviour, other text and other bytecode each time.

Tests that a student wrote run beside correct and wrong libraries. If they could tell one from the other by source,
bytecode, names or line numbers, they would earn points without testing anything. So each run meets a copy into which
statements without effect are strewn, drawn afresh from the very things that functions are made of: what is in a
function says nothing about it any more, and only what it does is left. This blurs, it doesn't encrypt: a program that
finds out what is dead and peels it off again is possible in principle, and is more work than the tests.
"""

from __future__ import annotations

import ast
import builtins
import keyword
from collections.abc import Callable, Iterator
from itertools import islice
from random import Random

from grader.authoring import syntax

_CONSTANTS = ("0.0", "1.0", "2.0", "0.5", "4.0", "1e-06", "0.01", "100.0", "-1.0", "0", "1", "-1")
_OPERATORS = ("+", "-", "*", "/", "%", "<", ">", "<=", ">=", "==", "!=", "and", "or")
_CALLS = ("abs", "float", "bool", "int", "min", "max", "round", "len", "list", "tuple", "sorted")
_SYLLABLES = ("al", "be", "co", "da", "el", "fo", "ga", "hi", "in", "ju", "ka", "lo", "mi", "no")
_MOST = 4  # inert statements in front of a statement of ours, at most
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def disguise(source: str, random: Random) -> str:
    """Rewrite Python source so that it does the same and looks different.

    Docstrings and comments go, local variables get other names, statements without effect come in. Signatures stay.
    Code for Numba, which compiles whatever it meets, gets no new statements.

    Args:
        source: Trusted source.
        random: Draws the disguise.

    Returns:
        Source of a module that behaves alike.
    """
    tree = syntax.parse(source)
    taken = _names(tree) | set(dir(builtins)) | set(keyword.kwlist)
    fixed = _top_level(tree) | set(dir(builtins))
    for function in [node for node in tree.body if isinstance(node, (*_FUNCTIONS, ast.ClassDef))]:
        _rename(function, fixed, taken, random)
    compiled = any("numba" in ast.unparse(node) for node in _imports(tree))
    for node in list(ast.walk(tree)):
        if isinstance(node, (*_FUNCTIONS, ast.ClassDef, ast.Module)):
            _drop_docstring(node)
        if isinstance(node, ast.FunctionDef) and not compiled:
            _Noise(node, taken, random).strew()
    return ast.unparse(ast.fix_missing_locations(tree))


def _names(tree: ast.AST) -> set[str]:
    """List every identifier that occurs."""
    found = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    found |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    return found | _top_level(tree)


def _top_level(tree: ast.AST) -> set[str]:
    """List the names that a module's code defines or imports, other than by assignment inside functions."""
    named = (*_FUNCTIONS, ast.ClassDef)
    found = {node.name for node in ast.walk(tree) if isinstance(node, named)}
    for node in _imports(tree):
        found |= {alias.asname or alias.name.split(".")[0] for alias in node.names}
    for statement in getattr(tree, "body", []):
        if not isinstance(statement, named):
            found |= {n.id for n in ast.walk(statement) if isinstance(n, ast.Name)}
    return found


def _imports(tree: ast.AST) -> list[ast.Import | ast.ImportFrom]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]


def _rename(function: ast.AST, fixed: set[str], taken: set[str], random: Random) -> None:
    """Give other names to what is only ever a local variable, throughout a top-level function or class."""
    kept = set(fixed)
    for node in ast.walk(function):
        if isinstance(node, ast.arg):
            kept.add(node.arg)
        elif isinstance(node, ast.Global | ast.Nonlocal):
            kept.update(node.names)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            kept.add(node.name)
        elif isinstance(node, ast.ClassDef):
            kept.update(n.id for s in node.body for n in _outside_functions(s))
    names = [node for node in ast.walk(function) if isinstance(node, ast.Name)]
    bound = {node.id for node in names if isinstance(node.ctx, ast.Store)} - kept
    others = {name: _fresh(taken, random) for name in sorted(bound)}
    for node in names:
        node.id = others.get(node.id, node.id)


def _outside_functions(statement: ast.stmt) -> Iterator[ast.Name]:
    """List the names in a class's own statements: its attributes."""
    if not isinstance(statement, _FUNCTIONS):
        yield from (node for node in ast.walk(statement) if isinstance(node, ast.Name))


def _fresh(taken: set[str], random: Random) -> str:
    """Draw a name that does not occur yet."""
    while (name := "".join(random.choices(_SYLLABLES, k=random.randint(1, 3)))) in taken:
        pass
    taken.add(name)
    return name


def _drop_docstring(
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Module,
) -> None:
    if ast.get_docstring(node, clean=False) is not None:
        node.body = node.body[1:] or [ast.Pass()]


class _Noise:
    """Statements without effect for one function.

    Args:
        function: The function; its own body is meant, not the functions inside.
        taken: Names that may not be used for something new.
        random: Draws.
    """

    def __init__(self, function: ast.FunctionDef, taken: set[str], random: Random) -> None:
        self._function = function
        self._random = random
        self._seen = [argument.arg for argument in function.args.args] or ["None"]
        self._locals = [_fresh(taken, random) for _ in range(3)]
        yields = any(isinstance(n, ast.Yield | ast.YieldFrom) for n in ast.walk(function))
        self._may_return = not yields

    def strew(self) -> None:
        """Put statements without effect in front of each statement of the function."""
        flag = self._locals[0]
        counts = [self._random.randint(1, _MOST) for _ in self._function.body]
        texts = [f"{flag} = {self._random.uniform(0.1, 0.9)!r}"]
        texts += [self._inert(flag) for _ in range(sum(counts))]
        # All at once: to parse costs more by the text than by the line.
        noise = iter(syntax.parse("\n".join(texts)).body)
        body = [next(noise)]
        for count, statement in zip(counts, self._function.body, strict=True):
            body += [*islice(noise, count), *self._turned(statement)]
        self._function.body = body

    def _inert(self, flag: str) -> str:
        """Draw a statement: real work that nobody needs, or work on the arguments that is never reached."""
        target = self._random.choice(self._locals[1:])
        dead = f"if {flag} {self._random.choice(('> 1.0', '< 0.0', '>= 2.0', '== 4.0'))}:\n"
        kinds: list[Callable[[], str]] = [
            lambda: f"{target} = {flag} {self._random.choice('+-*')} {self._constant()}",
            lambda: f"{target} = [{flag}, {self._constant()}]",
            lambda: f"{dead}    {target} = {self._expression()}",
            lambda: f"{dead}    {target} = [{self._expression()} for {target} in {self._argument()}]",
            lambda: (
                f"{dead}    for {target} in {self._argument()}:\n"
                f"        {target} = {self._expression()}"
            ),
        ]
        if self._may_return:
            kinds += [lambda: f"{dead}    return {self._expression()}"] * 4
        return self._random.choice(kinds)()

    def _expression(self, depth: int = 0) -> str:
        """Draw an expression of arguments and constants, for a place that is never reached."""
        roll = self._random.random()
        if depth > 2 or roll < 0.25:
            return self._random.choice([self._argument(), self._argument(), self._constant()])
        inner, other = self._expression(depth + 1), self._expression(depth + 1)
        if roll < 0.65:
            return f"({inner} {self._random.choice(_OPERATORS)} {other})"
        if roll < 0.8:
            return f"{self._random.choice(_CALLS)}({inner})"
        if roll < 0.9:
            return f"({inner} if {other} else {self._constant()})"
        return f"(-{inner})"

    def _argument(self) -> str:
        return self._random.choice(self._seen)

    def _constant(self) -> str:
        drawn = f"{self._random.uniform(-9, 9):.2f}"
        return self._random.choice([drawn, *_CONSTANTS])

    def _turned(self, statement: ast.stmt) -> list[ast.stmt]:
        """Write a statement of ours in one of two ways that mean the same."""
        heads = self._random.random() < 0.5
        if isinstance(statement, ast.Return) and statement.value is not None and heads:
            name = self._locals[-1]
            kept = ast.Assign([ast.Name(name, ast.Store())], statement.value)
            return [kept, ast.Return(ast.Name(name, ast.Load()))]
        if isinstance(statement, ast.If) and statement.orelse and heads:
            test = ast.UnaryOp(ast.Not(), statement.test)
            return [ast.If(test, statement.orelse, statement.body)]
        return [statement]
