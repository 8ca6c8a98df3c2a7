"""Some of the data of Module 4 in the terminal: digits in characters, sentences, words and their neighbours.

Neither this file nor what it imports needs the library: data can be looked at before anything works.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from project import samples
from project.data import Digits, NoData, Sentences, load_digits, load_sentences, load_vectors

Numbers = NDArray[np.float64]
Data = Digits | Sentences | Mapping[str, Numbers]

SHADES = " .:-=+*#%@"  # from paper to ink
SIDE = 28  # characters that a picture is wide
WORDS = ("brilliant", "boring", "never", "film", "really", "actor", "laugh", "paris", "seven")
FIRST = 6  # numbers of a vector that are shown
DRAWN = (
    1000  # so many are made up, at least: those that --skip leaves out are the same ones each time
)
NEAREST = 5  # words that are shown beside each


def print_some(folder: Path, options: argparse.Namespace) -> None:
    """Print some of the data, as the command line says; end with exit code 1 where there is nothing to print."""
    try:
        made = _made_up if options.made_up else _read
        print(show(made(options, folder), options) or "Nothing to show: try another --n or --skip.")
    except NoData as reason:
        sys.exit(str(reason))


def show(data: Data, options: argparse.Namespace) -> str:
    """Show some digits, sentences or words: --n of them, but for the first --skip.

    Args:
        data: What there is, at least as much as is wanted.
        options: Of the command line.

    Returns:
        Lines of text.

    Raises:
        NoData: A word has no vector.
    """
    wanted = slice(options.skip, options.skip + options.n)
    if isinstance(data, Digits):
        return show_digits(data.images[wanted], data.labels[wanted])
    if isinstance(data, Sentences):
        return show_sentences(data.sentences[wanted], data.labels[wanted])
    words = options.words or [word for word in WORDS if word in data][wanted]
    return "\n".join(show_word(word, data) for word in words)


def _read(options: argparse.Namespace, folder: Path) -> Data:
    if options.what == "mnist":
        return load_digits(folder, "train", options.skip + options.n)
    if options.what == "sst2":
        return load_sentences(folder, "train")
    return load_vectors(folder, _EveryWord())


def _made_up(options: argparse.Namespace, _: Path) -> Data:
    rng, most = np.random.default_rng(0), max(DRAWN, options.skip + options.n)
    if options.what == "mnist":
        return Digits(*samples.draw_digits(most, rng))
    if options.what == "sst2":
        return Sentences(*samples.make_sentences(most, rng))
    return samples.word_vectors(rng)


def show_digits(images: Numbers, labels: NDArray[np.int64]) -> str:
    """Draw digits with their labels, as many side by side as the terminal has room for."""
    room = max(1, (shutil.get_terminal_size().columns + 2) // (SIDE + 2))
    rows = [slice(start, start + room) for start in range(0, len(images), room)]
    return "\n\n".join(
        side_by_side(images[row], [f"a {label}" for label in labels[row]]) for row in rows
    )


def show_sentences(sentences: Sequence[Sequence[str]], labels: NDArray[np.int64]) -> str:
    """List sentences with their labels."""
    meant = ("0, complaint", "1, praise")
    return "\n".join(
        f"{meant[label]:<12}  {' '.join(words)}" for words, label in zip(sentences, labels)
    )


def show_word(word: str, vectors: Mapping[str, Numbers]) -> str:
    """Show the first numbers of a word's vector, and the words whose vectors are nearest to it.

    Args:
        word: The word.
        vectors: Those of all words.

    Returns:
        One line.

    Raises:
        NoData: The word has no vector.
    """
    if word not in vectors:
        near = get_close_matches(word, vectors, n=1)
        raise NoData(f"{word!r} has no vector." + (f" Did you mean {near[0]!r}?" if near else ""))
    numbers = " ".join(f"{number:5.2f}" for number in vectors[word][:FIRST])
    return f"{word:<10} {numbers} …   nearest: {', '.join(nearest(word, vectors))}"


def nearest(word: str, vectors: Mapping[str, Numbers], most: int = NEAREST) -> list[str]:
    """List the words whose vectors are nearest to that of a word, the nearest first, without the word itself."""
    words = list(vectors)
    apart = ((np.array(list(vectors.values())) - vectors[word]) ** 2).sum(axis=1)
    return [words[n] for n in np.argsort(apart, kind="stable") if words[n] != word][:most]


def side_by_side(images: Sequence[Numbers] | Numbers, under: Sequence[str]) -> str:
    """Draw pictures beside each other, each with a text under it."""
    drawn = [picture(image) for image in images]
    lines = ["  ".join(parts).rstrip() for parts in zip(*drawn)]
    last = "  ".join(text.ljust(SIDE) for text in under).rstrip()
    return "\n".join([*lines, last])


def picture(image: Numbers) -> list[str]:
    """Draw a picture in characters: one for each pixel across, and one for two pixels down, as they are tall."""
    pairs = image[: len(image) // 2 * 2].reshape(len(image) // 2, 2, -1).mean(axis=1)
    steps = (np.clip(pairs, 0.0, 1.0) * (len(SHADES) - 1)).round().astype(int)
    return ["".join(SHADES[step] for step in row) for row in steps]


class _EveryWord:
    """A container that every word is in."""

    def __contains__(self, word: object) -> bool:
        return True
