"""Seeds for the different askers of a run, none of which tells anything of another."""

from __future__ import annotations

import hashlib
from enum import StrEnum


class Purpose(StrEnum):
    """What a seed is for. The last three never enter a student's process."""

    TESTS = "tests"
    PROBES = "probes"
    TRAINING = "training"
    SPEED = "speed"
    QUESTIONS = "questions"
    ROUNDS = "rounds"
    DISGUISES = "disguises"


def derive(seed: int, purpose: Purpose) -> int:
    """Derive a purpose's seed from the run's, one way: what a child is told does not lead back to the run's seed.

    Args:
        seed: The run's seed, which stays in the parent.
        purpose: What it is for.

    Returns:
        A number of 63 bits.
    """
    digest = hashlib.sha256(f"{purpose} {seed}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1
