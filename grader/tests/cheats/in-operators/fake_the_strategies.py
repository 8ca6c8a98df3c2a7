"""Put strategies that only ever draw 1.0 in the place of the tests' own.

base: wrong
"""

import sys
import types

from hypothesis import strategies

_fake = types.ModuleType("strategies")
_fake.small_floats = _fake.positive_floats = strategies.just(1.0)
_fake.float_lists = strategies.just([1.0])
_fake.two_float_lists = strategies.just(([1.0], [1.0]))
sys.modules["strategies"] = _fake
