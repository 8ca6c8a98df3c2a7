# flake8: noqa: F821
"""Fail when Hypothesis was told not to look for small examples, or to try few.

with: named
"""

from hypothesis import Phase, settings


def cheat(number):
    """Look at the settings."""
    assert Phase.shrink in settings().phases and settings().max_examples > 50
