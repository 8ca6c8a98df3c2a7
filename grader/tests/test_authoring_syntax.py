"""Sources that several threads parse at once."""

from __future__ import annotations

import ast
import gc
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import grader
from grader.authoring import syntax

ROOT = Path(grader.__file__).parent
SOURCE = Path(ast.__file__).read_text("utf-8")
THREADS, TIMES = 4, 15


class Waste:
    """Found by the garbage collector only, which may so change threads in the middle of a parse."""

    def __init__(self) -> None:
        self.itself = self

    def __del__(self) -> None:
        sum(range(200))


@pytest.fixture
def restless() -> Iterator[None]:
    """Change threads as often as the interpreter can, and collect garbage all the time."""
    interval, thresholds = sys.getswitchinterval(), gc.get_threshold()
    sys.setswitchinterval(1e-6)
    gc.set_threshold(50)
    yield
    gc.set_threshold(*thresholds)
    sys.setswitchinterval(interval)


def parsed_by_threads(parse: Callable[[str], ast.Module]) -> list[int]:
    """Parse in several threads at once; give how many statements every tree holds."""

    def work(_: int) -> list[int]:
        sizes = []
        for _ in range(TIMES):
            Waste()
            sizes.append(len(parse(SOURCE).body))
        return sizes

    with ThreadPoolExecutor(THREADS) as pool:
        return [size for sizes in pool.map(work, range(THREADS)) for size in sizes]


def test_threads_parse_one_at_a_time(restless: None) -> None:
    expected = len(ast.parse(SOURCE).body)
    assert parsed_by_threads(syntax.parse) == [expected] * (THREADS * TIMES)


def test_nothing_in_the_engine_parses_out_of_turn() -> None:
    """``ast.parse`` has one place."""
    for path in sorted(ROOT.rglob("*.py")):
        if path.is_relative_to(ROOT / "tests") or path.is_relative_to(ROOT / "course"):
            continue
        if path != ROOT / "authoring" / "syntax.py":
            assert "ast.parse(" not in path.read_text("utf-8"), path
