"""What a grading run was asked for."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from grader.classes.fingerprint import data_state
from grader.model import Kind, Level, Scope, Task


@dataclass(frozen=True)
class Policy(Scope):
    """What a grading run was asked for: its scope, and what the class's rules and the grader itself add."""

    # Seconds of wall time that a module of a submission may take, or its tasks' together.
    budget: float = 600.0
    style: bool = False  # look for what black and flake8 find: the class's rules give points for it

    @classmethod
    def of(cls, scope: Scope, *, style: bool) -> Policy:
        """Make the policy of a run that is asked for what an earlier one was."""
        return cls(**_scope_of(scope), style=style)

    @property
    def scope(self) -> Scope:
        """What the gradebook keeps of it, so that the same can be asked for again."""
        return Scope(**_scope_of(self))

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


def _scope_of(scope: Scope) -> dict[str, Any]:
    return {field.name: getattr(scope, field.name) for field in fields(Scope)}
