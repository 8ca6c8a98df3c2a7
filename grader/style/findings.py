"""Findings of style: a line each, and only on lines that the student wrote."""

from __future__ import annotations

import re
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

from grader.model import Module, RelPath
from grader.scratch import scratch_folder
from grader.style.silencers import without_silencers
from grader.style.tools import BLACK, FLAKE8, SETTINGS, Unchecked, said_by
from grader.style.written import Lines, changed_lines, written_lines

_FINDING = re.compile(r"(.+?):([0-9]+) ([A-Z]+[0-9]+ .*)")
_NOT_PYTHON = "E999"  # on whichever line it shows: the skeleton is Python

_MOST = 500  # findings of a tool in a module that are told; a text can be made of nothing else

_BY_BLACK = " would be reformatted by black"
_SILENCED = " without its `# fmt` comments"
_UNCHECKED = " did not check the style: "

Written = Mapping[RelPath, Lines]


def submission_style(
    module: Module, files: Mapping[RelPath, str], skeleton: Mapping[RelPath, str]
) -> list[str]:
    """List what black and flake8 find on the lines that a student wrote, by the course's own settings.

    The text is only parsed, never run: in a folder of its own, by processes with limits.

    Args:
        module: The module; its trusted folder holds the settings.
        files: The student's files, by path inside the module folder; what is no Python is passed over.
        skeleton: The same files as they were handed out; of one that is not here, all lines count.

    Returns:
        Lines such as ``module0/minitorch/module.py:12 F841 local variable 'x' is assigned to but never used``, no more
        than 500 of each tool. A tool that can't be run is a line too.
    """
    texts = {path: text for path, text in files.items() if path.endswith(".py")}
    written = {path: written_lines(text, skeleton.get(path)) for path, text in texts.items()}
    begun = [path for path, lines in written.items() if lines]
    if not begun:
        return []
    with scratch_folder() as folder:
        plain = {path: without_silencers(texts[path]) for path in begun}
        silenced = {path for path in begun if plain[path] != texts[path]}
        _lay_out(folder, module, plain)
        return [
            *_checked("black", module, _by_black(folder, begun, written, silenced)),
            *_checked("flake8", module, _by_flake8(folder, begun, written)),
        ]


def style_line(module: str, findings: Sequence[str]) -> str:
    """Sum findings up in a line with the command that fixes them; nothing when there are none.

    Args:
        module: The module folder's name.
        findings: What ``submission_style`` returned.

    Returns:
        A line that begins with ``style:``.
    """
    unchecked = [finding for finding in findings if _UNCHECKED in finding]
    by_black = sum(finding.endswith(_BY_BLACK) for finding in findings)
    by_flake8 = len(findings) - by_black - len(unchecked)
    clauses = [f"black would reformat {_counted(by_black, 'file')}"] if by_black else []
    clauses += [f"flake8 has {_counted(by_flake8, 'finding')}"] if by_flake8 else []
    clauses += unchecked
    command = f" (run: cd {module} && black . && flake8)" if by_black or by_flake8 else ""
    return f"style: {', '.join(clauses)}{command}" if clauses else ""


def _lay_out(folder: Path, module: Module, texts: Mapping[RelPath, str]) -> None:
    """Write the files, and beside them the course's settings, or none."""
    for name in SETTINGS:
        if (module.folder / name).is_file():
            shutil.copyfile(module.folder / name, folder / name)
        else:
            (folder / name).touch()
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(text.encode("utf-8", "backslashreplace"))


def _checked(tool: str, module: Module, found: Iterator[str]) -> Iterator[str]:
    """Name findings from the repository's root; where a tool could not look, say why."""
    try:
        for finding in islice(found, _MOST):
            yield f"{module.name}/{finding}"
    except Unchecked as reason:
        yield f"{tool}{_UNCHECKED}{reason}"


def _by_black(
    folder: Path, files: Sequence[RelPath], written: Written, silenced: Collection[RelPath]
) -> Iterator[str]:
    """Name each file that black would change on a line of the student's, with the first such line."""
    changed = changed_lines(said_by(BLACK, folder, files))
    for path in files:
        if mine := changed.get(path, set()) & written[path]:
            without = _SILENCED if path in silenced else ""
            yield f"{path}:{min(mine)}{without}{_BY_BLACK}"


def _by_flake8(folder: Path, files: Sequence[RelPath], written: Written) -> Iterator[str]:
    for line in _flake8_lines(folder, files):
        if (found := _FINDING.fullmatch(line)) and found[1] in written:
            path, number, said = found[1], int(found[2]), found[3]
            if number in written[path] or said.startswith(_NOT_PYTHON):
                yield f"{path}:{number} {said}"


def _flake8_lines(folder: Path, files: Sequence[RelPath]) -> Iterator[str]:
    """Run flake8 on all files at once; where it breaks, on each by itself, so that one does not hide the others."""
    try:
        yield from said_by(FLAKE8, folder, files).splitlines()
        return
    except Unchecked as reason:
        if len(files) == 1:
            raise
        unchecked = str(reason)
    for path in files:
        try:
            yield from said_by(FLAKE8, folder, [path]).splitlines()
        except Unchecked as reason:
            unchecked = f"{path}: {reason}"
    raise Unchecked(unchecked)


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
