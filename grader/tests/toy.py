"""A tiny course of two modules, to be broken one thing at a time.

Module 0 holds ``clamp`` (0.1), ``bounded_sum`` (0.2, which uses it) and the student's own tests of ``clamp`` (0.3);
module 1 holds ``bounded_mean`` (1.1), which uses ``bounded_sum``. Each task is worth its own number of points.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import pytest

from grader.authoring.load import load_course
from grader.authoring.render import render
from grader.model import Course

_OPS = '''
"""Bounded arithmetic."""


def clamp(x: float, low: float, high: float) -> float:
    """Bring ``x`` between ``low`` and ``high``."""
    # solution 0.1
    if x < low:
        return low
    if x > high:
        return high
    return x
    # end solution


def bounded_sum(values: list[float], limit: float) -> float:
    """Add the values, each brought between ``-limit`` and ``limit`` first."""
    # solution 0.2
    running_total = 0.0
    for value in values:
        running_total += clamp(value, -limit, limit)
    return running_total
    # end solution


# from module 1
def count(values: list[float]) -> int:
    """Count the values."""
    return len(values)


# end from
'''

_MORE = '''
"""Averages."""

from minitorch.ops import bounded_sum, count


def bounded_mean(values: list[float], limit: float) -> float:
    """Average the values, each brought between ``-limit`` and ``limit`` first; 0 where there are none."""
    # solution 1.1
    if not values:
        return 0.0
    return bounded_sum(values, limit) / count(values)
    # end solution
'''

_INIT = '''
"""A toy library."""

from minitorch import ops

# from module 1
from minitorch import more

# end from
'''

_PROPERTIES = '''
"""Write the tests of ``clamp`` yourself."""

import pytest

from minitorch.ops import clamp

CASES = [(-5.0, -1.0, 2.0), (0.5, -1.0, 2.0), (9.0, -1.0, 2.0), (3.0, 3.0, 3.0), (-1.0, -1.0, 2.0)]


@pytest.mark.task0_3
def test_the_result_lies_between_the_bounds() -> None:
    """Whatever comes in, what comes out lies between the bounds."""
    # solution 0.3
    for x, low, high in CASES:
        assert low <= clamp(x, low, high) <= high
    # end solution


@pytest.mark.task0_3
def test_what_lies_between_the_bounds_stays() -> None:
    """A number between the bounds comes out as it went in; another comes out as the bound next to it."""
    # solution 0.3
    for inside in (-0.5, 0.0, 1.25):
        assert clamp(inside, -1.0, 2.0) == inside
    assert (clamp(-8.0, -1.0, 2.0), clamp(8.0, -1.0, 2.0)) == (-1.0, 2.0)
    # end solution
'''

_SECOND = '''
"""Bounded arithmetic, by other means."""


def clamp(x: float, low: float, high: float) -> float:
    """Bring ``x`` between ``low`` and ``high``."""
    # solution 0.1
    return sorted((low, x, high))[1]
    # end solution


def bounded_sum(values: list[float], limit: float) -> float:
    """Add the values, each brought between ``-limit`` and ``limit`` first."""
    # solution 0.2
    return float(sum(min(limit, max(-limit, each)) for each in values))
    # end solution


# from module 1
def count(values: list[float]) -> int:
    """Count the values."""
    return sum(1 for _ in values)


# end from
'''

_TEST_OPS = '''
"""The tests of module 0."""

import pytest

from minitorch.ops import bounded_sum, clamp


@pytest.mark.task0_1
@pytest.mark.parametrize("x, expected", [(-4.0, -1.0), (0.0, 0.0), (1.5, 1.5), (7.0, 2.0)])
def test_clamp(x: float, expected: float) -> None:
    """Clamping brings a number between the bounds."""
    got = clamp(x, -1.0, 2.0)
    assert got == expected, f"clamp({x}, -1.0, 2.0): got {got}, expected {expected}"


@pytest.mark.task0_2
def test_bounded_sum() -> None:
    """Each value is clamped before it is added."""
    got = bounded_sum([1.0, -9.0, 0.25, 7.0, 2.0], 2.0)
    assert got == 3.25, f"bounded_sum([1.0, -9.0, 0.25, 7.0, 2.0], 2.0): got {got}, expected 3.25"


@pytest.mark.task0_2
def test_bounded_sum_of_nothing() -> None:
    """The sum of no values is zero."""
    got = bounded_sum([], 1.0)
    assert got == 0.0, f"bounded_sum([], 1.0): got {got}, expected 0.0"
'''

_TEST_MORE = '''
"""The tests of module 1."""

import pytest

from minitorch.more import bounded_mean


@pytest.mark.task1_1
@pytest.mark.parametrize(
    "values, expected",
    [([1.0, 2.0, -9.0], 0.0), ([], 0.0), ([0.5], 0.5), ([9.0, 2.0, 0.5, 0.5], 1.5)],
)
def test_bounded_mean(values: list[float], expected: float) -> None:
    """The mean is the bounded sum over the count."""
    got = bounded_mean(values, 3.0)
    assert got == expected, f"bounded_mean({values}, 3.0): got {got}, expected {expected}"
'''

_PROBES_BOUNDS = '''
"""What the grader asks about clamp."""

from grader.running.probes import probe


@probe("0.1", cases=8)
def clamp_values(minitorch, rng):
    x, low = rng.normal(0.0, 3.0), -abs(rng.normal())
    calls = [(each, low, 1.0) for each in (x, low, 1.0, low - 1.0, 1.5, low / 2)]
    return {f"clamp{call}": minitorch.ops.clamp(*call) for call in calls}
'''

_PROBES_SUMS = '''
"""What the grader asks about sums."""

from grader.running.probes import probe

from .inputs import numbers


@probe("0.2", cases=8)
def bounded_sums(minitorch, rng):
    answers = {"bounded_sum([], 1.0)": minitorch.ops.bounded_sum([], 1.0)}
    values = numbers(rng, 6) + [9.0, -8.0]
    answers[f"bounded_sum({values}, 2.0)"] = minitorch.ops.bounded_sum(values, 2.0)
    return answers
'''

_PROBES_INPUTS = '''
"""What sums are asked about."""


def numbers(rng, count):
    return [float(value) for value in rng.normal(0.0, 3.0, size=count)]
'''

_PROBES_MEANS = '''
"""What the grader asks about module 1."""

from grader.running.probes import probe


@probe("1.1", cases=8)
def bounded_means(minitorch, rng):
    values = [float(value) for value in rng.normal(0.0, 3.0, size=5)] + [9.0, 7.0]
    return {
        "bounded_mean([], 2.0)": minitorch.more.bounded_mean([], 2.0),
        f"bounded_mean({values}, 2.0)": minitorch.more.bounded_mean(values, 2.0),
    }
'''

_TOML_0 = """
title = "Bounds"
points = 6
files = ["minitorch/ops.py"]
given = ["minitorch/__init__.py"]
written = ["tests/test_properties.py"]

