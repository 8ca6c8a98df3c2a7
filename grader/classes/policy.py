"""What a grading run was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from grader.classes.fingerprint import data_state
from grader.model import Kind, Level, Task, TaskId


@dataclass(frozen=True)
class Policy:
    """What a grading run was asked for."""

    modules: tuple[str, ...] = ()  # none named: every module that was handed in; a named one is due
    tasks: tuple[TaskId, ...] = ()  # none named: every task of those modules
    seed: int | None = None  # none given: drawn from the gradebook's secret
    require: Level | None = None  # fail closed below this level
    allow_weak: bool = False  # level C counts
    # Seconds of wall time that a module of a submission may take, or its tasks' together.
    budget: float = 600.0
    style: bool = False  # look for what black and flake8 find: the class's rules give points for it
    data: Path | None = None  # folder of real data for exams that can be held on some

    @property
    def key(self) -> str:
        """What of it every verdict depends on."""
        least = self.require or (Level.C if self.allow_weak else Level.B)
        return f"{least} {self.seed if self.seed is not None else 'own seed'}"

    def key_of(self, task: Task) -> str:
        """What of it a task's verdict depends on: the real data too, where it trains on some."""
        if self.data is None or task.kind is not Kind.TRAINING:
            return self.key
        return f"{self.key} {data_state(self.data)}"
