"""From what was graded to what counts: a class's rules, and points that people gave."""

from grader.grades.counting import Choice, Counted, counted
from grader.grades.policy import ClassPolicy, read_policy

__all__ = ["Choice", "ClassPolicy", "Counted", "counted", "read_policy"]
