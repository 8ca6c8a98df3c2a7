"""A pytest plugin that tells the parent what happened, test by test, in plain data.

It judges nothing: the parent knows which tests to expect, and only compares.
"""

from __future__ import annotations

import inspect
import os
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from hypothesis.internal.conjecture import providers

from grader.running.raised import describe, innermost

# What is drawn follows from the seed alone, not from the constants in the code under test, which Hypothesis collects.
_providers: Any = providers
_providers.is_local_module_file = lambda path: False

Send = Callable[[str, Any], None]

_WARNINGS = 50  # that are sent
_WARNING = 500  # characters of one
_OPTIONS = [
    "-p",
    "no:cacheprovider",
    "-p",
    "no:terminal",
    "-p",
    "no:doctest",
    "-p",
    "no:junitxml",
    "-p",
    "no:stepwise",
    "-p",
    "no:unraisableexception",  # collects garbage three times a run
    "-p",
    "no:threadexception",
    "-p",
    "_hypothesis_pytestplugin",
    "-W",
    "ignore::pytest.PytestAssertRewriteWarning",  # the server imported plugins before pytest could rewrite them
    "-o",
    "addopts=--strict-markers",  # a module's own options are for people who read a terminal
    "-p",
    "no:debugging",  # it would put its own debugger in the place of what stops at a breakpoint
    "--capture=no",  # output goes to the parent's capped pipe
    "--continue-on-collection-errors",  # a file that can't be imported costs its own tests only
]


def run_pytest(
    plugin: object,
    files: Sequence[str],
    *,
    seed: int,
    extra: Sequence[str] = (),
    shrink: bool = True,
    examples: int = 100,
    slow: float = 0.0,
) -> None:
    """Run pytest in the current folder, with its configuration, on some test files.

    Args:
        plugin: Receives pytest's hooks.
        files: Test files, relative to the current folder.
        seed: Of Hypothesis, so that a run can be repeated.
        extra: More command-line arguments.
        shrink: Whether Hypothesis looks for the smallest failing input, and pytest for what an assertion compared:
            where nobody reads it, rewriting assertions for that costs an eighth of a short run.
        examples: How many inputs Hypothesis tries where a test doesn't say.
        slow: Seconds after which it is printed where a test is that still runs; 0: never.

    Raises:
        RuntimeError: If pytest could not run at all.
    """
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    phases = [hypothesis.Phase.explicit, hypothesis.Phase.generate]
    if shrink:
        phases += [hypothesis.Phase.shrink]
    told = "rewrite" if shrink else "plain"
    hypothesis.settings.register_profile(
        "grader",
        deadline=None,
        database=None,
        phases=phases,
        max_examples=examples,
        report_multiple_bugs=False,
        print_blob=False,
        suppress_health_check=list(hypothesis.HealthCheck),  # they judge style and speed
    )
    arguments = [*_OPTIONS, f"--rootdir={Path.cwd()}", "-c", "pyproject.toml"]
    arguments += ["-o", f"faulthandler_timeout={slow}", f"--assert={told}"]
    code = pytest.main(
        [*arguments, f"--hypothesis-seed={seed}", *extra, *files], plugins=[plugin, Profile()]
    )
    if code in (pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.USAGE_ERROR):
        raise RuntimeError(f"pytest: {pytest.ExitCode(code).name}")


class Profile:
    """Puts the grader's Hypothesis profile in place once a module's own conftest has had its say."""

    def pytest_sessionstart(self) -> None:
        """Load it; tests that are imported from now on take it up."""
        hypothesis.settings.load_profile("grader")


