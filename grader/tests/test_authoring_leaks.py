"""Finding the solution where students would see it, and nothing else."""

import io
import zipfile

import pytest

from grader.authoring.leaks import DISTINCTIVE, SECOND, find_clues, leaks, weigh
from grader.authoring.publish import published_files
from grader.tests.toy import Toy

SUM = "running_total += clamp(value, -limit, limit)"


def found(toy: Toy, text: str, path: str = "module0/README.md") -> list[str]:
    """Word the leaks in one made-up file."""
    return [str(leak) for leak in leaks(toy.load(), {path: text.encode()})]


@pytest.mark.parametrize(
    "code",
    [
        "exponential = math.exp(-x)",
        "return 2.0 / (3.0 + math.tanh(-x))",
        "return [paint(cell) for cell in cells]",
        "total = 0.0\nfor value in values:",
        "pairs = dict(self._colours.values())",
    ],
)
def test_distinctive_code(code: str) -> None:
    """Code with names of its own is distinctive, and so are short lines in a row."""
    assert weigh(code) >= DISTINCTIVE


@pytest.mark.parametrize(
    "code",
    [
        "return out",
        "return x * y",
        "self.training = True",
        "return -x",
        "x = x + 1",
        "else:",
        "",
        "return x  # the very same number",
    ],
)
def test_ordinary_code(code: str) -> None:
    """What any program may hold is not distinctive; a comment makes it no more so."""
    assert weigh(code) < DISTINCTIVE


def test_the_published_toy_is_tight(toy_course: Toy) -> None:
    """There is no false alarm on the skeleton, the guides and the tests."""
    course = toy_course.load()
    files = published_files(course)
    assert leaks(course, {path: file.content for path, file in files.items()}) == []


@pytest.mark.parametrize(
    "text",
    [
        f"    {SUM}\n",
        f'"""A docstring.\n\n{SUM}\n"""\n',
        f"Write `{SUM}` there.\n",
        f"> >>> {SUM}\n",
        f"+    {SUM}\n",
        f"# {SUM}\n",
        "running_total+=clamp(value,-limit,limit)",
        "running_total += clamp(\n    value, -limit, limit\n)  # wrapped",
    ],
)
def test_a_line_is_found_wherever_it_stands(toy_course: Toy, text: str) -> None:
    """Code, docstrings, Markdown, prompts, diffs, comments, spacing and wrapping hide nothing."""
    line = next(
        number for number, part in enumerate(text.splitlines(), 1) if "running_total" in part
    )
    assert found(toy_course, text) == [f"module0/README.md:{line}: {SUM} (0.2)"]


@pytest.mark.parametrize("mark", ["", "> ", "# ", "+", "... "])
def test_short_lines_in_a_row_are_found(toy_course: Toy, mark: str) -> None:
    """Two short lines that say little alone give the solution away together."""
    text = f"Like this:\n{mark}running_total = 0.0\n{mark}for value in values:\n"
    assert found(toy_course, text) == [
        "module0/README.md:2: running_total = 0.0 for value in values: (0.2)"
    ]
    assert not found(toy_course, "running_total = 0.0\n\nand then\nfor value in values:\n")


def test_a_word_that_only_begins_alike_is_no_leak(toy_course: Toy) -> None:
    """A clue counts as whole words."""
    assert not found(toy_course, f"a{SUM}")
    assert not found(toy_course, "xrunning_total = 0.0\nfor value in values:\n")


def test_what_students_see_anyway_is_no_clue(toy_course: Toy) -> None:
    """A solution line that the source also holds outside its solutions gives nothing away."""
    assert found(toy_course, SUM)
    toy_course.edit(
        "grader/course/minitorch/more.py", '"""Averages."""', f'"""Averages.\n\n{SUM}\n"""'
    )
    assert not found(toy_course, SUM)


def test_the_second_implementation_is_secret_too(toy_course: Toy) -> None:
    """Its function bodies are solutions; its docstrings and signatures are not."""
    assert found(toy_course, "return sorted((low, x, high))[1]") == [
        f"module0/README.md:1: return sorted((low, x, high))[1] ({SECOND})"
    ]
    assert not [clue for clue in find_clues(toy_course.load()) if "def clamp" in clue.text]


def test_the_students_own_tests_are_solutions(toy_course: Toy) -> None:
    """What solves a task of written tests must not leave either."""
    line = "assert clamp(inside, -1.0, 2.0) == inside"
    assert found(toy_course, line, "module1/tests/test_more.py") == [
        f"module1/tests/test_more.py:1: {line} (0.3)"
    ]


def test_the_members_of_a_zip_are_searched(toy_course: Toy) -> None:
    """An archive hides nothing."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/ops.py", f"x = 1\n{SUM}\n")
    (leak,) = leaks(toy_course.load(), {"data.zip": packed.getvalue()})
    assert str(leak) == f"data.zip!a/ops.py:2: {SUM} (0.2)"


@pytest.mark.parametrize(
    "path, kind",
    [
        ("grader/course/minitorch/ops.py", "a file of the course's source"),
        ("module0/minitorch/__pycache__/ops.cpython-311.pyc", "a compiled file"),
        ("module0/minitorch/ops.so", "a compiled file"),
    ],
)
def test_files_that_must_not_be_there(toy_course: Toy, path: str, kind: str) -> None:
    """Source and compiled files are leaks by their path alone."""
    assert found(toy_course, "x", path) == [f"{path}: the whole file ({kind})"]


def test_copies_of_mutants_and_probes_are_found(toy_course: Toy) -> None:
    """A copy under another name is known by its content."""
    text = toy_course.read("grader/course/probes/module0/bounds.py")
    assert found(toy_course, text, "module0/extra.txt") == [
        "module0/extra.txt: the whole file (a copy of grader/course/probes/module0/bounds.py)"
    ]
