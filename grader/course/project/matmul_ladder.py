"""Task 3.6: the product of two matrices, written five times, from single cells to whole tables at once.

All of them give the same numbers. What differs is how much of the work is left to Python: see ``run_ladder.py``.
They are for numbers only: no derivative is asked of what they give. n, k and m may be 0, but for ``by_lists``; where k
is 0, all sums are 0.0.
"""

from __future__ import annotations

from collections.abc import Sequence

from minitorch import IndexingError, Tensor

Rows = list[list[float]]  # a matrix as Python's own lists, row by row


# Given: a row and a column as tensors of one dimension. They are views, so no number is copied.


def row(t: Tensor, i: int) -> Tensor:
    """Read row i of a matrix as a tensor of one dimension, which shares the matrix's numbers."""
    _, columns = t.shape
    down, along = t.stride()
    return Tensor.make(t.storage()[i * down :], (columns,), (along,), t.backend)


def column(t: Tensor, j: int) -> Tensor:
    """Read column j of a matrix as a tensor of one dimension, which shares the matrix's numbers."""
    rows, _ = t.shape
    down, along = t.stride()
    return Tensor.make(t.storage()[j * along :], (rows,), (down,), t.backend)


# To do


def sizes(left: Sequence[int], right: Sequence[int]) -> tuple[int, int, int]:
    """Give n, k and m, where a matrix of shape (n, k) is multiplied by one of shape (k, m).

    Args:
        left: The shape of the left factor.
        right: The shape of the right one.

    Returns:
        The three sizes.

    Raises:
        IndexingError: A shape does not have two sizes, or the inner sizes differ. Whatever it says, it names both
            shapes: ``can't multiply (2, 3) by (4, 5)``.
    """
    # solution 3.6
    if len(left) != 2 or len(right) != 2 or left[1] != right[0]:
        raise IndexingError(f"can't multiply {tuple(left)} by {tuple(right)}")
    return left[0], left[1], right[1]
    # end solution


def by_cells(a: Tensor, b: Tensor) -> Tensor:
    """Multiply with three loops over cells, each read from its tensor where it is needed.

    For each of the n * k * m products, one cell of ``a`` and one of ``b`` are read, as ``a[i, p]`` and ``b[p, j]``:
    2 * n * k * m cells of ``a`` and ``b`` in all. No operation of tensors is used, such as ``*`` or ``sum``.

    Args:
        a: The left factor, of shape (n, k). It stays as it is, and so does the other one, here and below.
        b: The right factor, of shape (k, m).

    Returns:
        A new tensor of shape (n, m), of the backend of ``a``.

    Raises:
        IndexingError: The shapes don't go together: see ``sizes``.
    """
    # solution 3.6
    n, k, m = sizes(a.shape, b.shape)
    out = a.zeros((n, m))
    for i in range(n):
        for j in range(m):
            total = 0.0
            for p in range(k):
                total += a[i, p] * b[p, j]
            out[i, j] = total
    return out
    # end solution


def by_lists(a: Rows, b: Rows) -> Rows:
    """Multiply with the same three loops over Python's own lists: no tensor, no NumPy.

    Each of the n * k * m products is one multiplication of two numbers of Python.

    Args:
        a: The left factor: n lists of k numbers, at least one of each.
        b: The right factor: k lists of m numbers, at least one of each.

    Returns:
        The product: n new lists of m numbers.

    Raises:
        IndexingError: The shapes don't go together: see ``sizes``.
    """
    # solution 3.6
    n, k, m = sizes((len(a), len(a[0])), (len(b), len(b[0])))
    out = []
    for i in range(n):
        sums = []
        for j in range(m):
            total = 0.0
            for p in range(k):
                total += a[i][p] * b[p][j]
            sums.append(total)
        out.append(sums)
    return out
    # end solution


def by_rows(a: Tensor, b: Tensor) -> Tensor:
    """Multiply a row by a column at a time: two loops, and the innermost one is left to the tensors.

    Each element of the result takes one product of tensors (``*``) and one ``sum``. Apart from these, numbers are only
    looked at, copied or written: ``row``, ``column``, ``item``, ``zeros``, ``out[i, j] = …``.

    Args:
        a: The left factor, of shape (n, k), its cells anywhere in memory.
        b: The right factor, of shape (k, m), likewise.

    Returns:
        A new tensor of shape (n, m), of the backend of ``a``.

    Raises:
        IndexingError: The shapes don't go together: see ``sizes``.
    """
    # solution 3.6
    n, _, m = sizes(a.shape, b.shape)
    out = a.zeros((n, m))
    for i in range(n):
        for j in range(m):
            out[i, j] = (row(a, i) * column(b, j)).sum().item()
    return out
    # end solution


def by_rows_at_once(a: Tensor, b: Tensor) -> Tensor:
    """Multiply a row by the whole right factor at a time: one loop, as a column of k numbers broadcasts to (k, m).

    Each row of the result takes one product of tensors (``*``) and one ``sum`` along a dimension. Apart from these,
    numbers are only looked at, copied or written: ``row``, ``contiguous``, ``view``, ``to_numpy``, ``zeros``.

    Args:
        a: The left factor, of shape (n, k), its cells anywhere in memory.
        b: The right factor, of shape (k, m), likewise.

    Returns:
        A new tensor of shape (n, m), of the backend of ``a``.

    Raises:
        IndexingError: The shapes don't go together: see ``sizes``.
    """
    # solution 3.6
    n, k, m = sizes(a.shape, b.shape)
    out = a.zeros((n, m))
    for i in range(n):
        products = row(a, i).contiguous().view(k, 1) * b  # (k, m)
        row(out, i).storage()[:] = products.sum(0).to_numpy()[0]
    return out
    # end solution


def by_broadcast(a: Tensor, b: Tensor) -> Tensor:
    """Multiply everything by everything at once: no loop, and a table of n * k * m products.

    The whole result takes one product of tensors (``*``) and one ``sum`` along a dimension. Apart from these, numbers
    are only looked at or copied: ``contiguous``, ``view``.

    Args:
        a: The left factor, of shape (n, k), its cells anywhere in memory.
        b: The right factor, of shape (k, m), likewise.

    Returns:
        A new tensor of shape (n, m), of the backend of ``a``.

    Raises:
        IndexingError: The shapes don't go together: see ``sizes``.
    """
    # solution 3.6
    n, k, m = sizes(a.shape, b.shape)
    products = a.contiguous().view(n, k, 1) * b  # (n, k, m)
    return products.sum(1).view(n, m)
    # end solution
