"""Every verb, called wrong: three lines that say what, where and what next, an exit code, and never a traceback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from grader.cli.main import VERBS, complain, run
from grader.errors import GraderError
from grader.tests.toy import Toy

UNTOUCHED_BY_CWD = "-P"
GRADER = [sys.executable, UNTOUCHED_BY_CWD, "-m", "grader"]


def complaint(capsys: pytest.CaptureFixture[str], code: int, *arguments: str) -> list[str]:
    """Run a command line that must fail; give its three lines, without their labels."""
    capsys.readouterr()
    assert run(list(arguments)) == code
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 3, lines
    assert lines[1].startswith("  where: ") and lines[2].startswith("  next:  ")
    return [lines[0], lines[1][9:], lines[2][9:]]


@pytest.fixture
def inside(toy_course: Toy, monkeypatch: pytest.MonkeyPatch) -> Toy:
    monkeypatch.chdir(toy_course.root)
    return toy_course


CALLED_WRONG = [
    (["chekc"], "No verb 'chekc'. Did you mean check?"),
    (["qqqqqq"], "No verb 'qqqqqq'."),
    (["--wat"], "No such option '--wat'."),
    (["check", "--wach"], "No such option '--wach'. Did you mean '--watch'?"),
    (["check", "0.11"], "No task 0.11. Did you mean 0.1?"),
    (["check", "task1_4"], "No task 1.4. Did you mean 1.1?"),
    (["check", "7"], "No module 7."),
    (["check", "mod"], "No module mod."),
    (["check", "--require-sandbox", "C"], "Invalid value for '--require-sandbox': 'C' is not one of"),
    (["hint"], "Missing argument 'TASK'."),
    (["hint", "0.9"], "No task 0.9. Did you mean 0."),
    (["carry", "0"], "Nothing comes before module 0"),
    (["carry", "9"], "No module 9."),
    (["grade"], "Missing argument 'PATH …'."),
    (["grade", "."], "Missing option '--out'."),
    (["grade", ".", "--out", "o", "--jobs", "0"], "Invalid value for '--jobs': 0 is not in the range"),
    (["grade", ".", "--out", "o", "--jobs", "many"], "Invalid value for '--jobs'"),
    (["grade", ".", "--out", "o", "--seed", "-1"], "Invalid value for '--seed': -1 is not in the range"),
    (["grade", ".", "--out", "o", "--modules", "0,9"], "No module 9."),
    (["grade", ".", "--out", "o", "--modules", "x y"], "No module x y."),
    (["grade", ".", "--out", "o", "--modules", ","], "No module ','."),
    (["grade", ".", "--out", "o", "--modules", ""], "No module ''."),
    (["grade", ".", "--out", "o", "--only", "0.7"], "No task 0.7. Did you mean 0."),
    (["grade", "modul0", "--out", "o"], "There is no modul0. Did you mean module0?"),
    (["grade", "README.md", "--out", "o"], "No submission here: looked for a folder or an archive"),
    (["grade", ".@nope", "--out", "o"], "No commit nope. It has main."),
    (["grade", ".@", "--out", "o"], "No commit after the @."),
    (["grade", ".", "--out", "README.md"], "Can't write there: File exists."),
    (["grade", ".", "--out", "README.md/x"], "Can't write there: Not a directory."),
    (["gradebook"], "`grader gradebook` does nothing by itself. Its verbs: adjust, export, history, regrade, report,"),
    (["gradebook", "shwo"], "No such command 'shwo'. Did you mean 'show'?"),
    (["gradebook", "show"], "Missing argument 'OUT'."),
    (["gradebook", "show", "nowhere"], "There is no gradebook here."),
    (["gradebook", "report", "module0"], "There is no gradebook here."),
    (["course"], "`grader course` does nothing by itself. Its verbs: example, publish, render"),
    (["course", "verify", "0.8"], "No task 0.8. Did you mean 0."),
    (["course", "verify", "nine"], "No module nine."),
    (["course", "verify", "--seed", "x"], "Invalid value for '--seed'"),
    (["course", "render", "--solved-before", "0"], "Invalid value for '--solved-before': 0 is not"),
    (["course", "solution", "--branch", "main"], "The branch 'main' is checked out."),
    (["course", "solution", "--branch", "a..b"], "'a..b' is not a name for a branch."),
    (["course", "solution", "--out", "module0"], "The folder is not empty."),
    (["course", "solution", "--out", "README.md"], "Can't write there: README.md is a file."),
    (["course", "publish"], "Missing argument 'FOLDER'."),
    (["course", "publish", "module0"], "The folder is not empty."),
    (["course", "publish", "README.md/x"], "Can't write there: README.md is a file."),
    (["course", "example", "module0"], "The folder is not empty."),
    (["course", "example", "README.md"], "Can't write there: README.md is a file."),
    (["doctor", "--level", "D"], "Invalid value for '--level': 'D' is not one of 'A', 'B', 'C'."),
    (["doctor", "me"], "Got unexpected extra argument (me)"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "said"), CALLED_WRONG, ids=[" ".join(arguments) for arguments, _ in CALLED_WRONG]
)
def test_called_wrong(
    inside: Toy, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    before = inside.git("status", "--porcelain")
    assert complaint(capsys, 2, *arguments)[0].startswith(said)
    assert inside.git("status", "--porcelain") == before
    assert not (inside.root / "o").exists()


@pytest.mark.parametrize(
    "arguments",
    [[], ["check"], ["check", "0"], ["hint", "0.1"], ["carry", "1"], ["grade", ".", "--out", "o"],
     ["course", "render"], ["course", "verify"], ["course", "publish", "x"]],
    ids=" ".join,
)  # fmt: skip
def test_outside_a_course(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert complaint(capsys, 2, *arguments) == [
        "This is not a course repository: no module0/module.toml here or above.",
        str(tmp_path),
        "cd to the folder that holds module0/, and run it again",
    ]
    assert not list(tmp_path.iterdir())


def test_an_empty_folder_is_no_submission(
    inside: Toy, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    what, where, _ = complaint(capsys, 2, "grade", str(tmp_path / "empty"), "--out", "o")
    assert what.endswith(
        "looked for module0 … module1, or the minitorch folder of a single module; found nothing."
    )
    assert where == str(tmp_path / "empty")


def test_inside_a_submission(
    inside: Toy, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir("module0/tests")
    what, where, _ = complaint(capsys, 2, "grade", "../..", "--out", "o")
    assert what.startswith("The current folder lies inside a submission")
    assert where == "../.."


DATABASES = [
    ("nonsense", "This is not a database URL such as sqlite:///gradebook.db."),
    ("postgres://x", "No database is called postgres."),
    ("sqlite://", "A gradebook in memory would forget everything."),
    ("sqlite:////nowhere/at/all/x.db", "The gradebook can't be used: unable to open database file."),
    ("sqlite:///README.md", "This file is not a gradebook, and it is left alone."),
]  # fmt: skip


@pytest.mark.parametrize(("url", "said"), DATABASES)
def test_a_database_that_cannot_be_used(
    inside: Toy, tmp_path: Path, capsys: pytest.CaptureFixture[str], url: str, said: str
) -> None:
    out = str(tmp_path / "out")
    assert complaint(capsys, 3, "grade", ".", "--out", out, "--database", url)[0] == said
    assert inside.read("README.md") == "# A toy course\n"


@pytest.mark.parametrize("arguments", [[], ["check", "0.1"]], ids=["grader", "check"])
def test_no_place_for_results(
    inside: Toy, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    inside.write(".grader", "a file in the way\n")
    what, where, _ = complaint(capsys, 2, *arguments)
    assert what == "Can't write there: File exists."
    assert where == str(inside.root / ".grader")


def test_a_module_toml_that_says_nonsense_is_told_by_line(
    inside: Toy, capsys: pytest.CaptureFixture[str]
) -> None:
    inside.edit("module0/module.toml", "points = 3\n", "points = 4\n")
    for arguments in ([], ["check"], ["grade", ".", "--out", "o"], ["course", "render"]):
        what, where, _ = complaint(capsys, 3, *arguments)
        assert where.startswith("module0/module.toml:")
    inside.write("module0/module.toml", "title = \n")
    assert complaint(capsys, 3)[1] == "module0/module.toml:1"


def test_an_error_that_quotes_a_record_does_not_reach_the_terminal_raw(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Whatever text an error holds, its lines stay lines."""
    assert complain(GraderError("no \x1b]0;x\x07such\u202e title", "::error::x")) == 3
    assert capsys.readouterr().err == "no such⟨U+202E⟩ title\n  where: ::error::x\n"


