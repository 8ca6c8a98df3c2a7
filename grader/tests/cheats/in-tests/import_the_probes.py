# flake8: noqa: F821
"""Import the course's probes, and ask them.

with: named
"""

import importlib


def cheat(number):
    """Ask."""
    for name in ("grader.course.probes.module0", "module0", "course_probes", "probes"):
        try:
            importlib.import_module(name)
        except ImportError:
            continue
        assert False
