"""``release.yml``, run against local repositories that stand in for the targets."""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from grader.authoring.load import load_course
from grader.authoring.publish import published_files
from grader.tests.authored import needs_course
from grader.tests.github_stand_in import running
from grader.tests.toy import Toy
from grader.tests.workflows import FOLDER, lend_environment, load, ran, steps

pytestmark = needs_course

SOURCE = "grader/course/minitorch/ops.py"
STUDENTS, SOLUTION = "school/students", "school/solution"
SECRET = "github_pat_secret"


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments], cwd=folder, check=True, capture_output=True, text=True
    ).stdout.strip()


def temporary(workspace: Path) -> Path:
    """Name the folder that a runner gives a job for its own use."""
    return workspace.with_name(f"{workspace.name}-temp")


@dataclass
class School:
    """A course, and the two repositories that it is handed out to."""

    course: Toy
    folder: Path
    runs: list[Path] = field(default_factory=list)

    def target(self, name: str) -> Path:
        """Where a repository lies."""
        return self.folder / f"{name}.git"

    def heads(self) -> dict[str, str]:
        """Give each branch of both with its commit."""
        found = [git(self.target(n), "show-ref") for n in (STUDENTS, SOLUTION) if self.refs(n)]
        lines = [line.split() for text in found for line in text.splitlines()]
        return {name: sha for sha, name in lines}

    def refs(self, name: str) -> str:
        """List the branches of one."""
        return git(self.target(name), "for-each-ref")

    def change(self, old: str, new: str) -> None:
        """Edit the course, and commit it."""
        self.course.edit(SOURCE, old, new)
        self.course.git("-c", "user.name=A", "-c", "user.email=a@b.example", "commit", "-aqm", new)

    def release(self, dry: bool, server: str = "", until: str = "") -> str:
        """Run the job's steps on a fresh clone, as a runner would; give what they printed."""
        workspace = self.folder / f"run{len(self.runs)}"
        self.runs.append(workspace)
        git(self.folder, "clone", "--quiet", "--depth=1", self.course.root.as_uri(), str(workspace))
        lend_environment(workspace)
        temporary(workspace).mkdir()
        context = {
            "github.server_url": server or self.folder.as_uri(),
            "vars.STUDENT_REPOSITORY": STUDENTS,
            "vars.SOLUTION_REPOSITORY": SOLUTION,
            "secrets.RELEASE_TOKEN": SECRET,
            "inputs.message": "Say more in a hint",
        }
        said = ""
        for name, step in steps("release.yml", "release").items():
            skipped = dry and "!inputs.dry-run" in step.get("if", "")
            if name == until:
                break
            if "run" in step and name != "Set up the grader" and not skipped:
                said += self.step(step, workspace, context)
        return said

    def step(self, step: dict[str, Any], workspace: Path, context: dict[str, str]) -> str:
        """Run a step that has to end well."""
        done = ran(
            step,
            workspace,
            context,
            RUNNER_TEMP=str(temporary(workspace)),
            GITHUB_ACTOR="teacher",
        )
        assert SECRET not in done.stdout + done.stderr
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr


@pytest.fixture
def school(toy_course: Toy, tmp_path: Path) -> School:
    made = School(toy_course, tmp_path / "hub")
    for name in (STUDENTS, SOLUTION):
        made.target(name).mkdir(parents=True)
        git(made.target(name), "init", "--quiet", "--bare", "--initial-branch=main")
    return made


def test_a_dry_run_shows_and_pushes_nothing(school: School) -> None:
    """Also where nothing has been released yet."""
    said = school.release(dry=True)
    assert " module0/minitorch/ops.py" in said and " grader/skeleton/module0/" in said
    assert "files changed" in said and school.heads() == {}


def test_a_release_and_the_next_ones(school: School) -> None:
    """The first fills both repositories, the second finds nothing to push, the third adds a commit to each."""
    school.release(dry=False)
    first = school.heads()
    assert sorted(first) == ["refs/heads/main", "refs/heads/solution"]
    listed = git(school.target(STUDENTS), "ls-tree", "-r", "--name-only", "main").splitlines()
    files = published_files(load_course(school.course.root))
    assert sorted(listed) == sorted([*files, ".published.json"])
    solved = git(school.target(SOLUTION), "show", "solution:module0/minitorch/ops.py")
    assert "NotImplementedError" not in solved

    assert "files changed" not in school.release(dry=False)
    assert school.heads() == first

    school.change("Bounded arithmetic.", "Arithmetic with bounds.")
    assert "module0/minitorch/ops.py | " in school.release(dry=True)
    assert school.heads() == first

    school.release(dry=False)
    for name, branch in ((STUDENTS, "main"), (SOLUTION, "solution")):
        before = first[f"refs/heads/{branch}"]
        assert git(school.target(name), "rev-parse", f"{branch}^") == before
    told = git(school.target(STUDENTS), "log", "-1", "--format=%s, %an", "main")
    assert told == "Say more in a hint, teacher"


