"""Tests in confined children: each is told by how it ended, and none drags the others along."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from grader.model import Outcome
from grader.running.testing import MAX_WARNINGS, CollectionFailed, TestReport, collect, run_tests
from grader.sandbox import Sandbox, Stage
from grader.tests.toy_work import shared_sandboxes

PYPROJECT = '[tool.pytest.ini_options]\npythonpath = ["."]\nmarkers = ["task0_1"]\n'
FILE = "tests/test_it.py"


@pytest.fixture
def sandbox(request: pytest.FixtureRequest) -> Sandbox:
    return shared_sandboxes(request.config)[0]


@contextmanager
def staged(sandbox: Sandbox, tests: str) -> Iterator[Stage]:
    stage = sandbox.stage({"pyproject.toml": PYPROJECT, FILE: tests})
    try:
        yield stage
    finally:
        sandbox.drop(stage)


def ran(
    sandbox: Sandbox, tests: str, *names: str, seconds: float = 30.0, until_failure: bool = False
) -> dict[str, TestReport]:
    """Run tests; report by bare name."""
    ids = [f"{FILE}::{name}" for name in names]
    with staged(sandbox, tests) as stage:
        run = run_tests(sandbox, stage, ids, seed=1, seconds=seconds, until_failure=until_failure)
    assert not run.forged
    assert list(sorted(run.reports)) == sorted(ids)
    return {id.split("::")[1]: report for id, report in run.reports.items()}


def outcomes(reports: dict[str, TestReport]) -> dict[str, Outcome]:
    return {name: report.outcome for name, report in reports.items()}


def test_every_way_to_end(sandbox: Sandbox) -> None:
    tests = """
import os
import pytest

@pytest.fixture
def broken(): raise ValueError("set-up")

def test_passed(): pass
def test_failed(): assert 1 == 2, "f(1): got 1, expected 2"
def test_todo(): raise NotImplementedError("Task 0.1: implement f in minitorch/ops.py")
def test_error(broken): pass
def test_memory(): raise MemoryError
def test_crashed(): os._exit(0)
def test_killed(): os.kill(os.getpid(), 9)
def test_left(): raise SystemExit(0)
def test_skipped(): pytest.skip("not today")
def test_after_them_all(): pass
"""
    names = [
        line.split()[1].split("(")[0] for line in tests.splitlines() if line.startswith("def test")
    ]
    reports = ran(sandbox, tests, *names, "test_that_is_not_there")
    found = outcomes(reports)
    assert found.pop("test_left") is not Outcome.PASSED
    assert found.pop("test_skipped") is not Outcome.PASSED
    assert found == {
        "test_passed": Outcome.PASSED,
        "test_failed": Outcome.FAILED,
        "test_todo": Outcome.TODO,
        "test_error": Outcome.ERROR,
        "test_memory": Outcome.MEMORY,
        "test_crashed": Outcome.CRASHED,
        "test_killed": Outcome.CRASHED,
        "test_after_them_all": Outcome.PASSED,
        "test_that_is_not_there": Outcome.MISSING,
    }
    assert reports["test_crashed"].message == (
        "The Python process ended early, with exit status 0. Does something call os._exit()?"
    )
    assert reports["test_killed"].message == "The Python process was killed by signal 9."
    assert reports["test_that_is_not_there"].message == "This did not report a result."


def test_a_hang_costs_one_test(sandbox: Sandbox) -> None:
    tests = "def test_hangs():\n    while True: pass\n\ndef test_after(): pass\n"
    reports = ran(sandbox, tests, "test_hangs", "test_after", seconds=9.0)
    assert outcomes(reports) == {"test_hangs": Outcome.TIMEOUT, "test_after": Outcome.PASSED}
    assert reports["test_hangs"].message.startswith("Stopped: it took too long.")


def test_a_hang_has_a_line(sandbox: Sandbox) -> None:
    """Of the student's files, the innermost first; what it printed before does not hide it."""
    library = "def outer():\n    inner()\n\n\ndef inner():\n    print('here')\n    while True:\n        len('')\n"
    tests = "from work import outer\n\ndef test_hangs():\n    outer()\n"
    files = {"pyproject.toml": PYPROJECT, FILE: tests, "work.py": library}
    stage = sandbox.stage(files)
    (report,) = run_tests(
        sandbox, stage, [f"{FILE}::test_hangs"], seed=1, seconds=9.0
    ).reports.values()
    sandbox.drop(stage)
    assert report.outcome is Outcome.TIMEOUT
    (inner, line), outer = report.places
    assert (inner, outer) == ("work.py", ("work.py", 2)) and line in (7, 8)


