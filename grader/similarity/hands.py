"""What each hand wrote: submissions of the same text together, and nothing in it that says nothing about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from itertools import chain

from grader.model import RelPath
from grader.similarity.fingerprints import Fingerprint, Hash
from grader.similarity.tokens import lines_of, tokens_of

Work = Mapping[RelPath, str]  # the files of one module that a student handed in
Step = Callable[[str, int, int], None]  # is told of what so many are done, and of how many
_File = tuple[RelPath, str]  # its path and its text

# So many texts with the same run have a common answer, if they are more than a third of all.
COMMON = 5


@dataclass(frozen=True)
class Given:
    """What is no student's own in a file: what they were handed out, and solutions of the course."""

    skeletons: tuple[str, ...] = ()
    solutions: tuple[str, ...] = ()

    @property
    def lines(self) -> frozenset[str]:
        """The lines that were handed out, without blanks around them."""
        return frozenset(line.strip() for text in self.skeletons for line in lines_of(text))


@dataclass(frozen=True)
class Hand:
    """One work, and everybody who handed it in."""

    ids: tuple[str, ...]
    prints: Mapping[RelPath, Fingerprint]

    @property
    def own(self) -> int:
        """How many tokens of it are its own."""
        return sum(each.own for each in self.prints.values())


def hands_of(
    works: Mapping[str, Work], given: Mapping[RelPath, Given], step: Step = lambda *_: None
) -> list[Hand]:
    """Put submissions of the same text together, and take a fingerprint of each file once.

    Args:
        works: Of each submission, by id.
        given: What is nobody's own in each file that counts.
        step: Is told of each file.

    Returns:
        The hands, in the order of their first ids.
    """
    owners: dict[tuple[_File, ...], list[str]] = {}
    for id, work in sorted(works.items()):
        files = tuple((path, work[path]) for path in given if path in work)
        owners.setdefault(files, []).append(id)
    prints = _fingerprints(dict.fromkeys(chain(*owners)), given, step)
    return [
        Hand(tuple(ids), {path: prints[path, text] for path, text in files})
        for files, ids in owners.items()
    ]


def _fingerprints(
    files: Collection[_File], given: Mapping[RelPath, Given], step: Step
) -> dict[_File, Fingerprint]:
    lines = {path: each.lines for path, each in given.items()}
    found: dict[_File, Fingerprint] = {}
    for path, text in files:
        found[path, text] = Fingerprint(tokens_of(text, lines[path]))
        step("files", len(found), len(files))
    for path in given:
        prints = [each for (where, _), each in found.items() if where == path]
        nobodys = _boilerplate(given[path]) | _common(prints) if prints else set()
        for each in prints:
            each.subtract(nobodys)
    return found


def _boilerplate(given: Given) -> set[Hash]:
    """Hash what everybody has; also as it is where a line of the skeleton was changed."""
    texts = {*given.skeletons, *given.solutions}
    tokens = [tokens_of(text, lines) for text in texts for lines in (given.lines, ())]
    return {each for every in tokens for each in Fingerprint(every).places}


def _common(prints: list[Fingerprint]) -> set[Hash]:
    """Find the runs that so many have that they say nothing about two."""
    counts = Counter(each for every in prints for each in every.places)
    return {each for each, count in counts.items() if count >= COMMON and 3 * count > len(prints)}
