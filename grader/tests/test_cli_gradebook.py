"""``grader gradebook``: what was graded, shown again and written again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader import record as records
from grader.cli.main import run
from grader.gradebook import Gradebook
from grader.tests.sample_records import ALICE, REFERENCE, SKELETON


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a folder of results of three submissions, of which only the gradebook is left."""
    monkeypatch.setenv("COLUMNS", "100")
    (tmp_path / "out").mkdir()
    with Gradebook(tmp_path / "out" / "gradebook.db") as book:
        for record in (ALICE, REFERENCE, SKELETON):
            book.finish(record)
    return tmp_path / "out"


@pytest.mark.parametrize("named", ["", "gradebook.db"], ids=["folder", "file"])
def test_the_class(out: Path, capsys: pytest.CaptureFixture[str], named: str) -> None:
    assert run(["gradebook", "show", str(out / named)]) == 0
    shown = capsys.readouterr().out
    for record in (ALICE, REFERENCE, SKELETON):
        assert record.submission.id in shown
    assert "3 submissions" in shown


def test_one_submission(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["gradebook", "show", str(out), ALICE.submission.id]) == 0
    shown = capsys.readouterr().out
    assert ALICE.submission.id in shown and "3 submissions" not in shown
    assert ALICE.modules[0].tasks[0].title in shown


def test_an_unknown_submission(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["gradebook", "show", str(out), "referense"]) == 2
    assert capsys.readouterr().err == (
        "No submission referense. Did you mean reference?\n"
        f"  where: {out}\n"
        f"  next:  grader gradebook show {out}\n"
    )


def test_the_pages_are_written_again(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["gradebook", "report", str(out)]) == 0
    assert capsys.readouterr().out == f"Reports: {out / 'index.html'}\n"
    assert (out / "index.html").is_file()
    for record in (ALICE, REFERENCE, SKELETON):
        assert records.read(out / "submissions" / record.submission.id / "record.json") == record
        assert (out / "submissions" / record.submission.id / "report.html").is_file()
    tasks = {task.id for module in ALICE.modules for task in module.tasks}
    assert {path.stem for path in (out / "tasks").iterdir()} == tasks