def test_what_somebody_else_wrote_there_is_not_lost(school: School) -> None:
    """A file that was edited in the students' repository stops the release."""
    school.release(dry=False)
    clone = school.folder / "clone"
    git(school.folder, "clone", "--quiet", str(school.target(STUDENTS)), str(clone))
    (clone / "module0/minitorch/ops.py").write_text("edited\n")
    git(clone, "-c", "user.name=A", "-c", "user.email=a@b.example", "commit", "-aqm", "edit")
    git(clone, "push", "--quiet")
    before = school.heads()
    with pytest.raises(AssertionError, match=r"module0/minitorch/ops.py"):
        school.release(dry=False)
    assert school.heads() == before


def test_nothing_is_forced(school: School) -> None:
    """What was pushed in between stays, and the release fails."""
    school.release(dry=False)
    school.change("Bounded arithmetic.", "Arithmetic with bounds.")
    school.release(dry=False, until="Students: push")
    behind = school.runs[-1]
    school.change("Arithmetic with bounds.", "Bounds.")
    school.release(dry=False)
    before = school.heads()
    pushed = ran(
        steps("release.yml", "release")["Students: push"],
        behind,
        {"github.server_url": school.folder.as_uri(), "secrets.RELEASE_TOKEN": SECRET},
        RUNNER_TEMP=str(temporary(behind)),
    )
    assert pushed.returncode and "rejected" in pushed.stderr and school.heads() == before


class _Asking(BaseHTTPRequestHandler):
    """Wants to know who asks, and then has nothing."""

    server: Private

    def do_GET(self) -> None:
        """Ask for a password; keep what comes."""
        said = self.headers["Authorization"]
        self.server.told.append(said or "")
        self.send_response(404 if said else 401)
        if not said:
            self.send_header("WWW-Authenticate", 'Basic realm="GitHub"')
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class Private(ThreadingHTTPServer):
    """A server that shows nothing to strangers."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Asking)
        self.told: list[str] = []


@pytest.fixture
def private() -> Iterator[Private]:
    server = Private()
    with running(server):
        yield server


@pytest.mark.parametrize("target", ["Students: get what they have", "Solution: get what is there"])
def test_the_token_reaches_the_server_and_nothing_else(
    target: str, private: Private, school: School, tmp_path: Path
) -> None:
    """Git sends it when it is asked; it is in no address, and no other server gets it."""
    workspace = tmp_path / "workspace"
    git(tmp_path, "clone", "--quiet", str(school.course.root), str(workspace))
    context = {
        "github.server_url": f"http://127.0.0.1:{private.server_address[1]}",
        "vars.STUDENT_REPOSITORY": STUDENTS,
        "vars.SOLUTION_REPOSITORY": SOLUTION,
        "secrets.RELEASE_TOKEN": SECRET,
    }
    step = steps("release.yml", "release")[target]
    here = ran(step, workspace, context, RUNNER_TEMP=str(tmp_path))
    sent = base64.b64encode(f"x-access-token:{SECRET}".encode()).decode()
    assert here.returncode and private.told == ["", f"Basic {sent}"]
    assert SECRET not in here.stdout + here.stderr + git(workspace, "config", "--list")


def test_another_server_gets_no_token(private: Private, tmp_path: Path) -> None:
    """The helper is one for GitHub's server."""
    step = steps("release.yml", "release")["Students: get what they have"]
    place = f"http://127.0.0.1:{private.server_address[1]}/a"
    elsewhere = {
        **step,
        "env": {**step["env"], "ADDRESS": place},
    }
    context = {"github.server_url": "https://github.example", "secrets.RELEASE_TOKEN": SECRET}
    assert ran(elsewhere, tmp_path, context, RUNNER_TEMP=str(tmp_path)).returncode
    assert private.told == [""]


def test_a_release_rests_on_a_proof() -> None:
    """Only a dry run does without; whatever pushes is a step that a dry run leaves out."""
    workflow = load(FOLDER / "release.yml")
    prove, release = workflow["jobs"]["prove"], workflow["jobs"]["release"]
    assert prove["uses"] == "./.github/workflows/course.yml"
    assert "workflow_call" in load(FOLDER / "course.yml")["on"]
    assert prove["if"] == "${{ !inputs.dry-run }}" and release["needs"] == "prove"
    assert "(inputs.dry-run || needs.prove.result == 'success')" in release["if"]
    pushing = [step for step in release["steps"] if "push" in step.get("run", "")]
    assert len(pushing) == 2 and all("!inputs.dry-run" in step["if"] for step in pushing)
    assert list(workflow["on"]) == ["workflow_dispatch"]
    assert workflow["on"]["workflow_dispatch"]["inputs"]["dry-run"]["default"] is True
