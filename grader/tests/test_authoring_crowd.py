"""The large made-up class: as many as were asked for, of every kind, and the same again from the same seed."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

import pytest

from grader.authoring.crowd import write_crowd
from grader.authoring.load import load_course
from grader.errors import FolderInUse
from grader.submission import discover, take
from grader.tests.authored import needs_course

ROOT = Path(__file__).parents[2]
SEED = 2  # one whose draws hold an archive that can't be opened


def content(folder: Path) -> dict[str, str]:
    """Digest all files; an archive's times are of when it was written."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".zip"
    }


@needs_course
def test_a_crowd(tmp_path: Path) -> None:
    course = load_course(ROOT)
    for name in "ab":
        write_crowd(course, course.modules[0], tmp_path / name, 50, seed=SEED)
    assert content(tmp_path / "a") == content(tmp_path / "b")
    found = discover([str(tmp_path / "a")], course)
    assert len(found) == 50
    taken = [take(each.spec, course, id=each.id) for each in found]
    works = Counter(str(sorted(s.files["0"].items())) for s in taken if "0" in s.files)
    assert max(works.values()) > 1  # somebody handed in another's work
    assert len(works) > 35
    assert any("0" not in s.files and s.problems for s in taken)  # something can't be opened
    assert {Path(each.spec).suffix for each in found} == {"", ".zip"}
    with pytest.raises(FolderInUse):
        write_crowd(course, course.modules[0], tmp_path / "a", 2)
