"""One catalogue of test functions, so that each kind of number the course builds can be held against plain floats."""

from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

from . import operators

A = TypeVar("A", bound=Any)  # anything that calculates: a float, later a Scalar or a Tensor
Named = list[tuple[str, Callable[..., Any]]]
Compared = list[tuple[str, Callable[..., Any], Callable[..., Any]]]


class MathTest(Generic[A]):
    """The catalogue, for plain floats. Later modules override what their numbers spell another way.

    A function of two numbers has a name that ends in ``2``, a function of a list one that ends in ``red``.
    """

    @staticmethod
    def neg(a: A) -> A:
        """Negate: -a."""
        return -a

    @staticmethod
    def addConstant(a: A) -> A:
        """Add a constant: a + 5."""
        return a + 5

    @staticmethod
    def square(a: A) -> A:
        """Square: a * a."""
        return a * a

    @staticmethod
    def cube(a: A) -> A:
        """Cube: a * a * a."""
        return a * a * a

    @staticmethod
    def subConstant(a: A) -> A:
        """Subtract a constant: a - 5."""
        return a - 5

    @staticmethod
    def multConstant(a: A) -> A:
        """Multiply by a constant: 5 * a."""
        return 5 * a

    @staticmethod
    def div(a: A) -> A:
        """Divide by a constant: a / 5."""
        return a / 5

    @staticmethod
    def inv(a: A) -> A:
        """Take the reciprocal of a + 3.5."""
        return operators.inv(a + 3.5)

    @staticmethod
    def sig(a: A) -> A:
        """Apply the sigmoid."""
        return operators.sigmoid(a)

    @staticmethod
    def log(a: A) -> A:
        """Take the logarithm of a + 100000."""
        return operators.log(a + 100000)

    @staticmethod
    def relu(a: A) -> A:
        """Apply the ReLU to a + 5.5."""
        return operators.relu(a + 5.5)

    @staticmethod
    def exp(a: A) -> A:
        """Raise e to the power a - 200."""
        return operators.exp(a - 200)

    @staticmethod
    def explog(a: A) -> A:
        """Add log(a + 100000) and exp(a - 200)."""
        return operators.log(a + 100000) + operators.exp(a - 200)

    @staticmethod
    def complex(a: A) -> A:
        """Nest many functions: log(sigmoid(relu(relu(a * 10 + 7) * 6 + 5) * 10)) / 50."""
        inner = operators.relu(a * 10 + 7)
        outer = operators.relu(inner * 6 + 5)
        return operators.log(operators.sigmoid(outer * 10)) / 50

    @staticmethod
    def add2(a: A, b: A) -> A:
        """Add: a + b."""
        return a + b

    @staticmethod
    def mul2(a: A, b: A) -> A:
        """Multiply: a * b."""
        return a * b

    @staticmethod
    def div2(a: A, b: A) -> A:
        """Divide a by b + 5.5."""
        return a / (b + 5.5)

    @staticmethod
    def gt2(a: A, b: A) -> A:
        """Say whether a + 1.2 is greater than b."""
        return operators.lt(b, a + 1.2)

    @staticmethod
    def lt2(a: A, b: A) -> A:
        """Say whether a + 1.2 is less than b."""
        return operators.lt(a + 1.2, b)

    @staticmethod
    def eq2(a: A, b: A) -> A:
        """Say whether a equals b + 5.5."""
        return operators.eq(a, b + 5.5)

    @staticmethod
    def sum_red(a: Iterable[A]) -> A:
        """Add up a list."""
        return operators.sum(a)

    @staticmethod
    def mean_red(a: Iterable[A]) -> A:
        """Take the mean of a list."""
        return _mean(a)

    @staticmethod
    def mean_full_red(a: Iterable[A]) -> A:
        """Take the mean over everything; for a plain list, that is its mean."""
        return _mean(a)

    @classmethod
    def _tests(cls) -> tuple[Named, Named, Named]:
        """List the catalogue: functions of one number, of two, and of a list."""
        everything = [
            (name, getattr(cls, name)) for name in vars(MathTest) if not name.startswith("_")
        ]
        two = [(name, fn) for name, fn in everything if name.endswith("2")]
        reductions = [(name, fn) for name, fn in everything if name.endswith("red")]
        one = [pair for pair in everything if pair not in two and pair not in reductions]
        return one, two, reductions

    @classmethod
    def _comp_testing(cls) -> tuple[Compared, Compared, Compared]:
        """List the catalogue beside itself: (name, function of floats, this class's function), in three groups."""
        one, two, reductions = (
            [(name, base, own) for (name, base), (_, own) in zip(floats, ours)]
            for floats, ours in zip(MathTest._tests(), cls._tests())
        )
        return one, two, reductions


class MathTestVariable(MathTest[A]):
    """The catalogue again, spelled for numbers whose functions are methods: scalars, and tensors from Module 2 on.

    The functions of a list take scalars in a list, or a tensor.
    """

    @staticmethod
    def inv(a: A) -> A:
        """Take the reciprocal of a + 3.5."""
        return 1.0 / (a + 3.5)

    @staticmethod
    def sig(a: A) -> A:
        """Apply the sigmoid."""
        return a.sigmoid()

    @staticmethod
    def log(a: A) -> A:
        """Take the logarithm of a + 100000."""
        return (a + 100000).log()

    @staticmethod
    def relu(a: A) -> A:
        """Apply the ReLU to a + 5.5."""
        return (a + 5.5).relu()

    @staticmethod
    def exp(a: A) -> A:
        """Raise e to the power a - 200."""
        return (a - 200).exp()

    @staticmethod
    def explog(a: A) -> A:
        """Add log(a + 100000) and exp(a - 200)."""
        return (a + 100000).log() + (a - 200).exp()

    @staticmethod
    def complex(a: A) -> A:
        """Nest many functions: log(sigmoid(relu(relu(a * 10 + 7) * 6 + 5) * 10)) / 50."""
        return (((a * 10 + 7).relu() * 6 + 5).relu() * 10).sigmoid().log() / 50

    @staticmethod
    def gt2(a: A, b: A) -> A:
        """Say whether a + 1.2 is greater than b."""
        return a + 1.2 > b

    @staticmethod
    def lt2(a: A, b: A) -> A:
        """Say whether a + 1.2 is less than b."""
        return a + 1.2 < b

    @staticmethod
    def eq2(a: A, b: A) -> A:
        """Say whether a equals b + 5.5."""
        return a == b + 5.5

    @staticmethod
    def sum_red(a: Iterable[A]) -> A:
        """Add up a list, or a tensor along its first dimension."""
        return a.sum(0) if hasattr(a, "sum") else operators.sum(a)

    @staticmethod
    def mean_red(a: Iterable[A]) -> A:
        """Take the mean of a list, or of a tensor along its first dimension."""
        return a.mean(0) if hasattr(a, "mean") else _mean(a)

    @staticmethod
    def mean_full_red(a: Iterable[A]) -> A:
        """Take the mean over everything."""
        return a.mean() if hasattr(a, "mean") else _mean(a)


def _mean(a: Iterable[Any]) -> Any:
    items = list(a)
    return operators.sum(items) / len(items)
