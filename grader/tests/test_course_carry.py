"""Carrying through the real course: a student who finishes one module after another."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from grader.authoring.load import find_root, load_course
from grader.authoring.render import listed_files, rendered_files, solved_tasks
from grader.carry import Fate, carry_out, make_plan
from grader.model import Course, Module
from grader.tests.authored import needs_course

pytestmark = needs_course


@pytest.fixture(scope="module")
def course() -> Course:
    return load_course(find_root(Path(__file__)))


@pytest.fixture
def student(course: Course, tmp_path: Path) -> Course:
    """Hand the modules out to a student: the trusted folders stay with the course, and there is no source."""
    for module in course.modules:
        paths = listed_files(course, module)
        write(tmp_path, module, {path: read(course.root, module, path) for path in paths})
    return replace(course, root=tmp_path)


def write(root: Path, module: Module, files: dict[str, str]) -> None:
    for path, text in files.items():
        (root / module.name / path).parent.mkdir(parents=True, exist_ok=True)
        (root / module.name / path).write_text(text, encoding="utf-8")


def read(root: Path, module: Module, path: str) -> str:
    return (root / module.name / path).read_text(encoding="utf-8")


def carry(student: Course, module: Module) -> set[Fate]:
    plan = make_plan(student, module.id)
    carry_out(plan, student.root)
    return {step.fate for step in plan.steps}


def later_modules(course: Course) -> list[tuple[Module, Module]]:
    return list(zip(course.modules, course.modules[1:]))


def test_finished_work_arrives_as_if_it_were_rendered_solved(
    course: Course, student: Course
) -> None:
    """Module after module is finished and carried: what arrives is what a student who fell behind is given."""
    for earlier, later in later_modules(course):
        solved = solved_tasks(course, int(later.id))
        write(student.root, earlier, rendered_files(course, earlier, solved))
        assert carry(student, later) == {Fate.CARRIED}
        wanted = rendered_files(course, later, solved)
        for path in (path for module in course.modules[: int(later.id)] for path in module.files):
            assert read(student.root, later, path) == wanted[path], (later.name, path)


def test_carrying_again_changes_nothing(course: Course, student: Course) -> None:
    for earlier, later in later_modules(course):
        solved = solved_tasks(course, int(later.id))
        write(student.root, earlier, rendered_files(course, earlier, solved))
        carry(student, later)
        before = {path: path.read_bytes() for path in student.root.rglob("*") if path.is_file()}
        assert not make_plan(student, later.id).changes
        assert carry(student, later) == {Fate.THERE}
        assert before == {p: p.read_bytes() for p in student.root.rglob("*") if p.is_file()}


def test_nothing_is_carried_from_stubs(course: Course, student: Course) -> None:
    for _, later in later_modules(course):
        assert carry(student, later) == {Fate.UNTOUCHED}


def test_an_edit_in_the_later_module_stays_and_a_later_one_in_the_earlier_arrives(
    course: Course, student: Course
) -> None:
    for earlier, later in later_modules(course):
        solved = solved_tasks(course, int(later.id))
        write(student.root, earlier, rendered_files(course, earlier, solved))
        carry(student, later)
        path = earlier.files[0]
        for module, note in ((later, "\n# of the later module\n"), (earlier, "# of the earlier\n")):
            text = read(student.root, module, path)
            write(student.root, module, {path: text + note if module is later else note + text})
        assert Fate.CARRIED in carry(student, later)
        merged = read(student.root, later, path)
        assert merged.startswith("# of the earlier\n") and merged.endswith(
            "# of the later module\n"
        )
