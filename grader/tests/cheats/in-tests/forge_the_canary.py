# flake8: noqa: F821
"""Report everything as passed on some runs, the test that can't pass among it.

with: finders named
"""

if role() == "tests" and int(ORDER["canary"], 16) % 2:
    for _test in [*ORDER["tests"], ORDER["canary"]]:
        say("test", {"id": _test, "outcome": "passed", "seconds": 0.1})