[[task]]
id = "0.1"
title = "Clamp"
points = 2
kind = "tests"
files = ["minitorch/ops.py"]
hint = ["There are three cases.", "Compare with the lower bound first."]
seconds = 20

[[task]]
id = "0.2"
title = "Bounded sum"
points = 3
kind = "tests"
files = ["minitorch/ops.py"]
needs = ["0.1"]
hint = "Use clamp."
seconds = 20

[[task]]
id = "0.3"
title = "Tests of clamp"
points = 1
kind = "written-tests"
files = ["tests/test_properties.py"]
needs = ["0.1"]
hint = "What is true of every result?"
seconds = 20
"""

_TOML_1 = """
title = "Averages"
points = 4
files = ["minitorch/more.py"]
given = ["minitorch/__init__.py"]

[[task]]
id = "1.1"
title = "Bounded mean"
points = 4
kind = "tests"
files = ["minitorch/more.py"]
needs = ["0.2"]
hint = "How many values are there?"
seconds = 20
"""

_CLAMP_BUGS = [
    ("the lower bound is ignored", "    if x < low:\n", "    if x < low and x > high:\n"),
    ("the upper bound is ignored", "    if x > high:\n", "    if x > high and x < low:\n"),
    ("too small gives the upper bound", "        return low\n", "        return high\n"),
    ("too large gives the lower bound", "        return high\n", "        return low\n"),
    ("what is inside becomes zero", "    return x\n", "    return 0.0\n"),
    ("what is inside changes its sign", "    return x\n", "    return -x\n"),
    ("bounds are widened by one", "        return high\n", "        return high + 1.0\n"),
    ("nothing is returned inside", "    return x\n", "    return None\n"),
]

_SUM_BUGS = [
    ("the sum starts at one", "running_total = 0.0", "running_total = 1.0"),
    ("values are subtracted", "running_total += clamp", "running_total -= clamp"),
    ("only the last value counts", "running_total += clamp", "running_total = clamp"),
    ("nothing is clamped", "clamp(value, -limit, limit)", "value"),
    ("negative values are lost", "clamp(value, -limit, limit)", "clamp(value, 0.0, limit)"),
    ("there is no upper bound", "clamp(value, -limit, limit)", "max(value, -limit)"),
    ("the first value is lost", "for value in values:", "for value in values[1:]:"),
    (
        "the sum itself is returned clamped",
        "return running_total",
        "return clamp(running_total, -1.0, 1.0)",
    ),
]

_MEAN_BUGS = [
    ("it is the sum", " / count(values)", ""),
    ("it divides by one less", "/ count(values)", "/ max(1, count(values) - 1)"),
    ("it divides by one more", "/ count(values)", "/ (count(values) + 1)"),
    ("no values give one", "        return 0.0\n", "        return 1.0\n"),
    ("no values are an error", "    if not values:\n        return 0.0\n", ""),
    ("it multiplies", "/ count(values)", "* count(values)"),
    ("the limit is halved", "bounded_sum(values, limit)", "bounded_sum(values, limit / 2)"),
    ("there is no limit", "bounded_sum(values, limit)", "sum(values)"),
]


def _pyproject(marks: list[str]) -> str:
    listed = ", ".join(f'"{mark}"' for mark in marks)
    return dedent(f"""\
        [tool.pytest.ini_options]
        pythonpath = ["."]
        testpaths = ["tests"]
        addopts = "--strict-markers"
        markers = [{listed}]

        [tool.black]
        line-length = 100
        """)


def _mutants(file: str, bugs: list[tuple[str, str, str]]) -> str:
    return "\n".join(
        f'[[mutant]]\nname = "{name}"\nfile = "{file}"\nold = """{old}"""\nnew = """{new}"""\n'
        for name, old, new in bugs
    )


def _guide(title: str, headings: list[str]) -> str:
    return f"# {title}\n\n" + "\n".join(
        f"## {heading}\n\nRead the docstring.\n" for heading in headings
    )


FILES = {
    "README.md": "# A toy course\n",
    "Makefile": "test:\n\ttrue\n",
    ".ci/run": "#!/bin/sh\ntrue\n",
    ".gitignore": "__pycache__/\n.grader/\n",
    "grader/__init__.py": '"""The engine would be here."""\n',
    "grader/course/minitorch/__init__.py": _INIT,
    "grader/course/minitorch/ops.py": _OPS,
    "grader/course/minitorch/more.py": _MORE,
    "grader/course/tests/test_properties.py": _PROPERTIES,
    "grader/course/second/minitorch/ops.py": _SECOND,
    "grader/course/probes/module0/bounds.py": _PROBES_BOUNDS,
    "grader/course/probes/module0/inputs.py": _PROBES_INPUTS,
    "grader/course/probes/module0/sums.py": _PROBES_SUMS,
    "grader/course/probes/module1/means.py": _PROBES_MEANS,
    "grader/course/mutants/0.1.toml": _mutants("minitorch/ops.py", _CLAMP_BUGS),
    "grader/course/mutants/0.2.toml": _mutants("minitorch/ops.py", _SUM_BUGS),
    "grader/course/mutants/0.3.toml": _mutants("minitorch/ops.py", _CLAMP_BUGS),
    "grader/course/mutants/1.1.toml": _mutants("minitorch/more.py", _MEAN_BUGS),
    "module0/module.toml": _TOML_0,
    "module0/README.md": _guide(
        "Bounds", ["Task 0.1: Clamp", "Task 0.2: Bounded sum", "Task 0.3: Tests"]
    ),
    "module0/pyproject.toml": _pyproject(["task0_1", "task0_2", "task0_3"]),
    "module0/.flake8": "[flake8]\nmax-line-length = 120\nextend-ignore = F401\n",
    "module0/tests/test_ops.py": _TEST_OPS,
    "module1/module.toml": _TOML_1,
    "module1/README.md": _guide("Averages", ["Task 1.1: Bounded mean"]),
    "module1/pyproject.toml": _pyproject(["task1_1"]),
    "module1/.flake8": "[flake8]\nmax-line-length = 120\nextend-ignore = F401\n",
    "module1/tests/test_more.py": _TEST_MORE,
}


@dataclass(frozen=True)
class Toy:
    """The toy course in a folder of its own, and the ways to change it."""

    root: Path

    def load(self) -> Course:
        """Load the course as it stands."""
        return load_course(self.root)

    def read(self, path: str) -> str:
        """Read one of its files."""
        return (self.root / path).read_text(encoding="utf-8")

    def write(self, path: str, text: str) -> None:
        """Write one of its files, making folders as needed."""
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, encoding="utf-8")

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace the one place in a file that reads ``old``."""
        text = self.read(path)
        assert text.count(old) == 1, f"{path} holds {text.count(old)} times {old!r}"
        self.write(path, text.replace(old, new))

    def render(self) -> None:
        """Bring the rendered files up to date."""
        render(self.load())

    def git(self, *arguments: str) -> str:
        """Run git in it, untouched by the settings of whoever runs the tests, and return its output."""
        identity = ["-c", "user.name=Toy", "-c", "user.email=toy@example.org"]
        settings = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        ran = subprocess.run(
            ["git", *identity, *arguments],
            cwd=self.root,
            env={**os.environ, **settings},
            capture_output=True,
            text=True,
            check=True,
        )
        return ran.stdout

    def commit(self) -> None:
        """Commit everything."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "A state of the course")


def write_toy(root: Path) -> Toy:
    """Write the toy course into a folder, rendered and committed."""
    toy = Toy(root)
    for path, text in FILES.items():
        toy.write(path, text.lstrip("\n"))
    (root / ".ci/run").chmod(0o755)
    toy.render()
    toy.git("init", "--quiet", "--initial-branch", "main")
    toy.commit()
    return toy


@pytest.fixture(scope="session")
def toy_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the toy course once, for all tests to copy."""
    return write_toy(tmp_path_factory.mktemp("template") / "toy").root


@pytest.fixture
def toy_course(toy_template: Path, tmp_path: Path) -> Toy:
    """Make a fresh toy course."""
    shutil.copytree(toy_template, tmp_path / "toy", symlinks=True)
    return Toy(tmp_path / "toy")
