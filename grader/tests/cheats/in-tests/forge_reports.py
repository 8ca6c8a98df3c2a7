# flake8: noqa: F821
"""Report every test as passed and as failed, in both orders, on every library.

with: finders named
"""

if role() == "tests":
    for _test in ORDER["tests"]:
        for _outcome in ("passed", "failed", "passed"):
            say("test", {"id": _test, "outcome": _outcome, "seconds": 0.0})
    say("done", None)
    os._exit(0)
