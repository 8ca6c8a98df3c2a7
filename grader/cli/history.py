"""``grader gradebook history`` and ``adjust``: how a score came about, and points that a person gives."""

from __future__ import annotations

import getpass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path

import click

from grader.cli.common import console, counting, database_option, opened_book
from grader.errors import NotGraded, UnknownModule
from grader.gradebook import Gradebook
from grader.grades import Counted
from grader.model import Adjustment, ModuleId

_LARGEST = 10_000  # points; more is a slip of the hand


@click.command("history")
@click.argument("out", type=click.Path(path_type=Path))
@click.argument("submission")
@database_option
def history(out: Path, submission: str, database: str | None) -> None:
    """Show all attempts of a SUBMISSION, which of them count, and what was given by hand."""
    with opened_book(out, database) as book:
        _show(book, out, submission)


def _points(context: click.Context, parameter: click.Parameter, said: str) -> Fraction:
    """Read points exactly, with a sign: 2, -1.5."""
    try:
        exact = Decimal(said)
    except InvalidOperation:
        raise click.BadParameter(f"{said!r} is not a number of points, such as -1.5") from None
    if not exact.is_finite() or not exact or abs(exact) > _LARGEST:
        raise click.BadParameter(f"points between -{_LARGEST} and {_LARGEST}, and not 0")
    return Fraction(exact)


@click.command("adjust", context_settings={"ignore_unknown_options": True})  # -2 is no option
@click.argument("out", type=click.Path(path_type=Path))
@click.argument("submission")
@click.argument("points", callback=_points)
@click.option("--reason", required=True, help="Why; the student reads it.")
@click.option("--module", "module", default=None, help="The module that it concerns: 1.")
@click.option("--author", default=None, help="Who gives or takes them; default: you.")
@database_option
def adjust(
    out: Path,
    submission: str,
    points: Fraction,
    reason: str,
    module: str | None,
    author: str | None,
    database: str | None,
) -> None:
    """Give POINTS to a SUBMISSION by hand, or take them (-2). To undo it, give or take them once more."""
    with opened_book(out, database) as book:
        before = _found(book, out, submission)
        _put(book, before, points, reason, module, author)
        _show(book, out, submission)
    click.echo(f"\nTo write the pages again: grader gradebook report {out}")


def _put(
    book: Gradebook,
    counted: Counted,
    points: Fraction,
    reason: str,
    module: ModuleId | None,
    author: str | None,
) -> None:
    wanted = module and module.removeprefix("module")
    known = [each.id for each in counted.record.modules]
    if wanted is not None and wanted not in known:
        raise UnknownModule(str(module), known)
    if not reason.strip():
        raise click.BadParameter("a reason that the student can read", param_hint="--reason")
    who = author or getpass.getuser()
    book.adjust(Adjustment(0, counted.record.submission.id, points, who, reason, "", wanted))


def _found(book: Gradebook, out: Path, submission: str) -> Counted:
    all = {each.record.submission.id: each for each in counting(book, out)}
    if submission not in all:
        raise NotGraded(submission, all, str(out))
    return all[submission]


def _show(book: Gradebook, out: Path, submission: str) -> None:
    from grader.reporting import history as page

    counted = _found(book, out, submission)
    chosen = {id: choice.attempt.number for id, choice in counted.choices.items()}
    by_hand = [each for each in book.adjustments() if each.student == submission]
    attempts = book.attempts(submission).get(submission, ())
    console().print(page.render(counted.record, attempts, chosen, by_hand))
