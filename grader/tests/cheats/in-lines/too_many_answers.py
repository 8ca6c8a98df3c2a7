# flake8: noqa: F821
"""Answer each question with both labels, with NaN, and with a million numbers.

base: wrong
with: finders
"""

if role() == "exam":
    say("answers", {"returned": [[0.0, 1.0]] * 400})
    say("answers", {"returned": [float("nan")] * 400})
    say("answers", {"returned": [0.0] * 5000})
    os._exit(0)
