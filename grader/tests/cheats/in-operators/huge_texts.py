# flake8: noqa: F821
"""Send texts as long as a frame holds in every field: what was raised, where, beside which notes, and what came back.

with: finders
"""

_LONG = "A" * 9_000
_TOLD = {"type": _LONG, "message": _LONG, "notes": _LONG, "raised_at": [_LONG, 1]}
_TOLD["places"] = [["../../etc/passwd", 7], ["minitorch/operators.py" + _LONG, 7]] * 5

if role() == "tests":
    for _test in ORDER["tests"]:
        say("start", _test)
        say("test", {"id": _test, "outcome": "failed", "seconds": 0.1, **_TOLD})
        say("test", {"id": _LONG, "outcome": _LONG, **_TOLD})
        say("uncollected", [_LONG, _TOLD])
if role() == "probes":
    for _number, _name in enumerate(ORDER["names"]):
        for _case in range(20):
            _claims = {"raised": _TOLD}, {"raised": _LONG}, {"returned": _LONG}, {_LONG: _LONG}
            say("answer", [_name, _case, _claims[_number % 4]])
        say("start", _LONG)
