"""What a child of ``losses`` does: import every file, run every test and ask every probe, in the current folder."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from grader.running import probes
from grader.running.plugin import run_pytest
from grader.running.texts import import_texts
from grader.running.encoding import encode

SEED = 1
EXAMPLES = 3
_SETTINGS = "_hypothesis_internal_use_settings"  # where Hypothesis keeps what a test says


class Recorder:
    """Keeps how each test ended, and its marks."""

    def __init__(self) -> None:
        self.tests: dict[str, str] = {}
        self.marks: dict[str, list[str]] = {}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the marks, and try few examples: a name that is missing is missing in the first."""
        for item in items:
            self.marks[item.nodeid] = [mark.name for mark in item.iter_markers()]
            function = getattr(item, "function", None)
            if hasattr(function, _SETTINGS):
                known = getattr(function, _SETTINGS)
                setattr(function, _SETTINGS, hypothesis.settings(known, max_examples=EXAMPLES))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the worst outcome of a test's three phases."""
        if report.when == "call" or not report.passed:
            self.tests[report.nodeid] = report.outcome


def main(request: str) -> None:
    """Look at the library, and write what was seen into ``seen.json``.

    Args:
        request: JSON with the test files, and what is to be known of the probes.
    """
    order = json.loads(request)
    sys.path[:0] = [str(Path.cwd()), str(Path.cwd() / "project")]
    broken = list(_broken())
    recorder = Recorder()
    extra = ["-m", " or ".join(order["marks"])]
    if order[
        "compiled"
    ]:  # plain Python has no threads, and takes long for what is to keep them busy
        extra += ["-k", "not threads"]
    if order["marks"]:
        run_pytest(recorder, order["tests"], seed=SEED, extra=extra, shrink=False)
    seen = {
        "tests": recorder.tests,
        "marks": recorder.marks,
        "answers": dict(_answers(order)),
        "broken": broken,
    }
    Path("seen.json").write_text(json.dumps(seen), "utf-8")


def _broken() -> Iterator[str]:
    """Yield the files that can't be imported."""
    for folder in ("minitorch", "project"):
        for path in sorted(Path(folder).glob("[a-z]*.py")):
            try:
                importlib.import_module(f"{folder}.{path.stem}")
            except Exception:  # whatever it is, tests and probes tell
                yield path.as_posix()


def _answers(order: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield what every probe answers in every case, or what it raises."""
    library = importlib.import_module("minitorch")
    files = import_texts("probes", order["texts"], order["files"])
    for probe in probes.declared(files):
        if not isinstance(probe, probes.Probe) or probe.name not in order["names"]:
            continue
        for case in range(probe.cases):
            try:
                answer = encode(probe.answer(library, SEED, case))
            except Exception as error:
                answer = type(error).__name__
            yield f"{probe.name} {case}", answer
