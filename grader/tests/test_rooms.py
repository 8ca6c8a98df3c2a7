"""Data flows one way: a room imports only from rooms before it, and nothing heavy at start-up."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import grader

ROOT = Path(grader.__file__).parent
ROOMS = [
    "typed",
    "model",
    "errors",
    "scratch",
    "authoring",
    "submission",
    "sandbox",
    "running",
    "oracle",
    "scoring",
    "record",
    "grades",
    "reporting",
    "github",
    "gradebook",
    "similarity",
    "style",
    "classes",
    "carry",
    "bench",
    "cli",
]


def imported_rooms(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return {name.split(".")[1] for name in names if name.startswith("grader.")}


def files_of(room: str) -> list[Path]:
    single = ROOT / f"{room}.py"
    return [single] if single.is_file() else sorted((ROOT / room).rglob("*.py"))


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_from_rooms_before_it(room: str) -> None:
    allowed = set(ROOMS[: ROOMS.index(room) + 1])
    for path in files_of(room):
        assert imported_rooms(path) & set(ROOMS) <= allowed, path.name


def test_every_piece_of_the_engine_is_in_a_room() -> None:
    found = {path.stem for path in ROOT.glob("*.py")} | {p.parent.name for p in ROOT.glob("*/*.py")}
    assert found - {"__init__", "__main__", "tests", "course", "skeleton"} <= set(ROOMS)


def test_only_the_command_line_catches_grader_errors() -> None:
    catchers = {
        path.relative_to(ROOT).parts[0]
        for path in ROOT.rglob("*.py")
        if not {"tests", "course"} & set(path.relative_to(ROOT).parts)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and isinstance(node.type, ast.Name)
        and node.type.id == "GraderError"
    }
    # A worker hands it on to the thread that waits; a proof words it as a claim that does not hold.
    assert catchers <= {"cli", "classes", "authoring"}


def test_starting_up_imports_nothing_heavy() -> None:
    code = "import sys, grader.cli.main; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"numpy", "sqlalchemy", "pytest", "hypothesis", "jinja2", "numba"} & set(loaded)
