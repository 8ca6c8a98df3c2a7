"""Which earlier file is at fault: found by halves."""

from collections.abc import Sequence

import pytest

from grader.oracle.blame import files_at_fault

AT_FAULT = [
    ("a", ["a"]),
    ("e", ["e"]),
    ("b d", ["b", "d"]),
    # Each is harmless without the other: what they were found among is named.
    ("c+d", ["c", "d", "e"]),
    ("a+e", ["a", "b", "c", "d", "e"]),
    ("b c+e", ["b", "c", "d", "e"]),
]


@pytest.mark.parametrize(("faults", "named"), AT_FAULT)
def test_files_at_fault_are_found_by_halves(faults: str, named: list[str]) -> None:
    """Whatever makes the work fall short is named."""
    sets = [set(fault.split("+")) for fault in faults.split()]
    found = files_at_fault("abcde", lambda kept: any(fault <= set(kept) for fault in sets))
    assert found == named


def test_a_file_at_fault_among_many_takes_few_looks() -> None:
    looks: list[int] = []

    def falls_short(kept: Sequence[str]) -> bool:
        looks.append(len(kept))
        return "f" in kept

    assert files_at_fault("abcdefgh", falls_short) == ["f"]
    assert looks == [4, 4, 2, 1, 1, 2]


@pytest.mark.parametrize(
    ("looks", "named"),
    [
        (0, "abcdefgh"),
        (1, "efgh"),
        (2, "efgh"),
        (3, "efgh"),
        (4, "fgh"),
        (5, "fgh"),
        (6, "f"),
    ],
)
def test_when_the_time_is_up_all_that_is_in_question_is_named(looks: int, named: str) -> None:
    """A look costs as much as judging does; a file that was cleared is not named, whatever there is no time for."""
    left = looks

    def falls_short(kept: Sequence[str]) -> bool:
        nonlocal left
        assert left > 0
        left -= 1
        return "f" in kept

    assert files_at_fault("abcdefgh", falls_short, lambda: left > 0) == list(named)
