"""The reference, held open to be timed and asked: it compiles its kernels once, for all submissions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from grader.model import ModuleId, RelPath, Seconds
from grader.running.asking import Paper
from grader.running.timing import Timed, any_processor
from grader.sandbox import Limits, Sandbox
from grader.sandbox.limits import MIB

LIFE: Seconds = 86_400.0
PATIENCE: Seconds = 120.0  # for one answer
LIMITS = Limits(memory=4096 * MIB, address_space=16384 * MIB, results=1 << 40)  # it is trusted


class Pacemakers:
    """One child for each module, each in a sandbox of its own: it runs beside the one that is measured.

    Args:
        trusted: The reference's sandbox; others like it are opened as they are needed, and closed along with it.
    """

    def __init__(self, trusted: Sandbox) -> None:
        self._trusted = trusted
        self._sandboxes: dict[ModuleId, Sandbox] = {}
        self._running: dict[ModuleId, Timed] = {}

    def of(
        self,
        module: ModuleId,
        files: Mapping[RelPath, str | bytes],
        warm: Sequence[str],
        paper: Paper,
    ) -> Timed:
        """Give a module's, started if need be.

        Args:
            module: The module's id.
            files: Its stage, the reference on it.
            warm: What the child finds imported.
            paper: All that can be measured or asked in this module.

        Returns:
            The reference's child; not to be closed.
        """
        known = self._running.get(module)
        if known is not None and not known.over:
            return known
        if known is not None:
            known.close()
        sandbox = self._sandboxes.get(module) or self._trusted.another()
        self._sandboxes[module] = sandbox
        stage = sandbox.stage(files, warm)
        limits = replace(LIMITS, processor=any_processor())
        self._running[module] = Timed(
            sandbox, stage, paper, seconds=LIFE, patience=PATIENCE, limits=limits
        )
        return self._running[module]
