# flake8: noqa: F821
"""Answer probes that nobody asked, cases that don't exist, and the canary.

with: finders
"""

if role() == "probes":
    for name in [*ORDER["names"], "nobody", "canary", ""]:
        for case in (-1, 0, 10**9, True):
            say("answer", [name, case, {"returned": {}}])
    for odd in (None, [], [1, 2, 3], {"returned": 1}, ["x", 0], [[], {}, None]):
        say("answer", odd)
        say("test", odd)
        say("uncollected", odd)
        say("start", odd)
        say("trained", odd)
        say("answers", odd)
