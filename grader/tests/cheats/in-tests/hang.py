# flake8: noqa: F821
"""Hang in every test of every run.

with: named
seconds: 2
"""


def cheat(number):
    """Hang."""
    while True:
        pass
