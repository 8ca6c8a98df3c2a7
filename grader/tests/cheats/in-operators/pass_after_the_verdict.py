# flake8: noqa: F821
"""Say "passed" at the very end, hoping that the last word on a test counts.

base: wrong
with: finders
"""

import atexit

if role() == "tests":
    _leave = os._exit

    def _last_word(status=0):
        for test in ORDER["tests"]:
            say("test", {"id": test, "outcome": "passed", "seconds": 0.1})
        say("done", None)
        _leave(0)

    os._exit = _last_word
    atexit.register(_last_word)
