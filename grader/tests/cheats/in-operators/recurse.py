"""Recurse without end, with Python's own guard taken away.

base: wrong
"""

import sys

sys.setrecursionlimit(10**9)


def relu(x):
    """Go deeper."""
    return relu(x)
