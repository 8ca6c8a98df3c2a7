"""A record never claims a stronger sandbox than its weakest verdict had."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from grader.classes.confinement import weakest_report, what_ran_cuda
from grader.model import Level, Module, Record, SandboxReport
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


def test_what_ran_cuda_is_told_of_modules_that_have_kernels() -> None:
    """By this run, or by the one that the verdicts come from; never of a submission that has none."""
    plain = Module("0", "Plain", Fraction(1), Path(), (), (), (), ())
    compiled = replace(plain, numba=True)
    simulated = replace(A, cuda="simulator")
    assert what_ran_cuda([plain, compiled], simulated, None) == "simulator"
    assert what_ran_cuda([compiled], A, record(simulated)) == "simulator"
    assert what_ran_cuda([compiled], A, None) is None
    assert what_ran_cuda([plain], simulated, record(simulated)) is None
