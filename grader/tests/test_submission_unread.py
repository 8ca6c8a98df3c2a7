"""What was handed in and could not be read: said with the reason and the cure, and never taken for work not done."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.model import Problem, ProblemKind, Submission
from grader.submission import take
from grader.submission.lookalikes import resembles
from grader.submission.tree import FILE_BYTES
from grader.tests.handed_in import COURSE, MODULE0, OPERATORS, TAKEN0, within, write

WANTED = "minitorch/operators.py"
PATH = f"module0/{WANTED}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "alice", within("module0", MODULE0))


def unread(submission: Submission) -> list[Problem]:
    return [problem for problem in submission.problems if problem.kind is ProblemKind.UNREAD]


def said(submission: Submission) -> list[str]:
    return [problem.said for problem in unread(submission)]


def content(data: bytes) -> Callable[[Path], object]:
    """Put other bytes into the file."""
    return lambda path: path.write_bytes(data)


def renamed(*parts: str) -> Callable[[Path], object]:
    """Move the file, from the folder that it lies in."""

    def move(path: Path) -> None:
        target = path.parent.joinpath(*parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        path.rename(target)

    return move


def linked(path: Path) -> None:
    path.rename(path.with_name("x"))
    path.symlink_to("x")


SPOILT: dict[str, tuple[Callable[[Path], object], str]] = {
    "UTF-16": (
        content(OPERATORS.encode("utf-16")),
        f"{PATH} is UTF-16 text; save it as UTF-8",
    ),
    "Latin-1": (
        content(b"# \xe9\n"),
        f"{PATH} is not UTF-8 text (line 1, byte 2); save it as UTF-8",
    ),
    "NUL": (
        content(b"x = 1\0"),
        f"{PATH} holds a NUL character (byte 5), so it is not Python text; remove it, and save it as UTF-8",
    ),
    "large": (
        content(b"#" * (FILE_BYTES + 1)),
        f"{PATH} is larger than 256 KiB; take data and printed output out of it",
    ),
    "link": (
        linked,
        f"{PATH} is a symbolic link, and links are not followed; hand in the file itself, not a link to it",
    ),
    "capitals": (
        renamed("Operators.py"),
        "module0/minitorch/Operators.py differs from operators.py only in capitals or accents;"
        " rename it to operators.py",
    ),
    "notebook": (
        renamed("operators.ipynb"),
        "module0/minitorch/operators.ipynb is a notebook, not a Python file; save its code as operators.py",
    ),
    "a browser's copy": (
        renamed("operators (1).py"),
        "module0/minitorch/operators (1).py is not called operators.py; rename it to operators.py",
    ),
    "a Mac's copy": (
        renamed("operators copy.py"),
        "module0/minitorch/operators copy.py is not called operators.py; rename it to operators.py",
    ),
    "a hidden suffix": (
        renamed("operators.py.txt"),
        "module0/minitorch/operators.py.txt is not called operators.py; rename it to operators.py",
    ),
    "the module's folder": (
        renamed("..", "operators.py"),
        "module0/operators.py lies in the wrong folder; put it into module0/minitorch/",
    ),
    "a sibling folder": (
        renamed("..", "..", "src", "operators.py"),
        "src/operators.py lies in the wrong folder; put it into module0/minitorch/",
    ),
    "a copy elsewhere": (
        renamed("..", "..", "operators (2).py"),
        f"operators (2).py lies in the wrong folder; save it as {PATH}",
    ),
    "a notebook elsewhere": (
        renamed("..", "..", "operators.ipynb"),
        f"operators.ipynb is a notebook, not a Python file; save its code as {PATH}",
    ),
}


@pytest.mark.parametrize("how", SPOILT)
def test_a_file_that_cannot_be_read_says_why_and_what_to_do(folder: Path, how: str) -> None:
    spoil, expected = SPOILT[how]
    spoil(folder / PATH)
    submission = take(str(folder), COURSE)
    (problem,) = unread(submission)
    assert problem.said == expected
    assert (problem.module, problem.file) == ("0", WANTED)
    assert submission.files == {"0": {p: text for p, text in TAKEN0.items() if p != WANTED}}


@pytest.mark.parametrize("how", SPOILT)
def test_in_an_archive_it_is_the_same(folder: Path, tmp_path: Path, how: str) -> None:
    """But for links, which make_archive follows."""
    spoil, expected = SPOILT[how]
    spoil(folder / PATH)
    archive = shutil.make_archive(str(tmp_path / "bob"), "zip", folder)
    assert said(take(archive, COURSE)) == ([] if how == "link" else [expected])


def test_a_file_that_is_just_missing_is_no_more_than_that(folder: Path) -> None:
    (folder / PATH).unlink()
    (problem,) = take(str(folder), COURSE).problems
    assert (problem.said, problem.kind) == (f"{PATH}: is missing", "note")
    assert (problem.module, problem.file) == ("0", WANTED)


def test_a_copy_beside_the_file_is_a_note(folder: Path) -> None:
    """It says which file it may be meant for, so that the grader can tell whether that one was touched."""
    write(folder, {"module0/minitorch/operators (1).py": "x = 1", "module0/minitorch/own.py": ""})
    submission = take(str(folder), COURSE)
    copy, other = submission.problems
    assert (copy.kind, copy.module, copy.file) == ("note", "0", WANTED)
    assert copy.said == (
        "module0/minitorch/operators (1).py: is not called operators.py, and was not taken;"
        " rename it to operators.py"
    )
    assert other.message.endswith("which were not taken: own.py")
    assert submission.files == {"0": TAKEN0}


def test_the_files_of_another_module_are_where_they_belong(folder: Path) -> None:
    """An earlier file that was not carried is missing; what stands in the grader's own folder was not handed in."""
    module1 = {"minitorch/__init__.py": "", "minitorch/scalar.py": ""}
    write(folder, within("module1", module1) | within("grader/skeleton/module1", MODULE0))
    write(folder, within(".venv/lib", MODULE0))
    submission = take(str(folder), COURSE)
    assert unread(submission) == []
    assert {(p.path, p.module) for p in submission.problems} == {
        ("module1/minitorch/operators.py", "1"),
        ("module1/project/run.py", "1"),
    }


