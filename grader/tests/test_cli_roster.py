"""``grader grade --roster``: a whole class in one run, and whatever of it can't be placed."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from grader.cli.main import run
from grader.gradebook import Gradebook
from grader.model import Record
from grader.record import decode
from grader.submission import remotes
from grader.tests.handed_in import write
from grader.tests.test_cli_grade import klass, opened
from grader.tests.test_submission_git import git
from grader.tests.toy import Toy
from grader.tests.toy_work import OPS

__all__ = ["klass", "opened"]  # fixtures

COLUMNS = ("id", "name", "email", "canvas_id", "repository", "branch")
TASK = ("--only", "0.1", "--only", "0.2", "--jobs", "1")
FORMULA = '=HYPERLINK("x"),\n"Q"'
AT = "2026-10-01T23:59+02:00"

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def write_roster(folder: Path, *rows: dict[str, str]) -> Path:
    with (folder / "roster.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS)
        table.writeheader()
        table.writerows(rows)
    return folder / "roster.csv"


def push(work: Path, folder: Path, date: str) -> Path:
    """Commit a submission's folder as it is, at a date."""
    shutil.copytree(work, folder, dirs_exist_ok=True)
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    settings = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_COMMITTER_DATE": date}
    command = ["git", "-c", "user.name=A", "-c", "user.email=a@b", "commit", "-qm", "work"]
    subprocess.run(command, cwd=folder, env={**os.environ, **settings}, check=True)
    return folder


def records(out: Path) -> dict[str, Record]:
    with Gradebook(out / "gradebook.db") as book:
        return {record.submission.id: record for record in book.records()}


