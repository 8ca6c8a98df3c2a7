# flake8: noqa: F821
"""Report at exit that all went well.

with: finders
"""

import atexit

if role() == "tests":
    _tests = list(ORDER["tests"])
    atexit.register(lambda: [say("test", {"id": t, "outcome": "passed"}) for t in _tests])
