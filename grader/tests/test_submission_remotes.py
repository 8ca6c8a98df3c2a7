"""Repositories that are fetched: what is taken of them, and what servers and settings can't make git do."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.errors import Refused
from grader.model import Submission
from grader.submission import remotes
from grader.submission.enrolled import take_assigned
from grader.submission.matching import Assigned
from grader.submission.remotes import Remote, RemoteFailed
from grader.submission.roster import Row
from grader.submission.taking import take
from grader.tests.handed_in import COURSE, MODULE0, OPERATORS, TAKEN0, told, within, write
from grader.tests.test_submission_git import git

PATH = "module0/minitorch/operators.py"
NOON = 1_790_935_200  # 2026-10-02T12:00+02:00

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def commit(folder: Path, text: str, at: int, *options: str) -> str:
    """Commit one file's text at a moment."""
    write(folder, {PATH: text})
    git(folder, "add", "-A")
    dated = {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_COMMITTER_DATE": f"{at} +0200",
        "GIT_AUTHOR_DATE": f"{at} +0200",
    }
    subprocess.run(
        ["git", "-c", "user.name=A", "-c", "user.email=a@b", "commit", "-qm", "work", *options],
        cwd=folder,
        env={**os.environ, **dated},
        check=True,
    )
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def ada(tmp_path: Path) -> Path:
    """A repository with one commit, an hour before noon."""
    folder = write(tmp_path / "ada", within("module0", MODULE0))
    git(folder, "init", "-q", "-b", "main")
    commit(folder, OPERATORS, NOON - 3600)
    return folder


@pytest.fixture
def taking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Submission]:
    """Take a repository's submission, at a time that the grader's clock shows."""

    def take(
        repository: Path | str, at: int | None = None, *, now: int = NOON + 9000, branch: str = ""
    ) -> Submission:
        monkeypatch.setattr(remotes, "time", lambda: float(now))
        row = Row("ada", "Ada L", repository=str(repository), branch=branch)
        return take_assigned(Assigned(row), COURSE, tmp_path / "clones", at)

    return take


def test_the_tip_is_taken_and_a_fetch_brings_news(
    ada: Path, taking: Callable[..., Submission], tmp_path: Path
) -> None:
    first = taking(ada)
    assert (first.id, first.student, first.source) == ("ada", "Ada L", str(ada))
    assert first.files == {"0": TAKEN0} and first.problems == ()
    assert first.submitted_at == "2026-10-02T09:00:00+00:00"
    sha = commit(ada, "news = 1\n", NOON)
    second = taking(ada, now=NOON + 9001)
    assert second.commit == sha
    assert second.files["0"]["minitorch/operators.py"] == "news = 1\n"
    assert [path.name for path in (tmp_path / "clones").iterdir()] == ["ada.git"]
    assert not list((tmp_path / "clones").rglob("operators.py"))


def test_a_branch(ada: Path, taking: Callable[..., Submission]) -> None:
    git(ada, "checkout", "-q", "-b", "handed/in")
    sha = commit(ada, "branched = 1\n", NOON)
    git(ada, "checkout", "-q", "main")
    submission = taking(ada, branch="handed/in")
    assert (submission.commit, submission.source) == (sha, f"{ada}@handed/in")
    assert taking(ada).commit != sha
    other = taking(ada, branch="other")
    assert other.fault == "the repository has no branch other: handed/in, main"
    assert (other.files, other.student, other.source) == ({}, "Ada L", f"{ada}@other")


def test_what_counts_at_a_moment(ada: Path, taking: Callable[..., Submission]) -> None:
    in_time = git(ada, "rev-parse", "HEAD")
    commit(ada, "late = 1\n", NOON + 1)
    submission = taking(ada, NOON)
    assert (submission.commit, submission.files) == (in_time, {"0": TAKEN0})
    assert taking(ada, NOON + 1).commit == git(ada, "rev-parse", "HEAD")
    early = taking(ada, NOON - 7200)
    assert early.files == {} and early.student == "Ada L"
    said = "nothing was handed in: the first commit is later than the moment that counts"
    assert told(early) == {".": said}


