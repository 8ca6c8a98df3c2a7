"""``grader doctor --hook``: a hook of git that checks finished work before each push; ``grader check --changed``."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grader.authoring.publish import publish
from grader.cli.changed import changed_modules, changed_tasks
from grader.cli.hook import MARK
from grader.cli.main import run
from grader.errors import NoSuchRevision
from grader.tests.toy import Toy
from grader.tests.toy_work import OPS, OWN_TESTS, WRONG_CLAMP, lend_sandboxes, solved

ZEROS = "0" * 40
NOTHING = "there is nothing to check."


@pytest.fixture
def student(toy_course: Toy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Toy:
    """Publish the toy course, commit and push it as a student who begins would, and stand in it."""
    for name, value in {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}.items():
        monkeypatch.setenv(name, value)
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "student")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "student@example.org")
    publish(toy_course.load(), tmp_path / "my fork")
    monkeypatch.chdir(tmp_path / "my fork")
    git("init", "-q", "--initial-branch=main")
    git("init", "-q", "--bare", str(tmp_path / "far.git"))
    git("remote", "add", "origin", str(tmp_path / "far.git"))
    commit("Begin")
    git("push", "-q", "-u", "origin", "main")
    return Toy(tmp_path / "my fork")


def git(*arguments: str) -> str:
    """Run git in the current folder; it must succeed."""
    return subprocess.run(
        ["git", *arguments], check=True, capture_output=True, text=True
    ).stdout.strip()


def push(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", "push", *arguments], capture_output=True, text=True)


def commit(message: str) -> None:
    git("add", "--all")
    git("commit", "-q", "-m", message)


def said(capsys: pytest.CaptureFixture[str], code: int, *arguments: str) -> str:
    assert run(list(arguments)) == code
    printed = capsys.readouterr()
    return printed.out + printed.err


def solve(student: Toy, toy_course: Toy, *tasks: str) -> None:
    """Put finished tasks into the student's first module."""
    for path, text in solved(toy_course.load(), *tasks)["0"].items():
        student.write(f"module0/{path}", text)


# What changed


def test_tasks_that_are_begun_are_not_expected_to_pass(student: Toy, toy_course: Toy) -> None:
    course = student.load()
    assert changed_tasks(course, "HEAD") == ()
    student.edit(f"module0/{OPS}", '"""Bounded arithmetic."""', '"""Bounded, mine."""')
    assert changed_modules(course, "HEAD") == ("0",)
    assert changed_tasks(course, "HEAD") == ()  # both tasks of this file are to do
    solve(student, toy_course, "0.1")
    assert changed_tasks(course, "HEAD") == ("0.1",)  # and 0.2, in the same file, is to do
    solve(student, toy_course, "0.2")
    assert changed_tasks(course, "HEAD") == ()  # 0.2 needs 0.1, which is a stub again
    solve(student, toy_course, "0.1", "0.2")
    assert changed_tasks(course, "HEAD") == ("0.1", "0.2")


@pytest.mark.parametrize("stage", [False, True])
def test_only_tasks_whose_files_differ_are_named(
    student: Toy, toy_course: Toy, stage: bool
) -> None:
    """Whether the change is staged or not."""
    solve(student, toy_course)
    commit("All of Module 0")
    course = student.load()
    assert changed_tasks(course, "HEAD") == ()
    assert changed_tasks(course, "HEAD~1") == changed_tasks(course, ZEROS) == ("0.1", "0.2", "0.3")
    student.write(f"module0/{OWN_TESTS}", student.read(f"module0/{OWN_TESTS}") + "\n# mine\n")
    if stage:
        git("add", "--all")
    assert changed_tasks(course, "HEAD") == ("0.3",)
    assert changed_tasks(course, "@{push}") == ("0.1", "0.2", "0.3")
    with pytest.raises(NoSuchRevision):
        changed_tasks(course, "nowhere")


