"""A small file to write, and what five students made of it, each in their own way."""

from __future__ import annotations

import re
from textwrap import dedent, indent

from grader.similarity.hands import Given

PATH = "minitorch/lists.py"

SKELETON = '''"""Functions of lists."""

import math


def mean(values: list[float]) -> float:
    """Average the values; 0.0 where there are none."""
    raise NotImplementedError("mean")


def spread(values: list[float]) -> float:
    """Take the root of the mean squared distance from the mean."""
    raise NotImplementedError("spread")


def running(values: list[float]) -> list[float]:
    """Give the largest value so far, at each place."""
    raise NotImplementedError("running")


def pairs(values: list[float]) -> list[tuple[float, float]]:
    """Put each value beside the next."""
    raise NotImplementedError("pairs")
'''


def filled(mean: str = "", spread: str = "", running: str = "", pairs: str = "") -> str:
    """Write bodies in place of stubs."""
    text = SKELETON
    bodies = {"mean": mean, "spread": spread, "running": running, "pairs": pairs}
    for name, body in bodies.items():
        if body:
            stub = f'    raise NotImplementedError("{name}")\n'
            text = text.replace(stub, indent(dedent(body).strip("\n"), "    ") + "\n")
    return text


_SOLUTION = (
    "return sum(values) / len(values) if values else 0.0",
    "middle = mean(values)\nreturn math.sqrt(mean([(value - middle) ** 2 for value in values]))",
    "return [max(values[: place + 1]) for place in range(len(values))]",
    "return list(zip(values, values[1:]))",
)
REFERENCE = filled(*_SOLUTION)
SOURCE = filled(*(f"# solution 0.1\n{body}\n# end solution" for body in _SOLUTION))

ADA = filled(
    """
    total = 0.0
    count = 0
    for value in values:
        total += value
        count += 1
    if count == 0:
        return 0.0
    return total / count
    """,
    """
    center = mean(values)
    squares = []
    for value in values:
        squares.append((value - center) * (value - center))
    return mean(squares) ** 0.5
    """,
    """
    found = []
    best = -math.inf
    for value in values:
        if value > best:
            best = value
        found.append(best)
    return found
    """,
    """
    found = []
    for place in range(len(values) - 1):
        found.append((values[place], values[place + 1]))
    return found
    """,
)

BOB = filled(
    """
    try:
        return math.fsum(values) / len(values)
    except ZeroDivisionError:
        return 0.0
    """,
    """
    n = len(values)
    if not n:
        return 0.0
    first, second = sum(values) / n, sum(v * v for v in values) / n
    return math.sqrt(max(0.0, second - first**2))
    """,
    """
    if len(values) < 2:
        return list(values)
    *start, last = values
    before = running(start)
    return [*before, max(before[-1], last)]
    """,
    """
    first = iter(values)
    second = iter(values)
    next(second, None)
    return [each for each in zip(first, second)]
    """,
)

EVE = filled(
    """
    while len(values) > 0:
        n = float(len(values))
        return sum([value / n for value in values])
    return 0.0
    """,
    """
    def squared(value):
        distance = value - mean(values)
        return distance * distance

    return math.pow(mean(list(map(squared, values))), 1 / 2)
    """,
    """
    def so_far():
        highest = None
        for value in values:
            highest = value if highest is None or highest < value else highest
            yield highest

    return list(so_far())
    """,
    """
    result, waiting = [], None
    for value in values:
        if waiting is not None:
            result = result + [(waiting, value)]
        waiting = value
    return result
    """,
)

DIFFERENT = {"ada": ADA, "bob": BOB, "eve": EVE}

GIVEN = {PATH: Given((SKELETON,), (REFERENCE,))}


def renamed(text: str) -> str:
    """Call everything that a student named otherwise, and leave what was handed out."""
    names = ("total", "count", "center", "squares", "found", "best", "place", "value", "first", "n")
    for name in names:
        text = re.sub(rf"\b{name}\b", f"my_{name}_2", text)
    return text


def reordered(text: str) -> str:
    """Put the last function first, and so on."""
    head, *functions = re.split(r"(?m)^(?=def )", text.rstrip("\n") + "\n\n\n")
    return head + "".join(reversed(functions))