def test_a_whole_class(
    opened: Callable[[], int], klass: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Canvas, Moodle, plain folders, repositories at a deadline, and who handed in nothing, under hostile names."""
    inside, repos = tmp_path / "in", tmp_path / "repos"
    shutil.make_archive(str(inside / "doejane_LATE_17_900_work-1"), "zip", klass / "ada")
    write(inside, {"doejane_17_800_work.zip": b"older", "doejane_17_text.html": "hello"})
    shutil.copytree(klass / "bob", inside / "Ana Núñez_5_assignsubmission_file_")
    shutil.copytree(klass / "ada", inside / "王小明")
    shutil.copytree(klass / "ada", inside / "stranger")
    for twin in ("twin_1_2_x.zip", "roster notes.txt"):
        write(inside, {twin: b"x"})
    push(klass / "ada", repos / "git", "2026-10-01T12:00:00+02:00")
    push(klass / "cid", repos / "git", "2026-10-02T00:00:00+02:00")
    push(klass / "ada", repos / "late", "2026-10-02T12:00:00+02:00")
    roster = write_roster(
        tmp_path,
        {"id": "../jane", "name": FORMULA, "canvas_id": "17"},
        {"id": "ana", "name": "Núñez, Ana"},
        {"id": "wang", "name": "王 小明"},
        {"id": "git", "name": "Gil \u202eTim", "repository": "repos/git", "branch": "main"},
        {"id": "late", "repository": str(repos / "late")},
        {"id": "gone", "repository": str(repos / "gone")},
        {"id": "none", "name": "Nora None"},
        {"id": "t1", "name": "Twin"},
        {"id": "t2", "name": "Twin"},
    )
    out, every = inside / "out", tmp_path / "all.json"
    arguments = [str(inside), "--roster", str(roster), "--at", AT, "--out", str(out), *TASK]
    code = run(["grade", *arguments, "--json", str(every)])
    printed = capsys.readouterr()
    assert code == 3, printed.err
    found = records(out)
    assert {id: record.score for id, record in found.items()} == {
        "_jane": 5.0, "ana": 2.0, "wang": 5.0, "git": 5.0, "late": 0.0, "none": 0.0
    }  # fmt: skip
    assert {record.points for record in found.values()} == {5.0}
    students = {id: record.submission.student for id, record in found.items()}
    assert students["_jane"] == '=HYPERLINK("x"), "Q"'
    assert (students["git"], students["none"]) == ("Gil \\u202eTim", "Nora None")
    assert found["git"].submission.submitted_at == "2026-10-01T10:00:00+00:00"
    written = [each["submission"]["id"] for each in json.loads(every.read_bytes())]
    assert sorted(written) == sorted([*found, "gone"])
    assert all((out / "submissions" / id / "report.html").is_file() for id in written)
    assert "! could not be graded: git ls-remote: fatal:" in printed.out
    assert f"{repos / 'gone'}" in (out / "index.html").read_text("utf-8")
    assert run(["gradebook", "export", str(out), "--format", "csv"]) == 0
    (row,) = [row for row in capsys.readouterr().out.splitlines() if row.startswith('"gone"')]
    assert row.startswith('"gone",,,,,') and "! could not be graded: git ls-remote" in row
    said = {id: [problem.message for problem in r.problems] for id, r in found.items()}
    assert "was late, says Canvas" in said["_jane"]
    assert any("doejane_LATE_17_900_work-1.zip is the last" in each for each in said["_jane"])
    assert said["none"][0] == "nothing was handed in"
    assert said["late"][0].startswith("nothing was handed in: the first commit is later")
    assert printed.err.splitlines() == [
        "Not graded, as the roster does not say whose it is (2); all else is:",
        "    stranger: nobody has this id, canvas_id or name",
        "    twin_1_2_x.zip: could be of t1, t2",
        f"  where: {roster}",
        "  next:  complete the student's row (canvas_id, name), or rename what was handed in to the id; run it again",
        "1 could not be graded, or not wholly, which costs nobody points:",
        f"    gone: git ls-remote: fatal: '{repos / 'gone'}' does not appear to be a git"
        " repository; fatal: Could not read from remote repository.",
        f"  where: {out}",
        "  next:  fix what is said there, and run the same command again: what was done is kept",
    ]
    shutil.rmtree(inside / "stranger")
    (inside / "twin_1_2_x.zip").unlink()
    push(klass / "bob", repos / "gone", "2026-10-01T12:00:00+02:00")
    asked = opened()
    assert run(["grade", *arguments]) == 0
    assert opened() == asked  # what bob's work earns is known
    assert records(out).keys() == {*found, "gone", "t1", "t2"}
    page = (out / "submissions" / "gone" / "report.html").read_text("utf-8")
    assert "ould not be graded" not in page


def test_an_earlier_result_stands_while_a_repository_cannot_be_reached(
    opened: Callable[[], int], klass: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It costs nobody points, not even where a due date has passed; record, page and table say that it is older."""
    repo, away, out = tmp_path / "repo", tmp_path / "away", tmp_path / "out"
    push(klass / "ada", repo, "2026-10-01T12:00:00+02:00")
    roster = write_roster(
        tmp_path, {"id": "ada", "repository": "repo"}, {"id": "eve", "repository": "nowhere"}
    )
    out.mkdir()
    (out / "class.toml").write_text("[due]\n0 = 2020-01-01T00:00:00Z\n")
    arguments = ["grade", "--roster", str(roster), "--out", str(out), *TASK]
    assert run(arguments) == 3
    repo.rename(away)
    capsys.readouterr()
    assert run(arguments) == 3
    printed = capsys.readouterr()
    rows = {row.split()[1]: row for row in printed.out.splitlines()[1:3]}
    assert rows["ada"].split()[:4] == ["1", "ada", "5", "5"]
    assert rows["eve"].split()[:5] == ["2", "eve", "–", "–", "–"]
    assert "0 with full marks" not in printed.out and "2 that could not be graded" in printed.out
    ada = decode((out / "submissions" / "ada" / "record.json").read_bytes())
    assert (ada.score, ada.points) == (5.0, 5.0)
    assert ada.problems[0].message.endswith("; what counts is an earlier run's")
    eve = decode((out / "submissions" / "eve" / "record.json").read_bytes())
    assert (eve.score, eve.points, eve.modules) == (0.0, 0.0, ())
    assert run(["gradebook", "history", str(out), "eve"]) == 0
    away.rename(repo)
    assert run(arguments) == 3  # eve's is still not there
    ada = decode((out / "submissions" / "ada" / "record.json").read_bytes())
    assert (ada.score, ada.problems) == (5.0, ())
    with Gradebook(out / "gradebook.db") as book:
        assert list(book.ungraded()) == ["eve"]
        assert len(book.attempts()["ada"]) == 1


def test_repositories_need_no_path(opened: Callable[[], int], klass: Path, tmp_path: Path) -> None:
    """Without a moment, what is there now counts; clones are kept, and are no results."""
    push(klass / "ada", tmp_path / "repo", "2026-10-01T12:00:00+02:00")
    roster = write_roster(tmp_path, {"id": "ada", "repository": "repo"})
    out = tmp_path / "out"
    assert run(["grade", "--roster", str(roster), "--out", str(out), *TASK]) == 0
    first = records(out)["ada"]
    assert (first.score, first.submission.source) == (5.0, str(tmp_path / "repo"))
    push(klass / "bob", tmp_path / "repo", "2026-10-01T13:00:00+02:00")
    assert run(["grade", "--roster", str(roster), "--out", str(out), *TASK]) == 0
    assert records(out)["ada"].score == 2.0
    assert [path.parent.name for path in out.rglob("record.json")] == ["ada"]
    assert [path.name for path in (out / ".clones").iterdir()] == ["ada.git"]
    assert not list((out / ".clones").rglob(Path(OPS).name))


def test_what_belongs_to_nobody_is_told_at_the_end(
    opened: Callable[[], int], klass: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text("id,group\nada,1\nbob,2\n")
    out = tmp_path / "out"
    assert run(["grade", str(klass), "--roster", str(roster), "--out", str(out), *TASK]) == 2
    assert records(out).keys() == {"ada", "bob"}
    said = capsys.readouterr().err.splitlines()
    assert said[0] == f"note: {roster}: nothing is read from the column `group`."
    assert said[2] == "    cid: nobody has this id, canvas_id or name"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have an hour pass between two looks of the grader at its clock."""
    hours = count(1_600_000_000, 3600)
    monkeypatch.setattr(remotes, "time", lambda: float(next(hours)))


NOTE = "is dated in time, but was not on the branch yet on 2020-09-13 at"


def notes(out: Path) -> list[str]:
    """Read what is said of the dates of ada's commits."""
    return [p.message for p in records(out)["ada"].problems if p.path == ".git"]


@pytest.mark.usefixtures("opened", "clock")
def test_a_commit_that_was_dated_back_stays_known_as_that(klass: Path, tmp_path: Path) -> None:
    """Neither a run without a moment, nor a change of the course, nor another module makes it forgotten."""
    push(klass / "bob", tmp_path / "repo", "2019-12-01T12:00:00+02:00")
    roster = write_roster(tmp_path, {"id": "ada", "repository": "repo"})
    out = tmp_path / "out"
    grade = ["grade", "--roster", str(roster), "--out", str(out), *TASK]
    assert run(grade) == 0 and notes(out) == []
    push(klass / "ada", tmp_path / "repo", "2019-12-31T12:00:00+02:00")
    assert run([*grade, "--at", "2020-01-01T00:00+01:00"]) == 0
    (said,) = notes(out)
    assert NOTE in said
    again = ["gradebook", "regrade", str(out), "--jobs", "1"]
    for command in (grade, again, [*grade, "--modules", "0"], ["gradebook", "report", str(out)]):
        assert run(command) == 0
        assert notes(out) == [said]
    assert said in (out / "index.html").read_text("utf-8")
    assert said in (out / "submissions" / "ada" / "report.html").read_text("utf-8")


@pytest.mark.usefixtures("opened")
def test_two_students_with_one_repository_are_told(
    klass: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The class's page says whose, a student's page does not."""
    push(klass / "ada", tmp_path / "repo", "2026-10-01T12:00:00+02:00")
    roster = write_roster(
        tmp_path,
        {"id": "ada", "repository": "repo"},
        {"id": "zoe", "repository": f"file://{tmp_path}/repo/.git", "branch": "main"},
    )
    out = tmp_path / "out"
    assert run(["grade", "--roster", str(roster), "--out", str(out), *TASK]) == 0
    said = f"note: {roster}: one repository for ada, zoe: each is graded on it\n"
    assert capsys.readouterr().err == said
    page = (out / "index.html").read_text("utf-8")
    assert page.count("roster: names this repository for another student, too") == 2
    own = (out / "submissions" / "ada" / "report.html").read_text("utf-8")
    assert "names this repository for another student" in own and "zoe" not in own


@pytest.mark.parametrize(
    ("rows", "arguments", "said"),
    [
        ([{"id": "a", "repository": "r"}], ["--at", "2026-10-01T23:59"],
         "'2026-10-01T23:59' is not a valid time: give date, time and offset.\n  where: --at\n"
         "  next:  write it like 2026-10-01T23:59+02:00, or with Z for UTC\n"),
        ([{"id": "a", "repository": "r"}], ["--at", "noon"], "'noon' is not a valid time:"),
        ([{"id": "a"}], ["--at", AT], "--at chooses among commits: it needs --roster with a column"),
        (None, [".", "--at", AT], "--at chooses among commits: it needs --roster with a column `repo"
         "sitory`.\n  where: the command line\n  next:  grader grade --roster ROSTER --at MOMENT"),
        ([{"id": "a"}, {"id": "b", "repository": "r"}], [],
         "1 on the roster have no repository, and no folder was given: a.\n  where: "),
        ([], [], "This is not a valid roster: nobody is on it.\n  where: "),
        ([{"id": "a", "repository": "ext::sh -c id"}], [], "Nothing is fetched from ext::sh -c id: "),
    ],
)  # fmt: skip
def test_called_wrong(
    toy_course: Toy,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    rows: list[dict[str, str]] | None,
    arguments: list[str],
    said: str,
) -> None:
    """Nothing is fetched, graded or written."""
    monkeypatch.chdir(toy_course.root)
    if rows is not None:
        arguments = [*arguments, "--roster", str(write_roster(tmp_path, *rows))]
    assert run(["grade", *arguments, "--out", str(tmp_path / "out")]) == 2
    assert capsys.readouterr().err.startswith(said)
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("ctrl_c")
def test_ctrl_c_is_ignored_while_fetching_if_it_was_before() -> None:
    """``nohup grader grade`` goes on, whatever is pressed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with remotes.stopped_by_ctrl_c():
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


@pytest.mark.usefixtures("ctrl_c")
def test_ctrl_c_ends_what_is_being_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that does not answer keeps nobody waiting."""
    monkeypatch.setenv("GIT_SSH_COMMAND", "sleep 100; true")
    failed: list[Exception] = []

    def fetch() -> None:
        try:
            remotes.Remote("ssh://example.org/x", "", tmp_path / "x.git").fetch()
        except remotes.RemoteFailed as error:
            failed.append(error)

    worker = threading.Thread(target=fetch)
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt), remotes.stopped_by_ctrl_c():
        worker.start()
        while not remotes._under_way:
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(60)
    worker.join(20)
    assert failed and not worker.is_alive()
    assert signal.getsignal(signal.SIGINT) is before
