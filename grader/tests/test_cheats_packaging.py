"""Cheats in how a submission is packed: nothing beside the allow-listed files is taken, and no score rises."""

from __future__ import annotations

import io
import json
import os
import subprocess
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.authoring.load import find_root, load_course
from grader.authoring.render import listed_files, module_tree
from grader.errors import NoSandbox
from grader.model import Course, Level, Submission
from grader.submission import take
from grader.tests.authored import needs_course
from grader.tests.cheats.bench import Bench, opened

COURSE = load_course(find_root(Path(__file__)))
MODULE = COURSE.modules[0]
WANTED = {*MODULE.files, *MODULE.written}
STUBS = {path: data for path, data in module_tree(COURSE, MODULE).items() if path in WANTED}
HOSTILE = {
    "module.toml": b'title = "x"\npoints = 1000\nfiles = []\ngiven = []\nwritten = []\n',
    "pyproject.toml": b'[tool.pytest.ini_options]\naddopts = "-p no:python"\n',
    "pytest.ini": b"[pytest]\naddopts = --collect-only\n",
    "conftest.py": b"raise SystemExit(0)\n",
    "sitecustomize.py": b"raise SystemExit(0)\n",
    "usercustomize.py": b"raise SystemExit(0)\n",
    "cheat.pth": b"import os; os._exit(0)\n",
    "json.py": b"raise SystemExit(0)\n",
    "minitorch/__init__.py": b"raise SystemExit(0)\n",
    "minitorch/testing.py": b"raise SystemExit(0)\n",
    "minitorch/operators.cpython-311-x86_64-linux-gnu.so": b"\x7fELF",
    "minitorch/__pycache__/operators.cpython-311.pyc": b"\0" * 64,
    "minitorch/operators/__init__.py": b"mul = add = max\n",
    "tests/conftest.py": b"collect_ignore_glob = ['*']\n",
    "tests/comparison.py": b"def assert_close(*args):\n    pass\n",
    "tests/strategies.py": b"small_floats = None\n",
    "tests/test_operators.py": b"def test_mul():\n    pass\n",
    "tests/__init__.py": b"",
    "comparison.py": b"def assert_close(*args):\n    pass\n",
    ".git/config": b"[core]\n\tfsmonitor = touch cheat-was-here\n",
    ".git/hooks/post-checkout": b"#!/bin/sh\ntouch cheat-was-here\n",
    ".gitattributes": b"* filter=evil\n",
    ".github/workflows/grade.yml": b"on: push\n",
}


def taken(folder: Path) -> Submission:
    """Take a submission and check what must hold of every one."""
    found = take(str(folder), COURSE)
    assert set(found.files) <= {"0"}
    assert set(found.files.get("0", {})) <= WANTED
    return found


def lay(root: Path, files: dict[str, bytes]) -> Path:
    """Write a folder."""
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return root


def zipped(path: Path, entries: list[tuple[str, bytes]]) -> Path:
    """Write a zip archive with entries in this order, whatever their names."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in entries:
            archive.writestr(zipfile.ZipInfo(name), data)
    return path


def git(folder: Path, *arguments: str) -> None:
    """Run git in a folder."""
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)


def in_module(files: dict[str, bytes]) -> dict[str, bytes]:
    """Put files into the module's folder."""
    return {f"module0/{name}": data for name, data in files.items()}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_file_that_is_not_on_the_list_is_not_taken(tmp_path: Path, name: str) -> None:
    """Configuration, start-up files, compiled files and the course's own tests stay where they are."""
    if name == "minitorch/operators/__init__.py":
        files = {k: v for k, v in STUBS.items() if k != "minitorch/operators.py"} | {
            name: HOSTILE[name]
        }
    else:
        files = {**STUBS, name: HOSTILE[name]}
    found = taken(lay(tmp_path / "alice", in_module(files)))
    assert HOSTILE[name].decode("latin-1") not in found.files["0"].values() or not HOSTILE[name]
    for path, data in STUBS.items():
        assert found.files["0"].get(path, data.decode()) == data.decode()
    assert not list(tmp_path.rglob("cheat-was-here"))