def test_what_was_fetched_in_time_survives_a_forced_push(
    ada: Path, taking: Callable[..., Submission]
) -> None:
    """What was there before the moment counts, although its author's clock was wrong and it is gone since."""
    seen = commit(ada, "seen = 1\n", NOON + 500)
    taking(ada, now=NOON - 60)
    commit(ada, "anew = 1\n", NOON + 3000, "--amend")
    git(ada, "reflog", "expire", "--expire=now", "--all")
    git(ada, "gc", "-q", "--prune=now")
    submission = taking(ada, NOON)
    assert submission.commit == seen
    assert submission.files["0"]["minitorch/operators.py"] == "seen = 1\n"
    said = "on 2026-10-02 at 09:59 UTC, and was pushed away later"
    assert told(submission)[".git"].endswith(said)
    assert taking(ada).commit == git(ada, "rev-parse", "HEAD")


def test_a_corrected_address_begins_anew(
    ada: Path, taking: Callable[..., Submission], tmp_path: Path
) -> None:
    """What was fetched from a wrong repository is not this student's."""
    shutil.copytree(ada, tmp_path / "wrong")
    commit(tmp_path / "wrong", "somebody_elses = 1\n", NOON - 60)
    taking(tmp_path / "wrong", now=NOON - 30)
    assert taking(ada, NOON).commit == git(ada, "rev-parse", "HEAD")


def test_due_dates_are_held_against_what_is_known_of_a_commits_date(
    ada: Path, taking: Callable[..., Submission]
) -> None:
    """Neither a clock that is ahead costs points, nor does a date that was set back save any."""
    commit(ada, "ahead = 1\n", NOON + 40_000_000)
    assert taking(ada, NOON, now=NOON - 60).submitted_at == "2026-10-02T09:59:00+00:00"
    commit(ada, "late = 1\n", NOON + 60)
    commit(ada, "back = 1\n", NOON - 40_000_000)
    assert taking(ada).submitted_at == "2026-10-02T10:01:00+00:00"


@pytest.mark.parametrize("written", ["A <a@b> {} +00000", "A <a@b>{} +0200"])
def test_a_date_that_is_oddly_written_counts(
    ada: Path, taking: Callable[..., Submission], written: str
) -> None:
    """Whoever writes their commits by hand is not in time for that."""
    plain = git(ada, "cat-file", "commit", "HEAD")
    odd = re.sub(r"(?m)^committer .*$", f"committer {written.format(NOON)}", plain) + "\n"
    (ada / "odd").write_text(odd, encoding="utf-8")
    sha = git(ada, "hash-object", "-t", "commit", "-w", "--literally", "odd")
    git(ada, "update-ref", "refs/heads/main", sha)
    submission = taking(ada)
    assert submission.commit == sha
    assert submission.submitted_at == "2026-10-02T10:00:00+00:00"
    assert take(f"{ada}@main", COURSE).submitted_at == "2026-10-02T10:00:00+00:00"


def test_a_branch_that_is_gone_since(ada: Path, taking: Callable[..., Submission]) -> None:
    """What was fetched by then counts; as of now, there is nothing."""
    before = taking(ada, branch="main", now=NOON - 60)
    git(ada, "branch", "-m", "main", "elsewhere")
    after = taking(ada, NOON, branch="main")
    assert (after.commit, after.files) == (before.commit, before.files)
    said = "now the repository has no branch main: elsewhere; what was there before counts"
    assert told(after) == {".git": said}
    assert "has no branch main" in taking(ada, branch="main").fault


def test_dates_that_were_altered(ada: Path, taking: Callable[..., Submission]) -> None:
    commit(ada, "late = 1\n", NOON + 7000)
    back = commit(ada, "dated_back = 1\n", NOON - 100)
    submission = taking(ada, NOON)
    assert submission.files == {"0": TAKEN0}
    assert told(submission)[".git"].startswith(f"{back[:12]}: dated before a commit that it builds")


def test_an_empty_repository_is_nothing_handed_in(
    taking: Callable[..., Submission], tmp_path: Path
) -> None:
    git(tmp_path, "init", "-q", "--bare", "empty.git")
    submission = taking(tmp_path / "empty.git")
    assert submission.files == {}
    assert told(submission) == {".": "nothing was handed in: the repository has no commits"}


