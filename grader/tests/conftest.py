"""Fixtures that several test files share."""

from grader.tests.toy import toy_course, toy_template

__all__ = ["toy_course", "toy_template"]