class _Collecting:
    """Sends why a test file could not be imported."""

    def __init__(self, send: Send, folder: str) -> None:
        self._send = send
        self._folder = folder

    @pytest.hookimpl(hookwrapper=True)
    def pytest_make_collect_report(self, collector: pytest.Collector) -> Any:
        """Keep a collection error's own words beside pytest's rendering of it; leaving Python is such an error too."""
        outcome = yield
        try:
            report = outcome.get_result()
        except SystemExit as leaving:
            report = pytest.CollectReport(
                collector.nodeid,
                "failed",
                "SystemExit",
                [],
                grader_error=describe(leaving, self._folder),
            )
            outcome.force_result(report)
            return
        call = getattr(report, "call", None)
        if report.failed and call is not None and call.excinfo is not None:
            error = call.excinfo.value
            report.grader_error = describe(error.__cause__ or error, self._folder)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Send it."""
        if report.failed:
            error = getattr(report, "grader_error", None)
            told = error or {"message": str(report.longrepr)[:4000]}
            self._send("uncollected", [report.nodeid, told])


class Collector(_Collecting):
    """Sends each collected test's id, marks, and docstring."""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Send what was collected."""
        for item in items:
            function = getattr(item, "function", None)
            self._send(
                "test",
                {
                    "id": item.nodeid,
                    "marks": [mark.name for mark in item.iter_markers()],
                    "sentence": inspect.getdoc(function) or "" if function else "",
                },
            )


class Reporter(_Collecting):
    """Runs only the wanted tests and sends how each ended."""

    def __init__(
        self, send: Send, wanted: Sequence[str], canary: str, folder: str, until_failure: bool
    ) -> None:
        super().__init__(send, folder)
        self._wanted = wanted
        self._canary = canary
        self._until_failure = until_failure
        self._warned: set[tuple[str, int, str]] = set()

    def pytest_configure(self, config: pytest.Config) -> None:
        """Keep pytest's own rendering of failures short: nobody reads it, and it costs more than tests do."""
        config.option.tbstyle = "native"

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the wanted tests in the parent's order, and put the canary among them."""
        found = {item.nodeid: item for item in items}
        kept = [found[test] for test in self._wanted if test in found]
        if kept:
            canary = Canary.from_parent(kept[0].session, name=self._canary, nodeid=self._canary)
            kept.insert(len(kept) // 2, canary)
        items[:] = kept

    def pytest_warning_recorded(
        self, warning_message: warnings.WarningMessage, nodeid: str
    ) -> None:
        """Send what a file of the student's was warned about, each warning once."""
        path, line = warning_message.filename, warning_message.lineno
        if warning_message.category is pytest.PytestReturnNotNoneWarning:  # raised by pytest's line
            path, line = f"{self._folder}/{nodeid.split('::')[0]}", 0
        said = f"{warning_message.category.__name__}: {warning_message.message}"[:_WARNING]
        if not path.startswith(f"{self._folder}/") or len(self._warned) == _WARNINGS:
            return
        warned = (path.removeprefix(f"{self._folder}/"), line, said)
        if warned not in self._warned:
            self._warned.add(warned)
            self._send("warning", warned)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Say which test begins, so that a hang or a crash has a name."""
        self._send("start", nodeid)

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
        """Send how a test ended, or where its set-up or clean-up failed."""
        outcome = yield
        report = outcome.get_result()
        if call.when != "call" and report.passed:
            return
        found: dict[str, Any] = {
            "id": item.nodeid,
            "outcome": _outcome(report, call),
            "seconds": float(call.duration),
        }
        if call.excinfo is not None:
            found |= describe(call.excinfo.value, self._folder)
        self._send("test", found)
        settled = found["outcome"] in ("failed", "error") and item.nodeid != self._canary
        if self._until_failure and settled:
            item.session.shouldstop = "the first failure is enough"


class Canary(pytest.Item):
    """A test that must fail: who reports it as passed forges results."""

    def runtest(self) -> None:
        """Fail."""
        raise AssertionError("canary")

    def repr_failure(self, excinfo: object, style: object = None) -> str:
        """Say nothing: nobody reads it."""
        return ""

    def reportinfo(self) -> tuple[str, None, str]:
        """Name it for pytest's own bookkeeping."""
        return "canary", None, self.name


def _outcome(report: pytest.TestReport, call: pytest.CallInfo[None]) -> str:
    if report.passed:
        return "passed"
    error = innermost(call.excinfo.value) if call.excinfo else None
    if isinstance(error, NotImplementedError):
        return "todo"
    if isinstance(error, MemoryError):
        return "memory"
    return "failed" if call.when == "call" else "error"
