"""Commits of git repositories, kind and hostile."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import zlib
from pathlib import Path

import pytest

from grader.errors import GitNotFound, NoSuchRevision, NotAGitRepository
from grader.submission import discover, take
from grader.submission.tree import NAMES
from grader.tests.handed_in import COURSE, MODULE0, OPERATORS, TAKEN0, told, within, write

PATH = "module0/minitorch/operators.py"
DATE = "2026-10-05T12:30:00+02:00"
IN_UTC = "2026-10-05T10:30:00+00:00"

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def git(folder: Path, *arguments: str, given: bytes | None = None) -> str:
    """Run git as a student would, without anybody's settings."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        **{f"GIT_{who}_NAME": "A" for who in ("AUTHOR", "COMMITTER")},
        **{f"GIT_{who}_EMAIL": "a@b" for who in ("AUTHOR", "COMMITTER")},
        **{f"GIT_{who}_DATE": DATE for who in ("AUTHOR", "COMMITTER")},
    }
    command = ["git", "-C", str(folder), *arguments]
    done = subprocess.run(command, env=environment, input=given, capture_output=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.decode().strip()


def commit(folder: Path, files: dict[str, str], *options: str) -> str:
    write(folder, files)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "work", *options)
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository: tag ``v1`` and, after it, ``main``, where addition is wrong."""
    folder = tmp_path_factory.mktemp("template")
    git(folder, "init", "-q", "-b", "main")
    commit(folder, within("module0", MODULE0))
    git(folder, "tag", "-a", "-m", "handed in", "v1")
    commit(folder, {PATH: "wrong = 1\n"})
    return folder


@pytest.fixture
def alice(template: Path, tmp_path: Path) -> Path:
    shutil.copytree(template, tmp_path / "alice", symlinks=True)
    return tmp_path / "alice"


@pytest.mark.parametrize("revision", ["v1", "main~1", "refs/tags/v1", "feature/x", "SHA", "SHORT"])
@pytest.mark.parametrize("packed", [False, True])
def test_a_commit_is_taken_by_any_name(alice: Path, revision: str, packed: bool) -> None:
    git(alice, "branch", "feature/x", "v1")
    sha = git(alice, "rev-parse", "v1^{commit}")
    if packed:
        git(alice, "gc", "-q")
    name = {"SHA": sha, "SHORT": sha[:8]}.get(revision, revision)
    submission = take(f"{alice}@{name}", COURSE)
    assert submission.id == "alice"
    assert submission.files == {"0": TAKEN0}
    assert (submission.commit, submission.submitted_at) == (sha, IN_UTC)
    assert submission.problems == ()


def test_the_work_tree_is_not_looked_at(alice: Path) -> None:
    write(alice, {PATH: "dirty = 1\n"})
    assert take(f"{alice}@main", COURSE).files["0"]["minitorch/operators.py"] == "wrong = 1\n"
    assert take(str(alice), COURSE).files["0"]["minitorch/operators.py"] == "dirty = 1\n"


def test_a_bare_repository(alice: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--bare", "alice", "bob.git")
    assert take(f"{tmp_path}/bob.git@v1", COURSE).files == {"0": TAKEN0}
    submission = take(f"{tmp_path}/bob.git", COURSE)
    assert submission.id == "bob"
    assert submission.commit == git(alice, "rev-parse", "main")


def test_a_linked_work_tree(alice: Path, tmp_path: Path) -> None:
    git(alice, "worktree", "add", "-q", str(tmp_path / "linked"), "v1")
    assert take(f"{tmp_path}/linked@HEAD", COURSE).files == {"0": TAKEN0}


def test_a_bare_repository_inside_its_work_trees_folder(alice: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--bare", "alice", "bob/.bare")
    write(tmp_path / "bob", {".git": "gitdir: ./.bare\n"})
    assert take(f"{tmp_path}/bob@v1", COURSE).files == {"0": TAKEN0}
    git(tmp_path / "bob", "worktree", "add", "-q", "main", "v1")
    assert take(f"{tmp_path}/bob/main@HEAD", COURSE).files == {"0": TAKEN0}


def test_a_repository_with_the_longer_hash(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "-b", "main", "--object-format=sha256")
    sha = commit(tmp_path, within("module0", MODULE0))
    assert len(sha) == 64
    submission = take(f"{tmp_path}@main", COURSE)
    assert (submission.commit, submission.files) == (sha, {"0": TAKEN0})


def test_one_folder_around_the_modules(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "-b", "main")
    commit(tmp_path, within("course", within("module0", MODULE0)))
    assert take(f"{tmp_path}@main", COURSE).files == {"0": TAKEN0}


def test_a_bare_repository_in_a_class_is_taken_at_its_tip(alice: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--bare", "alice", "class/bob.git")
    git(tmp_path, "init", "-q", "--bare", "class/empty.git")
    bob, empty = discover([str(tmp_path / "class")], COURSE)
    assert (bob.id, empty.id) == ("bob", "empty")
    assert "0" in take(bob.spec, COURSE).files
    assert told(take(empty.spec, COURSE)) == {".": "No commit HEAD."}


@pytest.mark.parametrize(
    "revision, hint",
    [
        ("mian", " Did you mean main?"),
        ("0123456789", " It has main, v1."),
        ("--all", " It has main, v1."),
        ("v1:module0", " It has main, v1."),
        ("x\nmain", " Did you mean main?"),
        ("x\x1b", " It has main, v1."),
    ],
)
def test_a_revision_that_is_not_there(alice: Path, revision: str, hint: str) -> None:
    with pytest.raises(NoSuchRevision) as error:
        take(f"{alice}@{revision}", COURSE)
    what, where, step = str(error.value).splitlines()
    assert what.startswith("No commit ") and what.endswith(hint)
    assert where == f"  where: {alice}"
    assert step.startswith("  next:  give a branch, a tag or a commit")


def test_a_folder_that_is_no_repository(tmp_path: Path) -> None:
    (tmp_path / "alice").mkdir()
    with pytest.raises(NotAGitRepository) as error:
        take(f"{tmp_path}/alice@main", COURSE)
    assert "there is no .git, and it is not a bare repository" in str(error.value)
    assert "give a plain clone" in str(error.value)


def test_git_may_be_missing(alice: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(
        GitNotFound, match="git is needed to read a revision, and it is not installed"
    ):
        take(f"{alice}@main", COURSE)


def test_a_link_in_a_commit_is_not_followed(alice: Path) -> None:
    (alice / PATH).unlink()
    (alice / PATH).symlink_to("__init__.py")
    commit(alice, {})
    message = told(take(f"{alice}@main", COURSE))[PATH]
    assert message == "is a symbolic link, and links are not followed"


def test_a_linked_folder_in_a_commit_is_not_followed(alice: Path) -> None:
    (alice / "module0").rename(alice / "other")
    (alice / "module0").symlink_to("other")
    commit(alice, {"module1/minitorch/scalar.py": ""})
    submission = take(f"{alice}@main", COURSE)
    assert {id: set(files) for id, files in submission.files.items()} == {
        "0": set(),
        "1": {"minitorch/scalar.py"},
    }
    assert told(submission)[PATH] == "lies behind module0, which is not a plain folder"


def test_a_submodule_is_nothing(alice: Path) -> None:
    sha = git(alice, "rev-parse", "HEAD")
    git(alice, "rm", "-q", "-r", "--cached", "module0/project")
    git(alice, "update-index", "--add", "--cacheinfo", f"160000,{sha},module0/project")
    git(alice, "commit", "-q", "-m", "submodule")
    message = told(take(f"{alice}@main", COURSE))["module0/project/run.py"]
    assert message == "lies behind project, which is not a plain folder"


def test_a_large_file_is_not_read(alice: Path) -> None:
    commit(alice, {PATH: "#" * (256 * 1024 + 1)})
    assert told(take(f"{alice}@main", COURSE))[PATH] == "is larger than 256 KiB"


def test_a_name_that_a_commit_has_twice(alice: Path) -> None:
    good, wrong = (git(alice, "rev-parse", f"{name}:{PATH}") for name in ("v1", "main"))
    entry = b"100644 operators.py\0"
    package = entry + bytes.fromhex(good) + entry + bytes.fromhex(wrong)
    sha = git(alice, "hash-object", "-w", "-t", "tree", "--literally", "--stdin", given=package)
    for folder in ("minitorch", "module0"):
        sha = git(alice, "mktree", given=f"040000 tree {sha}\t{folder}\n".encode())
    sha = git(alice, "commit-tree", "-m", "twice", sha)
    submission = take(f"{alice}@{sha}", COURSE)
    said = {problem.message for problem in submission.problems if problem.path == PATH}
    assert said == {"is neither a file nor a folder, not a file", "is in the commit twice"}
    assert submission.files == {"0": {}}


def test_a_date_outside_the_calendar_is_none(alice: Path) -> None:
    tree = git(alice, "rev-parse", "v1^{tree}")
    content = f"tree {tree}\nauthor A <a@b> 1 +0000\ncommitter A <a@b> 999999999999 +0000\n\nx\n"
    sha = git(alice, "hash-object", "-w", "-t", "commit", "--stdin", given=content.encode())
    submission = take(f"{alice}@{sha}", COURSE)
    assert (submission.commit, submission.submitted_at) == (sha, None)
    assert submission.files == {"0": TAKEN0}


def test_nothing_that_a_configuration_names_is_run(alice: Path, tmp_path: Path) -> None:
    trap = tmp_path / "sprung"
    script = tmp_path / "trap.sh"
    script.write_text(f"#!/bin/sh\ntouch {trap}\n")
    script.chmod(0o755)
    settings = {
        "core.fsmonitor": script,
        "core.hooksPath": tmp_path,
        "core.pager": script,
        "core.sshCommand": script,
        "core.askPass": script,
        "core.worktree": "/",
        "diff.external": script,
        "filter.x.smudge": script,
        "uploadpack.packObjectsHook": script,
        "protocol.allow": "always",
        "protocol.ext.allow": "always",
        "remote.origin.url": f"ext::{script}",
        "remote.origin.promisor": "true",
        "remote.origin.partialCloneFilter": "blob:none",
        "extensions.partialClone": "origin",
        "core.repositoryFormatVersion": "1",
    }
    for name, value in settings.items():
        git(alice, "config", name, str(value))
    blob = git(alice, "rev-parse", f"main:{PATH}")
    (
        alice / ".git/objects" / blob[:2] / blob[2:]
    ).unlink()  # asking the other config would fetch it
    submission = take(f"{alice}@main", COURSE)
    assert "is not in the repository" in told(submission)[PATH]
    assert "project/run.py" in submission.files["0"]
    assert not trap.exists()


def test_a_broken_configuration_is_not_even_read(alice: Path) -> None:
    (alice / ".git/config").write_text("[[[")
    assert take(f"{alice}@v1", COURSE).files == {"0": TAKEN0}


def refusal(spec: str) -> str:
    with pytest.raises(NotAGitRepository) as error:
        take(spec, COURSE)
    return error.value.what


def test_objects_are_not_borrowed_from_another_repository(alice: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--shared", "alice", "mallory")
    assert "it borrows objects from another repository" in refusal(f"{tmp_path}/mallory@main")


def test_objects_are_not_looked_for_behind_a_link(alice: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "alice", "mallory")
    shutil.rmtree(tmp_path / "mallory/.git/objects")
    (tmp_path / "mallory/.git/objects").symlink_to(alice / ".git/objects")
    assert "its objects are not in a plain folder" in refusal(f"{tmp_path}/mallory@main")


@pytest.mark.parametrize(
    "place",
    ["objects/pack", "objects/info", "objects/FAN", "objects/FAN/REST", "objects/pack/x.pack"],
)
def test_nothing_among_the_objects_is_a_link(alice: Path, tmp_path: Path, place: str) -> None:
    """Each of them would have git read the files of another student."""
    sha = git(alice, "rev-parse", f"v1:{PATH}")
    place = place.replace("FAN", sha[:2]).replace("REST", sha[2:])
    shutil.copytree(alice, tmp_path / "mallory")
    mine, theirs = (tmp_path / name / ".git" / place for name in ("mallory", "alice"))
    shutil.rmtree(mine) if mine.is_dir() else mine.unlink(missing_ok=True)
    mine.symlink_to(theirs)
    assert f"its {place} is a link" in refusal(f"{tmp_path}/mallory@v1")


@pytest.mark.parametrize("place", ["objects/info", "objects/pack", "objects/00"])
def test_a_link_does_not_hide_behind_more_names_than_are_listed(
    alice: Path, tmp_path: Path, place: str
) -> None:
    folder = alice / ".git" / place
    folder.mkdir(exist_ok=True)
    for number in range(NAMES):
        (folder / f"x{number}").touch()
    (folder / "alternates").write_text("/elsewhere/objects\n")
    what = refusal(f"{alice}@v1")
    assert "it has more loose objects or packs" in what or "it borrows objects" in what


def test_objects_nested_without_end_are_not_walked(alice: Path) -> None:
    (alice / ".git/objects/a/b/c/d/e").mkdir(parents=True)
    assert "than can be looked at" in refusal(f"{alice}@v1")


@pytest.mark.parametrize("name", ["commondir", "objects/info/alternates"])
def test_no_file_leads_to_another_repositorys_objects(alice: Path, name: str) -> None:
    (alice / ".git" / name).write_text("/elsewhere\n")
    assert f"it borrows objects from another repository ({name})" in refusal(f"{alice}@v1")


def test_refs_are_not_looked_for_behind_a_link(alice: Path, tmp_path: Path) -> None:
    shutil.copytree(alice, tmp_path / "mallory")
    shutil.rmtree(tmp_path / "mallory/.git/refs")
    (tmp_path / "mallory/.git/refs").symlink_to(alice / ".git/refs")
    assert "its refs are not in a plain folder" in refusal(f"{tmp_path}/mallory@v1")


@pytest.mark.parametrize("name", ["HEAD", "packed-refs"])
def test_no_file_of_refs_is_a_link(alice: Path, tmp_path: Path, name: str) -> None:
    git(alice, "pack-refs", "--all")
    shutil.copytree(alice, tmp_path / "mallory")
    (tmp_path / "mallory/.git" / name).unlink()
    (tmp_path / "mallory/.git" / name).symlink_to(alice / ".git" / name)
    assert "is a symbolic link" in refusal(f"{tmp_path}/mallory@v1")


@pytest.mark.parametrize("name", [".git", "gitdir"])
def test_no_pointer_of_a_work_tree_is_a_link(alice: Path, tmp_path: Path, name: str) -> None:
    git(alice, "worktree", "add", "-q", str(tmp_path / "linked"), "v1")
    inner = alice / ".git/worktrees/linked"
    pointer = {".git": tmp_path / "linked/.git", "gitdir": inner / "gitdir"}[name]
    pointer.rename(tmp_path / "kept")
    pointer.symlink_to(tmp_path / "kept")
    assert "link" in refusal(f"{tmp_path}/linked@HEAD")


def test_folders_of_refs_without_end_are_not_walked(
    alice: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.submission.repository._REFS", 50)
    for number in range(20):
        (alice / f".git/refs/heads/{number}/x/y").mkdir(parents=True)
    assert "it has more files below refs than can be looked at" in refusal(f"{alice}@v1")


def test_a_local_clone_shares_its_objects_by_hard_links(alice: Path, tmp_path: Path) -> None:
    """That is how git clones on one disk, and no way to files that could not be copied as well."""
    git(tmp_path, "clone", "-q", "--bare", "alice", "bob.git")
    assert any(
        p.stat().st_nlink > 1 for p in (tmp_path / "bob.git/objects").rglob("*") if p.is_file()
    )
    assert take(f"{tmp_path}/bob.git@v1", COURSE).files == {"0": TAKEN0}


def test_a_repository_behind_a_link_is_not_read(alice: Path, tmp_path: Path) -> None:
    (tmp_path / "mallory").mkdir()
    (tmp_path / "mallory/.git").symlink_to(alice / ".git")
    assert "its .git is a link" in refusal(f"{tmp_path}/mallory@main")


@pytest.mark.parametrize("target", [".git", ".git/worktrees/linked"])
def test_a_git_file_may_not_point_to_another_students_repository(
    alice: Path, tmp_path: Path, target: str
) -> None:
    git(alice, "worktree", "add", "-q", str(tmp_path / "linked"), "v1")
    write(tmp_path / "mallory", {".git": f"gitdir: {alice / target}\n"})
    what = refusal(f"{tmp_path}/mallory@main")
    assert "is missing" in what or "points to a repository that does not know it" in what


@pytest.mark.parametrize("content", ["gitdir: loop/x", "gitdir: /", "", "gitdir: " + "x/" * 5000])
def test_a_git_file_that_leads_nowhere(tmp_path: Path, content: str) -> None:
    write(tmp_path / "mallory", {".git": content})
    (tmp_path / "mallory/loop").symlink_to("loop")
    assert refusal(f"{tmp_path}/mallory@main")


def test_replaced_objects_are_read_as_they_were(alice: Path) -> None:
    git(alice, "replace", git(alice, "rev-parse", "main"), git(alice, "rev-parse", "v1^{commit}"))
    assert take(f"{alice}@main", COURSE).files["0"]["minitorch/operators.py"] == "wrong = 1\n"


@pytest.mark.parametrize("name", [PATH, ""])
def test_a_forged_object_is_found_out(alice: Path, name: str) -> None:
    sha = git(alice, "rev-parse", f"v1:{name}" if name else "v1^{commit}")
    kind = b"blob" if name else b"commit"
    old = zlib.decompress((alice / ".git/objects" / sha[:2] / sha[2:]).read_bytes())
    content = (
        old.partition(b"\0")[2].replace(b"return x + y", b"return y + x").replace(b"work", b"fake")
    )
    assert hashlib.sha1(b"%s %d\0%s" % (kind, len(content), content)).hexdigest() != sha
    loose = alice / ".git/objects" / sha[:2] / sha[2:]
    loose.unlink()
    loose.write_bytes(zlib.compress(b"%s %d\0%s" % (kind, len(content), content)))
    message = told(take(f"{alice}@v1", COURSE))[name or "."]
    if name:
        assert message == f"is not what its object {sha[:12]} says: damaged or forged"
    else:
        assert message == "The commit of v1 can't be read: damaged, or a partial clone"


def test_a_pipe_among_the_objects_is_not_opened(alice: Path) -> None:
    """It would hold git up until its time is over."""
    blob = git(alice, "rev-parse", f"main:{PATH}")
    loose = alice / ".git/objects" / blob[:2] / blob[2:]
    loose.unlink()
    os.mkfifo(loose)
    assert "is neither a file nor a folder: objects lie in plain files" in refusal(f"{alice}@main")


def test_git_does_not_hold_the_grader_up(
    alice: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it is busy with, its time ends."""
    monkeypatch.setattr("grader.submission.objects.SECONDS", 0.5)
    write(tmp_path / "bin", {"git": "#!/bin/sh\nexec sleep 100\n"})
    (tmp_path / "bin/git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:{os.environ['PATH']}")
    message = told(take(f"{alice}@main", COURSE))["."]
    assert "git gave up, or took" in message


