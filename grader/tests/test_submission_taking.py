"""Finding the modules in whatever shape they were handed in."""

from __future__ import annotations

import warnings
import zipfile
from pathlib import Path

import pytest

from grader.errors import NoSuchPath, NoSuchRevision
from grader.submission import take
from grader.submission.taking import PROBLEMS
from grader.tests.handed_in import (
    COURSE,
    MODULE0,
    OPERATORS,
    SCALAR,
    SCRIPT,
    TAKEN0,
    told,
    within,
    write,
)

MODULE1 = {
    "minitorch/__init__.py": "",
    "minitorch/operators.py": OPERATORS,
    "minitorch/scalar.py": SCALAR,
    "project/run.py": SCRIPT,
}
TAKEN1 = {path: text for path, text in MODULE1.items() if "__init__" not in path}


@pytest.mark.parametrize("top", ["", "repository-main"])
def test_a_whole_repository(tmp_path: Path, top: str) -> None:
    write(tmp_path / top, within("module0", MODULE0) | within("module1", MODULE1))
    write(tmp_path / top, {"README.md": "", "grader/skeleton/module0/x.py": ""})
    submission = take(str(tmp_path), COURSE, id="alice")
    assert submission.id == "alice"
    assert submission.files == {"0": TAKEN0, "1": TAKEN1}
    assert submission.problems == ()


@pytest.mark.parametrize("top", ["", "module1"])
@pytest.mark.parametrize("toml", [None, 'title = "Autodiff"\n', "title = [[[", b"\xff"])
def test_a_single_module_folder(tmp_path: Path, top: str, toml: str | bytes | None) -> None:
    write(tmp_path / top, MODULE1)
    if toml is not None:
        write(tmp_path / top, {"module.toml": toml})
    submission = take(str(tmp_path), COURSE)
    assert submission.files == {"1": TAKEN1}
    assert submission.problems == ()


def test_the_title_says_which_module_a_folder_is(tmp_path: Path) -> None:
    write(tmp_path, MODULE1 | {"module.toml": 'title = "Fundamentals"\n'})
    submission = take(str(tmp_path), COURSE)
    assert set(submission.files) == {"0"}
    assert told(submission)["tests/test_properties.py"] == "is missing"


def test_an_earlier_module_has_none_of_the_later_files(tmp_path: Path) -> None:
    write(tmp_path, within("module0", MODULE0 | {"minitorch/scalar.py": SCALAR}))
    submission = take(str(tmp_path), COURSE)
    assert submission.files == {"0": TAKEN0}
    assert "scalar.py" in told(submission)["module0/minitorch"]


def test_no_module_at_all_says_what_was_looked_for_and_found(tmp_path: Path) -> None:
    write(tmp_path, {f"file{number}": "" for number in range(12)} | {"src/ops.py": ""})
    submission = take(str(tmp_path), COURSE)
    assert submission.files == {}
    assert told(submission)["."].startswith(
        "no module found: looked for module0 … module1, or the minitorch folder of a single "
        "module; found file0, file1,"
    )
    assert told(submission)["."].endswith("and 3 more")


def test_an_empty_folder_is_no_submission(tmp_path: Path) -> None:
    assert told(take(str(tmp_path), COURSE))["."].endswith("found nothing")


def test_an_empty_module_folder_was_not_handed_in(tmp_path: Path) -> None:
    write(tmp_path, within("module0", MODULE0) | {"module1/README.md": ""})
    submission = take(str(tmp_path), COURSE)
    assert set(submission.files) == {"0"}
    assert told(submission) == {
        "module1": "holds none of the files of module1, so it counts as not handed in"
    }


def test_a_flood_of_problems_is_cut(tmp_path: Path) -> None:
    """What could not be read is kept before all else."""
    path = tmp_path / "alice.zip"
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w") as archive:
        warnings.simplefilter("ignore")
        for name in [f"notes/{number}" for number in range(PROBLEMS + 9)] * 2:
            archive.writestr(name, "")
        for name, text in within("module0", MODULE0).items():
            archive.writestr(name, text.encode("utf-16") if "operators" in name else text)
    problems = take(str(path), COURSE).problems
    assert len(problems) == PROBLEMS + 1
    assert problems[0].message == "is UTF-16 text"
    assert problems[-1].message == "10 more problems of this kind"


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "alice").mkdir()
    with pytest.raises(NoSuchPath) as error:
        take(str(tmp_path / "alcie"), COURSE)
    assert str(error.value).splitlines() == [
        f"There is no {tmp_path}/alcie. Did you mean alice?",
        "  where: the command line",
        "  next:  give a folder, a zip or tar archive, or REPOSITORY@REVISION",
    ]


def test_a_path_that_exists_wins_over_a_revision(tmp_path: Path) -> None:
    write(tmp_path / "alice@v1", within("module0", MODULE0))
    (tmp_path / "alice").mkdir()
    submission = take(str(tmp_path / "alice@v1"), COURSE)
    assert submission.id == "alice@v1"
    assert submission.files == {"0": TAKEN0}


def test_an_at_sign_without_a_revision(tmp_path: Path) -> None:
    with pytest.raises(NoSuchRevision, match="No commit after the @"):
        take(f"{tmp_path}@", COURSE)
