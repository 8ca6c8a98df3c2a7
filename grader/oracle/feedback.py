"""Turn what was found into something a student can act on."""

from __future__ import annotations

import re
from shlex import quote

from grader.model import Failure, Module, Outcome, Task
from grader.oracle.compare import Difference
from grader.running.claims import Place
from grader.running.testing import CollectedTest, TestReport

_GOT_EXPECTED = re.compile(
    r"\A(?:AssertionError: )?(?P<what>[^\n]+?): got (?P<got>.+?), expected (?P<expected>.+?)(?:\nassert .*)?\Z",
    re.S,
)
_EXAMPLE = re.compile(
    r"(?:Falsifying|Failing) (?:explicit example|example|test case): \w+\((?P<arguments>.*?)\n\)",
    re.S,  # its words have changed from version to version
)
_UNREAD = {"SyntaxError", "IndentationError", "TabError", "ImportError", "ModuleNotFoundError"}
_NOTE = re.compile(r"\s*# .*")
_NUMBAS = "index is out of bounds"  # all that compiled code says
_PLAINLY = (
    "Which line that is, plain Python tells: put NUMBA_DISABLE_JIT=1 in front of the command."
)
_WHERE = "in thread "  # which the simulator of a GPU notes
_CANDIDATES = re.compile(r"There (is|are) \d+ candidate")
_REASON = re.compile(r"\s+\w+Error: ")
_COMPILERS_OWN = ("Failed in ", "During: ")
_OTHER_TASK = re.compile(r"\ATask (\d+\.\d+): ")


def of_test(
    module: Module, task: Task, test: CollectedTest, report: TestReport, *, own: bool = False
) -> Failure:
    """Word a test that did not pass.

    Args:
        module: The task's module.
        task: The task.
        test: The test, as it was collected beforehand.
        report: What became of it.
        own: Whether the student wrote it.

    Returns:
        The failure, with whatever the report tells of input, got and expected.
    """
    parts = _GOT_EXPECTED.match(report.message)
    unread = report.type in _UNREAD  # what the test is about has nothing to do with it
    example = falsifying_example(report.notes)
    file, line = (test.id.split("::")[0], 0) if own else _place(task, report)
    return Failure(
        test=test.id.split("::", 1)[-1],
        outcome=report.outcome,
        message=_message(report),
        sentence="" if unread else test.sentence.split("\n\n")[0].replace("\n", " "),
        input=example or (parts["what"] if parts else ""),
        got=parts["got"] if parts else "",
        expected=parts["expected"] if parts else "",
        hint=task.hints[0] if task.hints and not unread else "",
        command=f"cd {module.name} && pytest {quote(test.id)}",
        file=file,
        line=line,
    )


def of_difference(
    module: Module, task: Task, probe: str, outcome: Outcome, difference: Difference
) -> Failure:
    """Word a probe case whose answer is not the reference's."""
    return Failure(
        test=probe,
        outcome=outcome,
        message=f"{difference.what}: got {difference.got}, expected {difference.expected}",
        input=difference.what,
        got=difference.got,
        expected=difference.expected,
        hint=task.hints[0] if task.hints else "",
        command=f"cd {module.name} && pytest -m {task.mark}",
        file=task.files[0] if task.files else "",
    )


def falsifying_example(notes: str) -> str:
    """Take Hypothesis's smallest failing input out of its note, ``x=0.0, y=1.0``."""
    found = _EXAMPLE.search(notes)
    if not found:
        return ""
    lines = (_NOTE.sub("", line).strip() for line in found["arguments"].splitlines())
    return " ".join(line for line in lines if line).rstrip(",")


def task_of_stub(message: str) -> str:
    """Name the task that a stub's message belongs to, or nothing."""
    found = _OTHER_TASK.match(message)
    return found[1] if found else ""


def _place(task: Task, report: TestReport) -> Place:
    """Point at a line, of the task's own files if the error passed through them; at a stub where something is to do."""
    in_task = [place for place in report.places if place[0] in task.files]
    found = report.places if report.outcome is Outcome.TODO else in_task or report.places
    return found[0] if found else (task.files[0] if task.files else "", 0)


def _message(report: TestReport) -> str:
    if report.type in ("", "AssertionError") or report.outcome is Outcome.TODO:
        return report.message or "An assertion does not hold."
    if report.type == "TypingError":
        return f"{report.type}: {_what_counts(report.message)}"
    if report.message == _NUMBAS:
        return f"{report.type}: {report.message}. {_PLAINLY}"
    notes = [note for note in report.notes.splitlines() if note.startswith(_WHERE)]
    said = "\n".join(filter(None, [report.message, *notes]))
    return f"{report.type}: {said}" if said else report.type


def _what_counts(message: str) -> str:
    """Cut an error of Numba's typing to what its reader can use: what did not fit, why, and the line, once."""
    kept: list[str] = []
    # Among the candidates that were not meant, of which only the reason tells anything.
    listing = False
    for line in message.splitlines():
        listing = bool(line.strip()) and (listing or bool(_CANDIDATES.match(line)))
        if not listing and not line.startswith(_COMPILERS_OWN):
            kept.append(line.rstrip())
        elif _REASON.match(line):
            kept.append(line.strip())
    paragraphs = re.split(r"\n{2,}", "\n".join(kept).strip())
    return "\n\n".join(dict.fromkeys(paragraphs))
