# flake8: noqa: F821
"""Send nonsense as the reasons why nothing could be collected.

with: finders named
"""

if role() == "collect":
    for _odd in (None, 1, [], {}, [1], ["\ud800\0\x1b[2J", "<script>"]):
        say("uncollected", _odd)
