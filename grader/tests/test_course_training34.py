"""The scripts of Modules 3 and 4 around their tasks: diagnostics, progress, saved models, pictures, what is to do."""

import io
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.tests.authored import SOURCE, imported, needs_course

pytestmark = needs_course

ROOT = SOURCE.parents[1]


@pytest.fixture
def minitorch(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Import the reference library, and forget it again."""
    yield from imported("minitorch", monkeypatch)


@pytest.fixture
def saving(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Import what saves models."""
    yield from imported("project.saving", monkeypatch)


@pytest.fixture
def live(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Import what shows progress."""
    yield from imported("project.live", monkeypatch)


@pytest.fixture
def learning(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Import what the scripts of Module 4 share."""
    yield from imported("project.learning", monkeypatch)


@pytest.fixture
def picturing(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Import what draws pictures."""
    yield from imported("project.picturing", monkeypatch)


class Terminal(io.StringIO):
    """A text stream that claims to be a terminal."""

    def isatty(self) -> bool:
        """Claim it."""
        return True


class Clock:
    """A clock that goes on by one second whenever it is read."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Read it."""
        self.now += 1.0
        return self.now


# Live progress


def test_without_a_terminal_each_epoch_is_a_line(live: Any) -> None:
    out = io.StringIO()
    progress = live.Progress(20, 2, "digits", out, Clock())
    for accuracy in (0.5, 0.75):
        progress.step(10, 20.0, 4)
        progress.step(10, 10.0, 8)
        progress.epoch(accuracy)
    progress.close()
    first, second = out.getvalue().splitlines()
    assert first.startswith("epoch 1/2  loss  1.500  right 60.00%  10 digits/s")
    assert first.endswith("test 50.00%") and second.endswith("test 75.00%")
    assert progress.losses == [2.0, 1.0, 2.0, 1.0]
    assert progress.shares == [(0.6, 0.5), (0.6, 0.75)] and progress.seen == 40


def test_on_a_terminal_a_line_is_written_over_until_the_epoch_ends(
    live: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    out = Terminal()
    progress = live.Progress(40, 1, "digits", out, Clock())
    progress.step(10, 20.0, 4)
    progress.step(10, 10.0, 8)
    assert "\n" not in out.getvalue()
    assert "epoch 1/1 ██████████░░░░░░░░░░  loss  1.500  right 60.00%" in out.getvalue()
    assert out.getvalue().rstrip().endswith("left")
    progress.epoch(1.0)
    assert out.getvalue().count("\n") == 1 and out.getvalue().rstrip().endswith("test 100.00%")


def test_a_line_that_was_to_be_overwritten_is_left(live: Any) -> None:
    out = Terminal()
    progress = live.Progress(40, 1, "digits", out, Clock())
    progress.step(10, 20.0, 4)
    progress.close()
    assert out.getvalue().endswith("\n")


# Mini-batches


def test_mini_batches_hold_each_example_once(learning: Any) -> None:
    dealt = list(learning.batches(23, 5))
    assert [seen for seen, _ in dealt] == [0, 5, 10, 15, 20]
    assert [len(chosen) for _, chosen in dealt] == [5, 5, 5, 5, 3]
    order = [int(n) for _, chosen in dealt for n in chosen]
    assert sorted(order) == list(range(23)) != order


# Saved models


def model(minitorch: Any, **shapes: tuple[int, ...]) -> Any:
    """Make a module with a parameter of random numbers for each name."""
    made = minitorch.Module()
    for name, shape in shapes.items():
        made.add_parameter(name, minitorch.rand(shape))
    return made


def test_a_saved_model_comes_back(minitorch: Any, saving: Any, tmp_path: Path) -> None:
    saved, fresh = (model(minitorch, w=(2, 3), b=(3,)) for _ in range(2))
    saving.check_target(tmp_path / "m.npz")
    saving.save_model(tmp_path / "m.npz", saved)
    saving.load_model(tmp_path / "m.npz", fresh)
    for (name, one), (_, other) in zip(saved.named_parameters(), fresh.named_parameters()):
        assert (one.value.to_numpy() == other.value.to_numpy()).all(), name
        assert other.value.requires_grad()


@pytest.mark.parametrize(
    ("shapes", "told"),
    [
        ({"w": (3, 2)}, "w has shape (2, 3) there, and has shape (3, 2) here"),
        ({"w": (2, 3), "b": (3,)}, "b is absent there, and has shape (3,) here"),
        ({"v": (2, 3)}, "v is absent there, and has shape (2, 3) here"),
    ],
)
def test_another_models_file_is_declined(
    minitorch: Any, saving: Any, tmp_path: Path, shapes: dict[str, tuple[int, ...]], told: str
) -> None:
    saving.save_model(tmp_path / "m.npz", model(minitorch, w=(2, 3)))
    with pytest.raises(saving.CantLoad) as declined:
        saving.load_model(tmp_path / "m.npz", model(minitorch, **shapes))
    assert told in str(declined.value)


@pytest.mark.parametrize("content", [b"", b"nonsense", b"PK\x03\x04 cut off"])
def test_what_is_no_model_is_told(
    minitorch: Any, saving: Any, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "m.npz").write_bytes(content)
    with pytest.raises(saving.CantLoad, match="is no file of saved parameters"):
        saving.load_model(tmp_path / "m.npz", model(minitorch, w=(1,)))
    with pytest.raises(saving.CantLoad, match="There is no .*absent.npz"):
        saving.load_model(tmp_path / "absent.npz", model(minitorch, w=(1,)))


def test_where_no_model_can_be_saved_is_told_before_the_training(
    saving: Any, tmp_path: Path
) -> None:
    with pytest.raises(saving.CantSave, match="so call it m.npz"):
        saving.check_target("m.pkl")
    with pytest.raises(saving.CantSave, match="There is no folder .*gone to write m.npz into"):
        saving.check_target(tmp_path / "gone" / "m.npz")


# Pictures


def test_misread_digits_are_drawn_side_by_side(picturing: Any) -> None:
    images = np.zeros((4, 28, 28))
    images[1:, :, 5] = 1.0
    labels, said = np.array([0, 1, 2, 3]), np.array([0, 7, 2, 8])
    *drawn, under = picturing.misread(images, labels, said).splitlines()
    assert len(drawn) == 14 and all(line == "     @" + " " * 29 + "@" for line in drawn)
    assert under.split("  ")[0] == "a 1, taken for a 7" and "a 3, taken for a 8" in under
    assert picturing.misread(images, labels, labels) == "None was misread."


@pytest.mark.parametrize("shares", [[], [(0.5, 0.4)], [(0.5, 0.4), (0.9, 0.8)]])
def test_loss_and_accuracy_become_a_png(
    picturing: Any, tmp_path: Path, shares: list[tuple[float, float]]
) -> None:
    pytest.importorskip("matplotlib")
    path = tmp_path / "learned.png"
    picturing.save(path, "digits", [2.0, 1.0, 0.5], shares)
    assert path.read_bytes().startswith(b"\x89PNG\r\n")


# The scripts


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("run_mnist.py", "There is no {folder}/mnist/train-images-idx3-ubyte.gz"),
        ("run_sentiment.py", "There is no {folder}/sst2/train.tsv"),
    ],
)
def test_a_script_without_data_says_how_to_get_it(script: str, said: str, tmp_path: Path) -> None:
    done = run(SOURCE / "project" / script, "--data", str(tmp_path))
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.startswith(said.format(folder=tmp_path)) and "data.py fetch" in done.stderr


@pytest.mark.parametrize(
    ("module", "script", "options"),
    [
        (3, "run_fast_tensor.py", []),
        (4, "run_mnist.py", ["--made-up", "--train", "4"]),
        (4, "run_sentiment.py", ["--made-up", "--train", "4"]),
    ],
)
def test_an_untouched_script_says_which_task_is_to_do(
    module: int, script: str, options: list[str]
) -> None:
    done = run(ROOT / f"module{module}" / "project" / script, *options)
    assert done.returncode == 1 and done.stderr.count("\n") == 1
    assert done.stderr.startswith("Nothing to train yet. Task ")


def test_untouched_kernels_are_still_to_do() -> None:
    done = run(ROOT / "module3" / "project" / "parallel_check.py", "--only", "zip")
    assert done.returncode == 1 and done.stderr == ""
    assert "zip     nothing to check yet. Task 3.1" in done.stdout


def test_the_diagnostics_name_parallel_loops() -> None:
    done = run(SOURCE / "project" / "parallel_check.py", "--only", "reduce")
    assert done.returncode == 0, done.stderr
    headline, *lines = done.stdout.split("\n\n")[1].splitlines()
    assert headline.startswith("reduce  parallel, ") and "times NumPy's speed" in headline
    assert any(line.endswith("  parallel") for line in lines)


def test_digits_are_learned_saved_and_loaded(tmp_path: Path) -> None:
    file = tmp_path / "m.npz"
    common = ["--made-up", "--train", "40", "--test", "20"]
    done = run_by_numpy("run_mnist.py", *common, "--epochs", "1", "--save", str(file))
    assert done.returncode == 0 and done.stderr == ""
    assert "40 digits to learn from, 20 to test with." in done.stdout
    assert "epoch 1/1  loss" in done.stdout and "The mean loss:" in done.stdout
    (reached,) = [line for line in done.stdout.splitlines() if line.startswith("right on")]
    again = run_by_numpy("run_mnist.py", *common, "--epochs", "0", "--load", str(file))
    assert reached.partition(" of ")[0] in again.stdout


def test_a_run_of_sentences_shows_what_it_makes_of_some() -> None:
    options = ["--made-up", "--train", "60", "--test", "20", "--epochs", "1"]
    done = run_by_numpy("run_sentiment.py", *options)
    assert done.returncode == 0 and done.stderr == ""
    assert "60 sentences to learn from, 20 to test with." in done.stdout
    assert "Taken for the highest praise:" in done.stdout


def run(script: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    """Run a script, in a process of its own."""
    command = [sys.executable, "-B", str(script), *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def run_by_numpy(script: str, *options: str) -> "subprocess.CompletedProcess[str]":
    """Run a script of Module 4 with NumPy for a backend: only convolutions are compiled."""
    path = str(SOURCE / "project" / script)
    code = f"""
import runpy, sys
sys.path[:0] = [{str(SOURCE)!r}, {str(SOURCE / "tests")!r}]
import minitorch
from arrays import array_backend
from project import layers
layers.BACKEND = array_backend(minitorch)
sys.argv = {[path, *options]!r}
runpy.run_path({path!r}, run_name="__main__")
"""
    command = [sys.executable, "-B", "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=False)
