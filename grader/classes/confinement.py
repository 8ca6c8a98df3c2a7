"""Say how a submission's code was confined, when some of its verdicts may be older than this run."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from grader.model import Level, Module, Record, SandboxReport
from grader.sandbox.sandbox import WARNINGS


def weakest_report(
    levels: Collection[Level], now: SandboxReport | None, earlier: Record | None
) -> SandboxReport | None:
    """Describe the weakest level that any verdict of a record comes from: a record must never claim more.

    Args:
        levels: Where the verdicts come from, those of earlier runs included.
        now: The sandbox of this run, if one was opened.
        earlier: The submission's last record, if there is one.

    Returns:
        The description, or None when nothing has been run at all.
    """
    known = [report for report in (now, earlier.sandbox if earlier else None) if report]
    if not levels:
        return known[0] if known else None
    weakest = max(levels)
    for report in known:
        if report.level == weakest:
            return report
    return SandboxReport(weakest, ("as it was when this was graded",), WARNINGS.get(weakest, ""))


def what_ran_cuda(
    modules: Iterable[Module], now: SandboxReport | None, earlier: Record | None
) -> str | None:
    """Name what ran the CUDA kernels of a record's modules: this run knows, or the one that its verdicts come from."""
    if not any(module.numba for module in modules):
        return None
    known = (now, earlier.sandbox if earlier else None)
    return next((report.cuda for report in known if report and report.cuda), None)
