# flake8: noqa: F821
"""Make the library wrong, and then notice it.

with: named
"""

from minitorch import operators


def cheat(number):
    """Break it, and look."""
    operators.mul = lambda x, y: 0.0
    assert operators.mul(2.0, 3.0) == 6.0
