"""The store of verdicts and records, so that a run that was cut off takes up where it stopped."""

from grader.gradebook.book import Gradebook
from grader.gradebook.database import is_there

__all__ = ["Gradebook", "is_there"]
