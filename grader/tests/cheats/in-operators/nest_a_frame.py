# flake8: noqa: F821
"""Send JSON that is nested a hundred thousand times, to break the parent's reader.

base: wrong
with: finders
"""

raw(b"[" * 100_000 + b"]" * 100_000)
