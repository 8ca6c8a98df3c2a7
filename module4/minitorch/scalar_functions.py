"""The functions that scalars go through: each knows its value (``forward``) and its derivatives (``backward``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import operators, scalar
from .autodiff import Context

if TYPE_CHECKING:
    from .scalar import Scalar, ScalarLike


def wrap_tuple(x: Any) -> tuple[Any, ...]:
    """Make a tuple out of whatever is none yet: 3.0 becomes (3.0,)."""
    return x if isinstance(x, tuple) else (x,)


class ScalarFunction:
    """A function of scalars. It is never made into an object: all that belongs to one call is in its context.

    A subclass brings two static methods:

        forward(ctx, x_0, …, x_{n-1}) -> float     the value, of plain numbers; saves in ctx what backward will need
        backward(ctx, d_output) -> n floats        per input, d_output times the derivative with respect to it

    where d_output is the derivative of some final result with respect to the value. For one input, ``backward``
    may give the bare number.
    """

    @classmethod
    def _backward(cls, ctx: Context, d_out: float) -> tuple[float, ...]:
        """Run ``backward``; the derivatives are a tuple, also if it is of one."""
        derivatives = cls.backward(ctx, d_out)  # type: ignore[attr-defined]
        return derivatives if isinstance(derivatives, tuple) else wrap_tuple(derivatives)

    @classmethod
    def _forward(cls, ctx: Context, *inps: float) -> float:
        """Run ``forward``."""
        return cls.forward(ctx, *inps)  # type: ignore[attr-defined]

    @classmethod
    def apply(cls, *vals: ScalarLike) -> Scalar:
        """Call the function, and let the result remember how it came about.

        Args:
            *vals: The inputs; plain numbers among them become constants.

        Returns:
            A scalar whose history holds the function, the context, and the inputs as scalars.

        Raises:
            TypeError: ``forward`` does not give a float.
        """
        numbers = []
        for val in vals:
            if not isinstance(val, scalar.Scalar):
                return cls.apply(*map(_as_scalar, vals))
            numbers.append(val.data)
        ctx = Context()
        result = cls.forward(ctx, *numbers)  # type: ignore[attr-defined]
        if not isinstance(result, float):
            raise TypeError(f"{cls.__name__}.forward must give a float, but gave {result!r}")
        return scalar.Scalar(result, scalar.ScalarHistory(cls, ctx, vals))


def _as_scalar(val: ScalarLike) -> Scalar:
    """Make a constant out of a plain number."""
    return val if isinstance(val, scalar.Scalar) else scalar.Scalar(val, history=None)


# Examples


class Add(ScalarFunction):
    """The sum, a + b."""

    @staticmethod
    def forward(ctx: Context, a: float, b: float) -> float:
        """Add."""
        return a + b

    @staticmethod
    def backward(ctx: Context, d_output: float) -> tuple[float, ...]:
        """Pass d_output on to both: the derivative of a + b is 1 with respect to either."""
        return d_output, d_output


class Log(ScalarFunction):
    """The logarithm, log(a + EPS)."""

    @staticmethod
    def forward(ctx: Context, a: float) -> float:
        """Take the logarithm, and save a."""
        ctx.save_for_backward(a)
        return operators.log(a)

    @staticmethod
    def backward(ctx: Context, d_output: float) -> float:
        """Multiply d_output by the derivative at the saved a."""
        (a,) = ctx.saved_values
        return operators.log_back(a, d_output)


# Yours: ``forward`` in Task 1.2, which also saves what ``backward`` will need; ``backward`` in Task 1.4


class Mul(ScalarFunction):
    """The product, a * b."""

    @staticmethod
    def forward(ctx: Context, a: float, b: float) -> float:
        """Multiply."""
        # TODO: Task 1.2
        raise NotImplementedError(
            "Task 1.2: implement Mul.forward in minitorch/scalar_functions.py"
        )

    @staticmethod
    def backward(ctx: Context, d_output: float) -> tuple[float, float]:
        """Multiply d_output by the derivative of a * b with respect to a, and by that with respect to b."""
        # TODO: Task 1.4
        raise NotImplementedError(
            "Task 1.4: implement Mul.backward in minitorch/scalar_functions.py"
        )


class Inv(ScalarFunction):
    """The reciprocal, 1 / a."""

    @staticmethod
    def forward(ctx: Context, a: float) -> float:
        """Take the reciprocal."""
        # TODO: Task 1.2
        raise NotImplementedError(
            "Task 1.2: implement Inv.forward in minitorch/scalar_functions.py"
        )

    @staticmethod
    def backward(ctx: Context, d_output: float) -> float:
        """Multiply d_output by the derivative of 1 / a."""
        # TODO: Task 1.4
        raise NotImplementedError(
            "Task 1.4: implement Inv.backward in minitorch/scalar_functions.py"
        )


class Neg(ScalarFunction):
    """The negative, -a."""

    @staticmethod
    def forward(ctx: Context, a: float) -> float:
        """Turn the sign around."""
        # TODO: Task 1.2
        raise NotImplementedError(
            "Task 1.2: implement Neg.forward in minitorch/scalar_functions.py"
        )

    @staticmethod
    def backward(ctx: Context, d_output: float) -> float:
        """Multiply d_output by the derivative of -a."""
        # TODO: Task 1.4
        raise NotImplementedError(
            "Task 1.4: implement Neg.backward in minitorch/scalar_functions.py"
        )


class Sigmoid(ScalarFunction):
    """The sigmoid, 1 / (1 + e^-a)."""

    @staticmethod
    def forward(ctx: Context, a: float) -> float:
        """Squash a into the range from 0 to 1."""
        # TODO: Task 1.2
        raise NotImplementedError(
            "Task 1.2: implement Sigmoid.forward in minitorch/scalar_functions.py"
        )

    @staticmethod
    def backward(ctx: Context, d_output: float) -> float:
        """Multiply d_output by the derivative of the sigmoid, which is s * (1 - s) where its value is s."""
        # TODO: Task 1.4
        raise NotImplementedError(
            "Task 1.4: implement Sigmoid.backward in minitorch/scalar_functions.py"
        )


class ReLU(ScalarFunction):
    """The rectified linear unit: a where it is positive, else 0.0."""

    @staticmethod
    def forward(ctx: Context, a: float) -> float:
        """Let positive numbers pass, and hold back the rest."""
        # TODO: Task 1.2
        raise NotImplementedError(
            "Task 1.2: implement ReLU.forward in minitorch/scalar_functions.py"
        )

    @staticmethod
    def backward(ctx: Context, d_output: float) -> float:
        """Multiply d_output by the derivative of relu: 1 where a is positive, else 0, also at 0 itself."""
        # TODO: Task 1.4
        raise NotImplementedError(
            "Task 1.4: implement ReLU.backward in minitorch/scalar_functions.py"
        )


class Exp(ScalarFunction):
    """The exponential, e^a."""

    @staticmethod
    def forward(ctx: Context, a: float) -> float:
        """Raise e to the power a."""
        # TODO: Task 1.2
        raise NotImplementedError(
            "Task 1.2: implement Exp.forward in minitorch/scalar_functions.py"
        )

    @staticmethod
    def backward(ctx: Context, d_output: float) -> float:
        """Multiply d_output by the derivative of e^a, which is e^a itself."""
        # TODO: Task 1.4
        raise NotImplementedError(
            "Task 1.4: implement Exp.backward in minitorch/scalar_functions.py"
        )


class LT(ScalarFunction):
    """The comparison a < b."""

    @staticmethod
    def forward(ctx: Context, a: float, b: float) -> float:
        """Say whether a is less than b: 1.0 if it is, else 0.0."""
        # TODO: Task 1.2
        raise NotImplementedError("Task 1.2: implement LT.forward in minitorch/scalar_functions.py")

    @staticmethod
    def backward(ctx: Context, d_output: float) -> tuple[float, float]:
        """Give 0.0 for both: nudging a or b changes nothing, except at the jump, where that counts as well."""
        # TODO: Task 1.4
        raise NotImplementedError(
            "Task 1.4: implement LT.backward in minitorch/scalar_functions.py"
        )


class EQ(ScalarFunction):
    """The comparison a == b."""

    @staticmethod
    def forward(ctx: Context, a: float, b: float) -> float:
        """Say whether a equals b exactly: 1.0 if it does, else 0.0."""
        # TODO: Task 1.2
        raise NotImplementedError("Task 1.2: implement EQ.forward in minitorch/scalar_functions.py")

    @staticmethod
    def backward(ctx: Context, d_output: float) -> tuple[float, float]:
        """Give 0.0 for both: nudging a or b changes nothing, except where they are equal, and that counts as well."""
        # TODO: Task 1.4
        raise NotImplementedError(
            "Task 1.4: implement EQ.backward in minitorch/scalar_functions.py"
        )
