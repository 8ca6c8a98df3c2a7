"""``grader github`` as a workflow calls it: with an event, an environment, and a stand-in for GitHub."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from grader.cli.main import run
from grader.model import Status
from grader.record import write
from grader.tests.github_stand_in import BOT, REPOSITORY, TOKEN, GitHub, github
from grader.tests.sample_records import ALICE, every, hostile

SHA = "4f0c2a9be1d3a7c15d0b9f6e8a2c4d6e8f0a1b2c"
FORK = "alice/minitorch"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[GitHub]:
    """Run a stand-in, and set what a runner sets."""
    with github() as server:
        monkeypatch.setenv("GITHUB_API_URL", server.url)
        monkeypatch.setenv("GITHUB_REPOSITORY", REPOSITORY)
        monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
        monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
        yield server


@pytest.fixture
def record(tmp_path: Path) -> Path:
    """Write what a run of a student leaves behind."""
    write(ALICE, tmp_path / "record.json")
    return tmp_path / "record.json"


@pytest.fixture
def event(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write the event of a finished run of a fork, as GitHub sends it: it names no pull request."""
    path = tmp_path / "event.json"
    finished = {
        "event": "pull_request",
        "head_branch": "module-0",
        "head_sha": SHA,
        "head_repository": {"id": 2, "full_name": FORK, "fork": True},
        "pull_requests": [],
        "conclusion": "success",
    }
    path.write_text(json.dumps({"action": "completed", "workflow_run": finished, "sender": {}}))
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(path))
    return path


def said(capsys: pytest.CaptureFixture[str], *arguments: object, code: int = 0) -> str:
    assert run(["github", *map(str, arguments)]) == code
    printed = capsys.readouterr()
    return printed.err if code else printed.out


