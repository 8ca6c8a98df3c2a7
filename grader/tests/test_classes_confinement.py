"""A record never claims a stronger sandbox than its weakest verdict had."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.classes.confinement import weakest_report
from grader.model import Level, Record, SandboxReport
from grader.tests.sample_records import REFERENCE

A, B, C = (SandboxReport(level, (f"made of {level}",)) for level in Level)


def record(report: SandboxReport) -> Record:
    return replace(REFERENCE, sandbox=report)


@pytest.mark.parametrize(
    ("levels", "now", "earlier", "told"),
    [
        ({Level.A}, A, None, A),
        ({Level.A}, None, A, A),
        ({Level.A, Level.B}, A, B, B),
        ({Level.B}, B, A, B),
        ({Level.A}, B, A, A),
        (set(), A, None, A),
        (set(), None, B, B),
        (set(), None, None, None),
    ],
)
def test_the_weakest_is_told(
    levels: set[Level],
    now: SandboxReport | None,
    earlier: SandboxReport | None,
    told: SandboxReport | None,
) -> None:
    assert weakest_report(levels, now, record(earlier) if earlier else None) == told


def test_a_level_that_nobody_can_describe_any_more_is_still_named() -> None:
    """A verdict of level C, graded again where level A holds, keeps its warning."""
    told = weakest_report({Level.A, Level.C}, A, record(A))
    assert told is not None
    assert told.level is Level.C
    assert told.warning.startswith("UNSANDBOXED")
    assert told.layers == ("as it was when this was graded",)
