"""Fixtures that several test files share."""

from grader.tests.ctrl_c import ctrl_c
from grader.tests.toy import toy_course, toy_template

__all__ = ["ctrl_c", "toy_course", "toy_template"]
