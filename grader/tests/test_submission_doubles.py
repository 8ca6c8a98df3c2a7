"""Two folders that both look like one module: the one that was not taken is named, and so is the one that was."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from grader.submission import take
from grader.tests.handed_in import COURSE, MODULE0, TAKEN0, told, within, write

WRONG = MODULE0 | {"minitorch/operators.py": "wrong = 1\n"}


@pytest.mark.parametrize("top", ["", "work/"])
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    "name",
    [
        "module0 (final)",
        "module0 copy",
        "module0_final",
        "module0-1",
        "Module 0",
        "Copy of module0",
        "module00",
        "old/module0",
        "module0/module0",
    ],
)
def test_both_folders_are_named(tmp_path: Path, name: str, packed: bool, top: str) -> None:
    folder = tmp_path / "ada"
    write(folder, within(f"{top}module0", MODULE0) | within(f"{top}{name}", WRONG))
    if packed:
        shutil.make_archive(str(folder), "zip", folder)
    submission = take(f"{folder}.zip" if packed else str(folder), COURSE)
    assert submission.files == {"0": TAKEN0}
    assert told(submission) == {
        f"{top}{name}": f"looks like module0, too, and was not taken: {top}module0 was"
    }


def test_capitals_alone_are_told_once(tmp_path: Path) -> None:
    write(tmp_path, within("module0", MODULE0) | within("Module0", WRONG))
    assert told(take(str(tmp_path), COURSE)) == {
        "Module0": "differs from module0 only in capitals or accents, and was not taken"
    }


def test_a_module_that_is_there_only_under_another_name(tmp_path: Path) -> None:
    write(tmp_path, within("module0", MODULE0) | within("module1 (final)", WRONG))
    (problem,) = take(str(tmp_path), COURSE).problems
    assert problem.said == "module1 (final) looks like module1; rename it to module1"


def test_a_package_beside_the_modules(tmp_path: Path) -> None:
    write(tmp_path, within("module0", MODULE0) | WRONG)
    submission = take(str(tmp_path), COURSE)
    assert submission.files == {"0": TAKEN0}
    assert told(submission)["minitorch"].startswith("lies beside the modules, and was not taken")


@pytest.mark.parametrize("name", ["module10", "modules", "module0.zip", "module", "notes"])
def test_other_names_are_no_modules(tmp_path: Path, name: str) -> None:
    write(tmp_path, within("module0", MODULE0) | {f"{name}.txt": "", "module0.zip": "PK"})
    if not name.endswith(".zip"):
        (tmp_path / name).mkdir()
    assert told(take(str(tmp_path), COURSE)) == {}


def test_the_one_module_that_is_there_is_no_double_of_itself(tmp_path: Path) -> None:
    write(tmp_path, within("module0 (2)", MODULE0))
    submission = take(str(tmp_path), COURSE)
    assert submission.files == {"0": TAKEN0}
    assert told(submission) == {}
