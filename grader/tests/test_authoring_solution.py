"""The reference solution: a branch made without touching anything, or a folder."""

import shutil
from pathlib import Path

import pytest

from grader.authoring.solution import write_folders, write_solution
from grader.errors import (
    BadBranch,
    BranchInUse,
    FolderInUse,
    GitFailed,
    GitMissing,
    NoCommits,
    NotAtTheTop,
)
from grader.tests.toy import Toy, write_toy


def state(toy: Toy) -> tuple[bytes, str, str, str]:
    """Take what must not change: the index, HEAD, the status and the checked-out branch."""
    status = toy.git("status", "--porcelain")
    index = (toy.root / ".git/index").read_bytes()
    return index, toy.git("rev-parse", "HEAD"), status, toy.git("symbolic-ref", "HEAD")


def test_the_branch_holds_the_solved_course(toy_course: Toy) -> None:
    """Module folders are solved, the source is gone, all else is as at HEAD, modes included."""
    sha = write_solution(toy_course.load(), "solution")
    assert toy_course.git("rev-parse", "solution").strip() == sha
    listed = toy_course.git("ls-tree", "-r", "solution").splitlines()
    names = [line.split("\t")[1] for line in listed]
    assert not [name for name in names if name.startswith("grader/course")]
    assert "grader/__init__.py" in names and "module1/tests/test_more.py" in names
    assert any(line.startswith("100755") and line.endswith(".ci/run") for line in listed)
    solved = toy_course.git("show", "solution:module0/minitorch/ops.py")
    assert "running_total" in solved and "TODO" not in solved and "# solution" not in solved
    assert toy_course.git("show", "solution:README.md") == toy_course.read("README.md")


def test_nothing_else_changes(toy_course: Toy) -> None:
    """Index, work tree, HEAD and status stay as they were, with staged and unstaged edits in them."""
    toy_course.write("staged.txt", "staged\n")
    toy_course.git("add", "staged.txt")
    toy_course.edit("README.md", "toy", "dirty")
    before = state(toy_course)
    write_solution(toy_course.load(), "solution")
    assert (toy_course.root / ".git/index").read_bytes() == before[0]
    assert state(toy_course) == before
    assert "README.md" in before[2] and "staged.txt" in before[2]
    assert "dirty" not in toy_course.git("show", "solution:README.md")


def test_the_same_course_makes_no_new_commit(toy_course: Toy) -> None:
    """Without a change the branch stays; a change adds one commit whose parent is the one before."""
    course = toy_course.load()
    first = write_solution(course, "solution")
    assert write_solution(course, "solution") == first
    toy_course.edit("grader/course/minitorch/ops.py", "running_total = 0.0", "running_total = 0.00")
    second = write_solution(course, "solution")
    assert second != first
    assert toy_course.git("log", "--format=%H", "solution").split() == [second, first]


def test_the_same_head_makes_the_same_commit(toy_course: Toy) -> None:
    """Author and dates are HEAD's, so that a second branch comes out as the first."""
    course = toy_course.load()
    assert write_solution(course, "solution") == write_solution(course, "answers/all")
    assert toy_course.git("log", "--format=%an %ae", "solution") == "Toy toy@example.org\n"


def test_the_history_does_not_hold_the_source(toy_course: Toy) -> None:
    """The branch's commits are its own: HEAD is not among them."""
    write_solution(toy_course.load(), "solution")
    assert toy_course.git("rev-parse", "HEAD").strip() not in toy_course.git(
        "log", "--format=%H", "solution"
    )