def test_a_first_branch_that_is_not_there(ada: Path, taking: Callable[..., Submission]) -> None:
    """Where there is one branch, it is meant; of several, none is guessed."""
    git(ada, "symbolic-ref", "refs/remotes/origin/HEAD", "refs/heads/main")
    git(ada, "symbolic-ref", "HEAD", "refs/heads/trunk")
    assert taking(ada).files == {"0": TAKEN0}
    git(ada, "branch", "other", "main")
    assert "no branch to begin with: main, other" in taking(ada).fault


def test_a_repository_with_the_longer_hash(
    taking: Callable[..., Submission], tmp_path: Path
) -> None:
    folder = write(tmp_path / "long", within("module0", MODULE0))
    git(folder, "init", "-q", "-b", "main", "--object-format=sha256")
    sha = commit(folder, OPERATORS, NOON)
    submission = taking(folder, NOON)
    assert (submission.commit, submission.files) == (sha, {"0": TAKEN0})


def test_a_repository_that_is_not_there_is_nobodys_fault(
    taking: Callable[..., Submission], tmp_path: Path
) -> None:
    submission = taking(tmp_path / "nowhere")
    assert re.match("git ls-remote: fatal: '.*nowhere' does not appear", submission.fault)
    assert (submission.id, submission.student, submission.problems) == ("ada", "Ada L", ())


@pytest.mark.parametrize("address", ["{}", "file://{}"])
@pytest.mark.parametrize(
    "lent", ["objects/info/alternates", "objects/pack", "commondir", ".git", "no objects"]
)
def test_objects_are_not_borrowed_from_a_repository_beside_it(
    ada: Path, taking: Callable[..., Submission], tmp_path: Path, lent: str, address: str
) -> None:
    """git itself follows each of these, and would hand out the work of another student."""
    git(ada, "gc", "-q")
    mallory = tmp_path / "mal lory"
    git(tmp_path, "init", "-q", "--bare", str(mallory))
    write(mallory, {"packed-refs": (ada / ".git/packed-refs").read_text()})
    if lent == ".git":
        write(mallory, {lent: f"gitdir: {ada}/.git\n"})
    elif lent == "objects/pack":
        (mallory / lent).rmdir()
        (mallory / lent).symlink_to(ada / ".git" / lent)
    elif lent == "no objects":
        shutil.rmtree(mallory / "objects")
        write(mallory, {"commondir": f"{ada}/.git\n"})
    else:
        write(mallory, {lent: f"{ada}/.git{'/objects' if 'info' in lent else ''}\n"})
    spelled = mallory if address == "{}" else str(mallory).replace(" ", "%20")
    fault = taking(address.format(spelled), branch="main").fault
    assert re.search("borrows|is a link|does not know it|missing|no .git|not in a plain", fault)
    assert not (tmp_path / "clones").exists()


def test_a_damaged_clone_ends_only_its_own(
    ada: Path, taking: Callable[..., Submission], tmp_path: Path
) -> None:
    taking(ada)
    (tmp_path / "clones/ada.git/objects/info/alternates").write_text(str(tmp_path))
    assert "it borrows objects from another repository" in taking(ada).fault


@pytest.mark.parametrize(
    "repository", ["ext::sh -c 'touch {0}'", "http://127.0.0.1:9/x", "git://127.0.0.1:9/x"]
)
def test_only_known_protocols(tmp_path: Path, repository: str) -> None:
    """The roster refuses these; git would, too, whatever its user has set."""
    proof = tmp_path / "proof"
    with pytest.raises(RemoteFailed, match="transport '(ext|http|git)' not allowed"):
        Remote(repository.format(proof), "", tmp_path / "x.git").fetch()
    assert not proof.exists()


def test_settings_of_the_user_can_do_no_harm(
    ada: Path, taking: Callable[..., Submission], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hooks don't run, seen commits are not pruned, other protocols stay closed; what else is set stays set."""
    proof = tmp_path / "proof"
    hook = write(tmp_path / "hooks", {"reference-transaction": f"#!/bin/sh\ntouch {proof}\n"})
    (hook / "reference-transaction").chmod(0o755)
    write(
        tmp_path,
        {
            "settings": f"[core]\nhooksPath = {hook}\n[fetch]\nprune = true\n[init]\ntemplateDir = /none\n"
            f'[url "{ada}"]\ninsteadOf = https://example.org/ada\n'
        },
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "settings"))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    seen = git(ada, "rev-parse", "HEAD")
    taking("https://example.org/ada", now=NOON - 60)
    monkeypatch.delenv("GIT_DIR")
    commit(ada, "anew = 1\n", NOON + 3000, "--amend")
    submission = taking("https://example.org/ada", NOON)
    assert (submission.commit, submission.source) == (seen, "https://example.org/ada")
    assert not proof.exists()


