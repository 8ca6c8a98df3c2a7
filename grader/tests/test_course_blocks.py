"""The blocks of Module 3's matrix product: compiled code does what the plain Python beside it says."""

from pathlib import Path

import pytest

from grader.tests.authored import AVX2, assert_runs, needs_course, needs_vectors

pytestmark = needs_course

START = """
import numpy as np
from numba import njit
from minitorch.tuned.blocks import LINE, block, four_rows, paste, zeros

rng = np.random.default_rng(0)
plain_block, plain_paste = getattr(block, "py_func", block), getattr(paste, "py_func", paste)

def sizes(*most):
    return [int(rng.integers(1, size + 1)) for size in most]

def filled(rows, columns):
    numbers = rng.normal(size=rows * columns)
    return block(numbers, 0, rows, columns, columns, 1)

@njit
def compiled(sums, top, first, left, right):
    four_rows(sums, top, first, left, right)
"""

LAYOUTS = """
for _ in range(60):
    rows, columns, gap = sizes(40, 70, 3)
    matrix = rng.normal(size=rows * columns * gap + 7)
    for down, across in ((columns * gap, gap), (gap, rows * gap), (0, gap), (gap, 0)):
        place = 7, rows, down, columns, across
        copy = block(matrix, *place)
        assert np.array_equal(copy, plain_block(matrix, *place)), place
        assert copy.shape == (-(-rows // 4) * 4, -(-columns // LINE) * LINE), copy.shape
        assert not copy[rows:].any() and not copy[:, columns:].any(), place
        assert copy.ctypes.data % (LINE * 8) == 0
        into, wanted = matrix.copy(), matrix.copy()
        paste(2.0 * copy, into, *place)
        plain_paste(2.0 * copy, wanted, *place)
        assert np.array_equal(into, wanted), place
"""

PRODUCTS = """
for _ in range(25):
    height, deep, width, before = sizes(9, 30, 70, 40)
    left, right = filled(height, deep), filled(deep, width)
    first = before // LINE * LINE
    sums = filled(height, first + right.shape[1] + before)
    plain, exact = sums.copy(), sums.copy()
    exact[:, first : first + right.shape[1]] += left[:, : len(right)] @ right
    for top in range(0, height, 4):
        compiled(sums, top, first, left, right)
        four_rows(plain, top, first, left, right)
    for found in (sums, plain):
        assert np.allclose(found, exact, rtol=1e-12, atol=1e-12), (height, deep, width, first)
"""

INFINITE = """
left, right, sums = filled(4, 10), filled(10, 70), zeros(4, 70)
left[1, 3], right[2, 65] = np.inf, np.nan
compiled(sums, 0, 0, left, right)
strange = ~np.isfinite(sums)
assert strange[1].all() and strange[:, 65].all()
assert strange.sum() == sums.shape[1] + 3
"""


@pytest.mark.parametrize("part", [LAYOUTS, PRODUCTS, INFINITE], ids=["copies", "products", "nan"])
def test_blocks_do_what_they_say(tmp_path: Path, part: str) -> None:
    """Copies and products are those of plain Python; what is not finite spoils its row or its column, and no more."""
    assert_runs(tmp_path, START + part)


def test_products_of_plain_python(tmp_path: Path) -> None:
    """Where nothing is compiled, products are the same."""
    assert_runs(tmp_path, START + PRODUCTS, {"NUMBA_DISABLE_JIT": "1"})


@needs_vectors
def test_products_in_fewer_registers(tmp_path: Path) -> None:
    """Without AVX-512, products are the same."""
    assert_runs(tmp_path, START + PRODUCTS, AVX2)
