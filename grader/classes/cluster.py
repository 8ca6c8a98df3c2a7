"""Judging on a Dask cluster: each of its worker processes has sandboxes of its own, and judges one task at a time.

Submissions are taken apart, verdicts looked up and results committed by the one process that grades; workers get a task
and a module's files, and give back a verdict. They need the same course at the same path, and the same grader.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.classes.fingerprint import course_state, engine, environment
from grader.classes.judging import LocalJudge
from grader.classes.policy import Policy
from grader.errors import NoCluster, NoScheduler, OtherWorkers, Stopped
from grader.model import Course, RelPath, SandboxReport, Task, TaskVerdict

PATIENCE = "10s"  # for a scheduler to answer


@contextmanager
def connected(address: str, course: Course, policy: Policy) -> Iterator[list[RemoteJudge]]:
    """Reach a cluster, and make a judge of each of its workers.

    Args:
        address: Of its scheduler, such as ``tcp://host:8786``.
        course: The course.
        policy: What was asked for.

    Yields:
        list[RemoteJudge]: One for each worker process that is there now.

    Raises:
        NoCluster: Dask is not installed.
        NoScheduler: Nothing answers there, or no worker is there.
        OtherWorkers: A worker has another course, another grader or other packages.
    """
    try:
        from distributed import Client
    except ImportError:
        raise NoCluster from None
    try:
        client: Any = Client(address, timeout=PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise NoScheduler(address, str(error).splitlines()[0]) from None
    with client:
        workers = sorted(client.scheduler_info(n_workers=-1)["workers"])
        if not workers:
            raise NoScheduler(address, "it has no workers")
        _refuse_others(client, course)
        yield [RemoteJudge(client, worker, course, policy) for worker in workers]


class RemoteJudge:
    """Judges on one worker; on another one, if that is lost.

    Args:
        client: Of the cluster.
        worker: Its address.
        course: The course.
        policy: What was asked for.
    """

    def __init__(self, client: Any, worker: str, course: Course, policy: Policy) -> None:
        self._client = client
        self._worker = worker
        state = course_state(course, int(course.modules[-1].id))
        self._desk = Desk(course.root, state, policy)
        self._stopped = False
        self._report: SandboxReport | None = None

    def judge(self, task: Task, files: Mapping[RelPath, str], seed: int) -> TaskVerdict:
        """Judge one task, as ``Judge`` says."""
        found: tuple[TaskVerdict, SandboxReport]
        found = self._asked(judge_here, self._desk, task.id, dict(files), seed)
        verdict, self._report = found
        return verdict

    def report(self) -> SandboxReport:
        """Say how student code is confined there."""
        if self._report is None:
            self._report = self._asked(report_here, self._desk)
        return self._report

    @property
    def known_report(self) -> SandboxReport | None:
        """The same, if a task was judged."""
        return self._report

    def stop(self) -> None:
        """End what is under way there."""
        self._stopped = True
        self._client.run(stop_here, self._desk, workers=[self._worker], on_error="ignore")

    def close(self) -> None:
        """Leave the worker's sandboxes open for who comes next; they go with the worker."""

    def _asked(self, function: Any, *arguments: Any) -> Any:
        from distributed import CancelledError

        if self._stopped:
            raise Stopped
        future = self._client.submit(
            function, *arguments, pure=False, workers=[self._worker], allow_other_workers=True
        )
        try:
            return future.result()
        except CancelledError:
            if self._stopped:
                raise Stopped from None
            raise NoScheduler(self._client.scheduler.address, "the connection was lost") from None


@dataclass(frozen=True)
class Desk:
    """What a worker's sandboxes are open for: another desk, and they are opened anew."""

    root: Path
    state: str  # of the course: what is read of it is read once
    policy: Policy


@dataclass
class _Open:
    """The judge of this worker process, and what it is open for."""

    desk: Desk | None = None
    judge: LocalJudge | None = None
    course: Course | None = None
    turn: threading.Lock = field(default_factory=threading.Lock)


_open = _Open()


def judge_here(
    desk: Desk, task: str, files: dict[RelPath, str], seed: int
) -> tuple[TaskVerdict, SandboxReport]:
    """Judge a task in this process, on a worker."""
    from grader.authoring.load import find_task

    with _open.turn:
        judge, course = _opened(desk)
        return judge.judge(find_task(course, task), files, seed), judge.report()


def report_here(desk: Desk) -> SandboxReport:
    """Say how student code is confined in this process, on a worker."""
    with _open.turn:
        return _opened(desk)[0].report()


def stop_here(desk: Desk) -> None:
    """End what this process has under way for a desk, on a worker; the next task opens anew."""
    if _open.judge is not None and _open.desk == desk:
        _open.judge.stop()
        _open.desk = None


def about_here(root: Path) -> tuple[str, str, str]:
    """Say all that verdicts of this process depend on, on a worker: course, grader, packages."""
    from grader.authoring.load import load_course
    from grader.errors import GraderError

    course_state.cache_clear()  # a worker lives longer than one run
    try:
        course = load_course(root)
        last = int(course.modules[-1].id)
        return course_state(course, last), engine(), environment()
    except GraderError as error:
        return error.what, engine(), environment()


def _opened(desk: Desk) -> tuple[LocalJudge, Course]:
    from grader.authoring.load import load_course

    if _open.judge is None or _open.course is None or _open.desk != desk:
        if _open.judge is not None:
            _open.judge.close()
        _open.course = load_course(desk.root)
        _open.judge = LocalJudge(_open.course, desk.policy)
        _open.desk = desk
    return _open.judge, _open.course


def _refuse_others(client: Any, course: Course) -> None:
    """Refuse workers whose verdicts could differ from ours."""
    own = about_here(course.root)
    names = ("course", "grader", "packages")
    for worker, found in sorted(client.run(about_here, course.root).items()):
        for name, mine, theirs in zip(names, own, found, strict=True):
            if mine != theirs:
                raise OtherWorkers(worker, name, str(course.root))
