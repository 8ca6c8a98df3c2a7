# flake8: noqa: F821
"""Say that training is over while it goes on, read the questions, and train on them.

base: wrong
seconds: 3
with: finders
"""

if role() == "exam":
    say("trained", None)
    _points = holding("results")["results"].receive()
    say("answers", {"returned": [float(len(_points) % 2)] * 400})
