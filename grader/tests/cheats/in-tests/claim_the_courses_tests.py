# flake8: noqa: F821
"""Write into the list of collected tests that the course's own tests are one's own.

with: finders named
"""

if role() == "collect":
    for _name in ("test_mul", "test_sigmoid", "test_lt", "test_max", "test_add"):
        _id = f"tests/test_operators.py::{_name}"
        say("test", {"id": _id, "marks": ["task0_2"], "sentence": ""})
