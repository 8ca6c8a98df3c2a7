"""Whose is what: names as people, Canvas and Moodle write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.submission.discovery import lying
from grader.submission.matching import Matching, match
from grader.submission.platforms import Label, read_label
from grader.submission.roster import Row
from grader.submission.taking import take
from grader.tests.handed_in import COURSE, MODULE0, TAKEN0, told, within, write

JANE = Row("jd1", "Jane van Doe", "jane@example.org", "77")
ADA = Row("ada", "Łovelace, Ada-Marí O'Neil")
WANG = Row("wang", "王 小明")


def matched(folder: Path, rows: list[Row], *names: str) -> Matching:
    """Lay files, and folders where a name ends so, and say whose they are."""
    folder.mkdir(exist_ok=True)
    for name in names:
        if name.endswith("/"):
            write(folder / name, within("module0", MODULE0))
        else:
            (folder / name).write_bytes(b"no archive")
    return match(rows, lying([str(folder)], COURSE), COURSE)


def taken(matching: Matching) -> dict[str, str]:
    """Say what was matched to whom."""
    return {each.row.id: Path(each.spec).name for each in matching.assigned if each.spec}


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("jd1/", "jd1"),
        ("JD1.tar.gz", "jd1"),
        ("jane@example.org.zip", "jd1"),
        ("Jane van DOE/", "jd1"),
        ("van Doe, Jane.zip", "jd1"),
        ("jane_van-doe.zip", "jd1"),
        ("vandoejane_77_900_work.zip", "jd1"),
        ("somebodyelse_LATE_77_900_work-2.zip", "jd1"),
        ("Jane van Doe_12345_assignsubmission_file_/", "jd1"),
        ("Jane van Doe_12345_assignsubmission_file/", "jd1"),
        ("van Doe Jane_12345_assignsubmission_file_my work_1.zip", "jd1"),
        ("ada-mari oneil łovelace/", "ada"),
        ("łovelaceadamaríoneil_LATE_5_900_module-0.zip", "ada"),
        ("王小明_8_900_作业.zip", "wang"),
        ("小明王_12345_assignsubmission_file_/", "wang"),
    ],
)
def test_a_name_that_fits_one(tmp_path: Path, name: str, id: str) -> None:
    matching = matched(tmp_path / "in", [JANE, ADA, WANG], name)
    assert taken(matching) == {id: name.rstrip("/")}
    assert [each.row.id for each in matching.assigned] == ["jd1", "ada", "wang"]
    assert matching.unknown == {}


@pytest.mark.parametrize(
    "name", ["eve.zip", "vandoejane_78_900_work.zip", "Jane_12345_assignsubmission_file_/", "=1+1/"]
)
def test_a_name_that_fits_nobody(tmp_path: Path, name: str) -> None:
    """Whoever has Jane's name and another number is somebody else."""
    matching = matched(tmp_path / "in", [JANE, ADA], name, "notes.txt", "jane_77_text.html")
    assert taken(matching) == {}
    assert matching.unknown == {name.rstrip("/"): "nobody has this id, canvas_id or name"}


def test_two_of_one_name_are_told_and_not_guessed(tmp_path: Path) -> None:
    """Neither gets what may be the other's, and neither is graded on nothing; an id or a number tells them apart."""
    rows = [Row("a", "Jane Doe"), Row("b", "Doe, Jane"), Row("c", "Cid")]
    matching = matched(tmp_path / "in", rows, "doejane_1_2_x.zip", "Jane Doe/", "c/")
    assert taken(matching) == {"c": "c"} and len(matching.assigned) == 1
    why = "could be of a, b"
    assert matching.unknown == {"doejane_1_2_x.zip": why, "Jane Doe": why}
    rows = [Row("a", "Jane Doe", canvas_id="1"), Row("b", "Doe, Jane"), Row("c", "Cid")]
    matching = matched(tmp_path / "in", rows, "doejane_9_3_y.zip")
    assert taken(matching) == {"a": "doejane_1_2_x.zip", "b": "doejane_9_3_y.zip", "c": "c"}
    assert matching.unknown == {"Jane Doe": why}


@pytest.mark.parametrize(
    "names",
    [
        ("libob_13_5_w.zip", "libob_99_6_w.zip"),
        ("Bob Li_13_assignsubmission_file_w.zip", "Bob Li_99_assignsubmission_file_w.zip"),
    ],
)
def test_whom_a_platform_tells_apart_are_not_one(tmp_path: Path, names: tuple[str, str]) -> None:
    """Somebody of the same name who is not on the roster: Bob is not graded on a stranger's work."""
    matching = matched(tmp_path / "in", [Row("bob", "Bob Li"), Row("c", "Cid")], *names, "c/")
    assert taken(matching) == {"c": "c"} and len(matching.assigned) == 1
    why = "could be of bob, or of somebody else of that name: the platform has several"
    assert matching.unknown == dict.fromkeys(names, why)


