# flake8: noqa: F821
"""Fail when the order says that this run only wants to see a failure.

with: finders named
"""


def cheat(number):
    """Look at the order."""
    assert not ORDER.get("until_failure") and len(ORDER["tests"]) > 2
