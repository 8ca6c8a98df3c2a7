"""The data of Module 4: where it lies, and how it is read. None of it comes with the course; this fetches it.

python project/data.py                 says what is there
python project/data.py fetch mnist     fetches the digits; likewise sst2, glove, or all
python project/data.py show mnist      prints some of them; likewise sst2, glove
"""

from __future__ import annotations

import argparse
import gzip
import math
import os
import sys
import zlib
from collections.abc import Container, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it runs from any folder

from project.fetching import Bar, CantFetch, Source, fetch, is_there  # noqa: E402
from project.printing import spell_out  # noqa: E402

Numbers = NDArray[np.float64]
Sentence = list[str]  # its words

VARIABLE = "MINITORCH_DATA"
HEADER = "sentence\tlabel"  # of a file of sentences
CUT = "glove.6B.50d.sst2.txt.gz"  # GloVe, cut to the words of SST-2 and so many of the most frequent ones
FREQUENT = 10_000
VECTORS = (CUT, "glove.6B.50d.txt", "glove.6B.50d.txt.gz")  # any will do

_MNIST = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
_SST2 = ("https://dl.fbaipublicfiles.com/glue/data/SST-2.zip",)
_GLOVE = (
    "https://downloads.cs.stanford.edu/nlp/data/glove.6B.zip",
    "https://nlp.stanford.edu/data/glove.6B.zip",
)
SOURCES = {
    "mnist": [
        Source(f"mnist/{name}", tuple(site + name for site in _MNIST), sha256=sha256)
        for name, sha256 in {
            "train-images-idx3-ubyte.gz": "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
            "train-labels-idx1-ubyte.gz": "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
            "t10k-images-idx3-ubyte.gz": "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
            "t10k-labels-idx1-ubyte.gz": "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
        }.items()
    ],
    "sst2": [
        Source(f"sst2/{name}", _SST2, member=f"SST-2/{name}", sha256=sha256)
        for name, sha256 in {
            "train.tsv": "48eac26399f8456935f81dd9e3a745c1430adb6c62e233ccfe22db4a0d15d1d1",
            "dev.tsv": "54a9c12c77e402fc14d6a66a506f24d999f596b0176eb777c972cccc2f9cc4b0",
        }.items()
    ],
    "glove": [Source("glove/glove.6B.50d.txt", _GLOVE, member="glove.6B.50d.txt")],
}


class NoData(Exception):
    """What is to be read is absent or damaged; the text says what to do."""


@dataclass(frozen=True)
class Digits:
    """Pictures of digits.

    Attributes:
        images: The pictures, of shape (N, 28, 28): 0 is paper, 1 is ink.
        labels: The digits, of shape (N,), whole numbers.
    """

    images: Numbers
    labels: NDArray[np.int64]


@dataclass(frozen=True)
class Sentences:
    """Sentences, each of which praises or complains.

    Attributes:
        sentences: The words of each.
        labels: 1 for praise and 0 for a complaint, of shape (N,).
    """

    sentences: list[Sentence]
    labels: NDArray[np.int64]


def data_folder(named: str | Path | None = None) -> Path:
    """Find the folder that holds the data.

    Args:
        named: The one that the command line names, if it does.

    Returns:
        That one; or the one that the variable MINITORCH_DATA names; or ``minitorch`` in the user's cache.
    """
    if named or os.environ.get(VARIABLE):
        return Path(named or os.environ[VARIABLE]).expanduser()
    caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(caches) / "minitorch"


def load_digits(folder: Path, part: str, most: int | None = None) -> Digits:
    """Read MNIST.

    Args:
        folder: The data's.
        part: "train", 60,000 pictures; or "t10k", 10,000 others to test with.
        most: How many to read, if not all.

    Returns:
        The first of them.

    Raises:
        NoData: A file is absent or damaged.
    """
    images = _read_idx(folder / "mnist" / f"{part}-images-idx3-ubyte.gz", dims=3)
    labels = _read_idx(folder / "mnist" / f"{part}-labels-idx1-ubyte.gz", dims=1)
    if len(images) != len(labels):
        raise NoData(f"{len(images)} pictures, but {len(labels)} labels in {folder / 'mnist'}.")
    return Digits(images[:most] / 255.0, labels[:most].astype(np.int64))


def load_sentences(folder: Path, part: str) -> Sentences:
    """Read SST-2: what critics wrote of films, cut into words, in small letters.

    Args:
        folder: The data's.
        part: "train", 67,349 sentences and parts of such; or "dev", 872 others to test with.

    Returns:
        All of them.

    Raises:
        NoData: The file is absent or damaged.
    """
    path = folder / "sst2" / f"{part}.tsv"
    header, *lines = _text(path, "sst2").splitlines()
    rows = [line.split("\t") for line in lines]
    if header != HEADER or any(len(row) != 2 or row[1] not in ("0", "1") for row in rows):
        raise NoData(
            f"{path} is damaged: under the header, each line is a sentence, a tab, 0 or 1."
        )
    labels = np.array([int(label) for _, label in rows], np.int64)
    return Sentences([sentence.split() for sentence, _ in rows], labels)


def load_vectors(folder: Path, words: Container[str]) -> dict[str, Numbers]:
    """Read GloVe: for each word 50 numbers, alike for words that are used alike.

    Args:
        folder: The data's.
        words: The words that are wanted.

    Returns:
        The vectors of those that GloVe knows, each of shape (50,).

    Raises:
        NoData: The file is absent or damaged.
    """
    names = [name for name in VECTORS if (folder / "glove" / name).is_file()]
    path = folder / "glove" / (names[0] if names else CUT)
    found = {}
    for line in _lines(path, "glove"):
        word, _, numbers = line.partition(" ")
        if word in words:
            found[word] = np.array(numbers.split(), np.float64)
            if found[word].shape != (50,):
                raise NoData(f"{path} is damaged: {word!r} does not have 50 numbers.")
    return found


