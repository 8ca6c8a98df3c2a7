# flake8: noqa: F821
"""Fail wherever the grader's own modules are loaded.

with: named
"""

import sys


def cheat(number):
    """Look around."""
    assert not any(name.startswith("grader") for name in sys.modules)
