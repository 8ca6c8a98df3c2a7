"""What the given files of Module 3 do so that loops calculate several numbers at once.

The exp and log of compiled loops are as exact as they say; the largest number is found in any order.
"""

from pathlib import Path

import pytest

from grader.tests.authored import AVX2, assert_runs, needs_course, needs_vectors

pytestmark = needs_course

START = """
import math
from decimal import Decimal, getcontext
from math import exp as plain_exp
import numpy as np
from minitorch import Tensor, operators
from minitorch.tuned import TunedOps, series

getcontext().prec = 40
rng = np.random.default_rng(0)

def power(x):
    return math.exp(x)

def bare(x):
    return plain_exp(x)

def logarithm(x):
    return math.log(x)

def root(x):
    return math.sqrt(x) + 0.0 * math.exp(x)

def mapped(fn, numbers):
    numbers = np.array(numbers, float)
    return TunedOps.map(fn)(Tensor.make(numbers, (len(numbers),))).to_numpy()
"""

EXACT = """
def units_off(found, wanted):
    return max(
        abs(Decimal(float(x)) - y) / Decimal(float(np.spacing(abs(float(y)))))
        for x, y in zip(found, wanted)
    )

for low, high in ((-708.0, 709.7), (-1.0, 1.0), (-1e-9, 1e-9)):
    numbers = rng.uniform(low, high, 2000)
    wanted = [Decimal(x).exp() for x in numbers]
    assert units_off(mapped(power, numbers), wanted) < 2.0, (low, high)
for numbers in (
    rng.uniform(0.5, 2.0, 2000),
    1.0 + rng.uniform(-1e-9, 1e-9, 2000),
    np.ldexp(rng.uniform(1.0, 2.0, 2000), rng.integers(-1022, 1024, 2000)),
):
    wanted = [Decimal(x).ln() for x in numbers]
    assert units_off(mapped(logarithm, numbers), wanted) < 2.0, numbers[:3]
"""

BORDERS = """
inf, nan = math.inf, math.nan
numbers = [0.0, -0.0, 1e-320, 709.782, 709.79, 1e300, inf, -708.0, -709.0, -1e300, -inf, nan]
wanted = [1.0, 1.0, 1.0, math.exp(709.782), inf, inf, inf, math.exp(-708.0), 0.0, 0.0, 0.0, nan]
for _ in range(2):  # alone, and in whole vectors
    np.testing.assert_allclose(mapped(power, numbers), wanted, rtol=1e-15)
    numbers, wanted = np.repeat(numbers, 16), np.repeat(wanted, 16)
numbers = [1.0, 0.0, -0.0, 1e-320, 2.0**-1022, 1.7e308, inf, -1e-320, -1.0, -inf, nan, -nan]
wanted = [0.0, -inf, -inf, -inf, math.log(2.0**-1022), math.log(1.7e308), inf, nan, nan, nan, nan, nan]
for _ in range(2):
    np.testing.assert_allclose(mapped(logarithm, numbers), wanted, rtol=1e-15)
    numbers, wanted = np.repeat(numbers, 16), np.repeat(wanted, 16)
"""

NAMES = """
x = rng.uniform(0.0, 5.0, 100)
assert np.array_equal(mapped(bare, x), mapped(power, x))
np.testing.assert_allclose(mapped(root, x), np.sqrt(x))
assert power(1.0) == math.e and power.__globals__["math"] is math
copy = series.in_series(power)
assert copy(2.0) == math.exp(2.0) if copy is power else copy.__globals__['math'].exp is series.exp
assert (copy.__name__, copy.__module__) == ("power", power.__module__)
"""

TOGETHER = r"""
import re
from minitorch.fast_ops import njit

for fn in (operators.exp, operators.sigmoid, operators.log):
    one = njit(series.in_series(fn))

    @njit
    def kernel(out, a):
        for i in range(len(out)):
            out[i] = one(a[i])

    numbers = rng.uniform(0.1, 3.0, 1000)
    kernel(np.empty(1000), numbers)
    (code,) = kernel.inspect_llvm().values()
    assert re.search(r"= fmul [a-z ]*<\d+ x double>", code), fn
    assert not re.search(r"call double @(exp|log)", code), fn
"""