@pytest.mark.parametrize(
    "name",
    ["../escaped.py", "/tmp/escaped.py", "module0/../../escaped.py", "module0\\..\\escaped.py"],
)
def test_zip_slip(tmp_path: Path, name: str) -> None:
    """A name that leads out of the archive is not followed."""
    entries = [*in_module(STUBS).items(), (name, b"raise SystemExit")]
    taken(zipped(tmp_path / "alice.zip", entries))
    assert not list(tmp_path.parent.rglob("escaped.py"))
    assert not Path("/tmp/escaped.py").exists()


def test_two_entries_of_one_name(tmp_path: Path) -> None:
    """A file that is there twice is none, whichever of the two a reader would pick."""
    one, other = b"mul = 1\n", b"mul = 2\n"
    with pytest.warns(UserWarning, match="Duplicate name"):
        path = zipped(
            tmp_path / "alice.zip",
            [
                *in_module(STUBS).items(),
                ("module0/minitorch/operators.py", one),
                ("module0/minitorch/operators.py", other),
            ],
        )
    found = taken(path)
    assert found.files.get("0", {}).get("minitorch/operators.py") not in (
        one.decode(),
        other.decode(),
    )
    assert found.problems


def test_names_that_differ_in_case_only(tmp_path: Path) -> None:
    """The exact name counts."""
    entries = [*in_module(STUBS).items(), ("module0/minitorch/OPERATORS.py", b"mul = 1\n")]
    found = taken(zipped(tmp_path / "alice.zip", entries))
    assert "mul = 1\n" not in found.files["0"].values()


def test_links(tmp_path: Path) -> None:
    """A link is not followed, neither in a folder nor in an archive: it could lead to the reference."""
    secret = tmp_path / "secret.py"
    secret.write_text("SECRET = 1\n")
    folder = lay(tmp_path / "alice", in_module(STUBS))
    operators = folder / "module0" / "minitorch" / "operators.py"
    operators.unlink()
    operators.symlink_to(secret)
    run = folder / "module0" / "project" / "run_manual.py"
    run.unlink()
    os.link(secret, run)
    found = taken(folder)
    assert "SECRET = 1\n" not in found.files["0"].values()
    link = zipfile.ZipInfo("module0/minitorch/operators.py")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "bob.zip", "w") as archive:
        archive.writestr(link, str(secret))
    assert not any(taken(tmp_path / "bob.zip").files.values())
    with tarfile.open(tmp_path / "carol.tar", "w") as tar:
        entry = tarfile.TarInfo("module0/minitorch/operators.py")
        entry.type, entry.linkname = tarfile.SYMTYPE, str(secret)
        tar.addfile(entry)
    assert not any(taken(tmp_path / "carol.tar").files.values())


def test_a_linked_folder(tmp_path: Path) -> None:
    """A module that is a link elsewhere is not taken."""
    lay(tmp_path / "elsewhere", STUBS)
    (tmp_path / "alice").mkdir()
    (tmp_path / "alice" / "module0").symlink_to(tmp_path / "elsewhere")
    assert not any(taken(tmp_path / "alice").files.values())


