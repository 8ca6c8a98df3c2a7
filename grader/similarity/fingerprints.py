"""Fingerprints of files, and how much two files share of them: copydetect's work.

It hashes every run of ``RUN`` tokens. It could thin the hashes out as well (Schleimer, Wilkerson and Aiken 2003,
"Winnowing: Local Algorithms for Document Fingerprinting"), for archives too large to be held. A class is small: with a
window of one, every hash stays, no shared run is missed, and nothing depends on how Python seeds its hashes today.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator, Set
from contextlib import contextmanager
from functools import cache
from types import ModuleType

from grader.errors import CopydetectMissing
from grader.similarity.tokens import Tokens

RUN = 16  # tokens, two or three lines; anything shorter is alike by chance
_WINDOW = 1

Hash = int


class Fingerprint:
    """What is known of one file: the hashes of its runs of tokens, and where each of them begins.

    Args:
        tokens: The file's.
    """

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self.kept = copydetect().CodeFingerprint(
            "", RUN, _WINDOW, filter=False, fp=io.StringIO(tokens.code)
        )
        # Out of NumPy, whose integers are slow to look up.
        places = {int(each): [*map(int, at)] for each, at in self.kept.hash_idx.items()}
        self.kept.hash_idx, self.kept.hashes = places, set(places)

    @property
    def places(self) -> dict[Hash, list[int]]:
        """Where each run begins, as a number of its first token."""
        found: dict[Hash, list[int]] = self.kept.hash_idx
        return found

    @property
    def own(self) -> int:
        """How many tokens the runs cover."""
        return int(self.kept.token_coverage)

    def subtract(self, hashes: Set[Hash]) -> None:
        """Forget runs that say nothing.

        Not by copydetect's ``boilerplate``: where a file repeats a run, that forgets all but the last, boilerplate or
        not.
        """
        places = {each: at for each, at in self.places.items() if each not in hashes}
        self.kept.hash_idx, self.kept.hashes = places, set(places)
        covered = copydetect().utils.get_token_coverage
        self.kept.token_coverage = covered(places, RUN, len(self.tokens.code))


def overlap(one: Fingerprint, other: Fingerprint) -> int:
    """Count the tokens of one file that lie in runs which the other has too."""
    if one is other:
        return one.own
    return int(copydetect().compare_files(one.kept, other.kept)[0])


@cache
def copydetect() -> ModuleType:
    """Import the library, which is an extra.

    Returns:
        It.

    Raises:
        CopydetectMissing: It is not installed.
    """
    try:
        with _nothing_drawn():
            import copydetect.utils
    except ModuleNotFoundError:
        raise CopydetectMissing() from None
    library: ModuleType = copydetect
    return library


@contextmanager
def _nothing_drawn() -> Iterator[None]:
    """Keep matplotlib out, with which copydetect would draw a report of its own.

    Importing it takes three seconds, and writes a list of fonts into the user's folders.
    """
    absent = [name for name in ("matplotlib", "matplotlib.pyplot") if name not in sys.modules]
    sys.modules.update((name, ModuleType(name)) for name in absent)
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]
