"""A sitting: one submission's files laid out for one task, and all that judging them takes."""

from __future__ import annotations

from dataclasses import dataclass

from grader.model import Module, Task
from grader.oracle.library import Library
from grader.oracle.part import Part
from grader.oracle.quoting import Laid
from grader.running.conversation import MAX_RESTARTS
from grader.sandbox import Sandbox, Stage


@dataclass(frozen=True)
class Sitting:
    """Where and on what a task is judged; every way of judging it begins from this."""

    library: Library  # the trusted side
    sandbox: Sandbox  # where student code runs
    stage: Stage  # the submission's files over the module's own
    laid: Laid  # what lies there
    module: Module
    task: Task  # its seconds are the wall time of each way of judging it
    seed: int  # the run's; see ``seeds`` for what is derived from it
    until_failure: bool = False  # whether anything fails is all that is asked

    @property
    def restarts(self) -> int:
        """How many children a way of judging may use up."""
        return 1 if self.until_failure else MAX_RESTARTS

    def settled_by(self, part: Part | None) -> bool:
        """Tell whether no more needs to be looked at."""
        return self.until_failure and part is not None and part.good < part.total
