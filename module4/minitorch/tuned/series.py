"""The functions exp and log, made so that compiled loops calculate several at once.

What ``math.exp`` calls is a function of the C library. It takes one number and asks about it: is it small, large,
infinite? A loop that calls it can't use vectors (see blocks.py). Here, the same is computed by steps that are the same
for all numbers, without a call or a branch, and so a vector can take them. That is four to six times as fast.

Both use that a float is kept as m * 2^k, with k in bits of its own: bits 52 to 62 hold k + 1023.

- e^x = 2^k * e^r, where k is the whole number next to x / ln 2. What is left, r = x - k ln 2, is at most 0.35 in size,
  so that e^r needs no more than the first 14 terms of its series r^n / n!. And 2^k is put together from bits.
- ln x = k ln 2 + ln m, with m between 0.7 and 1.42. With s = (m - 1) / (m + 1), which is at most 0.18 in size, ln m
  needs no more than the first 11 terms of its series, 2 s^(2n + 1) / (2n + 1).

The results are at most two units of their last digit away from the exact ones. Below 2^-1022 (2.2e-308), floats lose
digits the smaller they are: there, exp gives 0, and log takes what it is given for 0.

The series are those of any textbook. That k ln 2 is taken away in two parts, so that no digit of r is lost, is due to
W. J. Cody and W. Waite, "Software Manual for the Elementary Functions" (1980).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import update_wrapper
from types import FunctionType, ModuleType

import numpy as np
from numba import config, njit

from .wishes import wide_vectors

_LN2 = float.fromhex("0x1.62e42fee00000p-1")
"""ln 2, but so short that its product with any k is exact."""

_LN2_REST = float.fromhex("0x1.a39ef35793c76p-33")
"""What is missing there."""

_TIMES = 1.0 / math.log(2.0)
"""How many times ln 2 fits into 1."""

_EXP = tuple(2.0 / math.factorial(n) for n in range(13, -1, -1))
"""The series of 2 e^r, the highest power first. What is doubled here is halved in 2^k: then that always is a float."""

_LOG = tuple(2.0 / (2 * n + 1) for n in range(10, 0, -1))
"""The series of ln m after its first term, as one of s^2: the highest power first, and without its constant."""

_ROUND = 1.5 * 2.0**52 + 1022.0
"""Added to a number, it leaves no room behind the point: the last bits then hold the number, rounded, and 1022 more."""

_POINT = 52
"""How many bits of m are behind its point. Those of k follow."""

_FRACTION = 2**_POINT - 1
"""These bits, all set."""

_ROOT = int(np.float64(math.sqrt(0.5)).view(np.int64))
"""The bits of the smallest m."""

_TO_ONE = (1023 << _POINT) - _ROOT
"""Added to these, it gives the bits of 1: so m begins at the root of 1/2, and not at 1."""

_WHOLE = int(np.float64(2.0**52).view(np.int64))
"""The bits of 2^52. With k in the last ones, they are those of 2^52 + k."""

_LEAST = 2.0**-1022


def in_series(fn: Callable[..., float]) -> Callable[..., float]:
    """Have a function of numbers compute with this file's ``exp`` and ``log`` once it is compiled.

    Args:
        fn: The function. It is left as it is.

    Returns:
        A copy of it, for which ``math.exp`` and ``math.log`` mean ``exp`` and ``log`` of this file. Where nothing is
        compiled (NUMBA_DISABLE_JIT=1), or in a hurry and so not to vectors (NUMBA_OPT=0), the function itself.
    """
    if config.DISABLE_JIT or config.OPT == 0:
        return fn
    instead = {id(math): _MATH, id(math.exp): exp, id(math.log): log}
    names = {name: instead.get(id(value), value) for name, value in fn.__globals__.items()}
    copy = FunctionType(fn.__code__, names, fn.__name__, fn.__defaults__, fn.__closure__)
    return update_wrapper(copy, fn)


@njit(forceinline=True, error_model="numpy", fastmath={"contract"})
def _exp(x: float) -> float:
    x = -708.4 if x < -708.4 else x  # NaN is not less than anything, and stays what it is
    x = 709.8 if x > 709.8 else x
    rounded = x * _TIMES + _ROUND
    k = rounded - _ROUND
    rest = x - k * _LN2 - k * _LN2_REST
    total = _EXP[0]
    for coefficient in _EXP[1:]:
        total = coefficient + rest * total
    half_power = np.int64(np.float64(rounded).view(np.int64) << _POINT).view(np.float64)
    return total * half_power


@njit(forceinline=True, error_model="numpy", fastmath={"contract"})
def _log(x: float) -> float:
    bits = np.float64(x).view(np.int64) + _TO_ONE
    m = np.int64((bits & _FRACTION) + _ROOT).view(np.float64)
    k = np.int64((bits >> _POINT) | _WHOLE).view(np.float64) - (2.0**52 + 1023.0)
    s = (m - 1.0) / (m + 1.0)
    total = _LOG[0]
    for coefficient in _LOG[1:]:
        total = coefficient + s * s * total
    result = k * _LN2 + (2.0 * s + (s * s * s * total + k * _LN2_REST))
    below = -math.inf if x >= 0.0 else math.nan
    result = result if x >= _LEAST else below
    return result if x != math.inf else x


@njit(inline="always")
def exp(x: float) -> float:
    """Raise e to the power x; above 709.78, that is infinite."""
    wide_vectors()
    return _exp(x)


@njit(inline="always")
def log(x: float) -> float:
    """Take the natural logarithm of x. That of 0 is -infinite, and that of a negative number NaN."""
    wide_vectors()
    return _log(x)


_MATH = ModuleType("math")
vars(_MATH).update(vars(math), exp=exp, log=log)