@pytest.mark.parametrize("size", [300 << 10, 64 << 20])
def test_huge_files(tmp_path: Path, size: int) -> None:
    """A file over the limit is not taken, packed or not."""
    huge = {**STUBS, "minitorch/operators.py": b"#" * size}
    folder = taken(lay(tmp_path / "alice", in_module(huge)))
    with zipfile.ZipFile(tmp_path / "bob.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in in_module(huge).items():
            archive.writestr(name, data)
    for found in (folder, taken(tmp_path / "bob.zip")):
        assert "minitorch/operators.py" not in found.files.get("0", {})
        assert found.problems


def test_a_pipe_for_a_file(tmp_path: Path) -> None:
    """A named pipe in the place of a file does not hold up the grader."""
    folder = lay(tmp_path / "alice", in_module(STUBS))
    operators = folder / "module0" / "minitorch" / "operators.py"
    operators.unlink()
    os.mkfifo(operators)
    assert "minitorch/operators.py" not in taken(folder).files["0"]


def test_a_tar_with_devices(tmp_path: Path) -> None:
    """Devices, pipes and hard links in a tar archive are not taken."""
    with tarfile.open(tmp_path / "alice.tar", "w") as tar:
        for name, data in in_module(STUBS).items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            if name.endswith("operators.py"):
                entry.type = tarfile.CHRTYPE
                tar.addfile(entry)
            else:
                tar.addfile(entry, io.BytesIO(data))
    assert "minitorch/operators.py" not in taken(tmp_path / "alice.tar").files.get("0", {})


def test_a_repository_with_hooks_and_a_linked_file(tmp_path: Path) -> None:
    """Of a commit, regular files are read; hooks, filters and links don't come into play."""
    folder = lay(tmp_path / "alice", in_module(STUBS))
    operators = folder / "module0" / "minitorch" / "operators.py"
    operators.unlink()
    operators.symlink_to("/etc/passwd")
    (folder / ".gitattributes").write_text("* filter=evil\n")
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, *who, "commit", "-qm", "x")
    trace = tmp_path / "cheat-was-here"
    for hook in ("post-checkout", "post-index-change", "reference-transaction"):
        path = folder / ".git" / "hooks" / hook
        path.write_text(f"#!/bin/sh\ntouch {trace}\n")
        path.chmod(0o755)
    git(folder, "config", "core.fsmonitor", f"touch {trace}")
    git(folder, "config", "filter.evil.smudge", f"touch {trace}")
    trace.unlink(missing_ok=True)
    found = take(f"{folder}@HEAD", COURSE)
    assert "minitorch/operators.py" not in found.files["0"]
    assert not trace.exists()


def test_other_points_in_the_submissions_own_module(tmp_path: Path) -> None:
    """The points are the course's, whatever the submission's module.toml says."""
    before = json.dumps([str(task.points) for task in load_course(COURSE.root).tasks])
    taken(lay(tmp_path / "alice", in_module({**STUBS, **HOSTILE})))
    assert json.dumps([str(task.points) for task in COURSE.tasks]) == before


@pytest.fixture(scope="module", params=[Level.A, Level.B])
def bench(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Bench]:
    """Open a level on the course itself."""
    course: Course = COURSE
    try:
        with opened(request.param, course, tmp_path_factory.mktemp("planted")) as found:
            yield found
    except NoSandbox as error:
        pytest.skip(str(error))


def test_everything_at_once_earns_what_the_skeleton_earns(bench: Bench, tmp_path: Path) -> None:
    """A submission with all of it, taken and judged: still the score of its own files, which is none."""
    hostile = {k: v for k, v in HOSTILE.items() if k != "minitorch/operators/__init__.py"}
    found = taken(lay(tmp_path / "alice", in_module({**STUBS, **hostile})))
    for task in MODULE.tasks:
        assert bench.judge(task.id, dict(found.files["0"])).fraction == 0, task.id


@needs_course
def test_everything_at_once_costs_honest_work_nothing(bench: Bench, tmp_path: Path) -> None:
    """The same hostile files around the reference: the score of the reference."""
    reference = bench.base("reference")
    assert set(reference) == WANTED <= set(listed_files(COURSE, MODULE))
    honest = {path: text.encode() for path, text in reference.items()}
    hostile = {k: v for k, v in HOSTILE.items() if k != "minitorch/operators/__init__.py"}
    found = taken(lay(tmp_path / "alice", in_module({**hostile, **honest})))
    for task in ("0.1", "0.4", "0.5"):
        assert bench.judge(task, dict(found.files["0"])).fraction == 1
