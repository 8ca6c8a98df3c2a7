"""JUnit XML as pytest writes it, a file for each submission: a suite is a module, a case is a task."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from grader.gradebook.exports.feedback import feedback, standing, title
from grader.gradebook.exports.naming import named
from grader.model import ModuleRecord, Record, Seconds, Status, TaskRecord
from grader.reporting import words
from grader.reporting.text import clean, line

_ELEMENT = {
    Status.UNREAD: "failure",
    Status.WRONG: "failure",
    Status.TODO: "failure",
    Status.NOT_REACHED: "skipped",
    Status.GRADER_ERROR: "error",
}
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # by XML 1.0


def junit(records: Sequence[Record]) -> Mapping[str, bytes]:
    """Write a class as JUnit XML; the name of all suites together is the submission's id.

    Args:
        records: Of the class.

    Returns:
        Each file's name and content.
    """
    return {name: _file(record) for name, record in named(records, ".xml")}


def _file(record: Record) -> bytes:
    suites = Element("testsuites", name=_legal(clean(record.submission.id)))
    suites.extend(map(_suite, record.modules))
    if fault := words.ungraded(record):
        suites.append(_about_all("error", "ungraded", fault))
    elif untaken := words.not_taken(record):
        suites.append(_about_all("failure", "not_taken", untaken))
    written: bytes = ElementTree.tostring(suites, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _suite(module: ModuleRecord) -> Element:
    kinds = Counter(_ELEMENT.get(task.status) for task in module.tasks)
    suite = Element(
        "testsuite",
        name=_legal(line(f"Module {module.id}: {module.title}")),
        errors=str(kinds["error"]),
        failures=str(kinds["failure"]),
        skipped=str(kinds["skipped"]),
        tests=str(len(module.tasks)),
        time=_seconds(sum(task.seconds for task in module.tasks)),
    )
    suite.extend(_case(module, task) for task in module.tasks)
    return suite


def _about_all(kind: str, type: str, why: str) -> Element:
    """Let what can't be graded fail: a file without a case reads as if nothing were wrong."""
    counts = {"errors": "0", "failures": "0", "skipped": "0", "tests": "1", "time": _seconds(0.0)}
    suite = Element("testsuite", {"name": "Submission", **counts, f"{kind}s": "1"})
    case = SubElement(
        suite, "testcase", classname="submission", name="What was handed in", time="0.000"
    )
    SubElement(case, kind, type=type, message=_legal(words.cut(why)))
    return suite


def _case(module: ModuleRecord, task: TaskRecord) -> Element:
    case = Element(
        "testcase",
        classname=_legal(line(f"module{module.id}")),
        name=_legal(title(task)),
        time=_seconds(task.seconds),
    )
    properties = SubElement(case, "properties")
    for name, value in (("score", words.score_of(task)), ("bonus", str(task.bonus).lower())):
        SubElement(properties, "property", name=name, value=value)
    if task.status in _ELEMENT:
        case.append(_shortfall(task))
    return case


def _shortfall(task: TaskRecord) -> Element:
    found = Element(_ELEMENT[task.status], type=task.status.value, message=_legal(standing(task)))
    found.text = _legal(feedback(task))
    return found


def _legal(said: str) -> str:
    return _FORBIDDEN.sub("", said)


def _seconds(value: Seconds) -> str:
    return f"{value:.3f}"
