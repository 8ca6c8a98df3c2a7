"""A stand-in for SymPy, with the few of its names that Task 1.8 takes. It says what a formula gives, not how it looks.

``Algebra()`` is used as the module ``sympy`` would be. A formula is a tree; two that look different and give the same
everywhere are equally right, so tests ask for values.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Pair = tuple[float, float]  # a value, and its slope by one of the symbols
Point = Mapping[str, float]  # a number for each symbol, by name


@dataclass(frozen=True, eq=False)
class Formula:
    """A formula: an operation, and what it is applied to.

    Attributes:
        operation: ``"+"``, ``"exp"`` and so on; ``"symbol"`` and ``"number"`` for what is not made of anything else.
        parts: Formulas; of a symbol its name, of a number that number.
    """

    operation: str
    parts: tuple[Any, ...]

    def __add__(self, other: Any) -> Formula:
        return Formula("+", (self, as_formula(other)))

    def __radd__(self, other: Any) -> Formula:
        return as_formula(other) + self

    def __neg__(self) -> Formula:
        return as_formula(-1.0) * self

    def __sub__(self, other: Any) -> Formula:
        return self + -as_formula(other)

    def __rsub__(self, other: Any) -> Formula:
        return as_formula(other) - self

    def __mul__(self, other: Any) -> Formula:
        return Formula("*", (self, as_formula(other)))

    def __rmul__(self, other: Any) -> Formula:
        return as_formula(other) * self

    def __truediv__(self, other: Any) -> Formula:
        return self * as_formula(other) ** -1.0

    def __rtruediv__(self, other: Any) -> Formula:
        return as_formula(other) / self

    def __pow__(self, other: Any) -> Formula:
        return Formula("**", (self, as_formula(other)))

    def __rpow__(self, other: Any) -> Formula:
        return as_formula(other) ** self

    def __gt__(self, other: Any) -> Formula:
        return Formula(">", (self, as_formula(other)))

    def __lt__(self, other: Any) -> Formula:
        return as_formula(other) > self

    def __float__(self) -> float:
        if names := symbols_in(self):
            raise TypeError(f"a formula with the symbol {min(names)} in it is not a number")
        return value(self, {})

    @property
    def free_symbols(self) -> set[str]:
        """The names of its symbols."""
        return symbols_in(self)

    def diff(self, by: Any) -> Formula:
        """Take the derivative by a symbol."""
        return Formula("diff", (self, name_of(by)))

    def subs(self, old: Any, new: Any = None) -> Formula:
        """Put numbers in place of symbols: one, or a dictionary or list of pairs."""
        pairs = [(old, new)] if new is not None else getattr(old, "items", lambda: old)()
        return Formula("subs", (self, {name_of(symbol): float(number) for symbol, number in pairs}))

    def evalf(self, n: int = 15, subs: Any = ()) -> Formula:
        """Give the number that it is, with symbols replaced."""
        return self.subs(subs)

    n, xreplace = evalf, subs


class Algebra:
    """The module, as far as it is needed here."""

    E = Formula("number", (math.e,))

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(
            f"the tests' stand-in for SymPy has no `{name}`; these suffice: Symbol, Float, exp, log, Max, + - * / **"
        )

    def Symbol(self, name: str, **assumptions: bool) -> Formula:  # noqa: N802  (SymPy's name)
        """Make a symbol."""
        return Formula("symbol", (str(name),))

    def symbols(self, names: str, **assumptions: bool) -> Any:
        """Make one symbol, or a tuple of several."""
        made = tuple(self.Symbol(name) for name in names.replace(",", " ").split())
        return made if len(made) != 1 else made[0]

    def sympify(self, x: Any) -> Formula:
        """Make a formula of a number."""
        return as_formula(x)

    Float = Integer = Number = S = N = sympify

    def Add(self, *parts: Any) -> Formula:  # noqa: N802
        """Add up."""
        return sum(map(as_formula, parts), as_formula(0.0))

    def Mul(self, *parts: Any) -> Formula:  # noqa: N802
        """Multiply up."""
        return math.prod(map(as_formula, parts), start=as_formula(1.0))

    def Pow(self, base: Any, exponent: Any) -> Formula:  # noqa: N802
        """Raise to a power."""
        return as_formula(base) ** exponent

    def exp(self, x: Any) -> Formula:
        """Raise e to a power."""
        return Formula("exp", (as_formula(x),))

    def log(self, x: Any) -> Formula:
        """Take the natural logarithm."""
        return Formula("log", (as_formula(x),))

    def tanh(self, x: Any) -> Formula:
        """Take the hyperbolic tangent."""
        return Formula("tanh", (as_formula(x),))

    def Heaviside(self, x: Any) -> Formula:  # noqa: N802
        """Give 1 for what is positive, else 0."""
        return as_formula(x) > 0.0

    def Max(self, *parts: Any) -> Formula:  # noqa: N802
        """Give the largest."""
        return Formula("Max", tuple(map(as_formula, parts)))

    def Piecewise(self, *cases: Any) -> Formula:  # noqa: N802
        """Give the first formula whose condition holds."""
        return Formula("Piecewise", tuple(as_formula(part) for case in cases for part in case))

    def diff(self, formula: Any, by: Any) -> Formula:
        """Take the derivative by a symbol."""
        return as_formula(formula).diff(by)

    def lambdify(self, names: Any, formula: Any, modules: Any = None) -> Callable[..., float]:
        """Make a function of the symbols."""
        several = list(names) if isinstance(names, list | tuple) else [names]
        return lambda *numbers: float(as_formula(formula).subs(list(zip(several, numbers))))


def as_formula(x: Any) -> Formula:
    """Make a formula of a number; a formula is one already."""
    return x if isinstance(x, Formula) else Formula("number", (float(x),))


def name_of(symbol: Any) -> str:
    """Name a symbol, which may be given by its name."""
    return symbol.parts[0] if isinstance(symbol, Formula) else str(symbol)


def symbols_in(formula: Formula) -> set[str]:
    """Name the symbols in a formula that are not replaced by numbers."""
    found: dict[int, set[str]] = {}
    for each in in_order(formula):
        if each.operation == "symbol":
            found[id(each)] = {each.parts[0]}
        else:
            below = [found[id(part)] for part in each.parts if isinstance(part, Formula)]
            replaced = each.parts[1] if each.operation == "subs" else ()
            found[id(each)] = set().union(*below).difference(replaced)
    return found[id(formula)]


def value(formula: Any, at: Point) -> float:
    """Compute what a formula gives.

    Args:
        formula: The formula, or a plain number.
        at: What its symbols are.

    Returns:
        The number.
    """
    return _pair(as_formula(formula), at, "")[0]


def in_order(formula: Formula, closed: tuple[str, ...] = ()) -> list[Formula]:
    """List a formula and all that it is made of, parts first, each once, however deep it is.

    Args:
        formula: The formula.
        closed: Operations whose parts are left out.

    Returns:
        The formulas.
    """
    order: list[Formula] = []
    seen: set[int] = set()
    stack: list[tuple[Formula, bool]] = [(formula, False)]
    while stack:
        each, ready = stack.pop()
        if ready:
            order.append(each)
        elif id(each) not in seen:
            seen.add(id(each))
            stack.append((each, True))
            if each.operation not in closed:
                stack += [(part, False) for part in each.parts if isinstance(part, Formula)]
    return order


def _pair(formula: Formula, at: Point, by: str) -> Pair:
    """Compute a formula's value and its slope by a symbol."""
    if formula.operation == "diff":
        return _pair(formula.parts[0], at, formula.parts[1])[1], math.nan if by else 0.0
    if formula.operation == "subs":
        numbers = formula.parts[1]
        return _pair(formula.parts[0], {**at, **numbers}, "" if by in numbers else by)
    found: dict[int, Pair] = {}
    for each in in_order(formula, closed=("diff", "subs")):
        if each.operation in ("diff", "subs"):
            found[id(each)] = _pair(each, at, by)
        elif each.operation == "symbol":
            found[id(each)] = at[each.parts[0]], float(each.parts[0] == by)
        elif each.operation == "number":
            found[id(each)] = each.parts[0], 0.0
        else:
            found[id(each)] = OPERATIONS[each.operation](*(found[id(part)] for part in each.parts))
    return found[id(formula)]