def test_pages_that_cannot_be_written(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (out / "submissions").mkdir()
    (out / "submissions" / ALICE.submission.id).write_text("in the way\n")
    assert run(["gradebook", "report", str(out)]) == 2
    assert capsys.readouterr().err.startswith("Can't write there: File exists.\n")


def test_an_empty_gradebook(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Gradebook(tmp_path / "gradebook.db"):
        pass
    assert run(["gradebook", "show", str(tmp_path)]) == 0
    assert run(["gradebook", "report", str(tmp_path)]) == 0


def test_a_file_that_is_no_gradebook(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "gradebook.db").write_text("grades\n")
    assert run(["gradebook", "show", str(tmp_path)]) == 3
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "This file is not a gradebook, and it is left alone."
    assert len(said) == 3


def test_a_class_as_csv(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Standard output holds the file and nothing else; what is to be told goes the other way."""
    assert run(["gradebook", "export", str(out), "--format", "csv"]) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith('\ufeff"submission","student"') and printed.out.count("\n") == 4
    assert printed.err == (
        "Warning: alice is scored out of 34 points until it is graded again: the grader broke on 1.4.\n"
    )
    assert [path.name for path in out.iterdir()] == ["gradebook.db"]


@pytest.mark.parametrize("named", ["", "gradebook.db"], ids=["folder", "file"])
@pytest.mark.parametrize(
    "format, suffix",
    [("gradescope", "json"), ("junit", "xml")],
)
def test_a_folder_of_files(
    out: Path, capsys: pytest.CaptureFixture[str], named: str, format: str, suffix: str
) -> None:
    assert run(["gradebook", "export", str(out / named), "--format", format]) == 0
    folder = out / "export" / format
    assert capsys.readouterr().out == f"Exported: {folder} (3 files)\n"
    assert sorted(path.name for path in folder.iterdir()) == [
        f"{id}.{suffix}" for id in ("alice", "reference", "skeleton")
    ]


@pytest.mark.parametrize("format", ["csv", "canvas"])
def test_one_file_in_its_place(out: Path, capsys: pytest.CaptureFixture[str], format: str) -> None:
    to = out / "new" / "grades.csv"
    assert run(["gradebook", "export", str(out), "--format", format, "--to", str(to)]) == 0
    assert capsys.readouterr().out == f"Exported: {to}\n"
    assert run(["gradebook", "export", str(out), "--format", format, "--to", "-"]) == 0
    assert to.read_bytes().decode() == capsys.readouterr().out
    assert [path.name for path in to.parent.iterdir()] == ["grades.csv"]


def test_a_class_for_canvas(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    students = out / "from canvas.csv"
    students.write_text("Student,ID,SIS Login ID,Section\nA,1,ALICE,x\nB,2,bob,x\n")
    arguments = ["--assignment", "Module 0 (5)", "--students", str(students)]
    assert run(["gradebook", "export", str(out), "--format", "canvas", *arguments]) == 0
    printed = capsys.readouterr()
    assert printed.out.lstrip("\ufeff").splitlines() == [
        '"Student","ID","SIS User ID","SIS Login ID","Section","Module 0 (5)"',
        '"Points Possible",,,,,34',
        '"A","1",,"ALICE","x",18.33',
        '"B","2",,"bob","x",',
    ]
    assert printed.err.splitlines()[:2] == [
        f"Warning: {id} is no student of Canvas's file, or more than one, and is not in the export: {score} points."
        for id, score in (("reference", "20 of 20"), ("skeleton", "0 of 20"))
    ]


def test_a_class_for_classroom50(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    named = ["--classroom", "cs1", "--assignment", "module-0", "--to", str(out / "c50")]
    assert run(["gradebook", "export", str(out), "--format", "classroom50", *named]) == 0
    printed = capsys.readouterr()
    assert printed.out == f"Exported: {out / 'c50'} (1 file)\n"
    assert "Warning: reference is left out: it has no commit's time" in printed.err
    (written,) = (out / "c50").iterdir()
    result = json.loads(written.read_bytes())
    assert (result["classroom"], result["assignment"]) == ("cs1", "module-0")


MISUSED = [
    (
        ["classroom50", "--classroom", "cs1"],
        "The format classroom50 needs --classroom and --assignment.",
        "grader gradebook export {out} --format classroom50 --classroom NAME --assignment NAME",
    ),
    (
        ["classroom50", "--classroom", "", "--assignment", "a"],
        "The format classroom50 needs --classroom and --assignment.",
        "grader gradebook export {out} --format classroom50 --classroom NAME --assignment NAME",
    ),
    (
        ["junit", "--assignment", "a"],
        "--assignment means nothing to the format junit.",
        "leave it out, or take another format: canvas, classroom50",
    ),
    (
        ["csv", "--students", "nowhere.csv"],
        "--students means nothing to the format csv.",
        "leave it out, or take another format: canvas",
    ),
    (
        ["gradescope", "--to", "-"],
        "--to - means nothing to the format gradescope.",
        "leave it out, or take another format: csv, canvas",
    ),
]


@pytest.mark.parametrize(("arguments", "what", "next_step"), MISUSED)
def test_an_export_called_wrong(
    out: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    what: str,
    next_step: str,
) -> None:
    assert run(["gradebook", "export", str(out), "--format", *arguments]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == (
        f"{what}\n"
        "  where: the command line of `grader gradebook export`\n"
        f"  next:  {next_step.format(out=out)}\n"
    )
    assert [path.name for path in out.iterdir()] == ["gradebook.db"]


def test_students_who_are_not_canvas_s(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    export = ["gradebook", "export", str(out), "--format", "canvas", "--students"]
    (out / "list.csv").write_text("name,mark\n")
    for name, why in (
        ("list.csv", "its first row has no column Student"),
        ("nowhere.csv", "No such file or directory"),
        (".", "Is a directory"),
    ):
        assert run([*export, str(out / name)]) == 2
        assert capsys.readouterr().err == (
            f"This is not a gradebook that Canvas exported: {why}.\n"
            f"  where: {out / name}\n"
            "  next:  in Canvas: Grades, Export; then --students with that CSV file\n"
        )


@pytest.mark.parametrize("arguments", [["csv", "--to", "{out}"], ["junit"]], ids=" ".join)
def test_an_export_that_cannot_be_written(
    out: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    (out / "export").write_text("in the way\n")
    said = [each.format(out=out) for each in arguments]
    assert run(["gradebook", "export", str(out), "--format", *said]) == 2
    assert capsys.readouterr().err.startswith("Can't write there: ")
    assert sorted(path.name for path in out.iterdir()) == ["export", "gradebook.db"]
