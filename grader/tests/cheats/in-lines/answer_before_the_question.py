# flake8: noqa: F821
"""Send answers before any question was asked, and again afterwards.

base: wrong
with: finders
"""

if role() == "exam":
    for _try in range(3):
        say("answers", {"returned": [1.0] * 400})
        say("trained", None)
