"""Einstein summation: products and sums of tensors, written as an equation such as ``ik,kj->ij``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_letters
from typing import TYPE_CHECKING

import numpy as np

from .autodiff import Context
from .tensor_data import IndexingError, TensorData, UserShape
from .tensor_functions import Function, tensor

if TYPE_CHECKING:
    from .tensor import Tensor


class EinsumError(IndexingError):
    """Tensors that don't fit their equation, or an equation that breaks one of the three rules."""


@dataclass(frozen=True)
class Equation:
    """An equation, taken apart: ``ik,kj->ij`` has the inputs ``("ik", "kj")`` and the output ``"ij"``.

    Attributes:
        inputs: For each operand the letters of its dimensions.
        output: The letters of the result's dimensions.
    """

    inputs: tuple[str, ...]
    output: str

    @property
    def summed(self) -> str:
        """Name the letters that are summed over: those of the inputs that the output lacks.

        Each stands there once, in the order in which they first occur: ``jk`` for ``ij,jk,kj->i``.
        """
        # solution 2.7
        left = dict.fromkeys("".join(self.inputs))  # each letter once, in order
        return "".join(letter for letter in left if letter not in self.output)
        # end solution


def parse(equation: str) -> Equation:
    """Take an equation apart.

    On the left of ``->`` stand the inputs, with commas between them, on the right the output. Each is a row of letters,
    from a to z or from A to Z, and may be empty: ``->`` is one operand without dimensions. Blanks are left out.

    Args:
        equation: The text, ``"bi, ij -> bj"`` for example.

    Returns:
        Its inputs and its output.

    Raises:
        ValueError: There is no ``->``, or more than one; a sign is not a letter; a letter of the output stands there
            twice, or in no input. It shows the equation.
    """
    # solution 2.7
    left, arrow, right = equation.replace(" ", "").partition("->")
    inputs = tuple(left.split(","))
    if not arrow:
        raise ValueError(f"{equation!r} has no ->")
    for sign in "".join(inputs) + right:
        if sign not in ascii_letters:
            raise ValueError(f"{equation!r}: {sign!r} is not a letter")
    for letter in right:
        if right.count(letter) > 1:
            raise ValueError(f"{equation!r}: {letter} stands twice on the right")
        if letter not in left:
            raise ValueError(f"{equation!r}: {letter} is on the right, but not on the left")
    return Equation(inputs, right)
    # end solution


def check(equation: Equation, shapes: Sequence[UserShape], strict: bool = True) -> dict[str, int]:
    """Find out how large each letter is, and whether all fits together.

    The rules of the strict notation are:

    1. A letter that the output lacks is summed over.
    2. No letter stands more than twice on the left, all inputs counted together.
    3. A letter that stands once on the left stands on the right, too.

    Args:
        equation: The equation.
        shapes: The shapes of the operands.
        strict: Whether rules 2 and 3 hold. Without them, a letter may stand anywhere on the left as often as one likes.

    Returns:
        The size of each letter.

    Raises:
        EinsumError: There are more or fewer operands than inputs, or dimensions than letters; one letter has two sizes,
            also where one of them is 1: the text shows the letter and both sizes; or a rule is broken: the text says
            ``rule 2`` or ``rule 3``, and shows the letter.
    """
    # solution 2.7
    if len(shapes) != len(equation.inputs):
        raise EinsumError(f"{len(equation.inputs)} inputs, but {len(shapes)} operands")
    sizes: dict[str, int] = {}
    for letters, shape in zip(equation.inputs, shapes):
        if len(letters) != len(shape):
            raise EinsumError(f"{letters!r} does not fit shape {shape}")
        for letter, size in zip(letters, shape):
            if sizes.setdefault(letter, size) != size:
                raise EinsumError(f"{letter} is {sizes[letter]} in one place and {size} in another")
    for letter in sizes if strict else ():
        often = "".join(equation.inputs).count(letter)
        if often > 2:
            raise EinsumError(f"rule 2: {letter} stands {often} times on the left")
        if often == 1 and letter not in equation.output:
            raise EinsumError(f"rule 3: {letter} stands once on the left, and not on the right")
    return sizes
    # end solution


def aligned(t: Tensor, letters: str, order: str) -> Tensor:
    """Read a tensor with a dimension for each letter of an order, without copying.

    The matrix ``ij`` of shape (2, 3) and strides (3, 1) has in the order ``jbi`` the shape (3, 1, 2) and the strides
    (1, 0, 3). In the order ``i``, a matrix ``ii`` of shape (3, 3) and strides (3, 1) has the shape (3,) and the stride
    3 + 1 = 4: that is its diagonal.

    Args:
        t: The tensor, without a history.
        letters: The letters of its dimensions. A letter that stands there twice has the same size both times. One that
            is not in the order has size 1.
        order: The letters of the result's dimensions, each once.

    Returns:
        A tensor of the same backend (``_new``) that shares the storage. A letter that t lacks has size 1; a letter that
        it has several times has the sum of the strides.
    """
    # solution 2.7
    strides = t.stride()
    shape = tuple(t.shape[letters.index(x)] if x in letters else 1 for x in order)
    steps = tuple(sum(step for y, step in zip(letters, strides) if x == y) for x in order)
    return t._new(TensorData(t._tensor._storage, shape, steps))
    # end solution


