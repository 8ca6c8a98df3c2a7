"""What the guide says of Task 4.7 is so: rows, positions, what fold collects, and how much memory it takes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from grader.tests.authored import needs_course
from grader.tests.documents import solve
from grader.tests.test_guides import (
    Array,
    agrees,
    evaluate,
    find,
    guide,
    numbers_in,
    run_python,
    tuple_in,
)

SIDES = [1, 3, 5, 7, 9]  # of the windows in the table of memory


def seen(image: Array, height: int, width: int) -> dict[tuple[int, int], Array]:
    """Say what a window sees at each place of an image; beyond the edges, that is 0."""
    framed = np.pad(image, ((0, height - 1), (0, width - 1)))
    return {
        (i, j): framed[i : i + height, j : j + width] for i, j in np.ndindex(*map(int, image.shape))
    }


IMAGE = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])


def test_rows_times_a_column_are_the_convolution() -> None:
    rows = seen(np.arange(1.0, 7.0)[None], 1, 3)
    for place, row, products, result in find("4", "place i | row | times the column").rows:
        assert numbers_in(row) == rows[0, int(place)].ravel().tolist()
        assert int(result) == evaluate(products)
        assert [float(n) for n in products.replace("+", "·").split("·")[1::2]] == numbers_in(row)
        assert numbers_in(row) @ np.array([5, 2, 3]) == int(result)


def test_channels_stand_one_behind_the_other() -> None:
    first, second = (seen(np.array([[1.0, 2.0, 3.0]]) * factor, 1, 2) for factor in (1, 10))
    for place, one, other, row in find("4", "place | of channel 0 | of channel 1").rows:
        assert numbers_in(one) == first[0, int(place)].ravel().tolist()
        assert numbers_in(other) == second[0, int(place)].ravel().tolist()
        assert numbers_in(row) == numbers_in(one) + numbers_in(other)


def test_strides_find_what_windows_see() -> None:
    frame = np.pad(IMAGE, ((0, 1), (0, 1))).ravel()
    shown = next(
        line for line in guide("4").splitlines() if line.startswith("the result has shape (2, 3")
    )
    shape, strides = (tuple_in(part) for part in shown.split(" and "))
    assert (shape, strides) == ((2, 3, 2, 2), (4, 1, 4, 1))
    grid = find("4", "place (i, j) | its window begins at").rows
    windows = seen(IMAGE, 2, 2)
    assert [tuple_in(row[0]) for row in grid] == list(windows)
    for place, begins, positions, numbers in grid:
        i, j = tuple_in(place)
        start = i * strides[0] + j * strides[1]
        at = [start + k * strides[2] + m * strides[3] for k in range(2) for m in range(2)]
        assert int(begins) == start and numbers_in(positions) == at
        assert numbers_in(numbers) == frame[at].tolist() == windows[i, j].ravel().tolist()


def test_fold_collects_from_all_windows_that_saw_a_number() -> None:
    grid = find("4", "number | 1 | 2 | 3")
    windows = seen(IMAGE, 2, 2)
    who, collects = grid.rows
    for number, places, total in zip(grid.header[1:], who[1:], collects[1:], strict=True):
        at = [place for place, window in windows.items() if float(number) in window]
        assert numbers_in(places) == [float(n) for place in at for n in place]
        assert int(total) == len(at)


@needs_course
def test_the_memory_is_what_the_script_counts(tmp_path: Path) -> None:
    solve("module4", tmp_path)
    ask = """
import json
from minitorch import SimpleBackend
from project.run_unfold import IMAGES, SIDES, drawn, megabytes, memory

images = drawn(IMAGES, SimpleBackend)
counted = [memory(images, side) for side in SIDES]
sizes = [[megabytes(n) for n in (images.size, each.windows, each.rows)] for each in counted]
print(json.dumps([list(IMAGES), list(SIDES), sizes, [each.read / each.rows for each in counted]]))
"""
    images, sides, sizes, copied = json.loads(run_python(["-c", ask], tmp_path / "module4"))
    assert images == [16, 4, 28, 28] and sides == SIDES and copied == [1.0] * len(SIDES)
    grid = find("4", "window | images | windows | unfold").rows
    assert [numbers_in(row[0]) for row in grid] == [[side, side] for side in SIDES]
    for row, found in zip(grid, sizes, strict=True):
        assert all(agrees(shown, size) for shown, size in zip(row[1:], found, strict=True))


@pytest.mark.parametrize("word", ["720", "210"])
def test_the_numbers_of_a_test_are_those_in_the_guide(word: str) -> None:
    size, frame = 2 * 4 * 5 * 3 * 2 * 3, 2 * 3 * (4 + 1) * (5 + 2)
    assert word in (str(size), str(frame)) and f" {word} " in guide("4")