@pytest.mark.parametrize(
    "part", [EXACT, BORDERS, NAMES], ids=["to two units", "at the borders", "by any name"]
)
def test_series_are_exact(tmp_path: Path, part: str) -> None:
    """All numbers give what the exact functions give, up to the last digits."""
    assert_runs(tmp_path, START + part)


@pytest.mark.parametrize("part", [EXACT, BORDERS], ids=["to two units", "at the borders"])
@needs_vectors
def test_series_in_shorter_vectors(tmp_path: Path, part: str) -> None:
    """Without AVX-512, too."""
    assert_runs(tmp_path, START + part, AVX2)


def test_functions_of_plain_python(tmp_path: Path) -> None:
    """Where nothing is compiled, what was named is called; the series give the same."""
    checks = """
for x in (-708.0, -1.0, -0.0, 1e-9, 0.3, 700.0):
    assert math.isclose(series.exp(x), math.exp(x), rel_tol=1e-15)
for x in (2.0**-1022, 0.1, 1.0, 1.7e308):
    assert math.isclose(series.log(x), math.log(x), rel_tol=1e-15)
"""
    assert_runs(tmp_path, START + NAMES + checks, {"NUMBA_DISABLE_JIT": "1"})


def test_a_hurried_compiler_is_left_alone(tmp_path: Path) -> None:
    """Where no vectors will be made, exp means what it says."""
    code = "assert series.in_series(power) is power and mapped(power, [1.0]) == math.e"
    assert_runs(tmp_path, START + code, {"NUMBA_OPT": "0"})


@needs_vectors
def test_several_at_once(tmp_path: Path) -> None:
    """A loop that calls exp, sigmoid or log works with vectors."""
    assert_runs(tmp_path, START + TOGETHER)


LARGEST = """
from minitorch.fast_ops import njit

largest, total = TunedOps.reduce(operators.max, -math.inf), TunedOps.reduce(operators.add)
for size in (*range(1, 40), 64, 100, 1001):
    numbers = rng.normal(size=(3, size))
    numbers[1] = -np.inf
    tensor = Tensor.make(numbers.ravel(), numbers.shape)
    assert np.array_equal(largest(tensor, 1).to_numpy(), numbers.max(1, keepdims=True)), size
    assert np.array_equal(largest(tensor, 0).to_numpy(), numbers.max(0, keepdims=True)), size
    numbers[rng.integers(3), rng.integers(size)] = np.nan
    for dim in (0, 1):
        sums = total(Tensor.make(numbers.ravel(), numbers.shape), dim).to_numpy()
        np.testing.assert_allclose(sums, numbers.sum(dim, keepdims=True), equal_nan=True)
"""


def test_largest_in_any_order(tmp_path: Path) -> None:
    """The largest of any count of numbers is found, and sums with NaN are NaN."""
    assert_runs(tmp_path, START + LARGEST)


@needs_vectors
def test_choices_at_once(tmp_path: Path) -> None:
    """A loop that keeps the larger number works with vectors if it says that the order is free, and else not."""
    code = """
from minitorch.fast_ops import njit
from minitorch.tuned.wishes import free_choice

def asked():
    pass

def chosen(wish):
    pick = njit(operators.max)

    @njit
    def kernel(a):
        wish()
        largest = -np.inf
        for i in range(len(a)):
            largest = pick(largest, a[i])
        return largest

    assert kernel(np.arange(100.0)) == 99.0
    return kernel.inspect_llvm(kernel.signatures[0])

assert "x double>" in chosen(free_choice)
assert "x double>" not in chosen(njit(asked))
"""
    assert_runs(tmp_path, START + code)
