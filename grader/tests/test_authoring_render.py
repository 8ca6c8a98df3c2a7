"""Rendering whole module folders, and telling where they are stale."""

from textwrap import dedent

import pytest

from grader.authoring.load import find_module
from grader.authoring.render import all_tasks, check, module_tree, render, rendered_files
from grader.errors import NoSource, SourceError
from grader.tests.toy import Toy


def test_golden_rendering(toy_course: Toy) -> None:
    """The toy's module 0 renders to exactly this."""
    assert toy_course.read("module0/minitorch/ops.py") == dedent('''\
        """Bounded arithmetic."""


        def clamp(x: float, low: float, high: float) -> float:
            """Bring ``x`` between ``low`` and ``high``."""
            # TODO: Task 0.1
            raise NotImplementedError("Task 0.1: implement clamp in minitorch/ops.py")


        def bounded_sum(values: list[float], limit: float) -> float:
            """Add the values, each brought between ``-limit`` and ``limit`` first."""
            # TODO: Task 0.2
            raise NotImplementedError("Task 0.2: implement bounded_sum in minitorch/ops.py")
        ''')


def test_a_module_holds_the_files_of_those_before_it(toy_course: Toy) -> None:
    """Given and written files are a module's own; the others pile up."""
    course = toy_course.load()
    first, second = course.modules
    assert list(rendered_files(course, first)) == [
        "minitorch/__init__.py",
        "minitorch/ops.py",
        "tests/test_properties.py",
    ]
    assert list(rendered_files(course, second)) == [
        "minitorch/__init__.py",
        "minitorch/more.py",
        "minitorch/ops.py",
    ]


def test_solved_tasks_keep_their_lines(toy_course: Toy) -> None:
    """Only the solved task's stub is gone."""
    course = toy_course.load()
    text = rendered_files(course, course.modules[1], {"0.2"})["minitorch/ops.py"]
    assert "running_total += clamp(value, -limit, limit)" in text
    assert "# TODO: Task 0.1" in text
    assert "def count(" in text


def test_render_is_stable(toy_course: Toy) -> None:
    """A second run finds nothing to write, and check nothing to say."""
    course = toy_course.load()
    assert render(course) == []
    assert check(course) == []


def test_check_shows_a_diff(toy_course: Toy) -> None:
    """An edited rendered file is told with the lines that differ; rendering brings it back."""
    path = "module0/minitorch/ops.py"
    toy_course.edit(path, "# TODO: Task 0.1", "# TODO: Task 0.7")
    course = toy_course.load()
    (difference,) = check(course)
    assert difference.path == path
    assert difference.diff.startswith(f"--- {path}\n+++ {path} (rendered)\n@@ ")
    assert "-    # TODO: Task 0.7\n+    # TODO: Task 0.1\n" in difference.diff
    assert render(course) == [toy_course.root / path]
    assert check(course) == []


def test_what_is_no_longer_listed_is_stale(toy_course: Toy) -> None:
    """A file that only a rendering can have made is removed once it is listed no more; caches don't matter."""
    toy_course.write("module1/minitorch/gone.py", "x = 1\n")
    toy_course.write("module1/minitorch/__pycache__/gone.pyc", "")
    toy_course.write("module1/tests/test_by_hand.py", "")
    course = toy_course.load()
    (difference,) = check(course)
    assert (difference.path, difference.diff) == ("module1/minitorch/gone.py", "")
    assert "minitorch/gone.py" not in module_tree(course, course.modules[1])
    assert render(course) == [toy_course.root / "module1/minitorch/gone.py"]
    assert not (toy_course.root / "module1/minitorch/gone.py").exists()


def test_solved_before(toy_course: Toy) -> None:
    """Who fell behind gets the earlier modules solved, in all folders, and the later ones as stubs."""
    course = toy_course.load()
    render(course, solved_before=1)
    assert "running_total" in toy_course.read("module0/minitorch/ops.py")
    assert "running_total" in toy_course.read("module1/minitorch/ops.py")
    assert "# TODO: Task 1.1" in toy_course.read("module1/minitorch/more.py")
    assert check(course, solved_before=1) == []
    assert len(check(course)) == 3


def test_module_tree_is_the_whole_folder(toy_course: Toy) -> None:
    """Guide, configuration and tests come from the folder, the rest fresh from the source; caches stay out."""
    toy_course.write("module0/minitorch/ops.py", "broken by a student\n")
    toy_course.write("module0/tests/__pycache__/x.pyc", "")
    course = toy_course.load()
    tree = module_tree(course, find_module(course, "0"), all_tasks(course))
    assert sorted(tree) == [
        ".flake8",
        "README.md",
        "minitorch/__init__.py",
        "minitorch/ops.py",
        "module.toml",
        "pyproject.toml",
        "tests/test_ops.py",
        "tests/test_properties.py",
    ]
    assert b"running_total" in tree["minitorch/ops.py"]


def test_a_listed_file_must_exist(toy_course: Toy) -> None:
    """A file that module.toml lists, but the source lacks, is named."""
    (toy_course.root / "grader/course/minitorch/more.py").unlink()
    with pytest.raises(SourceError) as error:
        render(toy_course.load())
    assert str(error.value).splitlines() == [
        "A module.toml lists this file, but it is not there.",
        "  where: grader/course/minitorch/more.py",
        "  next:  write it, or list it no longer",
    ]


def test_a_listed_file_must_be_text(toy_course: Toy) -> None:
    """A source in another encoding is named."""
    (toy_course.root / "grader/course/minitorch/more.py").write_bytes(b"# caf\xe9\n")
    with pytest.raises(
        SourceError, match=r"^This is not UTF-8\.\n  where: grader/course/minitorch/more\.py\n"
    ):
        render(toy_course.load())


def test_students_have_nothing_to_render(toy_course: Toy) -> None:
    """Without the annotated source, the error says where it is."""
    toy_course.git("rm", "-rq", "grader/course")
    course = toy_course.load()
    with pytest.raises(NoSource) as error:
        render(course)
    assert str(error.value).splitlines() == [
        "The course's source (grader/course) is not here: this is a students' repository.",
        f"  where: {toy_course.root}",
        "  next:  run it in the instructor's repository",
    ]
    assert "minitorch/ops.py" in module_tree(course, course.modules[0])
