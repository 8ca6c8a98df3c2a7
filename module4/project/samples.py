"""Made-up data, for when there is no other: digits drawn from a dot matrix, and praise and complaints from a grammar.

A network learns both in a minute, as they vary much less than what people write.
"""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Labels = NDArray[np.int64]

GLYPHS = """
.###. ..#.. .###. ####. ...#. ##### ..##. ##### .###. .###.
#...# .##.. #...# ....# ..##. #.... .#... ....# #...# #...#
#..## ..#.. ....# ....# .#.#. ####. #.... ...#. #...# #...#
#.#.# ..#.. ...#. .###. #..#. ....# ####. ..#.. .###. .####
##..# ..#.. ..#.. ....# ##### ....# #...# ..#.. #...# ....#
#...# ..#.. .#... ....# ...#. #...# #...# .#... #...# ...#.
.###. .###. ##### ####. ...#. .###. .###. .#... .###. .##..
"""
ROWS, COLUMNS = 7, 5  # of a glyph, in dots
SIDE = 28  # of a picture, in pixels

GOOD = "brilliant charming clever fresh funny gripping moving tender warm witty".split()
BAD = "boring clumsy dull flat lifeless messy shallow stale tedious tired".split()
NOT = ["not", "never", "hardly"]
DEGREES = ["very", "really", "quite", "so"]
OPENINGS = ["", "on the whole ,", "for once ,", "as so often ,", "all in all ,"]
THINGS = ["the film is", "this movie feels", "its plot is", "the acting is", "the script seems"]
ENDINGS = [".", "from start to end .", "throughout .", "in each scene ."]
WIDTH = 50  # numbers of a word's vector


def draw_digits(count: int, rng: Generator) -> tuple[Numbers, Labels]:
    """Draw digits of different places, sizes, slants and strengths, with some dirt on the paper.

    Args:
        count: How many.
        rng: Chooses everything.

    Returns:
        Pictures of shape (count, 28, 28), from 0 for paper to 1 for ink; and which digits they are.
    """
    labels = rng.integers(10, size=count)
    down, right = rng.uniform(-3.0, 3.0, (2, count, 1, 1))  # pixels
    tall, wide = rng.uniform(2.2, 3.2, (2, count, 1, 1))  # pixels of a dot
    slant = rng.uniform(-0.3, 0.3, (count, 1, 1))
    middle = (SIDE - 1) / 2
    y, x = np.mgrid[:SIDE, :SIDE] - middle
    row = (y - down) / tall + (ROWS - 1) / 2  # where each pixel lies in the dot matrix
    column = (x - right) / wide + slant * (row - (ROWS - 1) / 2) + (COLUMNS - 1) / 2
    ink = _between_dots(_glyphs()[labels], row, column) * rng.uniform(1.0, 2.0, (count, 1, 1))
    return np.clip(ink + rng.normal(0.0, 0.05, ink.shape), 0.0, 1.0), labels


def _glyphs() -> Numbers:
    """Read the dots: shape (10, ROWS, COLUMNS), 1 where there is ink."""
    lines = [line.split() for line in GLYPHS.split("\n") if line]
    return np.array(
        [[[dot == "#" for dot in glyph] for glyph in line] for line in lines], float
    ).swapaxes(0, 1)


def _between_dots(glyphs: Numbers, row: Numbers, column: Numbers) -> Numbers:
    """Read each picture's glyph at places that lie between its dots, by the mean of the four nearest.

    Args:
        glyphs: One for each picture.
        row: Of each pixel's place, in dots; it may lie outside.
        column: Likewise.

    Returns:
        How much ink there is, in the shape of the places.
    """
    paper = np.pad(glyphs, ((0, 0), (1, 2), (1, 2)))  # what lies outside is empty
    row, column = np.clip(row + 1, 0, ROWS + 1), np.clip(column + 1, 0, COLUMNS + 1)
    top, left = row.astype(int), column.astype(int)
    below, beside = row - top, column - left
    number = np.arange(len(glyphs)).reshape(-1, 1, 1)
    upper = paper[number, top, left] * (1 - beside) + paper[number, top, left + 1] * beside
    lower = paper[number, top + 1, left] * (1 - beside) + paper[number, top + 1, left + 1] * beside
    return upper * (1 - below) + lower * below


def make_sentences(count: int, rng: Generator) -> tuple[list[list[str]], Labels]:
    """Make up sentences such as "for once , the film is not very dull .", which praises.

    Args:
        count: How many.
        rng: Chooses the words.

    Returns:
        The words of each sentence; and 1 for praise, 0 for a complaint.
    """
    sentences, labels = [], []
    for _ in range(count):
        good, turned = bool(rng.integers(2)), rng.random() < 0.4
        words = [rng.choice(OPENINGS), rng.choice(THINGS)]
        words += [rng.choice(NOT)] if turned else []
        words += [rng.choice(DEGREES)] if rng.random() < 0.4 else []
        words += [rng.choice(GOOD if good else BAD), rng.choice(ENDINGS)]
        sentences.append(" ".join(words).split())
        labels.append(int(good != turned))
    return sentences, np.array(labels, np.int64)


def word_vectors(rng: Generator) -> dict[str, Numbers]:
    """Make up a vector for each word of the grammar, such that words of one kind are alike, as they are in real ones.

    Args:
        rng: Draws the numbers.

    Returns:
        Vectors of shape (50,), by word.
    """
    other = sorted({word for part in (*OPENINGS, *THINGS, *ENDINGS) for word in part.split()})
    vectors = {}
    for kind in (GOOD, BAD, NOT, DEGREES, *([word] for word in other)):
        common = rng.normal(0.0, 0.2, WIDTH)
        for word in kind:
            vectors[word] = common + rng.normal(0.0, 0.1, WIDTH)
    return vectors
