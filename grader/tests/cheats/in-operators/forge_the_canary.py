# flake8: noqa: F821
"""Report everything as passed, the test that can't pass among it.

base: wrong
with: finders
"""

if role() == "tests":
    for test in [*ORDER["tests"], ORDER["canary"]]:
        say("test", {"id": test, "outcome": "passed", "seconds": 0.1})
