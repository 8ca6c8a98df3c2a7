"""Publishing the students' repository, again and again, without losing anybody's work."""

import hashlib
import json
import os
from pathlib import Path

import pytest

from grader.authoring.load import load_course
from grader.authoring.publish import MANIFEST, publish
from grader.errors import (
    BadManifest,
    FolderInUse,
    LinkInCourse,
    NoSource,
    PublishedFilesEdited,
    SolutionWouldLeak,
)
from grader.tests.toy import Toy


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Name a folder to publish into."""
    return tmp_path / "published"


def contents(folder: Path) -> dict[str, bytes]:
    """Read a whole folder."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_what_is_published(toy_course: Toy, out: Path) -> None:
    """Tracked files, skeletons and their pristine copies leave; source, CI and untracked files stay."""
    toy_course.write("untracked.txt", "private\n")
    toy_course.write("module0/untracked.txt", "private\n")
    count = publish(toy_course.load(), out)
    files = contents(out)
    assert len(files) == count + 1
    assert not [
        path for path in files if "untracked" in path or path.startswith((".ci", "grader/course"))
    ]
    assert "# TODO: Task 0.1" in files["module0/minitorch/ops.py"].decode()
    for path, content in files.items():
        if path.startswith("module"):
            assert files[f"grader/skeleton/{path}"] == content
    course = load_course(out)
    assert course.modules[0].folder == out / "grader/skeleton/module0"


def test_skeletons_are_fresh_even_where_the_tree_is_stale(toy_course: Toy, out: Path) -> None:
    """A solved rendering in the work tree does not leave."""
    toy_course.write("module0/minitorch/ops.py", toy_course.read("grader/course/minitorch/ops.py"))
    toy_course.write("module0/minitorch/stale.py", "running_total += clamp(value, -limit, limit)\n")
    toy_course.commit()
    publish(toy_course.load(), out)
    assert b"running_total" not in b"".join(contents(out).values())
    assert not (out / "module0/minitorch/stale.py").exists()


def test_executables_stay_executable(toy_course: Toy, out: Path) -> None:
    """The mode of a hand-written file is kept."""
    toy_course.write("tool", "#!/bin/sh\n")
    (toy_course.root / "tool").chmod(0o755)
    toy_course.commit()
    publish(toy_course.load(), out)
    assert os.access(out / "tool", os.X_OK)
    assert not os.access(out / "README.md", os.X_OK)


def test_the_manifest_is_stable(toy_course: Toy, out: Path, tmp_path: Path) -> None:
    """It lists each file with its digest, and comes out alike wherever and whenever it is written."""
    publish(toy_course.load(), out)
    publish(toy_course.load(), tmp_path / "again")
    text = (out / MANIFEST).read_bytes()
    assert (tmp_path / "again" / MANIFEST).read_bytes() == text
    digests = json.loads(text)["files"]
    assert digests["README.md"] == hashlib.sha256((out / "README.md").read_bytes()).hexdigest()
    assert sorted(digests) == sorted(set(contents(out)) - {MANIFEST})


def test_publishing_again_updates(toy_course: Toy, out: Path) -> None:
    """Changed files are written, dropped ones removed with their folders, and what others added stays."""
    toy_course.write("old/notes.md", "old\n")
    toy_course.commit()
    publish(toy_course.load(), out)
    (out / ".git").mkdir()
    (out / ".git/HEAD").write_text("theirs")
    (out / "theirs.md").write_text("theirs")
    toy_course.git("rm", "-q", "old/notes.md")
    toy_course.edit("README.md", "toy", "better")
    publish(toy_course.load(), out)
    assert (out / "README.md").read_text() == "# A better course\n"
    assert not (out / "old").exists()
    assert (out / ".git/HEAD").read_text() == (out / "theirs.md").read_text() == "theirs"


def test_a_fresh_clone_is_an_empty_folder(toy_course: Toy, out: Path) -> None:
    """A folder with nothing but .git is published into."""
    (out / ".git").mkdir(parents=True)
    assert publish(toy_course.load(), out) > 0


def test_a_cut_off_run_is_taken_up_again(toy_course: Toy, out: Path) -> None:
    """Files that are as they will be are not taken for edited ones, whatever the manifest says."""
    publish(toy_course.load(), out)
    (out / MANIFEST).write_text('{"files": {}}\n')
    (out / "README.md").unlink()
    publish(toy_course.load(), out)
    assert (out / "README.md").is_file()
    assert "README.md" in json.loads((out / MANIFEST).read_text())["files"]