def test_an_earlier_file_in_the_wrong_folder_of_its_module(folder: Path) -> None:
    write(folder, {"module1/minitorch/scalar.py": "", "module1/operators.py": ""})
    expected = "module1/operators.py lies in the wrong folder; put it into module1/minitorch/"
    assert expected in said(take(str(folder), COURSE))


def test_work_that_lies_in_an_earlier_module_is_a_later_ones(folder: Path) -> None:
    """Where Module 1 was not handed in, its file in module0 is the one that is meant."""
    write(folder, {"module0/minitorch/scalar.py": "x = 1"})
    (problem,) = unread(take(str(folder), COURSE))
    assert problem.path == "module0/minitorch/scalar.py"
    assert (problem.module, problem.file) == ("1", "minitorch/scalar.py")


@pytest.mark.parametrize(
    ("top", "expected"),
    [
        (
            "Module0",
            "Module0 differs from module0 only in capitals or accents; rename it to module0",
        ),
        ("a/b/module0", "a/b/module0 lies in the wrong folder; put it at the top, as module0"),
        ("module 0", "module 0 looks like module0; rename it to module0"),
    ],
)
def test_a_whole_folder_that_is_not_where_it_should_be_is_one_problem(
    tmp_path: Path, top: str, expected: str
) -> None:
    write(tmp_path / "alice", within(top, MODULE0) | {"notes/x.txt": ""})
    (problem,) = unread(take(str(tmp_path / "alice"), COURSE))
    assert problem.said == expected
    assert (problem.module, problem.file) == ("0", "")


def test_one_file_without_any_folder(tmp_path: Path) -> None:
    write(tmp_path / "alice", {"operators.py": OPERATORS})
    submission = take(str(tmp_path / "alice"), COURSE)
    expected = "operators.py lies in the wrong folder; put it into module0/minitorch/"
    assert said(submission) == [expected]
    assert submission.files == {}


def test_what_is_no_work_at_all(tmp_path: Path) -> None:
    """Something was handed in that nobody can place; where nothing was, there is nothing to read."""
    write(tmp_path / "alice", {"essay.docx": "x"})
    (whole,) = unread(take(str(tmp_path / "alice"), COURSE))
    assert whole.path == "." and "found essay.docx" in whole.message
    (tmp_path / "bob").mkdir()
    assert unread(take(str(tmp_path / "bob"), COURSE)) == []


def test_an_archive_that_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "alice.zip").write_bytes(b"PK\3\4 rubbish")
    (whole,) = take(str(tmp_path / "alice.zip"), COURSE).problems
    assert (whole.path, whole.kind, whole.module) == (".", "unread", "")
    assert whole.said.startswith("The archive is damaged: ")
    assert whole.said.endswith(
        "; hand in the folder that holds the modules, or a new zip archive of it"
    )


def test_what_is_true_of_all_files_is_said_once(tmp_path: Path) -> None:
    files = {path: text.encode("utf-16") for path, text in within("module0", MODULE0).items()}
    submission = take(str(write(tmp_path / "alice", files)), COURSE)
    (problem,) = submission.problems
    assert (problem.message, problem.module, problem.file) == ("is UTF-16 text", "0", "")
    assert submission.files == {"0": {}}


@pytest.mark.parametrize(
    "name",
    [
        *("operators.py", "Operators.PY", "operators (12).py", "operators-1.py", "operators2.py"),
        *("operators copy 2.py", "operators - Copy (2).py", "Copy of operators.py", "operators"),
        *("operators.txt", "operators.py.bak", "operators_final.ipynb", "OPERATORS (1).ipynb"),
    ],
)
def test_names_that_may_be_meant(name: str) -> None:
    assert resembles(name, "operators.py")


@pytest.mark.parametrize(
    "name",
    [
        *("operator.py", "operators_test.py", "my_operators.py", "operators.pyc", "operators.md"),
        *("operators_grad.py", "", ".py", "operators" + "1" * 250 + "x.py", "x" * 400),
    ],
)
def test_names_that_are_other_files(name: str) -> None:
    assert not resembles(name, "operators.py")
