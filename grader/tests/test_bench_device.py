"""Tests on a GPU, as far as a machine without one can try it: on plain tests, and on Numba's simulator."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.bench import device
from grader.bench.supervised import STARTING, Ran, run_supervised
from grader.tests.authored import needs_course

LIMIT = 60.0

TESTS = """
import os, time
import pytest

pytestmark = pytest.mark.task3_3

def test_right():
    print("nobody reads this")

def test_wrong():
    assert False, "got 1.0, expected 2.0\\nin a loop"

def test_todo():
    raise NotImplementedError("Task 3.3")

def test_nobody_counts():
    pytest.skip("a GPU counts no reads")

def test_ruins():
    os.environ["RUINED"] = "1"
    raise RuntimeError("[700] CUDA_ERROR_ILLEGAL_ADDRESS")

def test_after_ruin():
    assert "RUINED" not in os.environ

def test_dies():
    os._exit(3)

def test_after_death():
    pass

@pytest.mark.task3_4
def test_last():
    pass
"""


def module(folder: Path, tests: str) -> Path:
    """Lay out a module with one file of tests."""
    (folder / "tests").mkdir()
    (folder / "tests" / "test_cuda.py").write_text(tests)
    (folder / "pyproject.toml").write_text(
        "[tool.pytest.ini_options]\n"
        "markers = ['task3_3: operations on a GPU', 'task3_4: matrices on a GPU']\n"
    )
    return folder


def test_each_test_runs_once_whatever_the_others_do(tmp_path: Path) -> None:
    ran = list(run_supervised(module(tmp_path, TESTS), "task3_3", LIMIT))
    assert [(each.test.partition("::")[2], each.outcome, each.message) for each in ran] == [
        ("test_right", "passed", ""),
        ("test_wrong", "failed", "got 1.0, expected 2.0"),
        ("test_todo", "failed", "NotImplementedError: Task 3.3"),
        ("test_nobody_counts", "skipped", "a GPU counts no reads"),
        ("test_ruins", "failed", "RuntimeError: [700] CUDA_ERROR_ILLEGAL_ADDRESS"),
        ("test_after_ruin", "passed", ""),
        ("test_dies", "failed", "its process has ended"),
        ("test_after_death", "passed", ""),
        ("test_last", "passed", ""),
    ]


def test_a_test_that_never_ends_is_too_slow(tmp_path: Path) -> None:
    tests = TESTS.replace("os._exit(3)", "time.sleep(600)")
    ran = {
        each.test.partition("::")[2]: each
        for each in run_supervised(module(tmp_path, tests), "task3_3", 5.0)
    }
    assert ran["test_dies"].outcome == "too slow"
    assert ran["test_dies"].message == "it takes more than 5 seconds"
    assert ran["test_after_death"].outcome == "passed"


def test_marks_choose(tmp_path: Path) -> None:
    ran = list(run_supervised(module(tmp_path, TESTS), "task3_4", LIMIT))
    assert ran == [Ran("tests/test_cuda.py::test_last", "passed")]


def test_a_file_that_cannot_be_imported_fails(tmp_path: Path) -> None:
    ran = list(run_supervised(module(tmp_path, "import no_such_file"), "task3_3", LIMIT))
    assert ran == [
        Ran("tests/test_cuda.py", "failed", "ModuleNotFoundError: No module named 'no_such_file'")
    ]


def test_a_module_whose_tests_cannot_start(tmp_path: Path) -> None:
    """A conftest.py that ends the process: that is said once."""
    module(tmp_path, TESTS)
    (tmp_path / "tests" / "conftest.py").write_text("import os; os._exit(4)")
    ran = list(run_supervised(tmp_path, "task3_3", LIMIT))
    assert ran == [Ran(STARTING, "failed", "its process has ended")]


def test_without_a_gpu_it_says_what_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device, "has_device", lambda: False)
    ran = CliRunner().invoke(device.main, [])
    assert ran.exit_code == device.NO_DEVICE_CODE
    assert ran.stdout.splitlines() == [
        "There is no CUDA device that Numba can use. On the simulator, the same tests run by:",
        "  python -m grader.bench.device --simulator",
    ]


@needs_course
def test_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line for each test, then how many ended how; all is well without a failure."""
    asked: list[str] = []

    def ran(folder: Path, marks: str, limit: float) -> list[Ran]:
        asked.append(f"{folder.name}: {marks}")
        assert "# TODO" not in (folder / "minitorch" / "cuda_ops.py").read_text()
        return [
            Ran("tests/test_cuda_sums.py::test_sums[33]", "passed"),
            Ran("tests/test_cuda_sums.py::test_many_sums", "too slow", "it takes more than 9 s"),
        ]

    monkeypatch.setattr(device, "run_supervised", ran)
    monkeypatch.setenv("NUMBA_ENABLE_CUDASIM", "1")
    result = CliRunner().invoke(device.main, ["--simulator", "--seconds", "9"])
    assert result.exit_code == 1
    assert asked == ["module3: task3_3 or task3_4", "module4: task4_6"]
    first, second, *_, last = result.stdout.splitlines()
    assert first == "passed    test_cuda_sums test_sums[33]"
    assert second.split("  ")[0] == "too slow"
    assert second.endswith(" it takes more than 9 s")
    assert last == "2 passed, 2 too slow"
