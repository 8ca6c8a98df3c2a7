"""Read Markdown: fenced blocks, the commands in them, links, tables. And copy the repository, to try what is told."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import pytest

from grader.authoring.load import load_course
from grader.authoring.render import all_tasks, rendered_files

ROOT = Path(__file__).parents[2]
TOOLS = ("grader", "make", "pytest", "python", "python3")

_FENCE = re.compile(
    r"(?:<!-- (?P<note>[^\n]*) -->\n)?^(?P<indent> *)```(?P<language>\w*)\n(?P<text>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Block:
    """A fenced block."""

    language: str
    text: str
    note: str = ""  # the comment on the line above it


@dataclass(frozen=True)
class Command:
    """A command that a document tells: to be typed as it is, or only named, its arguments left out."""

    line: str
    whole: bool = True

    def __str__(self) -> str:
        return self.line


def blocks(text: str) -> list[Block]:
    """List the fenced blocks."""
    return [
        Block(match["language"], dedent(match["text"]), match["note"] or "")
        for match in _FENCE.finditer(text)
    ]


def commands(text: str) -> list[Command]:
    """List the commands: lines of shell blocks, and code in a sentence that begins with one of our tools."""
    found = [Command(line) for block in blocks(text) for line in _lines(block)]
    for code in re.findall(r"(?<!`)`([^`\n]+)`(?!`)", _FENCE.sub("", text)):
        if code.split()[:1] and code.split()[0] in TOOLS:
            found.append(Command(code, whole=False))
    return [
        Command(part.strip(), command.whole)
        for command in found
        for part in command.line.split("&&")
    ]


def _lines(block: Block) -> Iterator[str]:
    """Yield a block's commands, without prompts, outputs and comments."""
    for line in block.text.splitlines():
        line = re.sub(r"(^|\s)#.*", "", line).strip()
        if block.language == "sh" and line:
            yield line
        elif block.language == "console" and line.startswith("$ "):
            yield line.removeprefix("$ ")
        elif block.language == "" and line.split()[:1] and line.split()[0] in TOOLS:
            yield line


def session(block: Block) -> list[tuple[str, str]]:
    """Take a console block apart into commands and what each printed."""
    parts = re.split(r"^\$ (.*)\n", block.text, flags=re.MULTILINE)
    return list(zip(parts[1::2], parts[2::2]))


def links(text: str) -> list[str]:
    """List where the links and pictures lead."""
    return re.findall(r"\]\(([^)\s]+)\)", _FENCE.sub("", text))


def headings(text: str) -> set[str]:
    """List the anchors of the headings, as code hosts make them."""
    titles = re.findall(r"^#+ (.+)$", _FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@dataclass(frozen=True)
class Grid:
    """A table: its header and its rows, cell by cell, in plain text."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tables(text: str) -> list[Grid]:
    """List the tables."""
    found = re.findall(r"(?:^\|.*\|\n){2,}", _FENCE.sub("", text), re.MULTILINE)
    lines = [[_cells(line) for line in table.splitlines()] for table in found]
    return [Grid(header, tuple(rows)) for header, _, *rows in lines]


def _cells(line: str) -> tuple[str, ...]:
    """Take a line of a table apart, without markup."""
    plain = re.sub(r"[`*]|<sup>|</sup>", "", line.replace("**", "").replace("−", "-"))
    return tuple(cell.strip() for cell in plain.strip().strip("|").split("|"))


def first_column(text: str, heading: str) -> list[str]:
    """List the paths in the first column of the table under a heading."""
    section = text.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    cells = re.findall(r"^\| *([^|]+?) *\|", section, re.MULTILINE)[2:]
    return [re.sub(r"\]\(.*\)|[`\[]", "", cell) for cell in cells]


def files() -> list[str]:
    """List the repository's files: tracked, or about to be.

    A copy that git does not know is skipped: nobody can say what belongs to it.
    """
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if listed.returncode:
        pytest.skip("this is not a git repository")
    return [path for path in listed.stdout.split("\0") if path and (ROOT / path).is_file()]


def copy_repository(folder: Path) -> Path:
    """Copy the repository's files."""
    for path in files():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, folder / path)
    return folder


def solve(module: str, folder: Path) -> None:
    """Write a module's folder, solved."""
    course = load_course(ROOT)
    shutil.copytree(ROOT / module, folder / module)
    (found,) = [m for m in course.modules if m.name == module]
    for path, text in rendered_files(course, found, all_tasks(course)).items():
        (folder / module / path).write_text(text, "utf-8")


def run(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run one of our commands by this very Python, as someone at a plain terminal would."""
    words = line.split()
    module = {"grader": ["-P", "-m", "grader"], "pytest": ["-m", "pytest"], "python": []}[words[0]]
    return subprocess.run(
        [sys.executable, *module, *words[1:]],
        cwd=folder,
        env={**os.environ, "COLUMNS": "80", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
    )
