"""What is left of a task's time."""

from __future__ import annotations

from grader.running.conversation import Clock
from grader.sandbox import PATIENCE


def test_time_that_a_child_waited_is_given_back() -> None:
    clock = Clock(1000.0)
    assert 900 < clock.left <= 1000
    clock.note(500.0)
    assert 1400 < clock.left <= 1500


def test_but_not_without_end() -> None:
    """Each of many children could wait for its own threads."""
    clock = Clock(1000.0)
    for _ in range(20):
        clock.note(500.0)
    assert clock.left <= (1 + PATIENCE) * 1000


def test_what_follows_a_hang_has_less_time() -> None:
    """All that meets one loop without an end is stopped before the time is up; nothing has less than a twelfth."""
    clock = Clock(120.0)
    limits = []
    for _ in range(4):
        limits.append(clock.item)
        clock.note(0.0, hung=True)
    assert limits == [40.0, 20.0, 10.0, 10.0]
    clock.note(0.0)
    assert clock.item == 10.0
