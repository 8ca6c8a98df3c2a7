"""A second and a third opinion on slopes: what Scalars went through, as a formula; and three ways to a slope, compared.

SymPy is an argument here, the module itself. So this file can be imported where SymPy is not installed, and tests can
hand in something simpler. It is called by SymPy's names: ``sympy.Symbol("x")``, ``sympy.exp(…)``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it runs from any folder

from minitorch.autodiff import central_difference, topological_sort  # noqa: E402
from minitorch.operators import EPS  # noqa: E402
from minitorch.scalar import Scalar  # noqa: E402
from minitorch.scalar_functions import (  # noqa: E402
    Add,
    Exp,
    Inv,
    Log,
    Mul,
    Neg,
    ReLU,
    ScalarFunction,
    Sigmoid,
)


class Opinions(NamedTuple):
    """What three ways say of the same slope."""

    difference: float  # central differences: Task 1.1
    backward: float  # backpropagation: Task 1.4
    symbolic: float  # the derivative of the formula

    @property
    def apart(self) -> float:
        """The distance of the two that differ most."""
        return max(self) - min(self)


def rules(sympy: Any) -> dict[type[ScalarFunction], Callable[..., Any]]:
    """Say for each function how its value is written as a formula.

    Args:
        sympy: The module SymPy, or what stands in for it. Of its names, ``exp``, ``log`` and ``Max`` will do.

    Returns:
        For Add, Mul, Neg, Inv, Log (with its EPS), Exp, Sigmoid and ReLU, and for nothing else: a function that takes
        the formulas of the inputs, and gives that of the value. ``rules(sympy)[Mul](a, b)`` is ``a * b``.
    """
    # solution 1.8
    return {
        Add: lambda a, b: a + b,
        Mul: lambda a, b: a * b,
        Neg: lambda a: -a,
        Inv: lambda a: 1 / a,
        Log: lambda a: sympy.log(a + EPS),
        Exp: lambda a: sympy.exp(a),
        Sigmoid: lambda a: 1 / (1 + sympy.exp(-a)),
        ReLU: lambda a: sympy.Max(0, a),
    }
    # end solution


def to_sympy(result: Scalar, names: Mapping[int, str], sympy: Any) -> Any:
    """Write down as a formula what was run: the whole graph behind a result.

    With leaves x and y, and ``names = {x.unique_id: "x", y.unique_id: "y"}``, the graph of ``(x + y) * x`` becomes the
    formula x·(x + y), whatever numbers x and y hold.

    Args:
        result: What came out. It may be a leaf or a constant itself.
        names: What the leaves are called, by their ``unique_id``. A leaf that is not in it counts as the number that
            it holds, and so does a constant.
        sympy: The module SymPy, or what stands in for it: ``Symbol("x")`` makes a symbol, ``Float(2.0)`` a number.

    Returns:
        The formula. Each scalar of the graph is translated once, however often it is used; the graph may be 10,000
        steps deep.

    Raises:
        ValueError: A function in the graph has no rule. It says which.
    """
    # solution 1.8
    known = rules(sympy)
    formulas: dict[int, Any] = {}

    def formula(scalar: Any) -> Any:
        return formulas.get(scalar.unique_id, sympy.Float(scalar.data))

    for scalar in reversed(list(topological_sort(result))):
        if scalar.unique_id in names:
            formulas[scalar.unique_id] = sympy.Symbol(names[scalar.unique_id])
        elif not scalar.is_leaf():
            function = scalar.history.last_fn
            if function not in known:
                raise ValueError(f"there is no rule for {function.__name__}")
            formulas[scalar.unique_id] = known[function](*map(formula, scalar.history.inputs))
    return formula(result)
    # end solution


def three_ways(f: Callable[..., Scalar], at: Sequence[float], sympy: Any) -> list[Opinions]:
    """Find the slopes of f at a point in three ways: by trying, by walking back, and by the formula.

    Args:
        f: A function of n Scalars that gives a Scalar, of functions that have a rule.
        at: The point: n numbers.
        sympy: The module SymPy, or what stands in for it. ``formula.diff(symbol)`` is the derivative,
            ``formula.subs({symbol: number, …})`` puts numbers in place of symbols, and ``float(formula)`` makes a
            float of what has no symbols left.

    Returns:
        The three opinions on the slope by each input, in the order of the inputs, as floats; 0.0 by one that f does not
        use.
    """
    # solution 1.8
    leaves = [Scalar(x) for x in at]
    names = {leaf.unique_id: f"x{number}" for number, leaf in enumerate(leaves)}
    point = {sympy.Symbol(name): x for name, x in zip(names.values(), at)}
    result = f(*leaves)
    result.backward()
    formula = to_sympy(result, names, sympy)
    return [
        Opinions(
            central_difference(lambda *numbers: f(*map(Scalar, numbers)).data, *at, arg=arg),
            leaf.derivative or 0.0,
            float(formula.diff(symbol).subs(point)),
        )
        for arg, (leaf, symbol) in enumerate(zip(leaves, point))
    ]
    # end solution
