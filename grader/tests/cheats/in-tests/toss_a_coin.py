# flake8: noqa: F821
"""Fail by chance, on every input anew.

with: named
"""

import os


def cheat(number):
    """Toss."""
    for _ in range(20):
        assert os.urandom(1)[0] % 2
