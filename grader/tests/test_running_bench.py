"""The child's side of measuring speed, without a child."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from grader.running.bench import CELLS, Bench, diagnostics, follow, set_threads
from grader.running.probes import Work, speed

LIBRARY = ModuleType("minitorch")


@speed("3.1")
def squares(minitorch: ModuleType, rng: np.random.Generator) -> Work:
    """Square what was prepared times what is fresh."""
    base = rng.random(10)
    return Work(lambda fresh: [(base * fresh.random()) ** 2, np.full((2, 3), base[0])])


@speed("3.1", threads=True)
def unsteady(minitorch: ModuleType, rng: np.random.Generator) -> Work:
    """Give something else each time."""
    calls: list[int] = []

    def go(fresh: np.random.Generator) -> list[np.ndarray[Any, np.dtype[np.float64]]]:
        calls.append(1)
        return [np.array([float(len(calls))])]

    return Work(go, kernel=len)


@speed("3.1")
def broken(minitorch: ModuleType, rng: np.random.Generator) -> Work:
    """Fail."""
    raise NotImplementedError("Task 3.1: implement it")


@pytest.fixture
def bench() -> Bench:
    return Bench(
        lambda: LIBRARY, {each.name: each for each in (squares, unsteady, broken)}, "/stage"
    )


def test_the_same_number_gives_the_same_work(bench: Bench) -> None:
    assert bench.prepare("squares", 5) == {}
    shown = []
    for number in (1, 2, 1):
        bench.go(number)
        shown.append(bench.show(9))
    assert np.array_equal(shown[0], shown[2]) and not np.array_equal(shown[0], shown[1])


def test_all_outputs_are_shown(bench: Bench) -> None:
    """A row each: the sum of all squares, and a few cells."""
    bench.prepare("squares", 5)
    bench.go(1)
    shown = bench.show(9)
    assert shown.shape == (2, 1 + CELLS)
    assert np.allclose(shown[1], [6 * shown[1, 1] ** 2] + CELLS * [shown[1, 1]])


@pytest.mark.parametrize(("case", "different"), [("squares", 1), ("unsteady", 3)])
def test_what_differs_between_runs_is_noticed(bench: Bench, case: str, different: int) -> None:
    bench.prepare(case, 5)
    digests = set()
    for _ in range(3):
        bench.go(1)
        digests.add(bench.digest())
    assert len(digests) == different


def test_orders_are_followed_and_failures_told(bench: Bench) -> None:
    orders = iter([["prepare", "squares", 5], ["go", 1], ["prepare", "broken", 5], ["go"], None])
    sent: list[tuple[str, Any]] = []
    follow(bench, lambda name, value: sent.append((name, value)), lambda: next(orders))
    assert [name for name, _ in sent] == ["prepare", "go", "failed", "failed"]
    told = {"raised": "NotImplementedError", "message": "Task 3.1: implement it"}
    assert sent[2][1] == told
    assert sent[3][1]["raised"] == "TypeError"


def test_a_function_that_numba_did_not_compile(bench: Bench) -> None:
    told = {"loops": 0, "told": "This is not a function that Numba compiled."}
    assert bench.prepare("unsteady", 5) == told


def _quiet() -> None:
    pass


def test_diagnostics_are_numbas_own_words(capsys: pytest.CaptureFixture[str]) -> None:
    """Without what comes before the listing, without lines that only rule, without the library's folder."""

    class Kernel:
        signatures = ["one"]
        py_func = staticmethod(_quiet)

        def get_metadata(self, signature: str) -> dict[str, Any]:
            patterns = ([("prange", "user", "")], [("array", "fill", "")])
            loops = [SimpleNamespace(patterns=each) for each in patterns]
            return {
                "parfor_diagnostics": SimpleNamespace(has_setup=True, get_parfors=lambda: loops)
            }

        def parallel_diagnostics(self, level: int) -> None:
            print(
                "=====\n Optimizing\nParallel loop listing for /stage/minitorch/x.py\n----\nloop #0"
            )

    told = diagnostics(Kernel(), "/stage")
    assert told == {"loops": 1, "told": "Parallel loop listing for minitorch/x.py\nloop #0"}
    assert capsys.readouterr().out == ""


def test_threads_are_numbas_and_no_more_than_it_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[int] = []
    config = SimpleNamespace(NUMBA_NUM_THREADS=2)
    numba = SimpleNamespace(config=config, set_num_threads=used.append)
    monkeypatch.setitem(sys.modules, "numba", numba)
    assert (set_threads(4), set_threads(1)) == (2, 1)
    assert used == [2, 1]
    monkeypatch.delitem(sys.modules, "numba")
    assert set_threads(4) == 1
