"""Find lines of the solution in files that students will see.

**The rule.** Solutions are what stands in solution blocks, and the function bodies of the second implementation.
Their code lines are compared without white space and comments, so that neither indentation nor a changed line break
hides one, and wherever they stand: in code, docstrings, Markdown, data, members of a zip. A *clue* is the shortest
run of consecutive solution lines that is distinctive: its tokens weigh at least ``DISTINCTIVE``, where a name of the
author's own choice or an unusual number weighs 1 at its first occurrence and 1/4 when it comes again, a keyword, a
built-in, ``self``, a common number or an operator 1/2, and punctuation nothing. ``return out`` (1.5) is no clue, nor
is ``return x * y`` (3), which any test may hold; ``exponential = math.exp(-x)`` (5) is one, and so are two or three
short lines in a row. A clue that the source also holds outside its solutions, where students see it anyway, is none.

Besides clues, no file of mutants, probes or second implementations may be there, nor anything compiled.
"""

from __future__ import annotations

import ast
import builtins
import hashlib
import io
import keyword
import re
import tokenize
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from grader.authoring import syntax
from grader.authoring.markers import SOURCE, Solution, parse
from grader.authoring.render import all_tasks, folder_files
from grader.authoring.statements import Line
from grader.model import Course, RelPath, TaskId

DISTINCTIVE = 4.5
SECOND = "the second implementation"

_SECRET_FOLDERS = ("mutants", "probes", "second")
_COMPILED = (".pyc", ".pyo", ".pyd", ".so", ".nbi", ".nbc")
_COMMON = {*keyword.kwlist, *dir(builtins), "self", "cls", "0", "1", "2", "0.0", "1.0", "2.0"}
_PUNCTUATION = set("()[]{},:.;")
_SPACE = re.compile(r"\s+")
# prompts, quotes, diffs, lists
_LINE_START = re.compile(r"^[ \t]*(>>>|\.\.\.|[#>+|*-])[ \t]?", re.MULTILINE)


@dataclass(frozen=True)
class Leak:
    """A piece of the solution in a file that students see."""

    path: RelPath
    line: Line  # 0: the file as a whole
    text: str
    task: TaskId  # or SECOND, or a clause that says what kind of file it is

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}" if self.line else self.path
        return f"{where}: {self.text} ({self.task})"


@dataclass(frozen=True)
class Clue:
    """A run of solution lines that gives the solution away."""

    squeezed: str  # without white space
    text: str
    task: TaskId


def leaks(course: Course, files: Mapping[RelPath, bytes]) -> list[Leak]:
    """List what the files give away, in order of path and line.

    Args:
        course: An authored course.
        files: What students would see: contents by path.

    Returns:
        The leaks; none when all is tight.
    """
    clues = find_clues(course)
    secrets = _secret_digests(course)
    found: set[Leak] = set()
    for path, content in _with_members(files):
        kind = _forbidden(path, content, secrets)
        found.update(
            [Leak(path, 0, "the whole file", kind)] if kind else _clues_in(path, content, clues)
        )
    return sorted(found, key=lambda leak: (leak.path, leak.line, leak.text))


def find_clues(course: Course) -> list[Clue]:
    """Collect the clues of every solution of the course."""
    known = all_tasks(course)
    public: list[str] = []
    secret: list[tuple[TaskId, list[str]]] = []
    for path, text in _sources(course):
        lines = text.splitlines()
        inside: set[Line] = set()
        for block in parse(text, path, known):
            if isinstance(block, Solution):
                inside.update(range(block.first, block.last + 1))
                secret.append((block.task, lines[block.first : block.last - 1]))
        public.extend(line for number, line in enumerate(lines, start=1) if number not in inside)
    secret.extend((SECOND, body) for text in _second_sources(course) for body in _bodies(text))
    shown = squeeze("\n".join(public))
    clues = {
        clue.squeezed: clue
        for task, lines in reversed(secret)
        for clue in _distinctive_runs(task, lines)
        if clue.squeezed not in shown
    }
    return [clue for clue in clues.values() if not any(_says_less(other, clue) for other in clues)]


def _says_less(shorter: str, clue: Clue) -> bool:
    return shorter != clue.squeezed and shorter in clue.squeezed


def squeeze(text: str) -> str:
    """Take all white space out of a text."""
    return _SPACE.sub("", text)


