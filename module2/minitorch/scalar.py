"""Scalars: numbers that remember how they were calculated, so that derivatives can be found afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isclose
from typing import Any, Union

from .autodiff import Context, Variable, backpropagate, central_difference, variable_count
from .scalar_functions import EQ, LT, Add, Exp, Inv, Log, Mul, Neg, ReLU, ScalarFunction, Sigmoid

ScalarLike = Union[float, int, "Scalar"]


@dataclass(slots=True)
class ScalarHistory:
    """How a scalar came about.

    Attributes:
        last_fn: The function that made it; None if it is a leaf, made by the user.
        ctx: What that call left for its backward pass.
        inputs: What the function was called with.
    """

    last_fn: type[ScalarFunction] | None = None
    ctx: Context | None = None
    inputs: Sequence[Scalar] = ()


LEAF = ScalarHistory()
"""The history of every leaf: none yet, but derivatives are wanted."""


class Scalar:
    """A number that takes part in automatic differentiation. It calculates like a float, and with floats.

    Every operation makes a new Scalar, and leaves those that it is made from as they are.

    Args:
        data: The number.
        history: How it came about; None for a constant. Whoever types ``Scalar(3.0)`` makes a leaf.
        derivative: What it has collected so far.
        name: A name for people.

    Attributes:
        data: The number, a float.
        history: How it came about.
        derivative: The derivatives that ``backward`` brought so far, added up; None as long as there were none.
        name: A name for people; ``unique_id`` serves until it gets one.
        unique_id: A number that no other variable has.
    """

    __slots__ = (
        "data",
        "history",
        "derivative",
        "unique_id",
        "_name",
    )  # there are very many of them

    def __init__(
        self,
        data: float,
        history: ScalarHistory | None = LEAF,
        derivative: float | None = None,
        name: str = "",
    ) -> None:
        self.data = float(data)
        self.history = history
        self.derivative = derivative
        self.unique_id = next(variable_count)
        self._name = name

    @property
    def name(self) -> str:
        return self._name or str(self.unique_id)

    @name.setter
    def name(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return f"Scalar({self.data})"

    # Arithmetic and comparison: with scalars and with plain numbers, on either side

    def __mul__(self, b: ScalarLike) -> Scalar:
        return Mul.apply(self, b)

    def __rmul__(self, b: ScalarLike) -> Scalar:
        return self * b

    def __truediv__(self, b: ScalarLike) -> Scalar:
        return Mul.apply(self, Inv.apply(b))

    def __rtruediv__(self, b: ScalarLike) -> Scalar:
        return Mul.apply(b, Inv.apply(self))

    def __add__(self, b: ScalarLike) -> Scalar:
        """Add, by way of ``Add``."""
        # TODO: Task 1.2
        raise NotImplementedError("Task 1.2: implement Scalar.__add__ in minitorch/scalar.py")

    def __radd__(self, b: ScalarLike) -> Scalar:
        return self + b

    def __neg__(self) -> Scalar:
        """Turn the sign around, by way of ``Neg``."""
        # TODO: Task 1.2
        raise NotImplementedError("Task 1.2: implement Scalar.__neg__ in minitorch/scalar.py")

    def __sub__(self, b: ScalarLike) -> Scalar:
        """Subtract: a - b is a + (-b), and so needs no function of its own. b may be a plain number."""
        # TODO: Task 1.2
        raise NotImplementedError("Task 1.2: implement Scalar.__sub__ in minitorch/scalar.py")

    def __rsub__(self, b: ScalarLike) -> Scalar:
        return -self + b

    def __lt__(self, b: ScalarLike) -> Scalar:
        """Compare by way of ``LT``: 1.0 if this scalar is less than b, else 0.0."""
        # TODO: Task 1.2
        raise NotImplementedError("Task 1.2: implement Scalar.__lt__ in minitorch/scalar.py")

    def __gt__(self, b: ScalarLike) -> Scalar:
        """Compare by way of ``LT``: 1.0 if this scalar is greater than b, that is, b less than it; else 0.0."""
        # TODO: Task 1.2
        raise NotImplementedError("Task 1.2: implement Scalar.__gt__ in minitorch/scalar.py")

    def __eq__(self, b: ScalarLike) -> Scalar:  # type: ignore[override]
        """Compare by way of ``EQ``: 1.0 if this scalar equals b, else 0.0."""
        # TODO: Task 1.2
        raise NotImplementedError("Task 1.2: implement Scalar.__eq__ in minitorch/scalar.py")

    def __bool__(self) -> bool:
        return bool(self.data)

    # Functions of one number

    def log(self) -> Scalar:
        """Take the natural logarithm, by way of ``Log``."""
        # TODO: Task 1.2
        raise NotImplementedError("Task 1.2: implement Scalar.log in minitorch/scalar.py")

    def exp(self) -> Scalar:
        """Raise e to this power, by way of ``Exp``."""
        # TODO: Task 1.2
        raise NotImplementedError("Task 1.2: implement Scalar.exp in minitorch/scalar.py")

    def sigmoid(self) -> Scalar:
        """Squash into the range from 0 to 1, by way of ``Sigmoid``."""
        # TODO: Task 1.2
        raise NotImplementedError("Task 1.2: implement Scalar.sigmoid in minitorch/scalar.py")

    def relu(self) -> Scalar:
        """Hold back negative numbers, by way of ``ReLU``."""
        # TODO: Task 1.2
        raise NotImplementedError("Task 1.2: implement Scalar.relu in minitorch/scalar.py")

    # What backpropagation asks of a variable

    def accumulate_derivative(self, x: Any) -> None:
        """Add to the derivative of this leaf, which counts as 0.0 as long as it is None.

        Args:
            x: What to add.

        Raises:
            ValueError: This is no leaf.
        """
        if not self.is_leaf():
            kind = "a constant" if self.is_constant() else "not a leaf"
            raise ValueError(f"{self!r} is {kind}, and only leaves collect derivatives")
        self.derivative = (self.derivative or 0.0) + x

    def is_leaf(self) -> bool:
        """Say whether the user made it, so that no function did, and it is no constant."""
        return self.history is not None and self.history.last_fn is None

    def is_constant(self) -> bool:
        """Say whether it has no history, as a plain number has none."""
        return self.history is None

    @property
    def parents(self) -> Iterable[Variable]:
        """The inputs of the function that made it; of a leaf or a constant, none."""
        return self.history.inputs if self.history is not None else ()

    def chain_rule(self, d_output: Any) -> Iterable[tuple[Variable, Any]]:
        """Go one step back through the function that made this scalar.

        Its history tells the function, the context, and the inputs. The function's ``_backward`` multiplies d_output
        by the derivative with respect to each input, and gives a tuple.

        Args:
            d_output: The derivative of some final result with respect to this scalar.

        Returns:
            Pairs (input, derivative of that final result with respect to the input): one for each input, in order,
            also for constants, and two if the same scalar is used twice. What forward saved stays as it is, so that
            the same can be asked again.

        Raises:
            ValueError: No function made this scalar; or ``_backward`` does not give one derivative per input.
        """
        history = self.history
        if history is None or history.last_fn is None:
            raise ValueError(f"{self!r} has no chain rule, as no function made it")
        # TODO: Task 1.3
        raise NotImplementedError("Task 1.3: implement Scalar.chain_rule in minitorch/scalar.py")

    def backward(self, d_output: float | None = None) -> None:
        """Find the derivatives of this scalar with respect to all leaves behind it; each leaf adds up its own.

        Args:
            d_output: The derivative of some final result with respect to this scalar, by default 1.0: this is it.
        """
        backpropagate(self, 1.0 if d_output is None else d_output)


def derivative_check(f: Any, *scalars: Scalar) -> None:
    """Hold the derivatives that ``backward`` finds against central differences, up to one part in a hundred.

    Args:
        f: A function of n scalars that gives a scalar.
        *scalars: The point: n scalars, which stay as they are.

    Raises:
        AssertionError: A derivative differs. It says which, and both values.
    """
    leaves = [Scalar(x.data) for x in scalars]
    f(*leaves).backward()
    for arg, leaf in enumerate(leaves):
        found = leaf.derivative or 0.0  # f need not use all of its arguments
        expected = central_difference(
            lambda *point: f(*map(Scalar, point)).data, *(x.data for x in scalars), arg=arg
        )
        assert isclose(found, expected, rel_tol=1e-2, abs_tol=1e-2), (
            f"The derivative of {f!r} at {scalars!r} with respect to argument {arg}:"
            f" backward found {found}, central differences {expected}"
        )
