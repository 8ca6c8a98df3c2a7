"""``grader carry`` as a student calls it."""

import shutil
from pathlib import Path

import pytest

from grader.cli.main import run
from grader.tests.toy import Toy

OPS_0 = "module0/minitorch/ops.py"
OPS_1 = "module1/minitorch/ops.py"

CLAMP_STUB = """    # TODO: Task 0.1
    raise NotImplementedError("Task 0.1: implement clamp in minitorch/ops.py")
"""
CLAMP = "    return min(max(x, low), high)\n"
OTHER_CLAMP = "    return sorted((low, x, high))[1]\n"
LEFT = "Still to do in module0: 0.2. What you write there later can be carried again."


@pytest.fixture(autouse=True)
def _inside(toy_course: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in module 0's folder, where task 0.1 is solved, on a terminal of 100 columns."""
    toy_course.edit(OPS_0, CLAMP_STUB, CLAMP)
    monkeypatch.chdir(toy_course.root / "module0")
    monkeypatch.setenv("COLUMNS", "100")


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(["carry", *arguments]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    return printed.out


def complaint(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(["carry", *arguments]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    return printed.err


def test_it_says_what_it_did_and_what_to_run_next(
    toy_course: Toy, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said(capsys, "module1/") == (
        "module0 → module1\n"
        "  minitorch/ops.py  carried\n"
        "\n"
        f"{LEFT}\n"
        "\n"
        "Commit module1 as a whole: the next carry reads what is in module1/.carried.\n"
        "\n"
        "Next: grader check 1\n"
    )
    assert CLAMP in toy_course.read(OPS_1)
    assert (toy_course.root / "module1/.carried/minitorch/ops.py.txt").is_file()
    again = said(capsys, "1")
    assert "  minitorch/ops.py  already there\n" in again and "Commit" not in again


def test_a_dry_run_makes_no_change_and_shows_it_on_request(
    toy_course: Toy, capsys: pytest.CaptureFixture[str]
) -> None:
    before = toy_course.read(OPS_1)
    assert said(capsys, "1", "--dry-run") == (
        "module0 → module1\n"
        "  minitorch/ops.py  carried\n"
        "\n"
        f"{LEFT}\n"
        "\n"
        "Next: grader carry 1   (does it; this was a dry run, and nothing was written)\n"
    )
    shown = said(capsys, "1", "--dry-run", "--diff")
    assert "  minitorch/ops.py  carried\n" in shown
    assert f"\n--- {OPS_1}\n+++ {OPS_1} (carried)\n" in shown
    assert "\n-    # TODO: Task 0.1\n" in shown and f"\n+{CLAMP}" in shown
    assert shown.endswith(
        "\nNext: grader carry 1   (does it; this was a dry run, and nothing was written)\n"
    )
    assert toy_course.read(OPS_1) == before
    assert not (toy_course.root / "module1/.carried").exists()


def test_a_dry_run_with_nothing_to_do_leads_on(capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "1")
    shown = said(capsys, "1", "--dry-run", "--diff")
    assert "---" not in shown
    assert shown.endswith("\nNext: grader check 1\n")


def test_a_conflict_names_its_lines_and_the_way_out(
    toy_course: Toy, capsys: pytest.CaptureFixture[str]
) -> None:
    toy_course.edit(OPS_1, CLAMP_STUB, f"    # mine\n{OTHER_CLAMP}")
    shown = said(capsys, "1")
    assert "  minitorch/ops.py  conflict  both changed module0 line 6; module1 lines 6–7\n" in shown
    assert shown.endswith(
        "\nNext: grader carry 1 --conflicts mark"
        "   (that file is as it was; this writes both versions into it to choose from)\n"
    )
    dry = said(capsys, "1", "--conflicts", "mark", "--dry-run")
    assert "\nNext: grader carry 1 --conflicts mark   (does it;" in dry
    shown = said(capsys, "1", "--conflicts", "mark")
    assert "  minitorch/ops.py  marked " in shown
    assert shown.endswith(
        f"\nNext: edit {OPS_1} (keep one version between <<<<<<< and >>>>>>>), then: grader check 1\n"
    )
    shown = said(capsys, "1")
    assert "  minitorch/ops.py  conflict  line 6 still holds a mark of an earlier carry\n" in shown
    assert shown.endswith(
        f"\nNext: edit {OPS_1} (remove the marks, keep one version), then: grader carry 1\n"
    )


def test_a_side_without_lines_is_told_by_its_place(
    toy_course: Toy, capsys: pytest.CaptureFixture[str]
) -> None:
    said(capsys, "1")
    toy_course.edit(OPS_0, CLAMP, "")
    toy_course.edit(OPS_1, CLAMP, OTHER_CLAMP)
    assert "both changed module0 nothing at line 6; module1 line 6\n" in said(capsys, "1")


def test_keeping_is_one_command(toy_course: Toy, capsys: pytest.CaptureFixture[str]) -> None:
    toy_course.edit(OPS_1, CLAMP_STUB, OTHER_CLAMP)
    shown = said(capsys, "1", "--conflicts", "keep")
    assert "  minitorch/ops.py  kept " in shown
    assert shown.endswith("\nNext: grader check 1\n")
    assert OTHER_CLAMP in toy_course.read(OPS_1)


def test_a_missing_file_is_the_next_thing_to_fix(
    toy_course: Toy, capsys: pytest.CaptureFixture[str]
) -> None:
    (toy_course.root / OPS_1).unlink()
    shown = said(capsys, "1")
    assert f"  minitorch/ops.py  missing  {OPS_1} is not there\n" in shown
    assert shown.endswith(f"\nNext: fix that ({OPS_1} is not there), then: grader carry 1\n")


def test_a_file_that_is_not_text_is_told(
    toy_course: Toy, capsys: pytest.CaptureFixture[str]
) -> None:
    (toy_course.root / OPS_0).write_bytes(b"\xff")
    shown = said(capsys, "1")
    assert f"  minitorch/ops.py  unreadable  {OPS_0} is not UTF-8 text (line 1, byte 0)\n" in shown


def test_module_0_has_nothing_before_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert complaint(capsys, "0") == (
        "Nothing comes before module 0, so there is nothing to carry into it.\n"
        "  where: the command line\n"
        "  next:  grader carry 1   (brings module 0's work into module 1)\n"
    )


def test_an_unknown_module(capsys: pytest.CaptureFixture[str]) -> None:
    assert complaint(capsys, "9") == (
        "No module 9.\n  where: the command line\n  next:  grader   (lists modules and tasks)\n"
    )


def test_a_folder_that_is_gone(
    toy_course: Toy, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A published repository still knows the module from its skeleton."""
    monkeypatch.chdir(toy_course.root)
    skeleton = toy_course.root / "grader/skeleton"
    shutil.rmtree("grader/course")
    for name in ("module0", "module1"):
        shutil.copytree(name, skeleton / name)
    shutil.rmtree("module1")
    assert complaint(capsys, "1") == (
        "There is no folder module1 here.\n"
        f"  where: {toy_course.root}\n"
        "  next:  git checkout -- module1   (gets it back)\n"
    )


def test_no_module_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert complaint(capsys) == (
        "Missing argument 'MODULE'.\n"
        "  where: the command line of `grader carry`\n"
        "  next:  grader carry --help\n"
    )


def test_outside_a_course(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert complaint(capsys, "1").startswith("This is not a course repository")
