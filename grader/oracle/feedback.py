"""Turn what was found into something a student can act on."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from shlex import quote

from grader.authoring import syntax
from grader.model import Failure, Module, Outcome, RelPath, Task
from grader.oracle import calls
from grader.oracle.absent import absent_name
from grader.oracle.difference import Difference
from grader.oracle.quoting import Laid, own_places
from grader.oracle.wording import IMPORT_ERRORS, SYNTAX_ERRORS, Raised, stopping_call, worded
from grader.running.asking import Answer
from grader.running.raised import Place
from grader.running.testing import CollectedTest, TestReport

MAX_DRAWN = 120  # characters of something that Hypothesis drew on the way

_GOT_EXPECTED = re.compile(
    r"\A(?:AssertionError: )?(?P<asked>.+?): got (?P<got>.+?), expected (?P<expected>.+?)"
    r"(?:\n(?P<fault>Probably .+?))?(?:\nassert .*)?\Z",
    re.S,
)
_EXAMPLE = re.compile(
    r"(?:Falsifying|Failing) (?:explicit example|example|test case): \w+\((?P<arguments>.*?)\n\)",
    re.S,  # its words have changed from version to version
)
_NOTE = re.compile(r"[ \t]*# .*")
_OBJECT = re.compile(r"\b\w+=(?:\w+\()?<[^=]*? at 0x…>\)?(?:, |\Z)")
_DATA = re.compile(r"(?:, )?\b\w+=data\(\.\.\.\)")
_DRAW = re.compile(r"^Draw (\d+)(?: \((.+?)\))?: (.*(?:\n[ \t].*)*)", re.M)  # over several lines
_OTHER_TASK = re.compile(r"\ATask (\d+\.\d+): ")


def of_test(
    module: Module,
    task: Task,
    test: CollectedTest,
    report: TestReport,
    laid: Laid | None = None,
    *,
    own: bool = False,
) -> Failure:
    """Word a test that did not pass.

    Args:
        module: The task's module.
        task: The task.
        test: The test, as it was collected beforehand.
        report: What became of it.
        laid: The files of the stage that it ran on: no other is named.
        own: Whether the student wrote it.

    Returns:
        The failure, with whatever the report tells of the call, the input, got and expected.
    """
    laid = laid or {}
    raised = Raised(report.type, report.message, report.notes, report.places, report.raised_at)
    assertion = report.type in ("", "AssertionError")
    parts = _GOT_EXPECTED.match(report.message) if assertion else None
    asked = parts["asked"] if parts else ""
    fault = parts["fault"] or "" if parts else ""
    example = falsifying_example(report.notes)
    beside = _is_beside(raised)
    if own:
        file, line = _own_place(test.id.split("::")[0], raised, laid)
    else:
        file, line = _place(task, report.outcome, report.places, laid)
    failure = Failure(
        test=test.id.split("::", 1)[-1],
        outcome=report.outcome,
        message=_message(report.outcome, raised, laid, own=own).removesuffix(f"\n{fault}"),
        sentence="" if beside else test.sentence.split("\n\n")[0].replace("\n", " "),
        asked=asked,
        input="" if beside or (asked and _is_plain(example)) else example,
        got=parts["got"] if parts else "",
        expected=parts["expected"] if parts else "",
        hint=fault or ("" if beside else task.hint_for(test.id, asked)),
        command=f"cd {module.name} && pytest {quote(test.id)}",
        file=file,
        line=line,
    )
    return _about_a_missing_name(task, failure, report.message, laid)


def of_difference(
    module: Module, task: Task, probe: str, difference: Difference, laid: Laid
) -> Failure:
    """Word a probe case whose answer is not the reference's."""
    return Failure(
        test=probe,
        outcome=Outcome.FAILED,
        message=f"{difference.what}: got {difference.got}, expected {difference.expected}",
        asked=difference.what,
        got=difference.got,
        expected=difference.expected,
        hint=task.hint_for(probe, difference.what),
        command=calls.call(module, task, difference.what, laid),
        file=_only_file(task),
    )


