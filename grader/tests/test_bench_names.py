"""Names taken away from a library: renamed wherever they are used, or deleted where they are defined."""

from __future__ import annotations

import ast
from typing import get_args

import pytest

from grader.bench.names import How, Name, without

OPS, USER, SCRIPT = "minitorch/ops.py", "minitorch/user.py", "project/run.py"
FILES = {
    OPS: """
def double(x):
    return x * 2

def four_times(double):
    return double + double

class Box:
    def open(self):
        return double(1)

    def shut(self):
        return self.open()
""",
    USER: """
from . import ops
from .ops import Box, double

def both(x):
    return double(x) + ops.double(x) + Box().open()
""",
    SCRIPT: """
import minitorch

def run():
    return minitorch.double(1) + minitorch.ops.double(1)
""",
}


def taken(path: str, how: How) -> dict[str, str]:
    return without(FILES, [Name(OPS, path, frozenset())], how)


def holds(text: str, *lines: str) -> bool:
    return all(line in text.splitlines() for line in lines)


def test_a_function_is_renamed_in_every_file() -> None:
    files = taken("double", "renamed")
    assert holds(files[OPS], "def double_of_mine(x):", "        return double_of_mine(1)")
    assert holds(files[USER], "from .ops import Box, double_of_mine")
    assert "double_of_mine(x) + ops.double_of_mine(x)" in files[USER]
    assert "minitorch.ops.double_of_mine(1) + minitorch.ops.double_of_mine(1)" in files[SCRIPT]


def test_an_argument_of_the_same_name_stays() -> None:
    files = taken("double", "renamed")
    assert holds(files[OPS], "def four_times(double):", "    return double + double")


def test_a_method_is_renamed_wherever_it_is_called() -> None:
    files = taken("Box.open", "renamed")
    assert holds(files[OPS], "    def open_of_mine(self):", "        return self.open_of_mine()")
    assert "Box().open_of_mine()" in files[USER]


def test_what_is_deleted_is_still_asked_for() -> None:
    files = taken("double", "deleted")
    assert "def double" not in files[OPS] and "return double(1)" in files[OPS]
    assert files[USER] == FILES[USER]


def test_a_class_that_has_nothing_left_passes() -> None:
    names = [Name(OPS, path, frozenset()) for path in ("Box.open", "Box.shut")]
    text = without(FILES, names, "deleted")[OPS]
    assert holds(text, "class Box:", "    pass")


def test_a_class_may_go_together_with_its_methods() -> None:
    names = [Name(OPS, path, frozenset()) for path in ("Box", "Box.open")]
    assert "Box" not in without(FILES, names, "deleted")[OPS]


@pytest.mark.parametrize("how", get_args(How))
@pytest.mark.parametrize("path", ["double", "Box", "Box.shut"])
def test_what_is_left_is_python(path: str, how: How) -> None:
    for text in taken(path, how).values():
        ast.parse(text)
