"""What networks for images and for language need beside convolutions: pooling, softmax, dropout.

No function here writes into a tensor that it is given: each makes a new one.
"""

from __future__ import annotations

from .autodiff import Context
from .tensor import Tensor
from .tensor_functions import Function, rand, tensor

# Pooling: of each small rectangle of an image, one number is kept


def tile(input: Tensor, kernel: tuple[int, int]) -> tuple[Tensor, int, int]:
    """Cut images into tiles of equal size, and give each tile a dimension of its own.

    Element (b, c, i, j) of the result is the tile in row i and column j of channel c of image b; its numbers stand in
    the last dimension, row by row. For kernel (2, 3), an image of 4 x 6 has 2 rows of 2 tiles of 6 numbers each.

    Args:
        input: Images, of shape (batch, channels, height, width), with any strides.
        kernel: Height and width of a tile.

    Returns:
        The tiles, of shape (batch, channels, new_height, new_width, tile height * tile width); new_height and
        new_width, which tell how many rows and columns of tiles there are.

    Raises:
        ValueError: Height and width of the images are not multiples of those of a tile. (PyTorch drops what is left
            over at the edges; here, nothing is dropped without a word.)
    """
    _check_tiles(input, kernel)
    batch, channels, height, width = input.shape
    tile_height, tile_width = kernel
    # solution 4.3
    new_height, new_width = height // tile_height, width // tile_width
    rows = input.contiguous().view(batch, channels, new_height, tile_height, new_width, tile_width)
    tiles = rows.permute(0, 1, 2, 4, 3, 5).contiguous()
    tiles = tiles.view(batch, channels, new_height, new_width, tile_height * tile_width)
    return tiles, new_height, new_width
    # end solution


def avgpool2d(input: Tensor, kernel: tuple[int, int]) -> Tensor:
    """Replace each tile of an image by its mean.

    Args:
        input: Images, of shape (batch, channels, height, width).
        kernel: Height and width of a tile.

    Returns:
        Smaller images, of shape (batch, channels, height / tile height, width / tile width).

    Raises:
        ValueError: Height and width of the images are not multiples of those of a tile, as for ``tile``.
    """
    _check_tiles(input, kernel)
    # solution 4.3
    # Sums can be taken where the numbers stand: along the columns of the tiles, then along what is left of each.
    batch, channels, height, width = input.shape
    new_height, new_width = height // kernel[0], width // kernel[1]
    parts = input.contiguous().view(batch, channels, new_height, kernel[0], new_width, kernel[1])
    total = parts.sum(3).sum(5).view(batch, channels, new_height, new_width)
    return total / (kernel[0] * kernel[1])
    # end solution


def _check_tiles(input: Tensor, kernel: tuple[int, int]) -> None:
    """Raise a ValueError unless images can be cut into tiles without a rest."""
    *_, height, width = input.shape
    tile_height, tile_width = kernel
    if min(kernel) < 1 or height % tile_height or width % tile_width:
        raise ValueError(
            f"images of {height} x {width} can't be cut into tiles of {tile_height} x {tile_width}"
        )


# The largest


def max_reduce(a: Tensor, dim: int) -> Tensor:
    """Give the largest element along a dimension, which stays, with size 1. It has no history.

    The largest of no elements is minus infinity.
    """
    return a.f.max_reduce(a, dim)


def argmax(input: Tensor, dim: int) -> Tensor:
    """Say where the largest element along a dimension is: 1.0 there, else 0.0.

    Along dim 1, [[3, 1, 2], [4, 5, 6]] gives [[1, 0, 0], [0, 0, 1]].

    Args:
        input: Any tensor.
        dim: The dimension.

    Returns:
        A tensor of the same shape. Where several are equally large, all of them may be marked, or one.
    """
    # solution 4.4
    return input == max_reduce(input, dim)
    # end solution


