"""What comes with Task 3.6: timing in turns, bars, and the script, on the solved module and where tasks are missing."""

import importlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.tests.authored import SOURCE, imported, needs_course
from grader.tests.documents import ROOT, solve
from grader.tests.test_guides import guide

pytestmark = needs_course


@pytest.fixture
def timing(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    yield from imported("project.timing", monkeypatch)


class Clock:
    """A clock that stands still, unless work moves it on."""

    def __init__(self) -> None:
        self.now = 0.0
        self.done: list[str] = []

    def __call__(self) -> float:
        return self.now

    def work(self, name: str, *seconds: float) -> Callable[[], None]:
        """Make work that takes these times, one after the other, and the last one from then on."""
        left = list(seconds)

        def do() -> None:
            self.done.append(name)
            self.now += left.pop(0) if len(left) > 1 else left[0]

        return do


@pytest.fixture
def clock(timing: Any, monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(timing, "CLOCK", made)
    return made


def test_work_is_timed_in_turns(timing: Any, clock: Clock) -> None:
    works = {"a": clock.work("a", 1.0), "b": clock.work("b", 2.0)}
    timing.in_turns(works, rounds=3, budget=100.0)
    assert "".join(clock.done) == "ab" + 3 * "ab"


def test_the_first_call_does_not_count_and_the_median_does(timing: Any, clock: Clock) -> None:
    works = {"a": clock.work("a", 50.0, 3.0, 1.0, 2.0)}
    found = timing.in_turns(works, rounds=3, budget=1000.0)["a"]
    assert (found.seconds, found.samples) == (2.0, 3)
    assert found.spread == pytest.approx(0.5)  # the middle half is from 1.5 to 2.5


def test_short_work_is_repeated_within_a_sample(timing: Any, clock: Clock) -> None:
    found = timing.in_turns({"a": clock.work("a", 0.001)}, rounds=2)["a"]
    assert found.seconds == pytest.approx(0.001)
    assert len(clock.done) == 1 + 2 * 6


def test_long_work_is_timed_less_often_but_once(timing: Any, clock: Clock) -> None:
    works = {"long": clock.work("long", 9.0), "fair": clock.work("fair", 0.4)}
    found = timing.in_turns(works, rounds=9, budget=1.0)
    assert (found["long"].samples, found["fair"].samples) == (1, 2)
    assert found["long"].spread == 0.0


@pytest.fixture
def ladder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setattr(sys, "path", list(sys.path))  # the script puts its own folder in front
    monkeypatch.setattr(os, "environ", dict(os.environ))
    monkeypatch.syspath_prepend(str(SOURCE))
    yield importlib.import_module("project.run_ladder")
    for name in [name for name in sys.modules if name.split(".")[0] in ("project", "minitorch")]:
        del sys.modules[name]


def test_numbers_have_three_digits(ladder: Any) -> None:
    numbers = {
        12345.6: "12,300",
        999.6: "1,000",
        284.2: "284",
        1.9: "1.90",
        0.0338: "0.0338",
        0.0001916: "0.000192",
    }
    assert {number: ladder.digits(number) for number in numbers} == numbers


def test_bars_are_as_long_as_their_logarithm(ladder: Any) -> None:
    bars = ladder.Bars("Title", "GFLOP/s", {"one": 1.0, "ten": 10.0, "hundred": 100.0})
    assert bars.text() == (
        "Title, GFLOP/s (4 more characters = 10 times as much)\n"
        "  one     #### 1\n"
        "  ten     ######## 10\n"
        "  hundred ############ 1e+02"
    )


def test_bars_are_drawn(ladder: Any) -> None:
    figure = pytest.importorskip("matplotlib.figure")
    axes = figure.Figure().subplots()
    ladder.Bars("Title", "GFLOP/s", {"one": 0.5, "ten": 10.0}).draw(axes)
    assert axes.get_xscale() == "log" and axes.get_xlim()[0] == pytest.approx(0.1)
    assert [label.get_text() for label in axes.get_yticklabels()] == ["one", "ten"]
    assert [bar.get_width() for bar in axes.patches] == [0.5, 10.0]


def test_costs_say_where_calls_are_most_of_the_time(ladder: Any) -> None:
    timing = importlib.import_module("project.timing").Timing(0.002, 0.0, 1)
    told = ladder.costs((10, 100, 10), {"by_lists": timing})
    assert told == (
        "What one of each costs:\n"
        "      200 ns  for one step of Python's loop over lists (by_lists: 10,000)"
    )
    assert "time of calls" in ladder.costs((9, 100, 10), {"by_lists": timing})


def test_the_guide_knows_where_the_script_stops(ladder: Any) -> None:
    text = " ".join(guide("3").split("\n## Task 3.6")[1].split("\n## ")[0].split())
    assert f"A line ends where a product takes over {ladder.SLOW} seconds" in text
    assert f"means something only from some {ladder.FEW:,} products on" in text


def test_answers_are_what_was_timed(ladder: Any) -> None:
    seconds = {"by_cells": 3.0, "by_lists": 0.02, "by_rows, SimpleOps": 4.0}
    swept = {256: {"by_rows_at_once, TunedOps": 2.0, "by_broadcast, TunedOps": 3.0}}
    assert list(ladder.answers(seconds, swept).values()) == ["150", "slower", "by_rows_at_once"]
    assert ladder.answers({}, {}) == {}  # ``compare`` says that they were not measured


def test_slow_rungs_and_large_tables_stay_behind(
    ladder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def timed(works: dict[str, Any], **_: Any) -> dict[str, Any]:
        asked.append(sorted(works))
        slow = importlib.import_module("project.timing").Timing(1.0, 0.0, 1)
        fast = importlib.import_module("project.timing").Timing(0.001, 0.0, 1)
        return {name: slow if name == "slow" else fast for name in works}

    asked: list[list[str]] = []
    monkeypatch.setattr(ladder, "in_turns", timed)
    monkeypatch.setattr(ladder, "ROOM", 16**3)
    nothing = dict.fromkeys(("slow", "by_broadcast", "fast"), ladder.on_arrays(lambda a, b: None))
    swept = ladder.sweep(nothing, 32)
    assert list(swept) == [8, 16, 32]
    assert asked == [["by_broadcast", "fast", "slow"], ["by_broadcast", "fast"], ["fast"]]


def script(folder: Path, typed: str = "", *options: str) -> str:
    """Run the script on small matrices, nothing compiled, and give what it printed."""
    small = ["--n", "2", "--k", "3", "--m", "4", "--largest", "8"]
    done = subprocess.run(
        [sys.executable, "project/run_ladder.py", *small, *options],
        cwd=folder,
        input=typed,
        capture_output=True,
        text=True,
        env=dict(os.environ, NUMBA_DISABLE_JIT="1"),
    )
    return done.stdout + done.stderr


def test_the_script_times_all_rungs(tmp_path: Path) -> None:
    solve("module3", tmp_path)
    printed = script(tmp_path / "module3", "100\n2\n\n", "--predict")
    assert "(2, 3) times (3, 4): 24 products, and as many sums; factors over by_cells" in printed
    timed = ("by_cells", "by_lists", "by_broadcast, TunedOps", "einsum, TunedOps", "NumPy")
    for rung in (*timed, "a @ b, FastOps"):
        assert f"\n{rung} " in printed
    assert (
        "Most of this is the time of calls: it means something from some 10,000 products" in printed
    )
    assert "lists over cells       you said: 100 " in printed
    assert "at 256 x 256" not in printed.rpartition("Predicted, and found:")[2]


def test_rungs_that_are_missing_or_wrong_are_named(tmp_path: Path) -> None:
    solve("module3", tmp_path)
    module = tmp_path / "module3"
    (module / "minitorch/fast_ops.py").write_text(
        (ROOT / "module3/minitorch/fast_ops.py").read_text("utf-8"), "utf-8"
    )
    (module / "minitorch/einsum.py").unlink()
    student = module / "project/matmul_ladder.py"
    right = student.read_text("utf-8")
    student.write_text(right.replace("total += a[i][p]", "total -= a[i][p]"), "utf-8")
    printed = script(module)
    assert "by_lists: its product is wrong. See pytest -m task3_6" in printed
    assert "einsum, TunedOps: nothing to time yet. It comes with Task 2.7." in printed
    todo = "nothing to time yet. Task 3.1: implement tensor_zip._zip in minitorch/fast_ops.py"
    assert f"by_rows, FastOps: {todo}" in printed
    assert "a @ b, FastOps: nothing to time yet. Task 3.2: implement" in printed
    assert "\nby_broadcast, TunedOps " in printed and "Traceback" not in printed


def test_nothing_is_shown_where_no_rung_is_written(tmp_path: Path) -> None:
    solve("module3", tmp_path)
    (tmp_path / "module3/project/matmul_ladder.py").write_text(
        (ROOT / "module3/project/matmul_ladder.py").read_text("utf-8"), "utf-8"
    )
    assert script(tmp_path / "module3") == (
        "Nothing to show yet. Task 3.6: implement by_cells in project/matmul_ladder.py\n"
    )
