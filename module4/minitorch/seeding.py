"""The one place where the library's random numbers come from."""

import random

generator = random.Random()


def seed(n: int) -> None:
    """Start all of the library's random numbers afresh: equal seeds give equal runs."""
    generator.seed(n)
