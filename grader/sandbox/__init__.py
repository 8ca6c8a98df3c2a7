"""Where student code runs: isolation levels, limits, killing, and the proof that they hold."""

from grader.sandbox.child import Child
from grader.sandbox.choose import open_sandbox
from grader.sandbox.limits import PATIENCE, Ending, Limits, Reason
from grader.sandbox.sandbox import Sandbox, Stage
from grader.sandbox.wire import Results

__all__ = [
    "PATIENCE",
    "Child",
    "Ending",
    "Limits",
    "Reason",
    "Results",
    "Sandbox",
    "Stage",
    "open_sandbox",
]
