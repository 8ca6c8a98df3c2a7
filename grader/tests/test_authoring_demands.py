"""What module.toml asks of a task's speed: read exactly, and every mistake told with its line."""

from __future__ import annotations

from fractions import Fraction

import pytest

from grader.authoring.load import find_task
from grader.errors import TomlError
from grader.model import Demand, Kind, Threshold
from grader.tests.toy import Toy

TOML = "module0/module.toml"
TABLE = '\n[[speed]]\ntask = "0.2"\ncase = "many"\nat_least = 0.35\n'
OTHER = TABLE.replace("many", "few").replace("0.35", "1")


def asking(toy: Toy, tables: str = TABLE, share: str = "speed = 0.2\n") -> None:
    """Make 0.2 a task of kind performance."""
    toy.edit(TOML, 'points = 3\nkind = "tests"\n', f'points = 3\nkind = "performance"\n{share}')
    toy.write(TOML, toy.read(TOML) + tables)


def line(toy: Toy, text: str) -> int:
    return toy.read(TOML).splitlines().index(text) + 1


def test_a_demand_is_read_exactly(toy_course: Toy) -> None:
    asking(toy_course, TABLE + OTHER)
    task = find_task(toy_course.load(), "0.2")
    assert task.kind is Kind.PERFORMANCE
    few, many = Threshold("few", Fraction(1)), Threshold("many", Fraction(35, 100))
    assert task.speed == Demand(Fraction(1, 5), (many, few))
    assert find_task(toy_course.load(), "0.1").speed is None


@pytest.mark.parametrize(
    ("tables", "share", "at", "said"),
    [
        ("", "speed = 0.2\n", 'kind = "performance"', "Task 0.2 has no [[speed]] table."),
        (TABLE, "", "[[task]]", "[[task]] has no 'speed'."),
        (TABLE, "speed = 1\n", "speed = 1", "'speed' in [[task]] must be a share"),
        (TABLE + TABLE, "speed = 0.2\n", 'case = "many"', "The case 'many' has two thresholds."),
        (TABLE.replace("0.35", "1.5"), "speed = 0.2\n", "at_least = 1.5", "'at_least' in [[speed]] must be a fraction"),
        (TABLE + OTHER.replace("0.2", "0.9"), "speed = 0.2\n", 'task = "0.9"', "There is no task '0.9'"),
        (TABLE + OTHER.replace("0.2", "0.1"), "speed = 0.2\n", 'task = "0.1"', "Task 0.1 is not of kind"),
        (TABLE + "often = 3\n", "speed = 0.2\n", "often = 3", "Unknown key 'often' in [[speed]]."),
    ],
)  # fmt: skip
def test_a_mistake_is_told(toy_course: Toy, tables: str, share: str, at: str, said: str) -> None:
    asking(toy_course, tables, share)
    with pytest.raises(TomlError) as error:
        toy_course.load()
    assert error.value.what.startswith(said)
    place, _, number = error.value.where.rpartition(":")
    assert place == TOML
    assert at in toy_course.read(TOML).splitlines()[int(number) - 1]


@pytest.mark.parametrize("written", ["speed = 0.2", 'measure = "python speeds.py"'])
def test_only_a_performance_task_is_measured(toy_course: Toy, written: str) -> None:
    toy_course.edit(TOML, 'hint = "Use clamp."', f'hint = "Use clamp."\n{written}')
    key = written.partition(" ")[0]
    with pytest.raises(
        TomlError, match=f"Only a task of kind 'performance' has a '{key}'"
    ) as error:
        toy_course.load()
    assert error.value.where == f"{TOML}:{line(toy_course, written)}"


def test_a_task_says_how_students_measure_it(toy_course: Toy) -> None:
    asking(toy_course, TABLE, 'speed = 0.2\nmeasure = "python speeds.py"\n')
    demand = find_task(toy_course.load(), "0.2").speed
    assert demand is not None
    assert demand.measure == "python speeds.py"
