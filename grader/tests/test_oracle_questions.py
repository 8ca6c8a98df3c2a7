"""A module's probe files: each question is found once, and told without its answers."""

from __future__ import annotations

import pytest

from grader.authoring.load import find_module, find_task
from grader.errors import SourceError
from grader.oracle.part import GraderFault
from grader.oracle.questions import Questions
from grader.running.probes import Probe
from grader.tests.toy import Toy

EXAM = """
from grader.running.probes import exam

from .sums import bounded_sums

@exam("0.2", pass_at=0.9, questions=lambda rng: ({}, [(1.0,)], [0.123]))
def learned(load, rng, training):
    return lambda points: [0.0 for _ in points]
"""
SAME_NAME = """

from grader.running.probes import probe


@probe("0.2", cases=1)
def clamp_values(minitorch, rng):
    return 1.0
"""


def questions(toy: Toy) -> Questions:
    course = toy.load()
    return Questions(course, find_module(course, "0"))


def test_a_tasks_questions_come_from_all_files(toy_course: Toy) -> None:
    toy_course.write("grader/course/probes/module0/learning.py", EXAM)
    asked = questions(toy_course).of(find_task(toy_course.load(), "0.2"))
    assert [question.name for question in asked] == ["bounded_sums", "learned"]


def test_a_paper_names_the_files_and_keeps_the_answers(toy_course: Toy) -> None:
    toy_course.write("grader/course/probes/module0/learning.py", EXAM)
    found = questions(toy_course)
    paper = found.paper(found.of(find_task(toy_course.load(), "0.2"))[1:])
    assert (paper.names, paper.files) == (("learned",), ("module0.learning",))
    assert set(paper.texts) == {"module0.learning"}, "no other file is needed"
    assert "0.123" not in "".join(paper.texts.values())


SHARED = """
from grader.running.probes import exam

COUNT = 3

@exam("0.2", pass_at=0.9, questions=lambda rng: ({}, [(1.0,)], [0.123]))
def learned(load, rng, training):
    return lambda points: [0.0 for _ in points]
"""
SHARING = """
from grader.running.probes import probe

from ..shared import COUNT

@probe("0.2", cases=COUNT)
def shared_sums(minitorch, rng):
    return 1.0
"""


def test_a_file_above_the_folders_is_for_all_modules(toy_course: Toy) -> None:
    toy_course.write("grader/course/probes/shared.py", SHARED)
    toy_course.write("grader/course/probes/module0/sharing.py", SHARING)
    found = questions(toy_course)
    asked = found.of(find_task(toy_course.load(), "0.2"))
    assert [
        (question.name, question.cases) for question in asked if isinstance(question, Probe)
    ] == [
        ("shared_sums", 3),
        ("bounded_sums", 8),
    ]
    assert len(asked) == 2, "what is declared up there belongs to no module"
    paper = found.paper(asked[:1])
    assert paper.files == ("module0.sharing",)
    assert "shared" in paper.texts and "0.123" not in "".join(paper.texts.values())


def test_an_error_in_a_shared_file_is_told_by_its_place(toy_course: Toy) -> None:
    toy_course.write("grader/course/probes/shared.py", "COUNT = 1 / 0\n")
    toy_course.write("grader/course/probes/module0/sharing.py", SHARING)
    with pytest.raises(GraderFault, match=r"grader/course/probes/shared\.py:1 can't be run: Zero"):
        questions(toy_course)


HELPED = """
from grader.running.probes import probe

from ..tests.helper import COUNT

@probe("0.2", cases=COUNT)
def helped_sums(minitorch, rng):
    return 1.0
"""


def test_what_the_courses_tests_are_made_with_serves_probes_too(toy_course: Toy) -> None:
    """But no test does."""
    toy_course.write("grader/course/tests/helper.py", "COUNT = 5\n")
    toy_course.write("grader/course/tests/test_sums.py", "SECRET = 0.123\n")
    toy_course.write("grader/course/probes/module0/helped.py", HELPED)
    found = questions(toy_course)
    asked, _ = found.of(find_task(toy_course.load(), "0.2"))
    assert isinstance(asked, Probe) and asked.cases == 5
    paper = found.paper([asked])
    assert "tests.helper" in paper.texts and "0.123" not in "".join(paper.texts.values())
    toy_course.write("grader/course/tests/helper.py", "COUNT = 1 / 0\n")
    with pytest.raises(
        GraderFault, match=r"course's grader/course/tests/helper\.py:1 can't be run"
    ):
        questions(toy_course)


def test_a_module_without_probe_files_asks_nothing(toy_course: Toy) -> None:
    for name in ("bounds", "inputs", "sums"):
        (toy_course.root / f"grader/course/probes/module0/{name}.py").unlink()
    assert questions(toy_course).of(find_task(toy_course.load(), "0.1")) == []


def test_two_questions_of_one_name(toy_course: Toy) -> None:
    path = "grader/course/probes/module0/sums.py"
    toy_course.write(path, toy_course.read(path) + SAME_NAME)
    line = toy_course.read(path).splitlines().index('@probe("0.2", cases=1)') + 1
    with pytest.raises(SourceError) as error:
        questions(toy_course)
    assert error.value.where == f"{path}:{line}"
    assert error.value.what == (
        "clamp_values is the name of two probes or exams: "
        "the other is in grader/course/probes/module0/bounds.py:6."
    )
    assert error.value.next_step.startswith("rename one of them")
