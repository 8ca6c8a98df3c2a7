"""A Dask cluster: the same gradebook as by workers of this machine, and workers that differ are refused."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.cli.main import run
from grader.gradebook import Gradebook
from grader.tests.test_cli_grade import verdicts
from grader.tests.toy import Toy
from grader.tests.toy_work import EXITING_CLAMP, OPS, WRONG_CLAMP, solved, write_work

distributed = pytest.importorskip("distributed", reason="Dask is not installed")


@pytest.fixture
def cluster() -> Iterator[Any]:
    """Two worker processes of one thread each."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        )
        with made:
            yield made


@pytest.fixture
def klass(toy_course: Toy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(toy_course.root)
    course, folder = toy_course.load(), tmp_path / "class"
    write_work(folder / "ada", solved(course))
    for name, spoilt in (("bob", WRONG_CLAMP), ("cid", EXITING_CLAMP)):
        files = solved(course)
        files["0"][OPS] += spoilt
        write_work(folder / name, files)
    return folder


def grade(klass: Path, out: Path, *more: str) -> dict[str, Any]:
    command = ["grade", str(klass), "--out", str(out), "--seed", "5", "--modules", "0", *more]
    assert run(command) == 0
    with Gradebook(out / "gradebook.db") as book:
        return {record.submission.id: verdicts(record) for record in book.records()}


def test_a_cluster_gives_the_same_gradebook(
    cluster: Any, klass: Path, tmp_path: Path, toy_course: Toy, capsys: pytest.CaptureFixture[str]
) -> None:
    """Then, with a course that its workers' copy does not equal, it is refused."""
    remote = grade(klass, tmp_path / "remote", "--scheduler", cluster.scheduler_address)
    assert remote == grade(klass, tmp_path / "local")
    assert len(remote) == 3

    def other(root: Path) -> None:  # runs on a worker
        from grader.classes import fingerprint

        fingerprint._PACKAGES = ("pytest",)  # type: ignore[assignment]

    with distributed.Client(cluster.scheduler_address, set_as_default=False) as client:
        client.run(other, toy_course.root)
    capsys.readouterr()
    command = ["grade", str(klass), "--out", str(tmp_path / "x"), "--scheduler"]
    assert run([*command, cluster.scheduler_address]) == 2
    what, where, step = capsys.readouterr().err.splitlines()
    assert what.startswith("The worker tcp://")
    assert what.endswith("has another Python or other packages than this machine.")
    assert where == f"  where: {toy_course.root}"
    assert "same commit to the same path" in step


def test_nobody_answers(klass: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An address where nothing listens, and one that is none."""
    for address in ("tcp://127.0.0.1:9", "nonsense://"):
        command = ["grade", str(klass), "--out", str(tmp_path / "x"), "--scheduler", address]
        assert run(command) == 3
        what, where, step = capsys.readouterr().err.splitlines()
        assert what.startswith("The cluster can't be used: ")
        assert where == f"  where: {address}"
        assert step.startswith("  next:  dask scheduler; then")


def test_dask_is_missing(
    klass: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    command = ["grade", str(klass), "--out", str(tmp_path / "x"), "--scheduler", "tcp://h:1"]
    assert run(command) == 2
    assert capsys.readouterr().err.splitlines() == [
        "Dask is not installed, which reaches a cluster.",
        "  where: --scheduler",
        "  next:  pip install 'minitorch-grader[cluster]', or leave --scheduler out",
    ]