class Max(Function):
    """Take the largest element along one dimension."""

    @staticmethod
    def forward(ctx: Context, input: Tensor, dim: Tensor) -> Tensor:
        """Take the largest along a dimension, which stays, with size 1; save what ``backward`` needs.

        Args:
            ctx: Where to save it.
            input: Any tensor.
            dim: The dimension, as a tensor of one element: its number is ``int(dim.item())``.

        Returns:
            The largest elements (``max_reduce``).
        """
        # solution 4.4
        largest = max_reduce(input, int(dim.item()))
        ctx.save_for_backward(input, largest)
        return largest
        # end solution

    @staticmethod
    def backward(ctx: Context, grad_output: Tensor) -> tuple[Tensor, float]:
        """Hand the derivative to the largest element, and 0 to all others. Then 0.0, for the dimension."""
        # solution 4.4
        input, largest = ctx.saved_values
        return grad_output * (input == largest), 0.0
        # end solution


def max(input: Tensor, dim: int) -> Tensor:
    """Take the largest element along a dimension, which stays, with size 1 (``Max``)."""
    return Max.apply(input, tensor(dim, backend=input.backend))


def softmax(input: Tensor, dim: int) -> Tensor:
    """Turn scores along a dimension into probabilities: e^x, divided by the sum of all e^x.

    Scores that are all larger by the same number have the same probabilities. So the largest can be brought to 0 first,
    and no e^x ever overflows.

    Args:
        input: Scores of any size.
        dim: The dimension along which the probabilities sum to 1.

    Returns:
        The probabilities, in the same shape. Of no scores, as in shape (2, 0), there are none.
    """
    # solution 4.4
    powers = (input - max_reduce(input, dim)).exp()
    return powers / powers.sum(dim) if input.size else powers
    # end solution


def logsoftmax(input: Tensor, dim: int) -> Tensor:
    """Take the logarithm of the softmax: x - log(sum of all e^x).

    It is exact also where the probability itself is too small for a float: the scores [0, 1000] have the logarithms
    [-1000, 0]. Here, too, the largest score is brought to 0 first.

    Args:
        input: Scores of any size.
        dim: The dimension along which the probabilities sum to 1.

    Returns:
        The logarithms of the probabilities, in the same shape. Of no scores, there are none.
    """
    # solution 4.4
    shifted = input - max_reduce(input, dim)
    return shifted - shifted.exp().sum(dim).log()
    # end solution


def maxpool2d(input: Tensor, kernel: tuple[int, int]) -> Tensor:
    """Replace each tile of an image by its largest number.

    Args:
        input: Images, of shape (batch, channels, height, width).
        kernel: Height and width of a tile.

    Returns:
        Smaller images, of shape (batch, channels, height / tile height, width / tile width).

    Raises:
        ValueError: Height and width of the images are not multiples of those of a tile, as for ``tile``.
    """
    _check_tiles(input, kernel)
    # solution 4.4
    batch, channels, _, _ = input.shape
    tiles, new_height, new_width = tile(input, kernel)
    return max(tiles, 4).view(batch, channels, new_height, new_width)
    # end solution


def dropout(input: Tensor, rate: float, ignore: bool = False) -> Tensor:
    """Set elements to 0 at random, so that a network learns not to rely on any single one.

    What is kept is divided by 1 - rate, so that the expected sum stays the same.

    Args:
        input: Any tensor.
        rate: The probability of each element, on its own, to be set to 0; with rate 0, none are, and with rate 1, all.
        ignore: Whether to leave the input as it is, as in evaluation.

    Returns:
        A tensor of the same shape, with other elements dropped in each call. After ``minitorch.seed``, they are those
        that were dropped after it before.
    """
    # solution 4.4
    if ignore:
        return input
    keep = 1.0 - rate
    if keep <= 0.0:
        return input * 0.0
    kept = rand(input.shape, backend=input.backend) < keep
    return input * (kept * (1.0 / keep))
    # end solution