def contract(equation: Equation, operands: Sequence[Tensor]) -> Tensor:
    """Calculate what an equation says: multiply the elements that meet, and add up along what is summed over.

    Args:
        equation: The equation. A letter of its output that no input has gets size 1.
        operands: Tensors without a history that fit it.

    Returns:
        The result, with a dimension for each letter of the output. It may share the storage of a single operand.
    """
    # solution 2.7
    order = equation.output + equation.summed
    first, *rest = (aligned(t, letters, order) for letters, t in zip(equation.inputs, operands))
    for each in rest:
        first = first * each
    for dim in range(len(equation.output), len(order)):
        first = first.sum(dim)
    return aligned(first, order, equation.output)
    # end solution


def derivative(
    equation: Equation, operands: Sequence[Tensor], number: int, grad_output: Tensor
) -> Tensor:
    """Calculate the derivative by one of the operands, which is an equation again.

    The derivative by the result takes the place of the operand, and their letters change sides: for operand 0 of
    ``ik,kj->ij``, the equation is ``ij,kj->ik``. Two things may be special:

    - A letter of the operand that stands nowhere else gets size 1: all elements along it have the same derivative, and
      ``chain_rule`` repeats it.
    - Of a letter that the operand has twice, only the diagonal was read. So the second one gets a name of its own, and
      one operand more: for ``ii->i``, the equation is ``i,ij->ij`` with the ``identity`` as ``ij``.

    Args:
        equation: The equation.
        operands: All operands.
        number: Which one, counted from 0.
        grad_output: The derivative by the result.

    Returns:
        The derivative, with a dimension for each of the operand's, of its size or of size 1.
    """
    # solution 2.7
    inputs, tensors = list(equation.inputs), list(operands)
    letters, operand = inputs[number], tensors[number]
    inputs[number], tensors[number] = equation.output, grad_output
    target = ""
    for letter, size in zip(letters, operand.shape):
        if letter in target:
            fresh = unused(letters, target, *inputs)
            inputs.append(letter + fresh)
            tensors.append(identity(operand, size))
            letter = fresh
        target += letter
    return contract(Equation(tuple(inputs), target), tensors)
    # end solution


class Einsum(Function):
    """Calculate what an equation says."""

    @staticmethod
    def forward(ctx: Context, equation: Tensor, *operands: Tensor) -> Tensor:
        """Calculate what the equation says of the operands, and save what ``backward`` needs.

        Args:
            ctx: Where to save it.
            equation: Its text, as a tensor: ``parse(unpack(equation))`` is the ``Equation``.
            *operands: Tensors that fit it.

        Returns:
            The result.
        """
        # solution 2.7
        parsed = parse(unpack(equation))
        ctx.save_for_backward(parsed, operands)
        return contract(parsed, operands)
        # end solution

    @staticmethod
    def backward(ctx: Context, grad_output: Tensor) -> tuple[Tensor | float, ...]:
        """Give 0.0 for the equation; and then for each operand its derivative, of its shape, or of size 1 instead.

        ``ctx.wants(n)`` says whether that of input n is wanted at all: 0 is the equation, 1 the first operand. Another
        one may be 0.0.
        """
        # solution 2.7
        equation, operands = ctx.saved_values
        return 0.0, *(
            derivative(equation, operands, number, grad_output) if ctx.wants(number + 1) else 0.0
            for number in range(len(operands))
        )
        # end solution


def einsum(equation: str, *operands: Tensor, strict: bool = True) -> Tensor:
    """Multiply and add up tensors as an equation says: ``einsum("ik,kj->ij", a, b)`` is the product of two matrices.

    Args:
        equation: A letter for each dimension, as ``parse`` takes them.
        *operands: As many tensors as it has inputs.
        strict: Whether the three rules hold, as ``check`` says.

    Returns:
        The result, with a dimension for each letter on the right, in that order.

    Raises:
        ValueError: The text is not an equation.
        EinsumError: The operands don't fit it, or it breaks a rule.
    """
    check(parse(equation), [t.shape for t in operands], strict)
    return Einsum.apply(_pack(equation), *operands)


# What is given besides


def unused(*letters: str) -> str:
    """Find a letter that stands in none of these."""
    return next(letter for letter in ascii_letters if letter not in "".join(letters))


def identity(t: Tensor, size: int) -> Tensor:
    """Make the matrix that is 1 on its diagonal, and 0 elsewhere, with the backend of a tensor."""
    return t._new(TensorData(np.eye(size).ravel(), (size, size)))


def unpack(numbers: Tensor) -> str:
    """Read the text again that came as a tensor."""
    return "".join(chr(int(number)) for number in numbers.to_numpy())


def _pack(text: str) -> Tensor:
    """Write a text into a tensor, as ``apply`` takes nothing else."""
    return tensor([ord(sign) for sign in text])
