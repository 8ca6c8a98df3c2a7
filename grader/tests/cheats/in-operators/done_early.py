# flake8: noqa: F821
"""Say "done" while the library is imported, and leave with status 0.

with: finders
"""

say("done", None)
os._exit(0)