def test_check_takes_what_changed_since_the_last_commit(
    student: Toy,
    toy_course: Toy,
    capsys: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lend_sandboxes(request.config, monkeypatch)
    assert f"No module differs from HEAD: {NOTHING}\n" == said(capsys, 0, "check", "--changed")
    shown = said(capsys, 0, "check", "--changed", "--by-task")
    assert f"No finished task differs from HEAD: {NOTHING}\n" == shown
    solve(student, toy_course, "0.1")
    shown = said(capsys, 0, "check", "--changed", "--by-task")
    assert "0.1" in shown and "0.2" not in shown.split("Next:")[0]
    shown = said(capsys, 1, "check", "--changed")  # the whole module, in which 0.2 is to do
    assert "0.2" in shown
    shown = said(capsys, 2, "check", "--by-task")
    assert shown.startswith("--by-task goes with --changed.\n  where: ")


# Installing


@pytest.fixture
def hook(student: Toy) -> Path:
    return student.root / ".git/hooks/pre-push"


def test_it_is_installed_again_and_removed(
    student: Toy, hook: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(student.root / "module0")  # from anywhere in the repository
    shown = said(capsys, 0, "doctor", "--hook")
    assert shown.startswith(f"The hook is in {hook}.\n")
    assert "git push --no-verify" in shown and "grader doctor --no-hook" in shown
    assert os.access(hook, os.X_OK) and b"\r" not in hook.read_bytes()
    assert [path.name for path in hook.parent.iterdir() if path.suffix != ".sample"] == ["pre-push"]
    hook.write_text(f"#!/bin/sh\n{MARK}\n# an older one\n")
    said(capsys, 0, "doctor", "--hook")
    assert "an older one" not in hook.read_text()
    assert said(capsys, 0, "doctor", "--no-hook") == f"The hook is no longer in {hook}.\n"
    assert not hook.exists()
    assert said(capsys, 0, "doctor", "--no-hook") == "There was no hook.\n"


@pytest.mark.parametrize("link", [False, True])
def test_the_hook_of_somebody_else_stays(
    hook: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], link: bool
) -> None:
    own = "#!/bin/sh\necho mine\n"
    if link:
        (tmp_path / "shared").write_text(f"{own}{MARK}\n")
        hook.symlink_to(tmp_path / "shared")
    else:
        hook.write_text(own)
    for option in ("--hook", "--no-hook"):
        assert said(capsys, 2, "doctor", option) == (
            "There is another hook already. It was left as it is.\n"
            f"  where: {hook}\n"
            "  next:  add this line to it: grader check --changed @{push} --by-task\n"
        )
    assert hook.read_text().startswith(own) and hook.is_symlink() == link


def test_the_line_for_other_hooks_works(
    student: Toy, toy_course: Toy, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = said(capsys, 0, "check", "--changed", "@{push}", "--by-task")
    assert shown == f"No finished task differs from @{{push}}: {NOTHING}\n"


def test_hooks_may_lie_in_a_folder_of_the_repository(
    student: Toy, capsys: pytest.CaptureFixture[str]
) -> None:
    git("config", "core.hooksPath", "tools/hooks")
    said(capsys, 0, "doctor", "--hook")
    assert (student.root / "tools/hooks/pre-push").is_file()
    assert not (student.root / ".git/hooks/pre-push").exists()


def test_hooks_that_other_repositories_share_stay_as_they_are(
    student: Toy, hook: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    git("config", "core.hooksPath", str(tmp_path / "shared"))
    assert said(capsys, 2, "doctor", "--hook") == (
        "core.hooksPath names a folder outside of this repository, which others may share.\n"
        f"  where: {tmp_path / 'shared'}\n"
        f"  next:  give this repository hooks of its own: git config core.hooksPath '{hook.parent}'\n"
    )
    assert not (tmp_path / "shared").exists()
    git("config", "core.hooksPath", str(hook.parent))
    said(capsys, 0, "doctor", "--hook")
    assert hook.exists()


def test_a_work_tree_shares_the_hooks_of_its_repository(
    student: Toy,
    hook: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    git("worktree", "add", "-q", str(tmp_path / "beside"))
    monkeypatch.chdir(tmp_path / "beside")
    said(capsys, 0, "doctor", "--hook")
    assert hook.is_file()


def test_outside_of_a_repository_it_says_so(
    student: Toy, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(student.root / ".git")
    assert "The course is not the top of a git repository." in said(capsys, 2, "doctor", "--hook")


def test_a_file_where_the_folder_should_be_is_told(
    hook: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(hook.parent)
    hook.parent.write_text("a file")
    assert f"  where: {hook}\n" in said(capsys, 2, "doctor", "--hook")


# Pushing, with a program in the place of Python that notes how it is called


@pytest.fixture
def calls(
    hook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Path:
    """Install the hook; what it calls is noted in this file, and ends with the exit code in the file ``code``."""
    python = tmp_path / "an old 'venv'" / "python"
    python.parent.mkdir()
    python.write_text(
        f'#!/bin/sh\necho "$@" >> "{tmp_path}/calls"\nexit $(cat "{tmp_path}/code" || echo 0)\n'
    )
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    said(capsys, 0, "doctor", "--hook")
    (tmp_path / "calls").write_text("")
    return tmp_path / "calls"


def noted(calls: Path) -> list[str]:
    """List the revisions that were compared with, and forget them."""
    found = calls.read_text().splitlines()
    calls.write_text("")
    assert all(line.startswith("-P -m grader check --changed ") for line in found)
    assert all(line.endswith(" --by-task") for line in found)
    return [line.split()[5] for line in found]


def edit(student: Toy) -> None:
    student.write(f"module0/{OPS}", student.read(f"module0/{OPS}") + "\n")
    commit("Edit")


def test_a_push_is_compared_with_what_the_other_side_has(student: Toy, calls: Path) -> None:
    before = git("rev-parse", "HEAD")
    edit(student)
    edit(student)
    assert push().returncode == 0
    assert noted(calls) == [before]
    assert push().returncode == 0
    assert noted(calls) == []  # nothing was left to push


def test_a_new_branch_is_compared_with_the_last_commit_that_is_there(
    student: Toy, calls: Path
) -> None:
    before = git("rev-parse", "HEAD")
    git("switch", "-q", "-c", "idea")
    edit(student)
    assert push("origin", "idea").returncode == 0
    assert noted(calls) == [before]


def test_the_first_branch_is_compared_with_the_skeleton(
    student: Toy, calls: Path, tmp_path: Path
) -> None:
    git("init", "-q", "--bare", str(tmp_path / "other.git"))
    assert push(str(tmp_path / "other.git"), "main").returncode == 0
    assert noted(calls) == [ZEROS]


def test_what_is_not_at_hand_is_not_checked(student: Toy, calls: Path) -> None:
    """Tags, branches that are deleted, and other branches, whose files are not those of the folder."""
    git("tag", "done")
    git("branch", "other")
    edit(student)
    assert push("origin", "done", "other").returncode == 0
    assert push("origin", "--delete", "other").returncode == 0
    assert noted(calls) == []


@pytest.mark.parametrize(("code", "pushed"), [(0, True), (1, False), (2, True), (3, True)])
def test_only_wrong_work_stops_a_push(
    student: Toy, calls: Path, tmp_path: Path, code: int, pushed: bool
) -> None:
    """What could not be checked is no reason to stop it."""
    edit(student)
    (tmp_path / "code").write_text(str(code))
    done = push()
    assert (done.returncode == 0) == pushed
    told = "Nothing was pushed. To push all the same: git push --no-verify\n" in done.stderr
    assert told == (not pushed)
    assert push("--no-verify").returncode == 0


def test_a_python_that_is_gone_stops_no_push(student: Toy, calls: Path, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "an old 'venv'")
    edit(student)
    done = push()
    assert done.returncode == 0
    assert "Nothing was checked: there is no " in done.stderr
    assert "To fix that: grader doctor --hook\n" in done.stderr


def test_from_another_work_tree(
    student: Toy, calls: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = git("rev-parse", "HEAD")
    git("worktree", "add", "-q", str(tmp_path / "beside"))
    monkeypatch.chdir(tmp_path / "beside")
    edit(Toy(tmp_path / "beside"))
    assert push("origin", "beside").returncode == 0
    assert noted(calls) == [before]


def test_a_wrong_task_stops_a_push_until_it_is_right(
    student: Toy, toy_course: Toy, capsys: pytest.CaptureFixture[str]
) -> None:
    """All of it, with the grader itself."""
    said(capsys, 0, "doctor", "--hook")
    solve(student, toy_course, "0.1")
    right = student.read(f"module0/{OPS}")
    student.write(f"module0/{OPS}", right + WRONG_CLAMP)
    commit("Wrong")
    done = push()
    assert done.returncode != 0 and "Nothing was pushed." in done.stderr
    assert "Fix task 0.1" in done.stdout + done.stderr
    student.write(f"module0/{OPS}", right)
    commit("Right, and 0.2 is still to do")
    done = push()
    assert done.returncode == 0, done.stderr
    assert git("rev-parse", "origin/main") == git("rev-parse", "HEAD")
