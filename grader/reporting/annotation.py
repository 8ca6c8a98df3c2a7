"""A record as annotations: commands that a runner of GitHub Actions reads off a step's output.

A runner shows ten errors, ten warnings and ten notices of a step, and drops the others without a word. So there is one
annotation a task, those that cost most come first, and no more than ten of a kind are written. Style takes a few of the
notices, and no more: it must not hide what is to do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.model import ModuleRecord, Record, Status, TaskRecord
from grader.reporting import text, words

MOST = 10  # annotations of a kind
STYLE = 4  # of the notices
_UNREAD = words.STATUS[Status.UNREAD].capitalize()
_KIND = {Status.WRONG: "error", Status.GRADER_ERROR: "warning", Status.TODO: "notice"}
_FINDING = re.compile(r"(module[0-9]+/[^:\s]+\.py)(?::([0-9]+))? (.+)")


def commands(record: Record) -> Iterator[str]:
    """Write annotations, worst first.

    Args:
        record: Any record.

    Yields:
        str: A line for each: files that could not be read and wrong tasks as errors, the grader's own faults as
            warnings, what is to do as notices, and so the first findings of style.
    """
    findings = record.style[:STYLE]
    unread = words.unread(record)[:MOST]
    for problem in unread:
        where = {"file": problem.path} if words.place_of(problem) else {}
        yield _command("error", {**where, "title": _UNREAD}, problem.said)
    if why := words.ungraded(record):
        yield _command("warning", {"title": words.UNGRADED.capitalize()}, why)
    room = {"error": len(unread), "warning": bool(words.ungraded(record)), "notice": len(findings)}
    for status, kind in _KIND.items():
        found = [(m, t) for m in record.modules for t in m.tasks if t.status is status]
        found.sort(key=lambda pair: pair[1].score - pair[1].points)  # keeps the order of equals
        for module, task in found[: MOST - room[kind]]:
            yield _of_task(kind, module, task)
    for finding in findings:
        yield _of_finding(finding)


def _of_task(kind: str, module: ModuleRecord, task: TaskRecord) -> str:
    failure = words.first_failure(task)
    said = [words.why(task)]
    where: dict[str, str] = {}
    if failure:
        said += [_labelled("asked", failure.asked), _labelled("input", failure.input)]
        said += [_labelled("got", failure.got)]
        said += [_labelled("expected", failure.expected), _labelled("hint", failure.hint)]
        said += [_labelled("next", words.command(failure))]
        where = {"file": f"module{module.id}/{failure.file}"} if failure.file else {}
        where |= {"line": str(failure.line)} if failure.file and failure.line else {}
    heading = f"Task {task.id}, {task.title}: {words.STATUS[task.status]}"
    return _command(kind, {**where, "title": heading}, "\n".join(filter(None, said)))


def _of_finding(finding: str) -> str:
    found = _FINDING.fullmatch(text.line(finding))
    if not found:
        return _command("notice", {"title": "Style"}, finding)
    path, line, said = found.groups()
    where = {"file": path} | ({"line": line} if line else {})
    return _command("notice", {**where, "title": "Style"}, said)


def _labelled(label: str, content: str) -> str:
    return f"{label}: {text.line(content)}" if content else ""


def _command(kind: str, properties: dict[str, str], said: str) -> str:
    """Write a command as the runner reads it: what would end a property or the line is spelt by its number."""
    listed = ",".join(f"{name}={_property(text.line(value))}" for name, value in properties.items())
    return f"::{kind} {listed}::{_data(text.clean(said))}"


def _data(said: str) -> str:
    return said.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(said: str) -> str:
    return _data(said).replace(":", "%3A").replace(",", "%2C")