def of_answer(task: Task, title: str, answer: Answer, laid: Laid) -> Failure:
    """Word a probe case or an exam that did not come to an answer.

    Args:
        task: The task.
        title: What to call the probe or the exam.
        answer: What came in its place.
        laid: The files of the stage that it ran on.

    Returns:
        The failure.
    """
    raised = Raised(answer.raised, answer.message, "", answer.places, answer.raised_at)
    file, line = _place(task, answer.outcome, answer.places, laid)
    failure = Failure(
        test=title,
        outcome=answer.outcome,
        message=_message(answer.outcome, raised, laid) if answer.raised else answer.message,
        hint="" if _is_beside(raised) else task.hint_for(title),
        command=calls.check(task),
        file=file,
        line=line,
    )
    return _about_a_missing_name(task, failure, answer.message, laid)


def _is_beside(raised: Raised) -> bool:
    """Tell whether an error has nothing to do with what is asked."""
    return bool(stopping_call(raised)) or raised.type in SYNTAX_ERRORS | IMPORT_ERRORS


def _about_a_missing_name(task: Task, failure: Failure, message: str, laid: Laid) -> Failure:
    """Name the missing name and the file that lacks it, if an error is about one; a child may name any file."""
    absent = absent_name(message)
    if absent is None or absent.file not in laid:
        return failure
    needed = f": Task {task.id} needs it" if absent.file in task.files else ""
    return replace(
        failure,
        outcome=Outcome.FAILED,
        message=absent.sentence + ("" if ":" in absent.sentence else needed),
        sentence="",
        input="",
        hint="",
        file=absent.file,
        line=0,
    )


def falsifying_example(notes: str) -> str:
    """Take the input that Hypothesis found out of its note: ``x=0.0, y=1.0``, and what it drew on the way."""
    found = _EXAMPLE.search(notes)
    if not found:
        return ""
    lines = (_NOTE.sub("", line).strip() for line in found["arguments"].splitlines())
    arguments = " ".join(line for line in lines if line).rstrip(",")
    # What a fixture made is not an input.
    arguments = _OBJECT.sub("", arguments).removesuffix(", ")
    without = _DATA.sub("", arguments).removeprefix(", ")
    return arguments if without == arguments else ", ".join(filter(None, [without, *_drawn(notes)]))


def task_of_stub(message: str) -> str:
    """Name the task that a stub's message belongs to, or nothing."""
    found = _OTHER_TASK.match(message)
    return found[1] if found else ""


def _drawn(notes: str) -> Iterator[str]:
    """List what a test drew on the way, if it is short enough to be read."""
    found = _DRAW.findall(_NOTE.sub("", notes))
    drawn = [
        f"{name or f'draw {number}'}={' '.join(value.split())}" for number, name, value in found
    ]
    if all(len(each) <= MAX_DRAWN for each in drawn):
        yield from drawn


def _is_plain(example: str) -> bool:
    """Tell whether an input is of plain values only: the call that failed names those that count."""
    try:
        tree = syntax.parse(f"dict({example})")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return sum(isinstance(node, ast.Call) for node in ast.walk(tree)) == 1


def _place(task: Task, outcome: Outcome, places: Sequence[Place], laid: Laid) -> Place:
    """Point at a line, of the task's own files if the error passed through them; at a stub where something is to do."""
    found = own_places(places, laid)
    in_task = [place for place in found if place[0] in task.files]
    chosen = found if outcome is Outcome.TODO else in_task or found
    return chosen[0] if chosen else (_only_file(task), 0)


def _own_place(file: RelPath, raised: Raised, laid: Laid) -> Place:
    """Point at the line of a student's own test that raised an error, or at the line that Python can't read."""
    place = raised.raised_at
    if place and place[0] in laid and (place[0] == file or raised.type in SYNTAX_ERRORS):
        return place
    return file, 0


def _only_file(task: Task) -> RelPath:
    """Name the file that must be at fault; nothing where it may be any of several."""
    return task.files[0] if len(task.files) == 1 else ""


def _message(outcome: Outcome, raised: Raised, laid: Laid, *, own: bool = False) -> str:
    if outcome is Outcome.TODO and raised.message:
        return raised.message
    return worded(raised, laid, own=own)