def test_passwords_are_shown_to_nobody(tmp_path: Path) -> None:
    remote = Remote("https://user:pass@word@127.0.0.1:9/ada", "", tmp_path / "x.git")
    assert remote.shown == "https://127.0.0.1:9/ada"
    with pytest.raises(RemoteFailed) as error:
        remote.fetch()
    assert "word" not in str(error.value) and "127.0.0.1" in str(error.value)
    assert Remote("ssh://git@example.org/ada", "", tmp_path).shown == "ssh://git@example.org/ada"


def test_a_bad_object_is_not_let_in(ada: Path, taking: Callable[..., Submission]) -> None:
    """A tree with a folder .git would harm who checks it out; the grader breaks on it, and says so."""
    blob = git(ada, "hash-object", "-w", "--stdin", given=b"[core]\n")
    tree = git(ada, "mktree", given=f"100644 blob {blob}\tconfig\n".encode())
    top = git(ada, "mktree", given=f"040000 tree {tree}\t.git\n".encode())
    sha = git(ada, "commit-tree", "-m", "hostile", top)
    git(ada, "update-ref", "refs/heads/main", sha)
    assert "hasDotgit" in taking(ada).fault


def test_more_than_may_be_brought(
    ada: Path, taking: Callable[..., Submission], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a broken fetch has brought is not kept, and the next one can do better."""
    (ada / "noise").write_bytes(os.urandom(3 << 20))
    commit(ada, OPERATORS, NOON)
    with monkeypatch.context() as limited:
        limited.setattr(remotes, "BLOCKS", 1 << 12)
        assert taking(ada).fault == "git fetch: it brings over 2 MiB"
    assert not list(tmp_path.glob("clones/ada.git/objects/pack/*"))
    assert taking(ada).files == {"0": TAKEN0}


def test_what_a_killed_run_left_is_swept(
    ada: Path, taking: Callable[..., Submission], tmp_path: Path
) -> None:
    """Locks, above all: git never removes one that it finds. What is young may be another grader's."""
    first = taking(ada, now=NOON)
    clone = tmp_path / "clones/ada.git"
    lock, pack = clone / "config.lock", clone / "objects/pack/tmp_pack_x"
    shutil.rmtree(clone / "refs")  # git no longer takes it for a repository, and makes it anew
    write(clone, {"config.lock": "", "objects/pack/tmp_pack_x": "half"})
    said = taking(ada, now=int(time.time())).fault
    assert "git init" in said and "error: could not lock config file" in said
    assert not lock.exists() and not pack.exists()
    write(clone, {"config.lock": "", "objects/pack/tmp_pack_x": "half"})
    os.utime(lock, (NOON, NOON))
    assert taking(ada, now=int(time.time())).files == first.files
    assert pack.exists() and not lock.exists()


def test_a_server_that_does_not_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its time ends, with all that git has started."""
    mark = f"3{os.getpid()}"
    monkeypatch.setattr(remotes, "SECONDS", 0.5)
    monkeypatch.setenv("GIT_SSH_COMMAND", f"sleep {mark}; true")
    begun = time.monotonic()
    with pytest.raises(RemoteFailed, match="git ls-remote took more than"):
        Remote("ssh://example.org/x", "", tmp_path / "x.git").fetch()
    assert time.monotonic() - begun < 20
    running = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout
    assert f"sleep {mark}" not in running


def test_no_terminal_is_asked_for_a_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_SSH_COMMAND", "sh -c ': </dev/tty' --")
    with pytest.raises(RemoteFailed, match="/dev/tty"):
        Remote("ssh://example.org/x", "", tmp_path / "x.git").fetch()


def test_refusals_say_why(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "--bare", "empty.git")
    with pytest.raises(Refused, match="the repository has no commits"):
        Remote(str(tmp_path / "empty.git"), "", tmp_path / "x.git").fetch()
    assert not (tmp_path / "x.git").exists()
