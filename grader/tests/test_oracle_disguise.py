"""A disguised library behaves as before, and shows nothing of itself twice."""

import warnings
from pathlib import Path
from random import Random
from typing import Any

import pytest

from grader.authoring.load import find_root
from grader.oracle.disguise import disguise

SOURCE = '''
"""A library."""

import math

SCALE = 2.0


def area(radius: float, *, scale: float = 1.0) -> float:
    """Give the area of a disc."""
    square = radius * radius
    if square > 4.0:
        kept = [part for part in (square, 1.0) if part]
        square = kept[0]
    else:
        square += 0.0
    return SCALE * scale * math.pi * square


def counter():
    """Count."""
    total = 0

    def more(step=1):
        nonlocal total
        total += step
        try:
            return total / step
        except ZeroDivisionError as wrong:
            return str(wrong)

    return more


def numbers(n):
    """Yield."""
    for number in range(n):
        yield number


class Box:
    """Hold a thing."""

    size = 3

    def __init__(self, thing):
        inner = thing
        self.thing = inner
'''


def loaded(source: str) -> dict[str, Any]:
    """Run a module's source, with every warning an error."""
    space: dict[str, Any] = {"__name__": "library"}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        exec(compile(source, "library.py", "exec"), space)
    return space


@pytest.mark.parametrize("seed", range(30))
def test_it_behaves_the_same(seed: int) -> None:
    """Functions, closures, generators, classes, keyword arguments and defaults do what they did."""
    plain, worn = loaded(SOURCE), loaded(disguise(SOURCE, Random(seed)))
    for radius in (0.0, -1.5, 2.5):
        assert worn["area"](radius=radius, scale=3.0) == plain["area"](radius, scale=3.0)
    more = worn["counter"]()
    assert (more(), more(step=2), more(0)) == (1.0, 1.5, "division by zero")
    assert list(worn["numbers"](3)) == [0, 1, 2]
    assert worn["Box"](7).thing == 7 and worn["Box"].size == 3


def test_no_two_are_alike() -> None:
    """Text and bytecode differ each time; the same draw gives the same."""
    worn = [disguise(SOURCE, Random(seed)) for seed in range(20)]
    assert len(set(worn)) == 20
    codes = {loaded(text)["area"].__code__.co_code for text in worn}
    assert len(codes) == 20
    assert disguise(SOURCE, Random(1)) == worn[1]


def test_what_tells_the_author_goes() -> None:
    """Docstrings, comments and the names of local variables are not left."""
    worn = disguise(SOURCE + "\n# a comment\n", Random(0))
    for trace in ("A library", "Count", "comment", "square", "kept"):
        assert trace not in worn


def test_code_for_numba_gets_no_new_statements() -> None:
    """What is compiled stays as it is, but for names and docstrings."""
    source = "from numba import njit\n\ndef double(x):\n    twice = x + x\n    return twice\n"
    worn = disguise(source, Random(0))
    assert worn.count("\n") <= source.count("\n") and "twice" not in worn


@pytest.mark.parametrize("path", ["minitorch/operators.py", "second/minitorch/operators.py"])
def test_the_courses_own_libraries(path: str) -> None:
    """The reference and the second implementation survive every disguise."""
    file = find_root(Path(__file__)) / "grader" / "course" / path
    if not file.exists():
        pytest.skip("the annotated source is not here")
    for seed in range(10):
        worn = loaded(disguise(file.read_text("utf-8"), Random(seed)))
        assert worn["addLists"]([1.0, 2.0], [3.0, 4.0]) in ([4.0, 6.0], (4.0, 6.0))
        assert worn["sigmoid"](0.0) == 0.5 and worn["max"](-1.0, 2.0) == 2.0
