"""Pairs of submissions whose solutions are unusually alike: where to look, not what to think of it.

Simple solutions of a short function resemble each other anyway. So nothing counts that is in the skeleton or in the
course's solution, nor what many in the class wrote; and beside each share stands the median of the class.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

from grader.model import ModuleId, RelPath
from grader.similarity.fingerprints import overlap
from grader.similarity.hands import Given, Hand, Step, Work, hands_of
from grader.similarity.passages import Passage, passages

Share = float  # 0 to 1

FEW = 40  # tokens, six or seven lines: with fewer of their own, or shared, two works are alike by chance


@dataclass(frozen=True)
class FileOverlap:
    """What two works have in common in one file."""

    path: RelPath
    share: Share  # of the shorter work's own tokens in it
    tokens: int
    passages: tuple[Passage, ...]


@dataclass(frozen=True)
class Pair:
    """Two works that are alike. Submissions that are the same to the letter stand together."""

    module: ModuleId
    left: tuple[str, ...]  # ids
    right: tuple[str, ...]
    same: bool  # to the letter
    share: Share  # of the shorter work's own tokens
    tokens: int
    files: tuple[FileOverlap, ...]  # those with something in common, most of it first


@dataclass(frozen=True)
class Findings:
    """How alike the works of one module are."""

    module: ModuleId
    compared: int  # different works with enough of their own
    median: Share | None  # of all pairs of them; None: there are none
    found: int  # pairs that stand out
    pairs: tuple[Pair, ...]  # the first of those, most alike first


@dataclass(frozen=True)
class _Likeness:
    """How alike two hands are; one beside itself is several submissions of the same text."""

    small: Hand  # the one with fewer tokens of its own
    large: Hand
    shared: Mapping[RelPath, int]  # tokens of the small one that the large one has too

    @property
    def tokens(self) -> int:
        return sum(self.shared.values())

    @property
    def share(self) -> Share:
        return self.tokens / self.small.own


def alike(
    module: ModuleId,
    works: Mapping[str, Work],
    given: Mapping[RelPath, Given],
    least: Share,
    most: int = 100,
    step: Step = lambda *_: None,
) -> Findings:
    """Compare the works of a module, each with each.

    Args:
        module: Its id.
        works: Of each submission, by id.
        given: What is nobody's own in each file that counts.
        least: From which share on a pair stands out.
        most: How many pairs are wanted.
        step: Is told of each file, and of each comparison.

    Returns:
        What was found.

    Raises:
        CopydetectMissing: The library that compares is not installed.
    """
    hands = [hand for hand in hands_of(works, given, step) if hand.own >= FEW]
    count = len(hands) * (len(hands) - 1) // 2
    pairs: list[_Likeness] = []
    for done, (left, right) in enumerate(combinations(hands, 2), start=1):
        pairs.append(_likeness(left, right))
        step("pairs", done, count)
    same = [_likeness(hand, hand) for hand in hands if len(hand.ids) > 1]
    found = [each for each in same + pairs if each.tokens >= FEW and each.share >= least]
    found.sort(key=lambda each: (-each.share, -each.tokens, each.small.ids, each.large.ids))
    return Findings(
        module=module,
        compared=len(hands),
        median=statistics.median(each.share for each in pairs) if pairs else None,
        found=len(found),
        pairs=tuple(_pair(module, each) for each in found[:most]),
    )


def _likeness(left: Hand, right: Hand) -> _Likeness:
    small, large = (left, right) if left.own <= right.own else (right, left)
    both = small.prints.keys() & large.prints.keys()
    shared = {path: overlap(small.prints[path], large.prints[path]) for path in both}
    return _Likeness(small, large, shared)


def _pair(module: ModuleId, found: _Likeness) -> Pair:
    left, right = found.small, found.large
    if left.ids > right.ids:
        left, right = right, left
    files = [
        FileOverlap(
            path,
            tokens / found.small.prints[path].own,
            tokens,
            passages(left.prints[path], right.prints[path]),
        )
        for path, tokens in found.shared.items()
        if tokens
    ]
    return Pair(
        module=module,
        left=left.ids if left is not right else left.ids[:1],
        right=right.ids if left is not right else right.ids[1:],
        same=left is right,
        share=found.share,
        tokens=found.tokens,
        files=tuple(sorted(files, key=lambda each: (-each.tokens, each.path))),
    )
