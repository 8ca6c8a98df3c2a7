"""What Task 4.5 is examined on: pictures and sentences as nobody has seen them before. Only the parent loads this file.

Of MNIST and SST-2, everybody can look up the labels; and what is made up follows rules that everybody can read. So each
run draws what its exams look like: pictures are turned, and digits get each other's names; of sentences there are only
numbered words, whose vectors are turned, and praise may be called 0.
"""

import gzip
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import Generator

from grader.running.probes import Training

Array = np.ndarray[Any, np.dtype[Any]]
Pictures = tuple[
    Array, Array
]  # of shape (N, 28, 28), from 0 for paper to 255 for ink; and which digits they are
Texts = tuple[
    list[list[str]], Array
]  # the words of each sentence; and 1 for praise, 0 for a complaint

IDX = ("images-idx3-ubyte.gz", "labels-idx1-ubyte.gz")
MNIST = tuple(f"mnist/{part}-{name}" for part in ("train", "t10k") for name in IDX)
GLOVE = "glove/glove.6B.50d.sst2.txt.gz"
SST2 = ("sst2/train.tsv", "sst2/dev.tsv", GLOVE)

DRAWN_DIGITS, REAL_DIGITS = 2000, 3000  # to learn from
MADE_UP_SENTENCES, REAL_SENTENCES = 1200, 5000  # likewise
QUESTIONS = 400  # in each exam
FEWEST_WORDS = 5  # that a sentence is padded to
SPREAD = 0.2  # standard deviation of the numbers in real words' vectors, once they are scaled


def unseen_digits(rng: Generator, data: Path | None) -> tuple[Training, Array, list[int]]:
    """Choose digits of MNIST, or draw some; turn or mirror the pictures, all alike, and rename the digits."""
    learned, asked = _drawn_digits(rng) if data is None else _mnist(rng, data)
    names = rng.permutation(10)
    turns, mirrored = int(rng.integers(4)), bool(rng.integers(2))

    def turned(images: Array) -> Array:
        return np.rot90(images[:, :, ::-1] if mirrored else images, turns, axes=(1, 2))

    training = {"images": turned(learned[0]), "labels": names[learned[1]]}
    return training, turned(asked[0]).reshape(QUESTIONS, -1), names[asked[1]].tolist()


def _drawn_digits(rng: Generator) -> tuple[Pictures, Pictures]:
    """Draw digits to ask about, and to learn from: some at a time, as drawing takes much memory."""
    samples = import_module("grader.course.project.samples")
    drawn = []
    for _ in range(1 + DRAWN_DIGITS // QUESTIONS):
        images, labels = samples.draw_digits(QUESTIONS, rng)
        drawn.append(((255 * images).round().astype(np.uint8), labels))
    images, labels = (np.concatenate(each) for each in zip(*drawn[1:], strict=True))
    return (images, labels), drawn[0]


def _mnist(rng: Generator, data: Path) -> tuple[Pictures, Pictures]:
    """Choose digits to learn from, and of those that are there to test with, to ask about."""
    chosen = []
    for part, count in (("train", REAL_DIGITS), ("t10k", QUESTIONS)):
        every, known = (_content(data / "mnist" / f"{part}-{name}") for name in IDX)
        images, labels = every[16:].reshape(-1, 28, 28), known[8:]
        some = rng.choice(len(labels), count, replace=False)
        chosen.append((images[some], labels[some]))
    return chosen[0], chosen[1]


def unseen_sentences(rng: Generator, data: Path | None) -> tuple[Training, Array, list[int]]:
    """Choose sentences of SST-2, or make some up; number the words, turn their vectors, and swap the labels or not."""
    if data is None:
        samples = import_module("grader.course.project.samples")
        vectors = samples.word_vectors(rng)
        learned, asked = (samples.make_sentences(n, rng) for n in (MADE_UP_SENTENCES, QUESTIONS))
    else:
        learned, asked = _sst2(rng, data, "train", REAL_SENTENCES), _sst2(
            rng, data, "dev", QUESTIONS
        )
        vectors = _glove(data, {word for text in learned[0] + asked[0] for word in text})
    words = rng.permutation(sorted(vectors)).tolist()
    numbers = {word: number for number, word in enumerate(words, start=1)}
    turn, _ = np.linalg.qr(rng.normal(size=(50, 50)))
    table = np.array([np.zeros(50), *(vectors[word] for word in words)]) @ turn
    swapped = int(rng.integers(2))
    training = {
        "vectors": table,
        "sentences": _numbered(learned[0], numbers),
        "labels": learned[1] ^ swapped,
    }
    return training, _numbered(asked[0], numbers), (asked[1] ^ swapped).tolist()


def _sst2(rng: Generator, data: Path, part: str, count: int) -> Texts:
    rows = (data / "sst2" / f"{part}.tsv").read_text("utf-8").splitlines()[1:]
    chosen = [rows[n].split("\t") for n in rng.choice(len(rows), count, replace=False)]
    return [text.split() for text, _ in chosen], np.array([int(label) for _, label in chosen])


def _glove(data: Path, words: set[str]) -> dict[str, Array]:
    """Read the vectors of words, as far as they are known, and scale the numbers."""
    rows = [line.split() for line in _content(data / GLOVE).tobytes().decode().splitlines()]
    known = {word: np.array(numbers, np.float64) for word, *numbers in rows if word in words}
    mean, deviation = (each(list(known.values()), axis=0) for each in (np.mean, np.std))
    return {word: SPREAD * (vector - mean) / deviation for word, vector in known.items()}


def _numbered(texts: Sequence[Sequence[str]], numbers: dict[str, int]) -> Array:
    """Replace words by their numbers, those without one by 0, and fill up with 0 to the length of the longest text."""
    table = np.zeros((len(texts), max(FEWEST_WORDS, *map(len, texts))), np.int64)
    for row, text in zip(table, texts):
        row[: len(text)] = [numbers.get(word, 0) for word in text]
    return table


def _content(path: Path) -> Array:
    """Read the bytes of a packed file as numbers."""
    return np.frombuffer(gzip.decompress(path.read_bytes()), np.uint8)