@pytest.mark.parametrize("verb", [*VERBS, "course publish", "gradebook show"])
def test_help_is_help(capsys: pytest.CaptureFixture[str], verb: str) -> None:
    assert run([*verb.split(), "--help"]) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith(f"Usage: grader {verb}")
    assert printed.err == ""


def test_the_list_of_verbs_and_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    shown = capsys.readouterr().out
    assert all(f"\n  {verb} " in shown for verb in VERBS)
    assert run(["--version"]) == 0
    assert capsys.readouterr().out.startswith("grader, version ")


def test_ctrl_c_in_any_verb(
    inside: Toy, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("grader.cli.hint.here", interrupt)
    assert run(["hint", "0.1"]) == 3
    assert capsys.readouterr().err.lstrip("\n") == (
        "Stopped.\n  where: by you, with Ctrl-C\n  next:  run the same command again: what was done is kept\n"
    )


def start(folder: Path, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
    """Start the real command line."""
    return subprocess.Popen(
        [*GRADER, *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def test_the_exit_code_reaches_the_shell(inside: Toy) -> None:
    process = start(inside.root, "hint", "0.77")
    out, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert out == b"" and err.startswith(b"No task 0.77.") and err.count(b"\n") == 3


PLAIN: Mapping[str, str] = {"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}


@pytest.mark.parametrize(
    "environment",
    [PLAIN, {"COLUMNS": "12"}, {"NO_COLOR": "1", "TERM": "dumb"}, {"COLUMNS": "0"}],
    ids=["ascii", "narrow", "dumb", "no width"],
)
def test_any_terminal_will_do(inside: Toy, environment: Mapping[str, str]) -> None:
    for arguments in ([], ["hint", "0.1"]):
        process = start(inside.root, *arguments, **environment)
        out, err = process.communicate(timeout=60)
        assert (process.returncode, err) == (0, b"")
        assert b"\x1b" not in out


def test_a_reader_that_has_had_enough_is_no_reason_for_a_traceback(inside: Toy) -> None:
    for arguments in (["--help"], [], ["doctor"], ["course", "render", "--check"]):
        process = start(inside.root, *arguments, PYTHONUNBUFFERED="1")
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
        process.stderr.close()
        process.wait(60)
        assert said == b"", arguments


@pytest.mark.usefixtures("ctrl_c")
def test_ctrl_c_ends_a_class_at_once_and_leaves_nothing(inside: Toy, tmp_path: Path) -> None:
    """An endless loop is under way, with minutes left: the message comes, and every process goes."""
    ops = "def clamp(x, low, high):\n    while True:\n        pass\n"
    for name in ("one", "two"):
        folder = tmp_path / "class" / name / "module0" / "minitorch"
        folder.mkdir(parents=True)
        (folder / "ops.py").write_text(ops)
    inside.edit(
        "module0/module.toml",
        'seconds = 20\n\n[[task]]\nid = "0.2"',
        'seconds = 900\n\n[[task]]\nid = "0.2"',
    )
    process = start(
        inside.root, "grade", str(tmp_path / "class"), "--out", str(tmp_path / "out"), "--jobs", "2"
    )
    try:
        wait_until(lambda: len(descendants(process.pid)) >= 2)
        time.sleep(2.0)
        before = time.monotonic()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=120)
    finally:
        process.kill()  # or it would still be there for tests that count processes
        process.wait()
    assert process.returncode == 3
    assert (
        err.decode()
        .lstrip("\n")
        .startswith("Stopped.\n  where: by you, with Ctrl-C\n  next:  run the same")
    )
    assert b"Traceback" not in err
    assert time.monotonic() - before < 100  # far less than the task's 900 seconds
    assert not descendants(process.pid)


def wait_until(condition: object, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)


def descendants(pid: int) -> list[int]:
    """List the processes below one."""
    import psutil

    try:
        return [child.pid for child in psutil.Process(pid).children(recursive=True)]
    except psutil.NoSuchProcess:
        return []