def weigh(code: str) -> float:
    """Weigh how distinctive a piece of code is (see the rule above)."""
    seen: set[str] = set()
    weight = 0.0
    for token in (found.string for found in _tokens(code) if found.type != tokenize.COMMENT):
        if not token.strip() or token in _PUNCTUATION:
            continue
        ordinary = token in _COMMON or not (token[0].isalnum() or token[0] in "_\"'")
        weight += 0.5 if ordinary else 0.25 if token in seen else 1.0
        seen.add(token)
    return weight


def _distinctive_runs(task: TaskId, lines: Iterable[str]) -> Iterator[Clue]:
    """Yield, from each code line on, the shortest run of lines that is distinctive."""
    code = [line for line in map(_without_comment, lines) if line]
    for start in range(len(code)):
        for end in range(start + 1, len(code) + 1):
            run = code[start:end]
            if weigh("\n".join(run)) >= DISTINCTIVE:
                yield Clue(squeeze("".join(run)), " ".join(run), task)
                break


def _without_comment(line: str) -> str:
    line = line.strip()
    comments = [token.start[1] for token in _tokens(line) if token.type == tokenize.COMMENT]
    return line[: comments[0]].rstrip() if comments else line


def _tokens(code: str) -> list[tokenize.TokenInfo]:
    """Split code into tokens as far as it goes: a run of lines need not be whole statements."""
    found: list[tokenize.TokenInfo] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(code).readline):
            found.append(token)
    except (tokenize.TokenError, SyntaxError):
        pass
    return found


def _clues_in(path: RelPath, content: bytes, clues: Iterable[Clue]) -> Iterator[Leak]:
    text = content.decode("utf-8", errors="replace")
    for version in {text, _LINE_START.sub("", text)}:
        squeezed = squeeze(version)
        for clue in clues:
            if clue.squeezed in squeezed:
                yield from (
                    Leak(path, line, clue.text, clue.task) for line in _lines_of(clue, version)
                )


def _lines_of(clue: Clue, text: str) -> Iterator[Line]:
    """Yield the lines where a clue begins as whole words."""
    pattern = r"\s*".join(re.escape(character) for character in clue.squeezed)
    for match in re.finditer(rf"(?<!\w){pattern}(?!\w)", text):
        yield text.count("\n", 0, match.start()) + 1


def _forbidden(path: RelPath, content: bytes, secrets: Mapping[str, RelPath]) -> str:
    """Say why no student may have this file, or nothing."""
    if path.startswith(f"{SOURCE}/"):
        return "a file of the course's source"
    if "__pycache__" in path.split("/") or path.endswith(_COMPILED):
        return "a compiled file"
    original = secrets.get(hashlib.sha256(content).hexdigest())
    return f"a copy of {original}" if original else ""


def _secret_digests(course: Course) -> dict[str, RelPath]:
    contents = {
        f"{SOURCE}/{folder}/{path}": (course.source / folder / path).read_bytes()
        for folder in _SECRET_FOLDERS
        for path in folder_files(course.source / folder)
    }
    return {
        hashlib.sha256(content).hexdigest(): path
        for path, content in contents.items()
        if content.strip()
    }


def _with_members(files: Mapping[RelPath, bytes]) -> Iterator[tuple[RelPath, bytes]]:
    """Yield each file, and the members of those that are zip archives."""
    for path, content in files.items():
        yield path, content
        if content.startswith(b"PK") and zipfile.is_zipfile(io.BytesIO(content)):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                for name in archive.namelist():
                    yield f"{path}!{name}", archive.read(name)


def _sources(course: Course) -> Iterator[tuple[RelPath, str]]:
    for path in folder_files(course.source):
        if path.endswith(".py") and path.split("/")[0] not in _SECRET_FOLDERS:
            yield path, (course.source / path).read_text(encoding="utf-8")


def _second_sources(course: Course) -> Iterator[str]:
    for path in folder_files(course.source / "second"):
        if path.endswith(".py"):
            yield (course.source / "second" / path).read_text(encoding="utf-8")


def _bodies(text: str) -> Iterator[list[str]]:
    """Yield the lines of each function of a source, below its docstring."""
    lines = text.splitlines()
    for node in ast.walk(syntax.parse(text)):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node, clean=False) else node.body
            if body:
                yield lines[body[0].lineno - 1 : node.end_lineno]
