# flake8: noqa: F821
"""Say "passed" first, hoping that the first word on a test counts, and let the failure follow.

base: wrong
with: finders
"""

if role() == "tests":
    for test in ORDER["tests"]:
        say("test", {"id": test, "outcome": "passed", "seconds": 0.1})