@pytest.mark.parametrize(
    "printed",
    ["Timeout (", 'Timeout (\n  File "/etc/passwd", line 1 in f\n'],
)
def test_what_a_child_prints_of_places_is_not_believed(sandbox: Sandbox, printed: str) -> None:
    lines = [
        "import os, time",
        "def test_sleeps():",
        "    time.sleep(2.5)",  # by then it has been asked where it is
        f"    os.write(2, {printed!r}.encode())",
        "    time.sleep(60)",
    ]
    tests = "\n".join(lines)
    reports = ran(sandbox, tests, "test_sleeps", seconds=9.0)
    assert (reports["test_sleeps"].outcome, reports["test_sleeps"].places) == (Outcome.TIMEOUT, ())


def test_hangs_use_up_the_tasks_time_and_no_more(sandbox: Sandbox) -> None:
    names = [f"test_{number}" for number in range(12)]
    tests = "".join(f"def {name}():\n    while True: pass\n\n" for name in names)
    reports = ran(sandbox, tests, *names, seconds=5.0)
    assert set(outcomes(reports).values()) == {Outcome.TIMEOUT}
    assert "The task's time was used up" in reports["test_11"].message


def test_a_flood_of_output_costs_one_test(sandbox: Sandbox) -> None:
    tests = "def test_floods():\n    while True: print('flood' * 1000)\n\ndef test_after(): pass\n"
    reports = ran(sandbox, tests, "test_floods", "test_after")
    assert reports["test_floods"].outcome is Outcome.CRASHED
    assert reports["test_floods"].message == "Stopped: it printed more than is allowed."
    assert reports["test_after"].outcome is Outcome.PASSED


def test_a_file_that_cannot_be_imported(sandbox: Sandbox) -> None:
    reports = ran(sandbox, "import nothing_of_that_name\ndef test_it(): pass\n", "test_it")
    assert reports["test_it"].outcome is Outcome.ERROR
    assert reports["test_it"].type == "ModuleNotFoundError"
    stub = "raise NotImplementedError('Task 0.1: implement f in minitorch/ops.py')\n"
    assert outcomes(ran(sandbox, stub, "test_it")) == {"test_it": Outcome.TODO}
    assert outcomes(ran(sandbox, "import os; os._exit(3)\n", "test_it")) == {
        "test_it": Outcome.CRASHED
    }


STOPPING = [
    ("breakpoint()", "BdbQuit", "breakpoint()"),
    ("import pdb; pdb.set_trace()", "BdbQuit", "pdb.set_trace()"),
    ("input('x? ')", "EOFError", "EOF when reading a line"),
    ("import sys; sys.exit(3)", "SystemExit", "3"),
    ("quit()", "NameError", "name 'quit' is not defined"),
]


@pytest.mark.parametrize(("call", "type", "message"), STOPPING)
def test_what_stops_a_run_has_a_line(sandbox: Sandbox, call: str, type: str, message: str) -> None:
    """In a test, and where the file is imported: the other tests are not lost in silence."""
    tests = f"def test_it():\n    {call}\n\ndef test_after(): pass\n"
    reports = ran(sandbox, tests, "test_it", "test_after")
    assert (reports["test_it"].type, reports["test_it"].message) == (type, message)
    assert reports["test_it"].raised_at == (FILE, 2)
    assert reports["test_after"].outcome is Outcome.PASSED
    imported = ran(sandbox, f"{call}\n{tests}", "test_it", "test_after")
    for report in imported.values():
        assert (report.outcome, report.type) == (Outcome.ERROR, type)
        assert report.raised_at == (FILE, 1)


def test_one_failure_may_be_enough(sandbox: Sandbox) -> None:
    tests = "def test_one(): assert False\n\ndef test_two(): assert False\n"
    reports = ran(sandbox, tests, "test_one", "test_two", until_failure=True)
    assert outcomes(reports) == {"test_one": Outcome.FAILED, "test_two": Outcome.MISSING}


def test_collecting(sandbox: Sandbox) -> None:
    tests = (
        "import pytest\n\n@pytest.mark.task0_1\ndef test_one():\n    '''One is one.'''\n\n"
        "@pytest.mark.parametrize('x', [1, 2])\ndef test_two(x): pass\n"
    )
    with staged(sandbox, tests) as stage:
        found = collect(sandbox, stage, [FILE])
    assert [test.id.split("::")[1] for test in found] == ["test_one", "test_two[1]", "test_two[2]"]
    assert "task0_1" in found[0].marks and "task0_1" not in found[1].marks
    assert found[0].sentence == "One is one."


