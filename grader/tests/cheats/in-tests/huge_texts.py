# flake8: noqa: F821
"""Fail with texts as long as a frame holds, under names and docstrings that are as long.

with: named flood
"""


def cheat(number):
    """Fail."""
    raise AssertionError("A" * 100_000)


cheat.__doc__ = "A" * 100_000
for _name, _test in list(globals().items()):
    if _name.startswith("test_"):
        _test.__doc__ = "A" * 100_000