def test_a_folder_that_it_did_not_write_is_refused(toy_course: Toy, out: Path) -> None:
    """Somebody's folder is left alone."""
    out.mkdir()
    (out / "thesis.txt").write_text("mine")
    with pytest.raises(FolderInUse) as error:
        publish(toy_course.load(), out)
    assert error.value.where == str(out)
    assert contents(out) == {"thesis.txt": b"mine"}


def test_a_file_in_place_of_the_folder_is_refused(toy_course: Toy, out: Path) -> None:
    """A file is no folder."""
    out.write_text("mine")
    with pytest.raises(FolderInUse):
        publish(toy_course.load(), out)


def test_a_folder_inside_the_course_is_refused(toy_course: Toy) -> None:
    """Publishing into the course itself would publish the published."""
    with pytest.raises(FolderInUse):
        publish(toy_course.load(), toy_course.root / "build")


def test_edited_files_are_refused(toy_course: Toy, out: Path) -> None:
    """Edits, and files put where one has to go, are listed; nothing is written."""
    publish(toy_course.load(), out)
    (out / "module0/README.md").write_text("edited")
    toy_course.write("new.md", "new\n")
    toy_course.commit()
    (out / "new.md").write_text("theirs")
    before = contents(out)
    with pytest.raises(PublishedFilesEdited) as error:
        publish(toy_course.load(), out)
    assert str(error.value).splitlines() == [
        "2 of the files to write were edited since they were published: module0/README.md, new.md.",
        f"  where: {out}",
        "  next:  bring the edits into the course and undo them there, or publish into a new folder",
    ]
    assert contents(out) == before


def test_a_link_in_place_of_a_file_counts_as_edited(
    toy_course: Toy, out: Path, tmp_path: Path
) -> None:
    """Nothing is written through a link."""
    publish(toy_course.load(), out)
    (out / "README.md").rename(tmp_path / "target.md")
    (out / "README.md").symlink_to(tmp_path / "target.md")
    with pytest.raises(PublishedFilesEdited, match="README.md"):
        publish(toy_course.load(), out)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        '{"files": []}',
        '{"files": {"../x": "0"}}',
        '{"files": {"/etc/x": "0"}}',
        '{"files": {".git/config": "0"}}',
    ],
)
def test_a_damaged_manifest_is_refused(toy_course: Toy, out: Path, text: str) -> None:
    """A list that can't be read, or names files elsewhere, is not acted upon."""
    publish(toy_course.load(), out)
    (out / MANIFEST).write_text(text)
    with pytest.raises(BadManifest) as error:
        publish(toy_course.load(), out)
    assert str(error.value).splitlines() == [
        "The list of published files is damaged.",
        f"  where: {out / MANIFEST}",
        "  next:  restore it with git, or publish into a new folder",
    ]


def test_a_leak_stops_everything(toy_course: Toy, out: Path) -> None:
    """With a solution line in a guide nothing is written, and the error names the line, in both copies."""
    guide = toy_course.read("module0/README.md")
    toy_course.write(
        "module0/README.md", f"{guide}\n    running_total += clamp(value, -limit, limit)\n"
    )
    line = guide.count("\n") + 2
    with pytest.raises(SolutionWouldLeak) as error:
        publish(toy_course.load(), out)
    assert str(error.value).splitlines() == [
        "Nothing was written: 2 pieces of the solution would leave.",
        f"  where: grader/skeleton/module0/README.md:{line}: running_total += clamp(value, -limit, limit) (0.2)",
        f"         module0/README.md:{line}: running_total += clamp(value, -limit, limit) (0.2)",
        "  next:  reword these lines, or mark them as a solution in grader/course",
    ]
    assert not out.exists()


def test_links_are_not_published(toy_course: Toy, out: Path) -> None:
    """A tracked link could lead anywhere."""
    (toy_course.root / "link").symlink_to("README.md")
    toy_course.commit()
    with pytest.raises(LinkInCourse) as error:
        publish(toy_course.load(), out)
    assert str(error.value).splitlines() == [
        "A symbolic link can't be published.",
        "  where: link",
        "  next:  replace it by a file, or take it out of git",
    ]


def test_a_published_repository_publishes_nothing(
    toy_course: Toy, out: Path, tmp_path: Path
) -> None:
    """The students' repository lacks the source to publish from."""
    publish(toy_course.load(), out)
    with pytest.raises(NoSource):
        publish(load_course(out), tmp_path / "more")
