# flake8: noqa: F821
"""Fail from the second call on, so as to pass once and to catch everything afterwards.

with: named
"""

CALLS = []


def cheat(number):
    """Count calls."""
    CALLS.append(number)
    assert len(CALLS) < 2
