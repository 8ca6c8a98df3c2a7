# flake8: noqa: F821
"""Write a "passed" for every test, say "done", and leave before the tests begin.

with: finders
"""

if role() == "tests":
    for test in ORDER["tests"]:
        say("start", test)
        say("test", {"id": test, "outcome": "passed", "seconds": 0.1})
    say("test", {"id": ORDER["canary"], "outcome": "failed", "seconds": 0.1})
    say("done", None)
    os._exit(0)
