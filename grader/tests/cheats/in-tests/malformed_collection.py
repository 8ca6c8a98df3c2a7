# flake8: noqa: F821
"""Send nonsense as the list of collected tests.

with: finders named
"""

if role() == "collect":
    for _odd in (None, 1, [], {}, {"id": 1}, {"id": "x", "marks": [[]], "sentence": None}, "x"):
        say("test", _odd)
    for _count in range(2000):
        _id = f"tests/test_properties.py::test_{_count}"
        say("test", {"id": _id, "marks": ["task0_2", [], {}], "sentence": "y"})
