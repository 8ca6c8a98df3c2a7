"""The gradebook: each task's verdict committed as it ends, each record when its submission is done."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from grader.errors import GradebookError, RecordError
from grader.gradebook import database, verdicts
from grader.gradebook.tables import Base, SubmissionRow, VerdictRow
from grader.model import Level, Record, Status, TaskVerdict
from grader.record import decode, encode


class Gradebook:
    """A store of verdicts and records in any database that SQLAlchemy knows.

    Threads of one process may share it, and several graders may use the same database at once.

    Attributes:
        secret: Random text drawn when the book was made; seeds that nobody outside can foresee come from it.
    """

    def __init__(self, where: str | Path) -> None:
        """Open it, and make its tables where there are none.

        Args:
            where: A SQLAlchemy URL, or the path of an SQLite file (in a URL, ``%``, ``?`` and ``#`` mean other things).

        Raises:
            GradebookError: It can't be opened, or a later grader made it.
        """
        self._engine = database.connect(where)
        self.secret = database.open_book(self._engine)

    def task_verdict(self, key: str) -> TaskVerdict | None:
        """Find the verdict stored under a key; one where the grader itself failed is not served.

        Args:
            key: Digest of everything that the verdict depends on.

        Returns:
            The verdict, or None where there is none to be served.
        """
        with database.reading(self._engine) as session:
            row = session.get(VerdictRow, key)
            if row is None or row.status == Status.GRADER_ERROR:
                return None
            try:
                return verdicts.decode(row.verdict)
            except (
                ValueError
            ):  # another version's, or damaged: grading it again is all that it costs
                return None

    def level(self, key: str) -> Level | None:
        """Tell how the run was confined that a stored verdict comes from.

        Args:
            key: The verdict's.

        Returns:
            The level, or None where no verdict is stored.
        """
        with database.reading(self._engine) as session:
            row = session.get(VerdictRow, key)
            return None if row is None else Level(row.level)

    def store(
        self,
        submission: str,
        key: str,
        verdict: TaskVerdict,
        level: Level,
        seed: str,
        environment: str,
    ) -> None:
        """Commit one task's verdict at once, in a transaction of its own.

        Args:
            submission: Id of the submission whose task it is.
            key: Digest of everything that the verdict depends on; what stood under it is replaced.
            verdict: What was found.
            level: How the run was confined.
            seed: The run's seed.
            environment: What it ran on, in words.
        """

        row = VerdictRow(
            key=key,
            submission=submission,
            task=verdict.task,
            status=verdict.status,
            fraction=str(verdict.fraction),
            verdict=verdicts.encode(verdict),
            level=level,
            seed=seed,
            environment=environment,
        )
        self._put(row)

    def finish(self, record: Record) -> None:
        """Commit the record of a submission that is done, in place of its last one."""

        info = record.submission
        row = SubmissionRow(
            id=info.id,
            source=info.source,
            commit=info.commit,
            submitted_at=info.submitted_at,
            record=encode(record).decode(),
        )
        self._put(row)

    def record(self, submission: str) -> Record | None:
        """Find a submission's last record.

        Args:
            submission: Its id.

        Returns:
            The record, or None where none was finished.

        Raises:
            GradebookError: What is stored is not a record.
        """
        with database.reading(self._engine) as session:
            row = session.get(SubmissionRow, submission)
            return None if row is None else self._decoded(row)

    def records(self) -> list[Record]:
        """List the last records of all submissions that are done, by id.

        Returns:
            The records.

        Raises:
            GradebookError: What is stored for one of them is not a record.
        """
        with database.reading(self._engine) as session:
            rows = session.scalars(select(SubmissionRow).order_by(SubmissionRow.id))
            return [self._decoded(row) for row in rows]

    def close(self) -> None:
        """Let go of pooled connections."""
        self._engine.dispose()

    def __enter__(self) -> Gradebook:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _put(self, row: Base) -> None:
        """Write a row in place of one with the same key; once more if another grader put it there first."""
        for last in (False, True):
            try:
                with database.writing(self._engine) as session:
                    session.merge(row)
                return
            except GradebookError as error:
                if last or not isinstance(error.__cause__, IntegrityError):
                    raise

    def _decoded(self, row: SubmissionRow) -> Record:
        try:
            return decode(row.record.encode())
        except RecordError as error:
            where = self._engine.url.render_as_string(hide_password=True)
            raise GradebookError(
                f"The record of {row.id} is damaged: {error.what}", where
            ) from error
