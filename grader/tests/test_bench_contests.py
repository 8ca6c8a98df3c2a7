"""The measuring core, on a clock that the tests turn."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from grader.bench.__main__ import table
from grader.bench.contests import (
    ENOUGH,
    FIRST,
    Contest,
    NotMeasured,
    Ratio,
    Result,
    hold,
    optional,
    run_contests,
)
from grader.tests.authored import imported, needs_course


class Clock:
    """A clock that stands still, but for the work that says how long it takes."""

    def __init__(self) -> None:
        self.now = 0.0
        self.calls: list[str] = []

    def __call__(self) -> float:
        return self.now

    def work(self, name: str, *seconds: float) -> Any:
        """Make work that takes so long, one after the other, and the last of these from then on."""
        left = list(seconds)

        def do() -> None:
            self.calls.append(name)
            self.now += left.pop(0) if len(left) > 1 else left[0]

        return do


def test_the_ratio_is_the_peers_time_by_ours() -> None:
    clock = Clock()
    contest = Contest("add", clock.work("ours", ENOUGH), {"NumPy": clock.work("NumPy", 3 * ENOUGH)})
    result = hold(contest, clock, rounds=3)
    assert result.seconds == pytest.approx(ENOUGH)
    assert result.ratios["NumPy"].median == pytest.approx(3.0)


def test_the_first_calls_do_not_count_as_they_compile() -> None:
    clock = Clock()
    contest = Contest(
        "add", clock.work("ours", 9.0, 8.0, ENOUGH), {"NumPy": clock.work("NumPy", ENOUGH)}
    )
    ratio = hold(contest, clock, rounds=2).ratios["NumPy"]
    assert (ratio.low, ratio.median, ratio.high) == pytest.approx((1.0, 1.0, 1.0))


def test_all_take_turns_and_short_work_is_repeated() -> None:
    clock = Clock()
    contest = Contest("add", clock.work("a", ENOUGH), {"NumPy": clock.work("b", ENOUGH / 2.5)})
    hold(contest, clock, rounds=2)
    assert "".join(clock.calls) == "a" * FIRST + "b" * FIRST + "abb" * 2


def test_the_spread_is_the_middle_half() -> None:
    clock = Clock()
    peer = clock.work("NumPy", *[1.0] * FIRST, *(number * ENOUGH for number in (4, 1, 2, 5, 3)))
    result = hold(Contest("add", clock.work("ours", ENOUGH), {"NumPy": peer}), clock, rounds=5)
    ratio = result.ratios["NumPy"]
    assert (ratio.low, ratio.median, ratio.high) == pytest.approx((2.0, 3.0, 4.0))


def test_one_round_has_no_spread() -> None:
    clock = Clock()
    contest = Contest("add", clock.work("ours", ENOUGH), {"NumPy": clock.work("NumPy", ENOUGH)})
    assert hold(contest, clock, rounds=1).ratios["NumPy"] == Ratio(1.0, 1.0, 1.0)


def test_a_package_that_is_not_there_is_none() -> None:
    assert optional("no_such_package") is None
    assert optional("json") is not None


def test_contests_run_in_a_process_of_their_own_with_so_many_threads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "toy_contests.py").write_text(
        "import os\n"
        "from grader.bench.contests import Contest\n"
        "def contests():\n"
        "    yield Contest(os.environ['NUMBA_NUM_THREADS'], int, {'peer': int})\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    told: list[str] = []
    (result,) = run_contests("toy_contests", tmp_path, 2, 1, told.append)
    assert told == ["2"]
    assert (result.name, result.threads, list(result.ratios)) == ("2", 2, ["peer"])


def test_a_file_may_have_a_clock_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "toy_contests.py").write_text(
        "from itertools import count\n"
        "from grader.bench.contests import Contest\n"
        "clock = count().__next__\n"
        "def contests():\n"
        "    yield Contest('add', int, {'peer': int})\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (result,) = run_contests("toy_contests", tmp_path, 1, 1, lambda name: None)
    assert result.seconds == 1.0


def test_a_file_may_say_what_the_machine_lacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "toy_contests.py").write_text("def obstacle():\n    return 'There is no abacus.'\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(NotMeasured, match="There is no abacus."):
        list(run_contests("toy_contests", tmp_path, 1, 1, lambda name: None))


def test_the_table_has_a_dash_where_a_peer_has_no_such_operation() -> None:
    results = [
        Result("neg", 1, 0.001, {"NumPy": Ratio(0.5, 0.4, 0.6)}),
        Result("matmul", 1, 0.002, {"OpenBLAS": Ratio(0.25, 0.2, 0.3)}),
    ]
    console = Console(width=100)
    with console.capture() as shown:
        console.print(table(results))
    lines = shown.get().splitlines()
    assert lines[0].split() == ["ms", "NumPy", "OpenBLAS"]
    assert lines[1].split() == ["neg", "1.000", "0.50", "0.40–0.60", "–"]
    assert lines[2].split() == ["matmul", "2.000", "–", "0.25", "0.20–0.30"]


@pytest.fixture
def minitorch(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Import the reference library, and forget it again."""
    yield from imported("minitorch", monkeypatch)


@needs_course
def test_an_operand_is_the_same_for_everybody(minitorch: Any) -> None:
    from grader.bench.kernels import Operand

    turned = Operand(2, 3, 4, axes=(2, 0, 1))
    assert turned.ours.shape == turned.array.shape == (4, 2, 3)
    assert (turned.ours.to_numpy() == turned.array).all()
    if turned.torch is not None:
        assert (turned.torch.numpy() == turned.array).all()
