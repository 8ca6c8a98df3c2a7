"""``grader carry``: bring finished work forward from the module before."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import unified_diff
from typing import TYPE_CHECKING

import click

from grader.cli.common import console, here

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

    from grader.carry import Fate, Plan, Step
    from grader.carry.merge import Clash

_STYLE = {
    "carried": "green",
    "marked": "yellow",
    "kept": "yellow",
    "conflict": "bold red",
    "missing": "bold red",
    "unreadable": "bold red",
}


@click.command("carry")
@click.argument("module")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and write nothing.")
@click.option("--diff", is_flag=True, help="Show each changed file, line by line.")
@click.option(
    "--conflicts",
    type=click.Choice(["leave", "mark", "keep"]),
    default="leave",
    show_default=True,
    help="Where both modules changed the same place: leave the file as it is; write both versions into it"
    " between marks; or keep MODULE's version there and carry the rest.",
)
def command(module: str, dry_run: bool, diff: bool, conflicts: str) -> None:
    """Bring finished work into MODULE (1, 2 …) from the module before it.

    Only what you changed since the last time is carried, and what you changed in MODULE itself stays. What was
    carried is kept in MODULE's folder .carried, for the next time: commit it with your work.
    """
    from grader.carry import Choice, carry_out, make_plan

    course = here()
    plan = make_plan(course, module.rstrip("/"), Choice(conflicts))
    if not dry_run:
        carry_out(plan, course.root)
    _show(plan)
    for step in plan.steps if diff else ():
        click.echo(_diff(plan, step), nl=False)
    if plan.changes and not dry_run:
        click.echo(
            f"\nCommit {plan.later.name} as a whole: the next carry reads what is in {plan.later.name}/.carried."
        )
    click.echo(f"\nNext: {_next(plan, dry_run)}")


def _show(plan: Plan) -> None:
    from rich.text import Text

    from grader.reporting.plain import Page

    heading = Text(f"{plan.earlier.name} → {plan.later.name}", style="bold")
    notes = [Text(note) for note in _unfinished(plan)]
    console().print(Page(heading, _table(plan), *notes))


def _table(plan: Plan) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    for step in plan.steps:
        fate = Text(step.fate.value, style=_STYLE.get(step.fate.value, "dim"))
        table.add_row(Text(f"  {step.path}"), fate, _details(plan, step))
    return table


def _details(plan: Plan, step: Step) -> Text:
    from rich.text import Text

    from grader.reporting import text

    said = [text.line(step.note)] if step.note else []
    said += [f"both changed {_place(plan, clash)}" for clash in step.clashes]
    return Text("\n".join(said))


def _place(plan: Plan, clash: Clash) -> str:
    earlier = _lines(clash.earlier_at, len(clash.earlier))
    later = _lines(clash.later_at, len(clash.later))
    return f"{plan.earlier.name} {earlier}; {plan.later.name} {later}"


def _lines(first: int, count: int) -> str:
    if count == 0:
        return f"nothing at line {first}"
    return f"line {first}" if count == 1 else f"lines {first}–{first + count - 1}"


def _unfinished(plan: Plan) -> Iterator[str]:
    if plan.unfinished:
        tasks = ", ".join(plan.unfinished)
        yield f"\nStill to do in {plan.earlier.name}: {tasks}. What you write there later can be carried again."


def _diff(plan: Plan, step: Step) -> str:
    """Show what a step changes, as a unified diff."""
    from grader.reporting import text

    if step.source is None:
        return ""
    name = f"{plan.later.name}/{step.path}"
    changed = unified_diff(
        step.source.lines, step.text.splitlines(keepends=True), name, f"{name} (carried)"
    )
    # Each by itself: of a diff, nothing is left out.
    said = "".join(text.clean(line) for line in changed)
    return f"\n{said}" if said else ""


def _next(plan: Plan, dry_run: bool) -> str:
    """Say the one thing to do now: what stands in the way first."""
    from grader.carry import Choice, Fate

    again = f"grader carry {plan.later.id}"
    chosen = f"{again} --conflicts {plan.choice}" if plan.choice is not Choice.LEAVE else again
    check = f"grader check {plan.later.id}"
    if broken := _first(plan, Fate.MISSING, Fate.UNREADABLE):
        return f"fix that ({broken.note}), then: {again}"
    if (stuck := _first(plan, Fate.CONFLICT)) and not stuck.clashes:
        return f"edit {plan.later.name}/{stuck.path} (remove the marks, keep one version), then: {again}"
    if stuck:
        return f"{again} --conflicts mark   (that file is as it was; this writes both versions into it to choose from)"
    if dry_run and plan.changes:
        return f"{chosen}   (does it; this was a dry run, and nothing was written)"
    if marked := _first(plan, Fate.MARKED):
        place = f"{plan.later.name}/{marked.path}"
        return f"edit {place} (keep one version between <<<<<<< and >>>>>>>), then: {check}"
    if plan.behind:
        return f"grader carry {plan.earlier.id}, then: {again}   ({plan.earlier.name} lacks finished work)"
    return check


def _first(plan: Plan, *fates: Fate) -> Step | None:
    return next((step for step in plan.steps if step.fate in fates), None)
