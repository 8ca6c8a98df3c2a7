# flake8: noqa: F821
"""Fill the results pipe with frames as fast as it takes them.

seconds: 5
with: finders
"""

while True:
    say("test", {"id": "x" * 1000, "outcome": "passed", "message": "y" * 60_000})