@pytest.mark.parametrize(
    ("tests", "said"),
    [
        ("import nothing_of_that_name\n", "nothing_of_that_name"),
        ("def test_it(:\n", "SyntaxError"),
        ("import os; os._exit(7)\n", "ended early, with exit status 7"),
        ("import pytest\n@pytest.mark.task9_9\ndef test_it(): pass\n", "task9_9"),
    ],
)
def test_what_cannot_be_collected_says_why(sandbox: Sandbox, tests: str, said: str) -> None:
    with staged(sandbox, tests) as stage, pytest.raises(CollectionFailed) as caught:
        collect(sandbox, stage, [FILE])
    assert said in str(caught.value)


WARNED = """
import warnings

import numpy as np

TEXT = "\\l"

def is_zero(x): return x is 0
def grows(x): return np.exp(np.array([x]))
def old(): warnings.warn("use new()", DeprecationWarning, stacklevel=1)
"""


def test_warnings_cost_nothing_and_are_heard(sandbox: Sandbox) -> None:
    """Of compiling, of NumPy and of a library: each once, with its line; those of tests and packages are not told."""
    tests = (
        "import warnings\nfrom work import grows, is_zero, old\n\n"
        "def test_one():\n    is_zero(1); old(); old(); grows(1e4); grows(1e4)\n"
        "def test_two():\n    old(); warnings.warn('here')\n"
    )
    stage = sandbox.stage(
        {"pyproject.toml": PYPROJECT, "tests/test_it.py": tests, "work.py": WARNED}
    )
    ids = [f"{FILE}::test_one", f"{FILE}::test_two"]
    run = run_tests(sandbox, stage, ids, seed=1, seconds=30.0)
    sandbox.drop(stage)
    assert {report.outcome for report in run.reports.values()} == {Outcome.PASSED}
    found = {(each.file, each.line, each.message.split(":")[0]) for each in run.warned}
    assert len(found) == len(run.warned)
    category = "DeprecationWarning" if sys.version_info < (3, 12) else "SyntaxWarning"
    assert found - {(FILE, 7, "UserWarning")} == {
        ("work.py", 6, category),
        ("work.py", 8, "SyntaxWarning"),
        ("work.py", 9, "RuntimeWarning"),
        ("work.py", 10, "DeprecationWarning"),
    }


def test_warnings_are_a_bounded_claim(sandbox: Sandbox) -> None:
    """A flood is cut, and so is a long one."""
    tests = (
        "import warnings\n\ndef test_floods():\n"
        "    for n in range(1000): warnings.warn_explicit('x' * 10**5, UserWarning, __file__, n)\n"
    )
    with staged(sandbox, tests) as stage:
        run = run_tests(sandbox, stage, [f"{FILE}::test_floods"], seed=1, seconds=30.0)
    assert 0 < len(run.warned) <= MAX_WARNINGS
    assert all(len(each.message) <= 500 for each in run.warned)


def test_what_numba_cannot_cache_is_only_a_warning(sandbox: Sandbox) -> None:
    kernel = (
        "import numba, numpy as np\nLARGE = np.ones(1_000_000)\n\n"
        "@numba.njit(cache=True)\ndef first(n):\n    return LARGE[n]\n"
    )
    tests = "from work import first\n\ndef test_first():\n    assert first(3) == 1.0\n"
    files = {"pyproject.toml": PYPROJECT, FILE: tests, "work.py": kernel}
    stage = sandbox.stage(files, ("grader.running.compiled",))
    run = run_tests(sandbox, stage, [f"{FILE}::test_first"], seed=1, seconds=60.0)
    sandbox.drop(stage)
    assert run.reports[f"{FILE}::test_first"].outcome is Outcome.PASSED
    (warned,) = run.warned
    assert warned.file == "work.py" and "annot cache" in warned.message


def test_a_file_that_cannot_be_imported_costs_its_own_tests_only(sandbox: Sandbox) -> None:
    other = "tests/test_other.py"
    files = {
        "pyproject.toml": PYPROJECT,
        FILE: "from os import nothing_of_that_name\n\ndef test_it(): pass\n",
        other: "def test_it(): pass\n",
    }
    stage = sandbox.stage(files)
    ids = [f"{file}::test_it" for file in (FILE, other)]
    run = run_tests(sandbox, stage, ids, seed=1, seconds=30.0)
    sandbox.drop(stage)
    lost, kept = (run.reports[id] for id in ids)
    assert (lost.outcome, lost.type) == (Outcome.ERROR, "ImportError")
    assert kept.outcome is Outcome.PASSED
