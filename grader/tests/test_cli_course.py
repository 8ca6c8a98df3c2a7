"""``grader course``: the author's verbs, in the course's repository and in a students' one."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.authoring.publish import publish
from grader.classes import judging
from grader.cli.main import run
from grader.tests.toy import Toy
from grader.tests.toy_work import lend_sandboxes

OPS = "grader/course/minitorch/ops.py"


@pytest.fixture
def inside(toy_course: Toy, monkeypatch: pytest.MonkeyPatch) -> Toy:
    monkeypatch.chdir(toy_course.root)
    return toy_course


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(["course", *arguments]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    return printed.out


def complaint(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    """Run a verb that must fail by the course's own fault; give what, where and what next."""
    capsys.readouterr()
    assert run(["course", *arguments]) == 3
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 3, lines
    return [lines[0], lines[1].removeprefix("  where: "), lines[2].removeprefix("  next:  ")]


def lend_to_prove(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    lend_sandboxes(request.config, monkeypatch)
    monkeypatch.setattr("grader.cli.proving.open_sandbox", vars(judging)["open_sandbox"])


def test_render_writes_what_is_stale_and_nothing_else(
    inside: Toy, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said(capsys, "render") == "Nothing to write: all is current.\n"
    assert said(capsys, "render", "--check").startswith("The module folders are what")
    inside.edit(OPS, "Bounded arithmetic.", "Arithmetic with bounds.")
    assert said(capsys, "render") == (
        "module0/minitorch/ops.py\nmodule1/minitorch/ops.py\n2 files written.\n"
    )
    assert inside.read("module0/minitorch/ops.py").startswith('"""Arithmetic with bounds."""')


def test_a_stale_module_fails_with_a_diff_and_the_fix(
    inside: Toy, capsys: pytest.CaptureFixture[str]
) -> None:
    inside.edit("module0/minitorch/ops.py", "Bounded arithmetic.", "Edited by hand.")
    assert run(["course", "render", "--check"]) == 3
    printed = capsys.readouterr()
    assert '\n-"""Edited by hand."""\n+"""Bounded arithmetic."""\n' in printed.out
    assert printed.err == (
        "1 rendered files are not current.\n"
        "  where: module0/minitorch/ops.py\n"
        "  next:  grader course render\n"
    )


def test_solved_before(inside: Toy, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "render", "--solved-before", "1")
    assert "NotImplementedError" not in inside.read("module0/minitorch/ops.py")
    assert "NotImplementedError" in inside.read("module1/minitorch/more.py")


BROKEN = [
    (OPS, "    # end solution\n\n\ndef bounded_sum", "\n\ndef bounded_sum", ["render"]),
    (OPS, "# solution 0.1", "# solution 0.7", ["render"]),
    (OPS, "# from module 1", "# from modul 1", ["render"]),
    ("module1/module.toml", 'needs = ["0.2"]', 'needs = ["0.9"]', ["render"]),
    ("module0/module.toml", 'kind = "written-tests"', 'kind = "guesses"', ["verify"]),
    ("module0/module.toml", "points = 6\n", "point = 6\n", ["publish", "there"]),
    ("grader/course/mutants/0.1.toml", "        return low\n", "        return lo\n", ["verify", "0.1"]),
    ("grader/course/mutants/0.1.toml", 'name = "the lower bound is ignored"\n', "", ["verify", "0.1"]),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "arguments"), BROKEN)
def test_a_broken_course_is_told_by_file_and_line(
    inside: Toy,
    capsys: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    file: str,
    old: str,
    new: str,
    arguments: list[str],
) -> None:
    lend_to_prove(request, monkeypatch)
    text = inside.read(file)
    assert old in text
    inside.write(file, text.replace(old, new, 1))
    _, where, _ = complaint(capsys, *arguments)
    path, _, line = where.partition(":")
    assert path == file
    assert 1 <= int(line) <= len(inside.read(file).splitlines())
    assert not (inside.root / "there").exists()


def test_proving_says_what_holds_and_what_does_not(
    inside: Toy,
    capsys: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lend_to_prove(request, monkeypatch)
    shown = said(capsys, "verify", "0.2", "--seed", "3")
    assert "held" in shown and "BROKEN" not in shown
    assert shown.endswith(" claims hold (seed 3).\n")
    inside.edit("module0/tests/test_ops.py", "assert got == 3.25,", "assert got > 0.0,")
    assert run(["course", "verify", "0.2"]) == 3
    printed = capsys.readouterr()
    assert "BROKEN" in printed.out
    assert printed.err.startswith("The course is not proved: ")
    assert printed.err.endswith("then   grader course verify\n")


def test_the_solution_as_a_branch_and_as_folders(
    inside: Toy, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said(capsys, "solution").startswith("solution is at ")
    assert "raise NotImplementedError" not in inside.git(
        "show", "solution:module0/minitorch/ops.py"
    )
    assert inside.git("status", "--porcelain") == ""
    out = tmp_path / "solved"
    assert said(capsys, "solution", "--out", str(out)) == f"The solved modules are in {out}.\n"
    assert (out / "module0/minitorch/ops.py").is_file()


def test_publishing_and_publishing_again(
    inside: Toy, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    there = tmp_path / "published"
    first = said(capsys, "publish", str(there))
    count, begin = first.splitlines()
    assert count.endswith(f" files are in {there}.")
    assert begin == f"To hand them out: cd {there} && git init && git add --all && git commit"
    (there / ".git").mkdir()
    again = said(capsys, "publish", str(there)).splitlines()
    assert again == [count, f"To hand them out: cd {there} && git add --all && git commit"]
    (there / ".git").rmdir()
    assert not (there / "grader/course").exists()
    (there / "module0/minitorch/ops.py").write_text("edited\n")
    assert run(["course", "publish", str(there)]) == 2
    assert capsys.readouterr().err.startswith("1 of the files to write were edited since")


def test_a_made_up_class(inside: Toy, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    there = tmp_path / "class"
    assert said(capsys, "example", str(there)).startswith(
        f"11 submissions are in {there}: reference, "
    )
    assert len(list(there.iterdir())) == 11


@pytest.mark.parametrize(
    "arguments",
    [["render"], ["render", "--check"], ["verify"], ["solution"], ["solution", "--out", "x"],
     ["publish", "x"], ["example", "x"]],
    ids=" ".join,
)  # fmt: skip
def test_a_students_repository_has_no_source(
    toy_course: Toy,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
) -> None:
    root = tmp_path / "published"
    publish(toy_course.load(), root)
    monkeypatch.chdir(root)
    assert complaint(capsys, *arguments) == [
        "The course's source (grader/course) is not here: this is a students' repository.",
        str(root),
        "run it in the instructor's repository",
    ]
    assert not (root / "x").exists()
