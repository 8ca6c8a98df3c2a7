"""Probes of Tasks 4.3 and 4.4: tiles of images, and one number in the place of each."""

from types import ModuleType
from typing import Any

from numpy.random import Generator

from grader.running.probes import probe

from .inputs import (
    Calls,
    Laid,
    Shape,
    answers,
    numbers,
    permuted,
    plain,
    read,
    shared_derivatives,
)

Kernel = tuple[int, int]

CORNERS: tuple[tuple[Shape, Kernel], ...] = (
    ((1, 1, 1, 1), (1, 1)),
    ((1, 1, 2, 4), (2, 2)),
    ((1, 1, 4, 2), (2, 1)),
    ((1, 1, 2, 4), (1, 2)),
    ((2, 3, 4, 6), (2, 3)),
    ((3, 2, 6, 4), (3, 2)),
    ((3, 1, 2, 2), (2, 2)),
    ((1, 3, 4, 4), (1, 1)),
)
"""Shapes of images, and tiles whose height and width divide theirs."""


@probe("4.3", cases=30)
def tiles(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Cut images into tiles, and go backward."""
    x, kernel = images(rng, case)
    call = f"tile(x, {kernel})"
    _, height, width = minitorch.tile(x.tensor(minitorch), kernel)
    found: dict[str, Any] = {f"list({call}[1:]), where x = {x}": [int(height), int(width)]}
    return found | answers(
        minitorch, rng, {f"{call}[0]": lambda x: minitorch.tile(x, kernel)[0]}, x=x
    )


@probe("4.3", cases=30)
def averages(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Put the mean in the place of each tile, and go backward."""
    x, kernel = images(rng, case)
    call = f"avgpool2d(x, {kernel})"
    return answers(minitorch, rng, {call: lambda x: minitorch.avgpool2d(x, kernel)}, x=x)


@probe("4.4", cases=30)
def largest_of_tiles(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Put the largest in the place of each tile, and go backward."""
    x, kernel = images(rng, case)
    call = f"maxpool2d(x, {kernel})"
    return answers(minitorch, rng, {call: lambda x: minitorch.maxpool2d(x, kernel)}, x=x)


OTHER: tuple[tuple[Shape, Kernel], ...] = (
    ((1, 1, 260, 2), (130, 1)),
    ((1, 2, 2, 300), (2, 3)),
    ((130, 1, 2, 2), (2, 2)),
    ((0, 2, 4, 4), (2, 2)),
    ((1, 1, 5, 5), (2, 2)),
    ((1, 1, 4, 5), (2, 2)),
    ((2, 1, 5, 4), (2, 2)),
    ((1, 1, 1, 2), (2, 2)),
)
"""Images that are large, many or none, and images that leave a rest."""


@probe("4.3", cases=len(OTHER))
def images_of_other_sizes(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Cut and average images of unusual sizes."""
    pools: Calls = {
        "tile(x, {})[0]": lambda x, kernel: minitorch.tile(x, kernel)[0],
        "avgpool2d(x, {})": minitorch.avgpool2d,
    }
    return pooled(minitorch, rng, case, pools)


@probe("4.4", cases=len(OTHER))
def largest_of_images_of_other_sizes(
    minitorch: ModuleType, rng: Generator, case: int
) -> dict[str, Any]:
    """Take the largest of the tiles of images of unusual sizes."""
    return pooled(minitorch, rng, case, {"maxpool2d(x, {})": minitorch.maxpool2d})


@probe("4.3", cases=12)
def pooling_that_shares(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Pool, add another tensor, and walk twice: both get the same derivative."""
    x, kernel = images(rng, case)
    calls: Calls = {
        f"tile(x, {kernel})[0]": lambda x: minitorch.tile(x, kernel)[0],
        f"avgpool2d(x, {kernel})": lambda x: minitorch.avgpool2d(x, kernel),
    }
    return shared_derivatives(minitorch, rng, calls, x)


# What the probes are made with


def pooled(minitorch: ModuleType, rng: Generator, case: int, pools: Calls) -> dict[str, Any]:
    """Pool images of unusual sizes; those that leave a rest are refused, with their sizes in the message."""
    shape, kernel = OTHER[case]
    x = permuted(rng, numbers(rng, shape))
    found: dict[str, Any] = {}
    for call, pool in pools.items():
        called = f"{call.format(kernel)}, x of shape {shape}"
        try:
            found[called] = read(pool(x.tensor(minitorch), kernel))
        except (ValueError, AssertionError) as error:
            found[called] = (
                "refused"
                if all(str(n) in str(error) for n in shape[2:])
                else "refused without sizes"
            )
    return found


def images(rng: Generator, case: int) -> tuple[Laid, Kernel]:
    """Take the images and the tile of this case, or draw some once there are no more; in any order of dimensions."""
    if case < len(CORNERS):
        shape, kernel = CORNERS[case]
    else:
        high, wide, rows, columns, batch, channels = (int(n) for n in rng.integers(1, 4, 6))
        shape, kernel = (batch, channels, high * rows, wide * columns), (high, wide)
    values = numbers(rng, shape)
    return (permuted(rng, values) if case % 3 else plain(values)), kernel