def _read_idx(path: Path, dims: int) -> NDArray[np.uint8]:
    """Read an IDX file: two zeros, the type 8 for bytes, the number of dimensions; their sizes; the bytes."""
    content = _content(path, "mnist")
    sizes = np.frombuffer(content[4 : 4 + 4 * dims], ">u4").tolist()
    numbers = content[4 + 4 * dims :]
    if content[:4] != bytes([0, 0, 8, dims]) or len(numbers) != math.prod(sizes):
        raise NoData(
            f"{path} is damaged: it is no IDX file of {dims} dimensions. {_to_fetch('mnist')}"
        )
    return np.frombuffer(numbers, np.uint8).reshape(sizes)


def _lines(path: Path, what: str) -> Iterator[str]:
    """Yield the lines of a large text."""
    _see(path, what)
    opened = (
        gzip.open(path, "rt", encoding="utf-8")
        if path.suffix == ".gz"
        else path.open(encoding="utf-8")
    )
    try:
        with opened as lines:
            yield from lines
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise NoData(f"{path} is damaged: {error}. {_to_fetch(what)}") from None


def _text(path: Path, what: str) -> str:
    return "".join(_lines(path, what))


def _content(path: Path, what: str) -> bytes:
    _see(path, what)
    try:
        return gzip.decompress(path.read_bytes())
    except (OSError, EOFError, zlib.error) as error:
        raise NoData(f"{path} is damaged: {error}. {_to_fetch(what)}") from None


def _see(path: Path, what: str) -> None:
    if not path.is_file():
        raise NoData(
            f"There is no {path}. {_to_fetch(what)}\n"
            f"Or name the folder that has it, by --data or {VARIABLE}. Or go on without: --made-up"
        )


def _to_fetch(what: str) -> str:
    return f"Fetch it: python project/data.py fetch {what}"


def _missing(folder: Path, what: str) -> list[Source]:
    """List what is not there, or not as it should be."""
    if what == "glove" and any((folder / "glove" / name).is_file() for name in VECTORS):
        return []
    return [source for source in SOURCES[what] if not is_there(source, folder)]


def _tell(folder: Path) -> None:
    """Print what is there."""
    print(f"The data's folder is {folder}   (another: --data, or the variable {VARIABLE})")
    for what in SOURCES:
        missing = ", ".join(source.path for source in _missing(folder, what))
        print(f"{what:<6} {f'missing: {missing}' if missing else 'is there'}")


def _fetch(folder: Path, what: str) -> None:
    """Fetch what is not there yet; end the program with exit code 1 where that fails."""
    missing = _missing(folder, what)
    for source in missing:
        bar = Bar(source.path)
        try:
            fetch(source, folder, bar)
        except CantFetch as reason:
            bar.close("could not be fetched")
            sys.exit(
                f"{reason}\nWhat has come so far is kept: the same command goes on from there. "
                f"Or bring the file here another way, as\n{folder / source.path}"
            )
        bar.close("is there now")
    if not missing:
        print(f"{what} is there")
    elif what == "glove" and not _missing(folder, "sst2"):
        cut_vectors(folder)
        print(f"glove/{CUT} has the words that are needed of it; the whole was removed")


def cut_vectors(folder: Path) -> None:
    """Keep of GloVe the words of SST-2, and the most frequent ones: 3 MB in place of 171.

    Args:
        folder: The data's, with both in it.
    """
    words = {
        word
        for part in ("train", "dev")
        for sentence in load_sentences(folder, part).sentences
        for word in sentence
    }
    whole = folder / "glove" / "glove.6B.50d.txt"
    part = folder / "glove" / f"{CUT}.part"
    with whole.open(encoding="utf-8") as lines, gzip.open(part, "wt", encoding="utf-8") as kept:
        for number, line in enumerate(lines):
            if number < FREQUENT or line.partition(" ")[0] in words:
                kept.write(line)
    part.replace(folder / "glove" / CUT)
    whole.unlink()


def main() -> None:
    """Tell what is there, fetch it, or show some of it."""
    options = _options()
    spell_out()
    folder = data_folder(options.data)
    if options.action is None:
        _tell(folder)
    elif options.action == "show":
        from project import showing  # not at the top: it imports this file

        showing.print_some(folder, options)
    else:
        for what in SOURCES if options.what == "all" else [options.what]:
            _fetch(folder, what)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Fetch the data of Module 4, show some of it, or tell what is there."
    )
    parser.add_argument(
        "--data", metavar="DIR", help=f"its folder (default: {VARIABLE}, or your cache)"
    )
    actions = parser.add_subparsers(dest="action")
    fetching = actions.add_parser("fetch", help="bring data here; what has begun goes on")
    fetching.add_argument("what", choices=[*SOURCES, "all"])
    showing = actions.add_parser("show", help="print some digits, sentences or words")
    add = showing.add_argument
    add("what", choices=list(SOURCES))
    add("--n", type=_whole, default=3, help="how many (default: 3)")
    add("--skip", type=_whole, default=0, help="digits or sentences to leave out first")
    add("--words", nargs="+", default=[], help="the words to show of glove")
    add("--made-up", action="store_true", help="show made-up data instead")
    return parser.parse_args()


def _whole(text: str) -> int:
    """Read a number of things, of which there may be none."""
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError("must not be below 0")
    return number


if __name__ == "__main__":
    main()
