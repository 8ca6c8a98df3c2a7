"""The class that ``grader course example`` makes up, on the real course: each gets exactly what its work is worth."""

from __future__ import annotations

import shutil
from fractions import Fraction
from pathlib import Path

import pytest

import grader
from grader import record as records
from grader.authoring.example import EXAMPLES
from grader.cli.main import run
from grader.model import Outcome, Record, Status
from grader.tests.authored import needs_course
from grader.tests.toy_work import lend_sandboxes

pytestmark = needs_course
ROOT = Path(grader.__file__).parent.parent
ALL, NONE = 4.0, 0.0
# Of 38 tests and 365 probe cases: a wrong relu fails where x is negative; one that crashes, wherever it is asked; and
# where it hangs, no further cases of the same probe are asked.
SPOILT, CRASHING, HANGING = (
    round(float(4 * min(Fraction(38 - tests, 38), Fraction(365 - cases, 365))), 2)
    for tests, cases in ((2, 22), (4, 24), (4, 43))
)
# What breaks on operators.py; the other tasks take the longest.
QUICK = ("0.1", "0.4", "0.5", "1.2")

EXPECTED: dict[str, tuple[float, float, float, float]] = {  # points of those
    "reference": (ALL, ALL, ALL, ALL),
    "untouched": (NONE, NONE, NONE, NONE),
    "one-task": (ALL, NONE, NONE, NONE),
    "three-tasks": (ALL, ALL, NONE, NONE),
    "two-modules": (ALL, ALL, ALL, ALL),
    "wrong-relu": (SPOILT, ALL, ALL, ALL),  # what stands on relu is judged beside a right one
    "syntax-error": (NONE, ALL, NONE, NONE),  # what does not need operators.py can be imported
    "endless-loop": (HANGING, ALL, ALL, NONE),
    "memory-hog": (CRASHING, ALL, ALL, NONE),
    "os-exit": (CRASHING, ALL, ALL, NONE),
    "output-flood": (CRASHING, ALL, ALL, NONE),
}
ENDINGS = {
    "endless-loop": Outcome.TIMEOUT,
    "memory-hog": Outcome.MEMORY,
    "os-exit": Outcome.CRASHED,
    "output-flood": Outcome.CRASHED,
    "syntax-error": Outcome.ERROR,
}


WHOLE = {"reference": 20.0, "untouched": 0.0, "one-task": 4.0, "three-tasks": 12.0}


@pytest.fixture(scope="module")
def graded(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> dict[str, Record]:
    """Grade the class on a copy of the course in which a hang is noticed sooner."""
    root = tmp_path_factory.mktemp("course")
    for name in ("module0", "module1", "module2", "grader/course"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    toml = root / "module0" / "module.toml"
    toml.write_text(toml.read_text("utf-8").replace("seconds = 30\n", "seconds = 24\n"), "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        lend_sandboxes(request.config, patch)
        assert run(["course", "example", "class"]) == 0
        only = [word for task in QUICK for word in ("--only", task)]
        assert run(["grade", "class", "--out", "out", "--jobs", "1", *only]) == 0
    return {
        path.parent.name: records.read(path) for path in root.glob("out/submissions/*/record.json")
    }


def test_every_example_is_in_the_table() -> None:
    assert set(EXPECTED) == {example.name for example in EXAMPLES}


@pytest.mark.parametrize("name", EXPECTED)
def test_the_scores(graded: dict[str, Record], name: str) -> None:
    tasks = [task for module in graded[name].modules for task in module.tasks]
    assert tuple(task.id for task in tasks) == QUICK
    assert tuple(task.score for task in tasks) == EXPECTED[name]
    for task in tasks:
        assert (task.status is Status.PASSED) is (task.score == task.points)
        assert bool(task.failures) is (task.status is not Status.PASSED)


def test_a_wrong_version_loses_its_share(graded: dict[str, Record]) -> None:
    wrong = graded["wrong-relu"].modules[0].tasks[0]
    assert wrong.tests is not None and (wrong.tests.passed, wrong.tests.expected) == (36, 38)
    assert wrong.probes is not None and (wrong.probes.agreed, wrong.probes.cases) == (343, 365)
    assert wrong.status is Status.WRONG
    assert {task.status for task in graded["untouched"].modules[0].tasks} == {Status.TODO}


def test_an_earlier_file_at_fault_is_named(graded: dict[str, Record]) -> None:
    followed = graded["wrong-relu"].modules[1].tasks[0].follow_through
    assert followed is not None and followed.files == ("minitorch/operators.py",)
    assert graded["two-modules"].modules[1].tasks[0].follow_through is None


def test_a_whole_module_adds_up(
    tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything, written tests included: full marks, none, and exactly the points of what is solved."""
    monkeypatch.chdir(ROOT)
    lend_sandboxes(request.config, monkeypatch)
    made = tmp_path / "class"
    assert run(["course", "example", str(made)]) == 0
    chosen = [str(made / name) for name in WHOLE if name != "three-tasks"]
    chosen.append(str(made / "three-tasks.zip"))
    options = ["--out", str(tmp_path / "out"), "--jobs", "1", "--modules", "0"]
    assert run(["grade", *chosen, *options]) == 0
    found = {p.parent.name: records.read(p) for p in tmp_path.glob("out/submissions/*/record.json")}
    assert {name: record.score for name, record in found.items()} == WHOLE
    assert {record.points for record in found.values()} == {20.0}


@pytest.mark.parametrize("name", ENDINGS)
def test_broken_work_gets_a_reason(graded: dict[str, Record], name: str) -> None:
    task = graded[name].modules[0].tasks[0]
    assert task.status is Status.WRONG
    assert ENDINGS[name] in {failure.outcome for failure in task.failures}
    assert all(failure.message for failure in task.failures)
