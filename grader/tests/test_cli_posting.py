"""``grader github comments``: each record goes to the pull request that roster and GitHub say is the student's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from grader.cli import posting
from grader.cli.main import run
from grader.github.address import repository_at
from grader.model import Record, Status
from grader.record import write
from grader.tests.github_stand_in import BOT, REPOSITORY, TOKEN, GitHub, github
from grader.tests.sample_records import ALICE, UNGRADED, every, hostile

SHA = {name: digit * 40 for name, digit in {"alice": "a", "bob": "b", "carol": "c"}.items()}
SERVER = "https://github.example"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[GitHub]:
    """Run a stand-in on which three students have a pull request, and set what a runner sets."""
    monkeypatch.setattr(posting, "PAUSE", 0.0)
    with github() as server:
        monkeypatch.setenv("GITHUB_API_URL", server.url)
        monkeypatch.setenv("GITHUB_SERVER_URL", SERVER)
        monkeypatch.setenv("GITHUB_REPOSITORY", REPOSITORY)
        monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
        for number, (name, sha) in enumerate(SHA.items(), 1):
            server.pull(number, f"{name.title()}/minitorch", "main", sha)
        yield server


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    """Write a roster: with a branch and without, and of whom nothing was graded."""
    rows = [
        "id,name,repository,branch",
        f"alice,Alice A.,{SERVER}/alice/minitorch.git,main",
        f"bob,Bob B.,{SERVER}/bob/minitorch,",
        f"dora,Dora D.,{SERVER}/dora/minitorch,main",
        "erik,Erik E.,,",
    ]
    (tmp_path / "roster.csv").write_text("\n".join(rows), "utf-8")
    return tmp_path / "roster.csv"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Write what a grading of this class leaves behind."""
    for name in ("alice", "bob"):
        keep(graded(name), tmp_path / "out")
    return tmp_path / "out"


def graded(name: str, record: Record = ALICE) -> Record:
    about = replace(record.submission, id=name, commit=SHA[name])
    return replace(record, submission=about)


def keep(record: Record, out: Path) -> None:
    write(record, out / "submissions" / record.submission.id / "record.json")


def said(capsys: pytest.CaptureFixture[str], *arguments: object, code: int = 0) -> str:
    assert run(["github", *map(str, arguments)]) == code
    printed = capsys.readouterr()
    return printed.err if code else printed.out