@pytest.mark.parametrize(
    "content", ["ref: refs/heads/../../x\n", "ref: /etc/passwd", "", "x" * 100, "\0"]
)
def test_an_odd_head_names_nothing(alice: Path, content: str) -> None:
    (alice / ".git/HEAD").write_text(content)
    with pytest.raises((NoSuchRevision, NotAGitRepository)):
        take(f"{alice}@HEAD", COURSE)


def test_odd_refs_are_passed_over(alice: Path) -> None:
    sha = git(alice, "rev-parse", "v1")
    heads = alice / ".git/refs/heads"
    for name in ("a..b", "x.lock", "-x\x1b", "a b"):
        (heads / name).write_text(sha + "\n")
    (heads / "pipe").symlink_to("/dev/zero")
    os.mkfifo(heads / "fifo")
    (alice / ".git/packed-refs").write_text(f"{sha} refs/heads/ok\n{sha} refs/../up\nrubbish\n")
    assert take(f"{alice}@ok", COURSE).files == {"0": TAKEN0}
    assert take(f"{alice}@v1", COURSE).files["0"]["minitorch/operators.py"] == OPERATORS


def test_the_repository_is_left_as_it_was(alice: Path) -> None:
    before = sorted((str(p), p.lstat().st_mtime_ns) for p in (alice / ".git").rglob("*"))
    take(f"{alice}@main~1", COURSE)
    assert before == sorted((str(p), p.lstat().st_mtime_ns) for p in (alice / ".git").rglob("*"))
