# flake8: noqa: F821
"""Fail always: then every planted bug is caught.

with: named
"""


def cheat(number):
    """Fail."""
    assert False
