"""The key of a verdict: it changes with all that the verdict depends on, and with nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

import grader
from grader.classes import fingerprint
from grader.classes.fingerprint import content, task_key
from grader.classes.policy import Policy
from grader.model import Level
from grader.tests.toy import Toy
from grader.tests.toy_work import OPS

FILES = {OPS: "def clamp(x, low, high): ...\n"}


def key(
    toy: Toy, task: str = "0.1", files: dict[str, str] = FILES, policy: Policy = Policy()
) -> str:
    fingerprint.course_state.cache_clear()
    course = toy.load()
    module = course.modules[int(task[0])]
    (found,) = [each for each in module.tasks if each.id == task]
    return task_key(course, module, found, files, policy.key)


CHANGES = [
    ("module0/tests/test_ops.py", True),
    ("module0/pyproject.toml", True),
    ("module0/module.toml", True),
    ("module0/tests/conftest.py", True),
    ("grader/course/probes/module0/bounds.py", True),
    ("grader/course/probes/shared.py", True),
    ("grader/course/mutants/0.1.toml", True),
    ("grader/course/minitorch/ops.py", True),
    ("grader/course/second/minitorch/ops.py", True),
    ("module0/README.md", False),
    ("README.md", False),
    ("module0/__pycache__/test_ops.py", False),
    ("module1/tests/test_more.py", False),
]


@pytest.mark.parametrize(("path", "matters"), CHANGES)
def test_a_changed_file_of_the_course(toy_course: Toy, path: str, matters: bool) -> None:
    before = key(toy_course)
    old = toy_course.read(path) if (toy_course.root / path).exists() else ""
    toy_course.write(path, old + "\n# a comment\n")
    assert (key(toy_course) != before) is matters


def test_a_later_module_depends_on_the_earlier_ones(toy_course: Toy) -> None:
    before = key(toy_course, "1.1")
    toy_course.write(
        "module0/tests/test_ops.py", toy_course.read("module0/tests/test_ops.py") + "\n"
    )
    assert key(toy_course, "1.1") != before


def test_the_same_twice(toy_course: Toy) -> None:
    assert key(toy_course) == key(toy_course)
    assert len(key(toy_course)) == 64


def test_what_was_handed_in_matters(toy_course: Toy) -> None:
    keys = {
        key(toy_course, files=files)
        for files in (FILES, {}, {OPS: ""}, {**FILES, "minitorch/more.py": ""})
    }
    assert len(keys) == 4


def test_what_was_asked_for_matters(toy_course: Toy) -> None:
    policies = [
        Policy(),
        Policy(seed=0),
        Policy(seed=1),
        Policy(require=Level.A),
        Policy(allow_weak=True),
    ]
    assert len({key(toy_course, policy=policy) for policy in policies}) == len(policies)
    assert key(toy_course, policy=Policy(require=Level.B)) == key(toy_course)
    assert key(toy_course, policy=Policy(modules=("0",), budget=1.0)) == key(toy_course)


@pytest.mark.parametrize("room", ["authoring", "sandbox", "running", "oracle"])
def test_a_changed_engine_matters(
    toy_course: Toy, room: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = tmp_path / "engine"
    for each in ("authoring", "sandbox", "running", "oracle", "reporting"):
        (engine / each).mkdir(parents=True)
        (engine / each / "part.py").write_text("x = 1\n")
    monkeypatch.setattr(grader, "__file__", str(engine / "__init__.py"))
    monkeypatch.setattr(fingerprint, "engine", fingerprint.engine.__wrapped__)
    before = key(toy_course)
    (engine / "reporting" / "part.py").write_text("x = 2\n")
    assert key(toy_course) == before
    (engine / room / "part.py").write_text("x = 2\n")
    assert key(toy_course) != before


def test_other_packages_matter(toy_course: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    before = key(toy_course)
    monkeypatch.setattr(fingerprint, "version", lambda package: "0.0")
    assert key(toy_course) != before


def test_where_one_file_ends_and_the_next_begins_matters() -> None:
    assert content({"a": "bc", "d": ""}) != content({"a": "b", "cd": ""})
    assert content({"a": "1", "b": "2"}) == content({"b": "2", "a": "1"})


def test_a_package_that_is_not_installed_is_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fingerprint, "_PACKAGES", ("pytest", "no-such-package"))
    assert fingerprint.environment().endswith(
        f"pytest {pytest.__version__}, no-such-package absent"
    )