def _power(a: Pair, b: Pair) -> Pair:
    (x, dx), (y, dy) = a, b
    slope = dx * y * x ** (y - 1.0) if dx else 0.0
    return x**y, slope + (dy * x**y * math.log(x) if dy else 0.0)


def _exp(a: Pair) -> Pair:
    return math.exp(a[0]), a[1] * math.exp(a[0])


def _tanh(a: Pair) -> Pair:
    return math.tanh(a[0]), a[1] * (1.0 - math.tanh(a[0]) ** 2)


def _cases(*parts: Pair) -> Pair:
    held: Iterable[Pair] = (parts[k] for k in range(0, len(parts), 2) if parts[k + 1][0])
    return next(iter(held), (math.nan, math.nan))


OPERATIONS: dict[str, Callable[..., Pair]] = {
    "+": lambda a, b: (a[0] + b[0], a[1] + b[1]),
    "*": lambda a, b: (a[0] * b[0], a[1] * b[0] + a[0] * b[1]),
    "**": _power,
    ">": lambda a, b: (float(a[0] > b[0]), 0.0),
    "exp": _exp,
    "log": lambda a: (math.log(a[0]), a[1] / a[0]),
    "tanh": _tanh,
    "Max": lambda *parts: max(parts, key=lambda part: part[0]),
    "Piecewise": _cases,
}
