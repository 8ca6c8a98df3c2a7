"""What scripts print where not every character can be printed: as many lines as anywhere, and no traceback."""

from __future__ import annotations

import importlib
import io
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from grader.tests.authored import SOURCE, needs_course

pytestmark = needs_course

MADE_UP = ["--made-up", "--train", "40", "--test", "20", "--epochs", "1"]
SCRIPTS = {
    "run_manual": ["--points", "10"],
    "run_scalar": ["--epochs", "2", "--points", "4", "--hidden", "2"],
    "run_tensor": ["--epochs", "2", "--points", "4", "--hidden", "2"],
    "run_fast_tensor": ["--epochs", "2", "--points", "4", "--hidden", "2"],
    "run_mnist": MADE_UP,
    "run_sentiment": MADE_UP,
    "parallel_check": ["--only", "zip"],
    "run_by_hand": ["--points", "4", "--inputs", "3", "--hidden", "2", "--steps", "2"],
    "run_einsum": ["--largest", "4"],
    "run_jacobian": [],
    "run_views": [],
    "data": ["--data", "Größe 陈"],
}
LONGER = [
    "run_descent",
    "run_initialization",
    "run_ladder",
    "run_symbols",
    "run_torch",
    "run_unfold",
]
"""What takes long, or needs more packages; it prints by ``experiment.run``, like those above."""
CURVES = ["run_scalar", "run_tensor", "run_fast_tensor", "run_mnist", "run_sentiment"]

# Run one after the other, with little to compile; each finds the output as it was.
PROGRAM = f"""
import runpy, sys
sys.path[:0] = [{str(SOURCE)!r}, {str(SOURCE / "tests")!r}]
import minitorch
from arrays import array_backend
from project import layers, parallel_check
layers.BACKEND = array_backend(minitorch)
minitorch.FastOps = minitorch.SimpleOps
parallel_check.report = lambda name, whole: name + ": Größe 陈"
for script, options in {SCRIPTS!r}.items():
    sys.stdout.reconfigure(errors="strict")
    sys.argv = [script, *options]
    print("@", script, flush=True)
    try:
        if script == "parallel_check":
            parallel_check.main()
        else:
            runpy.run_path(f"{SOURCE}/project/{{script}}.py", run_name="__main__")
    except SystemExit as ended:
        assert not ended.code, ended.code
"""


@pytest.fixture(scope="module", params=["ascii", "cp1252"])
def printed(request: pytest.FixtureRequest) -> dict[str, str]:
    """Run all scripts with an output that lacks characters, and give what each printed."""
    environment = {**os.environ, "PYTHONIOENCODING": request.param}
    command = [sys.executable, "-B", "-c", PROGRAM]
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    parts = done.stdout.decode(request.param).split("@ ")[1:]
    return {part.split()[0]: part for part in parts}


def test_every_script_prints_to_its_end(printed: dict[str, str]) -> None:
    assert list(printed) == list(SCRIPTS)
    for script in ("run_scalar", "run_tensor", "run_fast_tensor"):
        assert printed[script].splitlines()[-1].startswith("right on ")
    assert "right on " in printed["run_mnist"] and "taken for" in printed["run_mnist"]
    assert "Taken for the highest praise:" in printed["run_sentiment"]


@pytest.mark.parametrize("script", CURVES)
def test_the_curve_is_drawn_with_what_there_is(printed: dict[str, str], script: str) -> None:
    """Not with question marks, nor with numbers of characters."""
    _, axis, rest = printed[script].partition(" |")
    assert axis and "#" in rest and "\\u" not in printed[script]


def test_what_is_not_ours_is_spelled_out(printed: dict[str, str]) -> None:
    """Names of folders, say, and comments in a student's kernels."""
    assert "\\u9648" in printed["data"] and "\\u9648" in printed["parallel_check"]


def test_no_script_of_the_course_is_left_out() -> None:
    texts = {path.stem: path.read_text("utf-8") for path in (SOURCE / "project").glob("*.py")}
    scripts = {name for name, text in texts.items() if 'if __name__ == "__main__"' in text}
    assert scripts == {*SCRIPTS, *LONGER}
    for name in LONGER:
        _, _, last = texts[name].partition('if __name__ == "__main__":\n')
        assert "    run(" in last and "from project.experiment import" in texts[name]


@pytest.fixture
def project(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Import what draws bars, and forget it and the library again."""
    monkeypatch.syspath_prepend(str(SOURCE))
    names = ("fetching", "live", "watching")
    yield {name: importlib.import_module(f"project.{name}") for name in names}
    for loaded in [name for name in sys.modules if name.split(".")[0] in ("project", "minitorch")]:
        del sys.modules[loaded]


class Terminal(io.TextIOWrapper):
    """A terminal that lacks characters."""

    def isatty(self) -> bool:
        """Claim to be one."""
        return True


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437", "utf-8"])
def test_bars_are_drawn_with_what_there_is(project: Any, encoding: str) -> None:
    said = io.BytesIO()
    out = Terminal(said, encoding=encoding)
    project["watching"].Progress(4, 50, out)(1, 20.0, 40, [20.0])
    live = project["live"].Progress(4, 1, "digits", out)
    live.OFTEN = 0.0
    live.step(1, 2.0, 1)
    project["fetching"].Bar("x.gz", out)(1, 3)
    out.flush()
    first, second, third = (
        line.strip() for line in said.getvalue().decode(encoding).split("\r")[1:]
    )
    full, empty = "#." if encoding in ("ascii", "cp1252") else "█░"
    assert first.startswith(full * 6 + empty * 18 + " 1/4")
    assert second.startswith("epoch 1/1 " + full * 5 + empty * 15)
    assert third.startswith("x.gz  " + full * 10 + empty * 20 + " 0.0 of 0.0 MB")