@pytest.mark.usefixtures("event")
def test_one_comment_for_each_pull_request(
    hub: GitHub, record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first run posts, the next ones write over it; other people's comments stay as they are."""
    hub.pull(6, "bob/minitorch", "module-0", SHA)
    hub.pull(7, FORK, "module-0", SHA)
    for number in range(3):
        hub.comment("alice", f"a comment, {number}")
    hub.comment("alice", 'forged <!-- grader:1 {"commit":"","scores":{"0.1":99.0}} -->')
    assert "Posted: https://github.example/comment/104" in said(capsys, "comment", record)
    assert hub.comments[-1]["body"].startswith(
        "## 18.33 of 34 points\n\n**By the tests, as your own"
    )
    write(every(Status.PASSED, "alice"), record)
    assert "Brought up to date" in said(capsys, "comment", record)
    assert len(hub.comments) == 5
    assert "Since 4f0c2a9be1: 0.1 +1.33, 0.2 +1.33, 0.3 +4, 0.5 +4." in hub.comments[-1]["body"]
    assert [c["body"] for c in hub.comments[:3]] == [f"a comment, {n}" for n in range(3)]
    assert any("/issues/7/comments" in call and "page=2" in call for call in hub.calls)


@pytest.mark.usefixtures("event")
@pytest.mark.parametrize(
    "pull",
    [
        (7, FORK, "module-0", "0" * 40),  # it has got another commit since
        (7, FORK, "module-1", SHA),
        (7, "alice/other", "module-0", SHA),
    ],
)
def test_nothing_is_posted_anywhere_else(
    hub: GitHub,
    record: Path,
    pull: tuple[int, str, str, str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Only the pull request with this repository, branch and commit is the run's."""
    hub.pull(*pull)
    assert "nothing is posted" in said(capsys, "comment", record)
    assert hub.comments == []


@pytest.mark.usefixtures("event")
def test_a_deleted_fork_is_nobodys(
    hub: GitHub, record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A pull request may outlive its repository."""
    hub.pull(7, FORK, "module-0", SHA)
    hub.pulls[0]["head"]["repo"] = None
    assert "nothing is posted" in said(capsys, "comment", record)


@pytest.mark.usefixtures("event")
def test_what_a_student_wrote_stays_text(
    hub: GitHub, record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A script and a workflow command arrive as code."""
    hub.pull(7, FORK, "module-0", SHA)
    write(hostile("::error::forged\n<script>alert(1)</script>"), record)
    said(capsys, "comment", record)
    assert "`::error::forged <script>alert(1)</script>`" in hub.comments[0]["body"]
    assert "\n::error" not in said(capsys, "annotate", record).replace("\n::error file", "")


@pytest.mark.usefixtures("event")
@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (
            (403, b'{"message": "Resource not accessible by integration"}', {}),
            "status 403, Resource not",
        ),
        ((500, b"<html>", {}), "status 500"),
        ((200, b"no json", {}), "no JSON"),
        ((200, b'{"a": 1}', {}), "not a list"),
        ((302, b"{}", {"Location": "http://127.0.0.1:9/"}), "status 302"),
    ],
)
def test_a_refusal_is_worded(
    hub: GitHub,
    record: Path,
    answer: tuple[int, bytes, dict[str, str]],
    why: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What, where, what next; never a traceback, and the token is in no message."""
    hub.answer = answer
    complaint = said(capsys, "comment", record, code=3)
    assert why in complaint and "permissions" in complaint and TOKEN not in complaint


@pytest.mark.usefixtures("event")
def test_the_token_does_not_leave_for_another_host(
    hub: GitHub, record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A next page elsewhere is not asked for."""
    hub.answer = (200, b"[]", {"Link": '<http://localhost:9/steal>; rel="next"'})
    assert "somewhere else" in said(capsys, "comment", record, code=3)


def test_nobody_answers(
    event: Path, record: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A network that is down is a fault of the grader's side."""
    for name, value in {
        "GITHUB_API_URL": "http://127.0.0.1:9",
        "GITHUB_REPOSITORY": REPOSITORY,
        "GITHUB_TOKEN": TOKEN,
    }.items():
        monkeypatch.setenv(name, value)
    assert "GitHub did not do it" in said(capsys, "comment", record, "--event", event, code=3)


def test_a_dry_run_needs_no_network(
    record: Path, event: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It prints what would be posted."""
    printed = said(capsys, "comment", record, "--dry-run", "--trusted", "--event", event)
    assert printed.startswith("## 18.33 of 34 points\n\n**Verified:**")
    assert printed.endswith(" -->\n") and "Commit 4f0c2a9be1." in printed


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"workflow_run": {"event": "push"}}', "\xff"])
def test_another_event_is_refused(
    record: Path, tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """So is a file that is none."""
    (tmp_path / "other.json").write_text(text, "latin-1")
    complaint = said(capsys, "comment", record, "--event", tmp_path / "other.json", code=2)
    assert "not the event of a finished run" in complaint and "workflow_run" in complaint


@pytest.mark.usefixtures("hub", "event")
@pytest.mark.parametrize("name", ["GITHUB_TOKEN", "GITHUB_REPOSITORY", "GITHUB_EVENT_PATH"])
def test_what_is_missing_is_named(
    record: Path, name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Outside of Actions, nothing of it is set."""
    monkeypatch.delenv(name)
    assert f"{name} is not set." in said(capsys, "comment", record, code=2)


def test_a_record_is_not_believed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A huge one is not read, and what is none is refused."""
    path = tmp_path / "record.json"
    path.write_text("{}")
    assert "not a record" in said(capsys, "summary", path, code=2)
    with open(path, "wb") as file:
        file.truncate(16 * 2**20 + 1)
    assert "larger than 16,777,216 bytes" in said(capsys, "summary", path, code=2)


def test_the_summary_is_added_to_the_steps(
    record: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Other parts of the step may have written there already; outside of Actions, it is printed."""
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    printed = said(capsys, "summary", record)
    assert printed.startswith("## 18.33 of 34 points")
    place = tmp_path / "summary.md"
    place.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(place))
    assert said(capsys, "summary", record) == ""
    assert place.read_text() == f"before\n{printed}"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "no" / "folder"))
    assert "Can't write" in said(capsys, "summary", record, code=2)


def test_annotations_are_printed(record: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A line each, on the standard output."""
    printed = said(capsys, "annotate", record)
    assert printed.count("\n") == 8 and printed.startswith("::error title=Task 1.2")
    write(replace(every(Status.PASSED, "x"), style=()), record)
    assert said(capsys, "annotate", record) == ""


def test_the_bot_is_who_writes() -> None:
    """The stand-in and the grader mean the same one."""
    from grader.github.sticky import BOT as known

    assert known == BOT
