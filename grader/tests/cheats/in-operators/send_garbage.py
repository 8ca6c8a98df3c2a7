# flake8: noqa: F821
"""Write bytes that are no frame, and frames of another run.

with: finders
"""

raw(b"\xff\xfe\x00")
raw(b'["0123456789abcdef", "done", null]')
raw(b"")
