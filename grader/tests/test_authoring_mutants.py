"""Mutants: reading them, and making wrong versions of the reference."""

import pytest

from grader.authoring.load import find_module, find_task
from grader.authoring.mutants import apply_mutant, load_mutants
from grader.authoring.render import all_tasks, rendered_files
from grader.errors import TomlError
from grader.tests.toy import Toy

TOML = "grader/course/mutants/0.2.toml"


def test_mutants_change_one_place(toy_course: Toy) -> None:
    """A mutant is the solved file with one text replaced."""
    course = toy_course.load()
    files = rendered_files(course, find_module(course, "0"), all_tasks(course))
    mutants = load_mutants(course, find_task(course, "0.2"))
    assert [mutant.name for mutant in mutants][:2] == [
        "the sum starts at one",
        "values are subtracted",
    ]
    assert (mutants[1].place, mutants[1].line, mutants[1].written) == (TOML, 7, False)
    wrong = apply_mutant(files, mutants[0])
    assert wrong["minitorch/ops.py"].count("running_total = 1.0") == 1
    assert {path for path in files if files[path] != wrong[path]} == {"minitorch/ops.py"}


def test_mutants_of_a_written_tests_task_are_held_against_written_tests(toy_course: Toy) -> None:
    """Where the tests are the task, every mutant is one for them."""
    course = toy_course.load()
    assert all(mutant.written for mutant in load_mutants(course, find_task(course, "0.3")))


def test_a_task_without_mutants_has_none(toy_course: Toy) -> None:
    """An absent file is an empty list, for `verify` to complain about."""
    (toy_course.root / TOML).unlink()
    course = toy_course.load()
    assert load_mutants(course, find_task(course, "0.2")) == ()


@pytest.mark.parametrize(
    "old, new, line, what",
    [
        ('old = """return running_total"""', "", 43, "[[mutant]] has no 'old'."),
        (
            'name = "nothing is clamped"',
            "name = 1",
            20,
            "'name' in [[mutant]] must be a text such as \"…\".",
        ),
        (
            'name = "nothing is clamped"',
            'nam = "x"',
            20,
            "Unknown key 'nam' in [[mutant]]. Did you mean name?",
        ),
        (
            "nothing is clamped",
            "values are subtracted",
            19,
            "Two mutants are called 'values are subtracted'.",
        ),
        (
            '"""running_total = 1.0"""',
            '"""running_total = 0.0"""',
            5,
            "'old' and 'new' are the same.",
        ),
    ],
)
def test_malformed_mutants(toy_course: Toy, old: str, new: str, line: int, what: str) -> None:
    """Each mistake names the mutants file and the line."""
    toy_course.edit(TOML, old, new)
    course = toy_course.load()
    with pytest.raises(TomlError) as error:
        load_mutants(course, find_task(course, "0.2"))
    assert (error.value.what, error.value.where) == (what, f"{TOML}:{line}")


@pytest.mark.parametrize(
    "old, new, what, next_step",
    [
        (
            '"""running_total = 0.0"""',
            '"""running_sum = 0.0"""',
            "Mutant 'the sum starts at one': its old text occurs 0 times in the solved minitorch/ops.py, not once.",
            "copy old from the source as it is now",
        ),
        (
            '"""running_total = 0.0"""',
            '"""running_total"""',
            "Mutant 'the sum starts at one': its old text occurs 3 times in the solved minitorch/ops.py, not once.",
            "make old longer",
        ),
        (
            'one"\nfile = "minitorch/ops.py"',
            'one"\nfile = "minitorch/op.py"',
            "Mutant 'the sum starts at one': the module has no file 'minitorch/op.py'. Did you mean minitorch/ops.py?",
            "fix the line, and run it again",
        ),
        (
            '"""running_total = 1.0"""',
            '"""running_total = """',
            "Mutant 'the sum starts at one' is not Python: invalid syntax.",
            "fix the line, and run it again",
        ),
    ],
)
def test_mutants_that_do_not_fit(
    toy_course: Toy, old: str, new: str, what: str, next_step: str
) -> None:
    """A mutant whose old text is not there exactly once, or that is not Python, can't be made."""
    toy_course.edit(TOML, old, new)
    course = toy_course.load()
    files = rendered_files(course, find_module(course, "0"), all_tasks(course))
    with pytest.raises(TomlError) as error:
        apply_mutant(files, load_mutants(course, find_task(course, "0.2"))[0])
    assert str(error.value).splitlines() == [what, f"  where: {TOML}:1", f"  next:  {next_step}"]
