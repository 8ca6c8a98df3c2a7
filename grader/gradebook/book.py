"""The gradebook: each verdict committed as its task ends, each record when its submission is done; nothing is lost."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from sqlalchemy import delete, select

from grader.errors import RecordError
from grader.gradebook import attempts, database, verdicts
from grader.gradebook.tables import AdjustmentRow, UngradedRow, VerdictRow
from grader.model import (
    Adjustment,
    Attempt,
    Level,
    ModuleId,
    Record,
    RelPath,
    Scope,
    Status,
    Submission,
    TaskVerdict,
)
from grader.record import decode, encode


class Gradebook:
    """A store of verdicts and records in any database that SQLAlchemy knows.

    Threads of one process may share it, and several graders may use the same database at once.

    Attributes:
        secret: Random text drawn when the book was made; seeds that nobody outside can foresee come from it.
        damaged: Submissions of which a record was left out, since it can't be read, and why.
    """

    def __init__(self, where: str | Path) -> None:
        """Open it, and make its tables where there are none.

        Args:
            where: A SQLAlchemy URL, or the path of an SQLite file (in a URL, ``%``, ``?`` and ``#`` mean other things).

        Raises:
            GradebookError: It can't be opened, or a later grader made it.
        """
        self.damaged: dict[str, str] = {}
        self._engine = database.connect(where)
        try:
            self.secret = database.open_book(self._engine)
        except BaseException:
            self.close()
            raise

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
            # Another version's, or damaged: grading it again is all that it costs.
            except ValueError:
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
        with database.writing(self._engine) as session:
            session.merge(row)

    def finish(
        self, record: Record, handed_in: Submission | None = None, scope: Scope | None = None
    ) -> None:
        """Commit the record of a submission that is done; what was found before is kept as well.

        Args:
            record: What was found.
            handed_in: What was graded, whose files are kept; None where they are not at hand.
            scope: What was asked of the run; None: all that the record holds.
        """
        with database.writing(self._engine) as session:
            attempts.finish(session, record, handed_in, scope)
            session.execute(
                delete(UngradedRow).where(UngradedRow.submission == record.submission.id)
            )

    def set_aside(self, record: Record) -> None:
        """Commit that a run could not grade a submission: no attempt, and what was found before still counts.

        Args:
            record: It says why.
        """
        row = UngradedRow(submission=record.submission.id, record=encode(record).decode())
        with database.writing(self._engine) as session:
            session.merge(row)

    def ungraded(self) -> dict[str, Record]:
        """List the submissions that the last run over them could not grade, by id.

        Returns:
            Their records, which say why.
        """
        with database.reading(self._engine) as session:
            rows = session.scalars(select(UngradedRow).order_by(UngradedRow.submission))
            found = {row.submission: self._decoded(row.submission, row.record) for row in rows}
        return {id: record for id, record in found.items() if record is not None}

    def attempts(self, submission: str | None = None) -> dict[str, tuple[Attempt, ...]]:
        """List what was handed in, each as it was graded last.

        Args:
            submission: Only of this one.

        Returns:
            The attempts of each submission, in the order in which runs came to them; submissions by id.
        """
        with database.reading(self._engine) as session:
            return attempts.listed(session, self._decoded, submission)

    def handed_in(self, submission: str, number: int) -> Submission:
        """Make a submission again of an attempt's files, as they were taken.

        Args:
            submission: Its id.
            number: The attempt's.

        Returns:
            What was handed in; without files where none were kept.
        """
        with database.reading(self._engine) as session:
            return attempts.handed_in(session, attempts.numbered(session, submission)[number - 1])

    def works(self) -> dict[str, dict[ModuleId, dict[RelPath, str]]]:
        """Give the files of each module that each student handed in last.

        Returns:
            Submission to module to path to text.
        """
        with database.reading(self._engine) as session:
            return {
                id: {m: files for row in rows for m, files in attempts.files(session, row).items()}
                for id, rows in attempts.by_submission(session).items()
            }

    def regraded(self, record: Record, number: int, scope: Scope) -> None:
        """Commit what a later run found of an attempt.

        Args:
            record: What was found.
            number: The attempt's.
            scope: What was asked of the run.
        """
        with database.writing(self._engine) as session:
            row = attempts.numbered(session, record.submission.id)[number - 1]
            attempts.add_grading(session, row.id, record, scope)

    def record(self, submission: str) -> Record | None:
        """Find the record of what a student handed in last.

        Args:
            submission: Its id.

        Returns:
            The record, or None where none was finished.
        """
        found = self.attempts(submission).get(submission)
        return found[-1].record if found else None

    def records(self) -> list[Record]:
        """List the records of what each student handed in last, by id.

        Returns:
            The records.
        """
        return [found[-1].record for found in self.attempts().values()]

    def adjust(self, adjustment: Adjustment) -> None:
        """Commit points that a person gives or takes; the book gives the number and the time."""
        row = AdjustmentRow(
            submission=adjustment.student,
            module=adjustment.module,
            points=str(adjustment.points),
            author=adjustment.author,
            reason=adjustment.reason,
        )
        with database.writing(self._engine) as session:
            session.add(row)

    def adjustments(self) -> list[Adjustment]:
        """List what was given and taken by hand, in order."""
        with database.reading(self._engine) as session:
            rows = session.scalars(select(AdjustmentRow).order_by(AdjustmentRow.id))
            return [
                Adjustment(
                    number=row.id,
                    student=row.submission,
                    points=Fraction(row.points),
                    author=row.author,
                    reason=row.reason,
                    made_at=row.made_at,
                    module=row.module,
                )
                for row in rows
            ]

    def close(self) -> None:
        """Let go of pooled connections."""
        self._engine.dispose()

    def __enter__(self) -> Gradebook:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _decoded(self, submission: str, text: str) -> Record | None:
        """Read a record; one that is damaged must not keep the others from being read."""
        try:
            return decode(text.encode())
        except RecordError as error:
            self.damaged[submission] = error.what
            return None
