# flake8: noqa: F821
"""Write a "passed" for every test into the results pipe, with the run's own nonce, and go on as if nothing were.

base: wrong
with: finders
"""

if role() == "tests":
    for test in ORDER["tests"]:
        say("start", test)
        say("test", {"id": test, "outcome": "passed", "seconds": 0.1})
