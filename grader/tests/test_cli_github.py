"""``grader github`` as a workflow calls it: with an event, an environment, and a stand-in for GitHub."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from grader.cli.main import run
from grader.errors import GithubRefused
from grader.github.api import Api
from grader.model import Status
from grader.record import encode, write
from grader.tests.github_stand_in import BOT, REPOSITORY, TOKEN, GitHub, github, packed
from grader.tests.sample_records import ALICE, every, hostile

SHA = "4f0c2a9be1d3a7c15d0b9f6e8a2c4d6e8f0a1b2c"
FORK = "alice/minitorch"
RUN = 4711


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
        "id": RUN,
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


def test_a_deleted_fork_is_nobodys(
    hub: GitHub, record: Path, event: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A pull request may outlive its repository, and a run may outlive both."""
    hub.pull(7, FORK, "module-0", SHA)
    hub.pulls[0]["head"]["repo"] = None
    assert "nothing is posted" in said(capsys, "comment", record)
    finished = json.loads(event.read_bytes())["workflow_run"]
    for gone in ("head_repository", "head_branch"):
        event.write_text(json.dumps({"workflow_run": {**finished, gone: None}}))
        assert "nothing is posted" in said(capsys, "comment", record)


@pytest.mark.usefixtures("event")
def test_what_a_student_wrote_stays_text(
    hub: GitHub, record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A script and a workflow command arrive as code."""
    hub.pull(7, FORK, "module-0", SHA)
    write(hostile("::error::forged\n<script>alert(1)</script>"), record)
    said(capsys, "comment", record)
    assert "`: :error::forged <script>alert(1)</script>`" in hub.comments[0]["body"]
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
    assert "GitHub rejected the request" in said(
        capsys, "comment", record, "--event", event, code=3
    )


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


@pytest.mark.usefixtures("event")
def test_the_record_is_fetched_from_the_run(
    hub: GitHub, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its own, the last one, and without the token going to where it lies."""
    hub.pull(7, FORK, "module-0", SHA)
    hub.artifact(RUN + 1, packed(b"of another run"))
    hub.artifact(RUN, packed(b"of another name"), name="recorded")
    hub.artifact(RUN, packed(b"of the first attempt"))
    hub.artifact(RUN, packed(encode(ALICE)))
    assert "Posted" in said(capsys, "comment")
    assert "18.33 of 34 points" in hub.comments[0]["body"]
    assert "Brought up to date" in said(capsys, "comment")


@pytest.mark.usefixtures("event")
def test_where_there_is_no_record_nothing_is_posted(
    hub: GitHub, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing was checked, or GitHub has deleted it since: that is no fault of the job."""
    hub.pull(7, FORK, "module-0", SHA)
    assert said(capsys, "comment") == "The run left no record behind: nothing is posted.\n"
    hub.artifact(RUN, packed(encode(ALICE)), expired=True)
    assert said(capsys, "comment") == "The run left no record behind: nothing is posted.\n"
    assert hub.comments == []


def twice() -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("record.json", "{}")
        opened.writestr("other.json", "{}")
    return archive.getvalue()


def link() -> bytes:
    archive, entry = io.BytesIO(), zipfile.ZipInfo("record.json")
    entry.external_attr = 0o120777 << 16
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr(entry, "/etc/passwd")
    return archive.getvalue()


def understated(content: bytes) -> bytes:
    """Pack more than the archive says, in both places where it says it."""
    whole = packed(content)
    told, claimed = len(content).to_bytes(4, "little"), (2).to_bytes(4, "little")
    assert whole.count(told) >= 2
    return whole.replace(told, claimed)


BOMB = bytes(16 * 2**20 + 1)
HOSTILE_ARTIFACTS = {
    "a bomb": (packed(BOMB), "larger than 16,777,216 bytes"),
    "a bomb that lies": (understated(BOMB), "no zip, or a damaged one"),
    "another folder": (packed(b"{}", "../record.json"), "no plain file record.json"),
    "a name that is cut": (
        packed(b"{}", "record.jsom").replace(b"jsom", b"jso\0"),
        "no plain file",
    ),
    "two entries": (twice(), "holds 2 entries"),
    "no entry": (b"PK\5\6" + bytes(18), "holds 0 entries"),
    "a link": (link(), "no plain file"),
    "no zip": (b"GIF89a", "no zip"),
    "a damaged one": (packed(bytes(range(256)) * 9)[:-90], "no zip"),
    "a folder": (packed(b"", "record.json/"), "no plain file"),
    "no record": (packed(b"[]"), "not a record"),
}


@pytest.mark.usefixtures("event")
@pytest.mark.parametrize("which", HOSTILE_ARTIFACTS)
def test_an_artifact_is_not_believed(
    hub: GitHub, which: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever pushes may leave anything behind: it is refused in three lines, and nothing reaches the disk."""
    content, why = HOSTILE_ARTIFACTS[which]
    hub.pull(7, FORK, "module-0", SHA)
    hub.artifact(RUN, content)
    before = sorted(tmp_path.rglob("*"))
    complaint = said(capsys, "comment", code=2)
    assert why in complaint and complaint.count("\n") == 3 and "secret" not in complaint
    assert hub.comments == [] and sorted(tmp_path.rglob("*")) == before


@pytest.mark.usefixtures("event")
def test_a_large_artifact_is_not_fetched(hub: GitHub, capsys: pytest.CaptureFixture[str]) -> None:
    """Nor is one that grows on the way fetched to its end."""
    hub.artifact(RUN, b"x", size=16 * 2**20 + 1)
    assert "larger than 16,777,216 bytes" in said(capsys, "comment", code=2)
    assert not any(call.endswith("/zip") for call in hub.calls)
    hub.artifact(RUN, bytes(48 * 2**20), size=1)
    assert "claims not to be" in said(capsys, "comment", code=2)
    assert hub.storage.sent == 0  # it was cut off


@pytest.mark.usefixtures("event")
@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ((200, b"{}", {}), "no list of artifacts"),
        ((200, b"[]", {}), "not an object"),
        ((404, b'{"message": "Not Found"}', {}), "status 404, Not Found"),
    ],
)
def test_no_list_of_artifacts(
    hub: GitHub,
    answer: tuple[int, bytes, dict[str, str]],
    why: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """GitHub may answer anything."""
    hub.answer = answer
    assert why in said(capsys, "comment", code=3)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ((302, b"{}", {"Location": "file:///etc/passwd"}), "as safe as GitHub"),
        ((302, b"{}", {"Location": "ftp://127.0.0.1/x"}), "as safe as GitHub"),
        ((302, b"{}", {"Location": "//["}), "no JSON"),
        ((200, b"{}", {}), "says no place"),
        ((301, b"{}", {"Location": "http://127.0.0.1:9/"}), "status 301"),
        ((410, b"{}", {}), "status 410"),
    ],
)
def test_one_redirect_and_no_other(
    hub: GitHub, answer: tuple[int, bytes, dict[str, str]], why: str
) -> None:
    """It is followed to a host that is as safe, or not at all."""
    hub.artifact(RUN, b"")
    hub.answer = answer
    with pytest.raises(GithubRefused, match=why):
        Api(hub.url, REPOSITORY, TOKEN).download("actions/artifacts/500/zip", 9)


def test_a_file_that_is_gone(hub: GitHub) -> None:
    """What the other host answers is worded, too; its address, which is a key, is not told."""
    hub.artifact(RUN, packed(b"{}"))
    hub.storage.files.clear()
    with pytest.raises(GithubRefused, match="status 404") as refusal:
        Api(hub.url, REPOSITORY, TOKEN).download("actions/artifacts/500/zip", 9)
    assert "secret" not in str(refusal.value)


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