@pytest.mark.parametrize(
    ("name", "label"),
    [
        (
            "Bob Li_1_assignsubmission_file_my_2_assignsubmission_onlinetext_x.zip",
            Label("Bob Li", moodle_id="1"),
        ),
        (
            "libob_13_5_1_assignsubmission_onlinetext_.zip",
            Label("libob", canvas_id="13", attachment=5),
        ),
        ("Bob Li_1_assignsubmission_file_1_2_x.zip", Label("Bob Li", moodle_id="1")),
        ("Bob Li_1_assignsubmission_onlinetext_x.html", None),
    ],
)
def test_the_file_s_own_name_says_nothing(name: str, label: Label | None) -> None:
    """It is the student's, and can look like what a platform writes."""
    assert read_label(name) == label


@pytest.mark.parametrize(
    ("names", "last"),
    [
        (["doejane_7_90_x.zip", "doejane_LATE_7_1000_a.zip"], "doejane_LATE_7_1000_a.zip"),
        (["doejane_7_90_x-2.zip", "doejane_7_90_x-10.zip", "doejane_7_90_x.zip"],
         "doejane_7_90_x-10.zip"),
        (["Jane Doe_5_assignsubmission_file_a.zip", "Jane Doe_5_assignsubmission_file_b.zip"],
         "Jane Doe_5_assignsubmission_file_b.zip"),
        (["doejane_7_90_x.zip", "doejane_7_95_essay.pdf"], "doejane_7_90_x.zip"),
    ],
)  # fmt: skip
def test_the_last_of_several_is_taken(tmp_path: Path, names: list[str], last: str) -> None:
    """The others are a problem of the submission, as is what Canvas calls late."""
    (only,) = matched(tmp_path / "in", [Row("jane", "Jane Doe")], *names).assigned
    assert Path(only.spec).name == last
    said = f"was handed in, too, and not graded: {last} is the last"
    assert {p.path for p in only.problems if p.message == said} == {*names} - {last}
    late = {p.path for p in only.problems if p.message == "was late, says Canvas"}
    assert late == {name for name in names if "LATE" in name}


def test_a_file_that_is_no_archive_is_not_nothing(tmp_path: Path) -> None:
    (only,) = matched(tmp_path / "in", [JANE], "vandoejane_77_9_work.rar").assigned
    submission = take(only.spec, COURSE, id="jd1")
    assert "neither a zip archive nor a tar archive" in told(submission)["."]


def test_the_one_archive_in_a_folder(tmp_path: Path) -> None:
    """Where the platform makes a folder of what was uploaded; never through a link, and never one of several."""
    inside, rows = tmp_path / "in", [Row(id, f"{id.title()} X") for id in "abcde"]
    for id in "abcde":
        write(inside / f"{id.title()} X_1_assignsubmission_file_", {"note.txt": ""})
        (inside / f"{id.title()} X_1_assignsubmission_onlinetext_").mkdir()
    a, b, c, d, e = sorted(inside.glob("*_file_"))
    (a / "work.zip").write_bytes(b"")
    write(b, {"one.zip": "", "two.zip": ""})
    (c / "work.zip").symlink_to(a / "work.zip")
    write(d, {**within("module0", MODULE0), "extra.zip": ""})
    e.rename(tmp_path / "elsewhere")
    e.symlink_to(tmp_path / "elsewhere")
    matching = match(rows, lying([str(inside)], COURSE), COURSE)
    assert [each.spec for each in matching.assigned] == list(
        map(str, [a / "work.zip", b, c / "work.zip", d, e])
    )
    found = [take(each.spec, COURSE, id=each.row.id) for each in matching.assigned]
    assert "no module found" in told(found[1])["."]
    assert told(found[2])["."] == told(found[4])["."]
    assert told(found[4])["."] == ("the submission is a symbolic link, and links are not followed")
    assert found[3].files == {"0": TAKEN0}


def test_a_repository_on_the_roster_goes_first(tmp_path: Path) -> None:
    (only,) = matched(tmp_path / "in", [Row("jane", repository="/x")], "jane/").assigned
    assert only.spec == ""
    said = "was handed in, and not graded: the roster names a repository"
    assert [(p.path, p.message) for p in only.problems] == [("jane", said)]
