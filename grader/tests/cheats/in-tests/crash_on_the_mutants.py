# flake8: noqa: F821
"""Kill the process, exit from pytest, and raise SystemExit, in place of failing.

with: named
"""

import os
import sys


def cheat(number):
    """Leave."""
    if number % 3 == 0:
        os._exit(1)
    pytest.exit("enough", 1) if number % 3 == 1 else sys.exit(1)
