"""What training scripts share: progress while it runs, Ctrl-C, the pictures at the end, tasks that are still to do."""

import importlib
import io
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from grader.tests.authored import SOURCE, needs_course

pytestmark = needs_course

ROOT = SOURCE.parents[1]


@pytest.fixture
def watching(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Import what the scripts share, and forget it and the library again."""
    monkeypatch.syspath_prepend(str(SOURCE))
    yield importlib.import_module("project.watching")
    for loaded in [name for name in sys.modules if name.split(".")[0] in ("project", "minitorch")]:
        del sys.modules[loaded]


class Terminal(io.StringIO):
    """A text stream that claims to be a terminal."""

    def isatty(self) -> bool:
        """Claim it."""
        return True


class Guessing:
    """A trainer that learns nothing: its loss falls all the same."""

    def __init__(self, hidden: int) -> None:
        self.hidden = hidden

    def train(self, data: Any, rate: float, epochs: int, log_fn: Callable[..., None]) -> None:
        """Count the epochs down."""
        losses: list[float] = []
        for epoch in range(1, epochs + 1):
            losses.append(float(epochs - epoch))
            log_fn(epoch, losses[-1], data.N, losses)

    def probabilities(self, points: Sequence[tuple[float, float]]) -> list[float]:
        """Say label 1 everywhere."""
        return [1.0] * len(points)


class Interrupted(Guessing):
    """A trainer that is stopped by Ctrl-C during its third epoch."""

    def train(self, data: Any, rate: float, epochs: int, log_fn: Callable[..., None]) -> None:
        """Train for two epochs."""
        super().train(data, rate, 2, log_fn)
        raise KeyboardInterrupt


def run(watching: Any, monkeypatch: pytest.MonkeyPatch, trainer: Any, *options: str) -> None:
    """Run a script's main function."""
    monkeypatch.setattr(sys, "argv", ["run.py", *options])
    defaults = watching.Defaults(hidden=3, rate=0.5, epochs=20, points=10)
    watching.watch("Guess.", trainer, defaults)


def test_without_a_terminal_there_are_about_ten_lines(watching: Any) -> None:
    out = io.StringIO()
    progress = watching.Progress(300, 50, out)
    for epoch in range(1, 301):
        progress(epoch, 300.0 - epoch, 25, [])
    progress.close()
    lines = out.getvalue().splitlines()
    assert len(lines) == 10
    assert lines[0] == "epoch  30   loss  270.000   right  50%"
    assert lines[-1] == "epoch 300   loss    0.000   right  50%"


@pytest.mark.parametrize("epochs", [1, 3, 10, 11, 19, 25])
def test_the_last_epoch_is_always_told(watching: Any, epochs: int) -> None:
    out = io.StringIO()
    progress = watching.Progress(epochs, 50, out)
    for epoch in range(1, epochs + 1):
        progress(epoch, 1.0, 50, [])
    assert out.getvalue().splitlines()[-1].startswith(f"epoch {epochs} ")


def test_on_a_terminal_one_line_is_written_over_and_over(
    watching: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "90")
    out = Terminal()
    times = iter([0.0, 30.0, 60.0])
    progress = watching.Progress(4, 50, out, clock=lambda: next(times))
    progress(1, 20.0, 40, [20.0])
    progress(2, 10.0, 50, [20.0, 10.0])
    progress.close()
    text = out.getvalue()
    assert text.endswith("\n") and text.count("\n") == 1
    empty, first, second = text.rstrip("\n").split("\r")
    assert empty == ""
    assert first.rstrip() == "██████" + "░" * 18 + " 1/4   loss   20.000   right  80%   1:30 left"
    assert second.rstrip() == "█" * 12 + "░" * 12 + " 2/4   loss   10.000   right 100%   1:00 left"
    assert len(first) == len(second) == 89


def test_a_narrow_terminal_cuts_the_line_off(
    watching: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    out = Terminal()
    watching.Progress(4, 50, out, clock=lambda: 0.0)(1, 20.0, 40, [20.0])
    assert len(out.getvalue()) == 1 + 39


def test_the_end_shows_the_curve_the_square_and_the_share(
    watching: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(watching, monkeypatch, Guessing, "--dataset", "Xor", "--seed", "3")
    said = capsys.readouterr().out
    assert "19.00 |█" in said and "Xor:" in said and "o label 1   x label 0" in said
    assert said.splitlines()[-1].startswith("right on ")


def test_ctrl_c_ends_with_what_was_reached(
    watching: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(watching, monkeypatch, Interrupted)
    said = capsys.readouterr().out
    assert "Stopped after epoch 2. This is what it knows so far." in said
    assert said.splitlines()[-1].startswith("right on ")


def test_a_loss_that_is_no_number_is_explained(
    watching: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Exploding(Guessing):
        def train(self, data: Any, rate: float, epochs: int, log_fn: Callable[..., None]) -> None:
            log_fn(1, float("nan"), 0, [float("nan")])

    run(watching, monkeypatch, Exploding)
    assert "Try a smaller --rate." in capsys.readouterr().out


def test_what_is_to_do_is_named_and_the_exit_code_is_1(
    watching: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    class ToDo(Guessing):
        def train(self, data: Any, rate: float, epochs: int, log_fn: Callable[..., None]) -> None:
            raise NotImplementedError("Task 1.5: implement forward")

    with pytest.raises(SystemExit) as ended:
        run(watching, monkeypatch, ToDo)
    assert ended.value.code == "Nothing to train yet. Task 1.5: implement forward"


@pytest.mark.parametrize("option", ["--epochs", "--points", "--hidden"])
def test_there_must_be_some_of_each(
    watching: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    option: str,
) -> None:
    with pytest.raises(SystemExit) as ended:
        run(watching, monkeypatch, Guessing, option, "0")
    assert ended.value.code == 2
    assert f"argument {option}: must be at least 1" in capsys.readouterr().err


@pytest.mark.parametrize("script", ["run_scalar.py", "run_tensor.py"])
def test_the_scripts_run_from_any_folder(script: str, tmp_path: Path) -> None:
    path = SOURCE / "project" / script
    done = _python(path, "--epochs", "3", "--points", "4", "--hidden", "2", folder=tmp_path)
    assert done.returncode == 0 and done.stderr == ""
    assert "epoch 3   loss" in done.stdout
    assert done.stdout.splitlines()[-1].endswith("% of 4 points")


@pytest.mark.parametrize(("module", "script"), [(1, "run_scalar.py"), (2, "run_tensor.py")])
def test_an_untouched_script_says_which_task_is_to_do(module: int, script: str) -> None:
    done = _python(ROOT / f"module{module}" / "project" / script, folder=ROOT)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("Nothing to train yet. Task ") and done.stderr.count("\n") == 1


def _python(script: Path, *options: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-B", str(script), *options]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
