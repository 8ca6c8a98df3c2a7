# flake8: noqa: F821
"""Answer every probe in advance, with zeros, and say "done".

with: finders
"""

if role() == "probes":
    for name in ORDER["names"]:
        for case in range(100):
            say("answer", [name, case, {"returned": 0.0}])
    say("done", None)
    os._exit(0)