def test_each_student_gets_a_comment(
    hub: GitHub, out: Path, roster: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Marked as verified; run again, it is brought up to date, and nobody gets a second one."""
    assert said(capsys, "comments", out, "--roster", roster).splitlines() == [
        "alice: posted: https://github.example/comment/100",
        "bob: posted: https://github.example/comment/101",
        "dora: nothing was graded",
        "erik: nothing was graded",
    ]
    again = said(capsys, "comments", out, "--roster", roster)
    assert again.count("brought up to date") == 2
    assert [each["issue"] for each in hub.comments] == [1, 2]
    for each, commit in zip(hub.comments, ("aaaaaaaaaa", "bbbbbbbbbb"), strict=True):
        assert "**Verified:**" in each["body"] and f"Commit {commit}." in each["body"]


def test_nobody_is_told_of_a_grading_that_there_was_not(
    hub: GitHub, out: Path, roster: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It would say nothing that a student can use."""
    keep(graded("alice", UNGRADED), out)
    printed = said(capsys, "comments", out, "--roster", roster)
    assert printed.startswith("alice: could not be graded\nbob: posted: ")
    assert len(hub.comments) == 1


def test_a_dry_run_posts_nothing(
    hub: GitHub, out: Path, roster: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says where each comment would go."""
    printed = said(capsys, "comments", out, "--roster", roster, "--dry-run")
    assert printed.startswith("alice: would go to #1\nbob: would go to #2\n")
    assert all(call.startswith("GET") for call in hub.calls)


def test_who_writes_may_be_another(
    hub: GitHub, out: Path, roster: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The advice that the bot of Actions keeps stays as it is."""
    hub.comment(BOT, 'advice\n<!-- grader:1 {"commit":"","scores":{}} -->')
    said(capsys, "comments", out, "--roster", roster, "--author", "grading[bot]")
    assert hub.comments[0]["body"].startswith("advice") and len(hub.comments) == 3


@pytest.mark.parametrize("commit", [None, SHA["carol"], SHA["bob"], "main", "", "&state=all"])
def test_a_record_does_not_choose_its_pull_request(
    hub: GitHub, out: Path, roster: Path, commit: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever commit it claims, it is the student's own last one, or the record goes nowhere."""
    about = replace(ALICE.submission, id="bob", source=f"{SERVER}/bob/minitorch", commit=commit)
    write(replace(ALICE, submission=about), out / "submissions" / "alice" / "record.json")
    printed = said(capsys, "comments", out, "--roster", roster)
    assert "alice: no open pull request has the graded commit as its last one" in printed
    assert not any("/issues/1/" in call or "/issues/3/" in call for call in hub.calls)


def test_another_branch_is_another_pull_request(
    hub: GitHub, out: Path, roster: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As is a repository that lies somewhere else under the same name."""
    roster.write_text(
        "id;repository;branch\n"
        f"alice;{SERVER}/alice/minitorch;module-1\n"
        "bob;https://elsewhere.example/bob/minitorch;main\n"
    )
    printed = said(capsys, "comments", out, "--roster", roster)
    assert printed.count("no open pull request") == 2 and hub.comments == []


def test_one_fault_keeps_nobody_else_from_a_comment(
    hub: GitHub, out: Path, roster: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """All faults are told at the end."""
    (out / "submissions" / "alice" / "record.json").write_text("{}")
    complaint = said(capsys, "comments", out, "--roster", roster, code=3)
    assert complaint.startswith("1 got no comment; everybody else did:\n    alice: This is not a")
    assert f"  where: {REPOSITORY}\n" in complaint and "not posted twice" in complaint
    assert len(hub.comments) == 1 and "Commit bbbbbbbbbb." in hub.comments[0]["body"]
    hub.answer = (403, b'{"message": "no"}', {})
    complaint = said(capsys, "comments", out, "--roster", roster, code=3)
    assert complaint.startswith("GitHub rejected the request: status 403, no.")


@pytest.mark.parametrize("name", ["GITHUB_TOKEN", "GITHUB_REPOSITORY"])
@pytest.mark.usefixtures("hub")
def test_what_is_missing_is_named(
    out: Path,
    roster: Path,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Before anything is posted."""
    monkeypatch.delenv(name)
    assert f"{name} is not set." in said(capsys, "comments", out, "--roster", roster, code=2)


def test_the_class_is_a_table(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The summary of a folder is that of its class."""
    keep(graded("carol", every(Status.PASSED, "carol")), out)
    printed = said(capsys, "summary", out)
    assert printed.startswith("## 3 submissions, 1 with full marks")
    assert "| `alice` | 18.33 | 34 | 9.33 | 9 | `✗ 0.1 wrong: " in printed
    assert "| `carol` | 20 | 20 | 20 | – | `✓ everything passes` |" in printed


def test_what_a_student_wrote_stays_text(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In the class's table as everywhere."""
    keep(graded("alice", hostile("::error::x\n| <script>alert(1)</script> | `")), out)
    printed = said(capsys, "summary", out)
    assert printed.count("\n|") == 4 and "\n::error" not in printed
    assert "`` ✗ 0.1 wrong: : :error::x \\| <script>" in printed


def test_a_folder_without_records(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Says so, also where an older version wrote its records right into the folder."""
    roster = tmp_path / "roster.csv"
    roster.write_text("id\nalice\n")
    write(ALICE, tmp_path / "alice" / "record.json")
    missing = "no submissions/*/record.json is in it"
    assert missing in said(capsys, "summary", tmp_path, code=2)
    assert missing in said(capsys, "comments", tmp_path, "--roster", roster, code=2)


def test_one_record_that_cannot_be_read_keeps_nobody_else_out_of_the_table(
    out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is named with the reason, in the table and at the end; the others have their rows."""
    folders = out / "submissions"
    with open(folders / "bob" / "record.json", "wb") as file:
        file.truncate(16 * 2**20 + 1)
    (folders / "c|rol").mkdir()
    (folders / "c|rol" / "record.json").write_text("[]")
    assert run(["github", "summary", str(out)]) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith("## 1 submission, ") and "| `alice` | 18.33 |" in printed.out
    assert "\nLeft out: `bob`: `This file is larger than 16,777,216 bytes" in printed.out
    assert "\nLeft out: `c|rol`: `This is not a record of a grading: " in printed.out
    assert [line.partition(": ")[2] for line in printed.err.splitlines()] == [
        "bob is left out of the summary: This file is larger than 16,777,216 bytes, so it is not a record.",
        "c|rol is left out of the summary: This is not a record of a grading: it is not a JSON object.",
    ]


@pytest.mark.parametrize(
    ("address", "repository"),
    [
        ("https://github.example/alice/minitorch", "alice/minitorch"),
        ("https://github.example/alice/minitorch.git", "alice/minitorch"),
        ("https://github.example/alice/mini.torch/", "alice/mini.torch"),
        ("https://GitHub.example:443/Alice/minitorch", "Alice/minitorch"),
        ("ssh://git@github.example/alice/minitorch.git", "alice/minitorch"),
        ("git@github.example:alice/minitorch.git", "alice/minitorch"),
        ("https://github.example@evil.example/alice/minitorch", None),
        ("https://evil.example/alice/minitorch?github.example", None),
        ("https://github.example/alice", None),
        ("https://github.example/alice/minitorch/tree/main", None),
        ("https://github.example/alice/../bob/minitorch", None),
        ("https://[", None),
        ("/srv/github.example/alice", None),
        ("", None),
    ],
)
def test_whose_repository_an_address_means(address: str, repository: str | None) -> None:
    """Of the server at hand, and in whatever way git takes it."""
    assert repository_at(address, SERVER) == repository