def test_a_hook_s_environment_does_not_mislead(
    toy_course: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Inside a hook of another repository, git's variables point elsewhere: they are not followed."""
    monkeypatch.setenv("GIT_DIR", str(toy_course.root / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(toy_course.root / "elsewhere/index"))
    sha = write_solution(toy_course.load(), "solution")
    assert len(sha) == 40
    assert not (toy_course.root / "elsewhere").exists()


@pytest.mark.parametrize("work_tree", [False, True])
def test_a_checked_out_branch_is_refused(toy_course: Toy, work_tree: bool, tmp_path: Path) -> None:
    """Nobody's checked-out branch moves under their feet, in this work tree or another."""
    branch = "main"
    if work_tree:
        branch = "other"
        toy_course.git("worktree", "add", "-q", "-b", branch, str(tmp_path / "other"))
    before = toy_course.git("rev-parse", branch)
    with pytest.raises(BranchInUse) as error:
        write_solution(toy_course.load(), branch)
    assert str(error.value).splitlines() == [
        f"The branch '{branch}' is checked out.",
        "  where: the command line",
        "  next:  name another, such as --branch solution",
    ]
    assert toy_course.git("rev-parse", branch) == before


@pytest.mark.parametrize("name", ["", "a b", "-x", "a..b", "@{-1}", "x.lock"])
def test_bad_branch_names(toy_course: Toy, name: str) -> None:
    """A name that git does not take is refused before anything is written."""
    with pytest.raises(BadBranch) as error:
        write_solution(toy_course.load(), name)
    assert error.value.what == f"{name!r} is not a name for a branch."
    assert error.value.next_step == "try --branch solution"


def test_a_branch_in_the_way(toy_course: Toy) -> None:
    """What git itself refuses is told in its own words."""
    toy_course.git("branch", "solution/old")
    with pytest.raises(GitFailed) as error:
        write_solution(toy_course.load(), "solution")
    assert error.value.what.startswith("git update-ref failed: ")
    assert "'refs/heads/solution/old' exists" in error.value.what
    assert error.value.where == str(toy_course.root)


def test_without_commits(toy_course: Toy) -> None:
    """There must be a HEAD to start from."""
    shutil.rmtree(toy_course.root / ".git")
    toy_course.git("init", "--quiet")
    with pytest.raises(NoCommits) as error:
        write_solution(toy_course.load(), "solution")
    assert str(error.value).splitlines() == [
        "The repository has no commit yet.",
        f"  where: {toy_course.root}",
        '  next:  run `git add --all && git commit -m "The course"`',
    ]


def test_without_a_repository(toy_course: Toy) -> None:
    """The course must be the top of a repository, and not a folder inside another."""
    shutil.rmtree(toy_course.root / ".git")
    with pytest.raises(NotAtTheTop) as error:
        write_solution(toy_course.load(), "solution")
    assert str(error.value).splitlines() == [
        "The course is not the top of a git repository.",
        f"  where: {toy_course.root}",
        "  next:  run `git init` there, and commit",
    ]


def test_a_course_deeper_in_a_repository(tmp_path: Path) -> None:
    """A course below another repository's top is refused alike."""
    toy = write_toy(tmp_path / "outer" / "inner")
    shutil.rmtree(toy.root / ".git")
    Toy(tmp_path / "outer").git("init", "--quiet")
    with pytest.raises(NotAtTheTop):
        write_solution(toy.load(), "solution")


def test_without_git(toy_course: Toy, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where there is no git, the error says how to get it."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GitMissing) as error:
        write_solution(toy_course.load(), "solution")
    assert str(error.value).splitlines() == [
        "There is no git.",
        "  where: the PATH",
        "  next:  install git (Debian, Ubuntu: apt-get install git)",
    ]


def test_the_solution_as_a_folder(toy_course: Toy, tmp_path: Path) -> None:
    """The solved module folders stand in the folder, tests and guides included."""
    out = tmp_path / "out"
    assert write_folders(toy_course.load(), out) == [out / "module0", out / "module1"]
    assert "running_total" in (out / "module1/minitorch/ops.py").read_text()
    assert (out / "module1/README.md").is_file()
    assert not list(out.rglob("mutants"))


def test_a_folder_in_use_is_refused(toy_course: Toy, tmp_path: Path) -> None:
    """What is in a folder stays."""
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(FolderInUse) as error:
        write_folders(toy_course.load(), tmp_path)
    assert str(error.value).splitlines() == [
        "The folder is not empty.",
        f"  where: {tmp_path}",
        "  next:  name a new or an empty folder",
    ]
