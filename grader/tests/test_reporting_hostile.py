"""A record that somebody made up: whatever stands in any of its texts stays text in every output."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from fractions import Fraction
from typing import Any

import pytest
from rich.console import Console, RenderableType

from grader.gradebook.exports import FORMATS, Wishes, warnings
from grader.model import Adjustment, Attempt, Record
from grader.reporting import class_page, student_page, task_page, terminal
from grader.reporting.annotation import commands as annotated
from grader.reporting.changes import changes, score_changes
from grader.reporting.changes import render as changed
from grader.reporting.class_summary import class_summary
from grader.reporting.comment import comment
from grader.reporting.history import render as history
from grader.reporting.statistics import statistics_of
from grader.reporting.statistics_table import render as statistics
from grader.reporting.summary import summary
from grader.tests import sample_records as samples

WISHES = Wishes(assignment="m0", classroom="cs1")


def planted(value: Any, said: str) -> Any:
    """Put a text into every text of a record."""
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return said
    if isinstance(value, tuple):
        return tuple(planted(entry, said) for entry in value)
    if is_dataclass(value) and not isinstance(value, type):
        made = {f.name: planted(getattr(value, f.name), said) for f in fields(value)}
        return replace(value, **made)
    return value


def printed(what: RenderableType) -> str:
    file = io.StringIO()
    Console(file=file, width=400).print(what)
    return file.getvalue()


def table_of(record: Record) -> str:
    return printed(terminal.class_table([record, samples.REFERENCE]))


def history_of(record: Record) -> str:
    said = record.seed
    by_hand = Adjustment(1, said, Fraction(1), said, said, said, said)
    return printed(history(record, [Attempt(1, record, said)], {said: 1}, [by_hand]))


def changes_of(record: Record) -> str:
    before = replace(record, modules=samples.ALICE.modules, score=0.0)
    scores = score_changes({record.seed: before}, {record.seed: record})
    return printed(changed(list(changes(before, record, 1)), list(scores), 1))


def exported(format: str) -> Callable[[Record], str]:
    def made(record: Record) -> str:
        content = FORMATS[format].make([record], WISHES)
        parts = [content] if isinstance(content, bytes) else list(content.values())
        assert isinstance(content, bytes) or all("/" not in name for name in content)
        told = warnings(FORMATS[format], [record], WISHES)
        return "\n".join([*(part.decode("utf-8-sig") for part in parts), *told])

    return made


OUTPUTS: dict[str, Callable[[Record], str]] = {
    "terminal": lambda record: printed(terminal.render(record)),
    "class table": table_of,
    "statistics": lambda record: printed(statistics(statistics_of([record, samples.REFERENCE]))),
    "history": history_of,
    "changes": changes_of,
    "report.html": student_page.page,
    "index.html": lambda record: class_page.page([record, samples.REFERENCE], True),
    "tasks": lambda record: "".join(
        p for _, p in task_page.every_page([samples.REFERENCE, record])
    ),
    "summary": summary,
    "comment": lambda record: comment(record, record.seed, None, True),
    "class summary": lambda record: class_summary([record], {record.seed: record.seed}),
    "annotations": lambda record: "\n".join(annotated(record)),
    **{format: exported(format) for format in FORMATS},
}
ODD = (
    "Cc",
    "Cs",
    "Cf",
)  # categories of what does not print: controls, lone surrogates, overrides of direction
SPELT = re.compile(r"\\u00[01]|\\u009b|\\u202e")  # by JSON
OWN = re.compile("::(error|warning|notice) (title|file)=")
PAGES = ("report.html", "index.html", "tasks")


@pytest.mark.parametrize("said", samples.HOSTILE)
@pytest.mark.parametrize("output", OUTPUTS)
def test_no_text_of_a_record_is_obeyed(output: str, said: str) -> None:
    """No terminal, no browser and no runner takes it for more than text: titles, ids, notes, names of files."""
    for record in (samples.ADJUSTED, samples.MEASURED, samples.UNREAD, samples.UNGRADED):
        made = OUTPUTS[output](planted(record, said))
        odd = {c for c in made if c not in "\n\t\r" and unicodedata.category(c) in ODD}
        assert odd == set() and not SPELT.search(made)
        if output in PAGES:
            assert "<script>alert" not in made and "<img src=x" not in made
        else:
            commands = [line for line in made.splitlines() if line.lstrip().startswith("::")]
            assert all(output == "annotations" and OWN.match(line) for line in commands)
            assert "##[" not in made


@pytest.mark.parametrize("output", ["terminal", "class table", "statistics", "history", "changes"])
def test_markup_of_the_terminal_means_nothing(output: str) -> None:
    """What rich would take for a colour is printed as it stands."""
    said = "[red]x[/] [/b] :smile:"
    assert said in OUTPUTS[output](planted(samples.ADJUSTED, said))


def test_a_title_of_several_lines_takes_one() -> None:
    """The sentence that says what to do next stays in one piece."""
    made = OUTPUTS["terminal"](planted(samples.ALICE, "one\ntwo"))
    assert "task one two, one two, in one two:57. Then run:" in made
