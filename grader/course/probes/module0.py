"""Probes of Module 0: each function is asked about corners first, and then about whatever the generator brings."""

from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from math import inf, nextafter
from types import ModuleType
from typing import Any

from numpy.random import Generator

from grader.running.probes import Point, Predict, exam, probe

Call = tuple[float, ...]

CORNERS = (
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    -0.5,
    1e-300,
    -1e-300,
    1e-6,
    -1e-6,
    0.01,
    -0.01,
    100.0,
    -1e6,
    1e15,
)
EXPONENTS = (
    *CORNERS[:-2],
    36.0,
    -36.0,
    700.0,
    -700.0,
    709.0,
    -709.0,
    750.0,
    -750.0,
    1000.0,
    -1000.0,
)


# Task 0.1: numbers. A case asks for several values; the corners are spread over the cases.


@probe("0.1", cases=20)
def mul_values(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for products."""
    return ask(minitorch, "mul", pairs(rng, case))


@probe("0.1", cases=20)
def id_values(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for numbers unchanged."""
    return ask(minitorch, "id", ones(rng, case))


@probe("0.1", cases=20)
def add_values(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for sums."""
    return ask(minitorch, "add", pairs(rng, case))


@probe("0.1", cases=20)
def neg_values(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for negations."""
    return ask(minitorch, "neg", ones(rng, case))


@probe("0.1", cases=20)
def lt_values(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for comparisons, ties and next neighbours among them."""
    return ask(minitorch, "lt", pairs(rng, case) + ties(rng, case))


@probe("0.1", cases=20)
def eq_values(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for equality, ties and next neighbours among them."""
    return ask(minitorch, "eq", pairs(rng, case) + ties(rng, case))


@probe("0.1", cases=20)
def max_values(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for the larger of two, in both orders."""
    both = pairs(rng, case) + ties(rng, case)
    return ask(minitorch, "max", both + [(y, x) for x, y in both])


@probe("0.1", cases=20)
def is_close_values(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask about distances around 0.01, on either side; near 0, where they are exact, about 0.01 itself."""
    x = value(rng, case, CORNERS[:-1])
    limits = [0.0, 0.0099, 0.0101, 0.5, float(rng.uniform(0, 0.02)), float(rng.uniform(1, 100))]
    calls = [(x, x + sign * distance) for distance in limits for sign in (1.0, -1.0)]
    exact = [
        (0.0, distance) for distance in (0.01, nextafter(0.01, 0.0), -0.01, nextafter(-0.01, 0.0))
    ]
    return ask(minitorch, "is_close", calls + exact + [(y, x) for x, y in exact])


@probe("0.1", cases=20)
def sigmoid_values(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for sigmoids, also where e^x overflows."""
    return ask(minitorch, "sigmoid", ones(rng, case, EXPONENTS))


@probe("0.1", cases=20)
def relu_values(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for ReLUs, often enough on either side of the corner that guessing is of no use."""
    many = [(float(x),) for x in (*rng.uniform(-9, -0.1, 8), *rng.uniform(0.1, 9, 8))]
    return ask(minitorch, "relu", [*ones(rng, case), *many])


@probe("0.1", cases=20)
def log_values(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for logarithms from 0 upwards."""
    return ask(minitorch, "log", [(abs(x),) for (x,) in ones(rng, case)])


@probe("0.1", cases=20)
def exp_values(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for powers of e; too large a one may only raise OverflowError."""
    return ask(minitorch, "exp", ones(rng, case, EXPONENTS), rightly=OverflowError)


@probe("0.1", cases=20)
def log_back_values(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for the logarithm's derivative from 0 upwards."""
    return ask(minitorch, "log_back", [(abs(x), d) for x, d in pairs(rng, case)])


@probe("0.1", cases=20)
def inv_values(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for reciprocals on both sides of 0."""
    return ask(minitorch, "inv", [(x,) for (x,) in ones(rng, case) if x != 0.0])


@probe("0.1", cases=20)
def inv_back_values(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for the reciprocal's derivative on both sides of 0."""
    return ask(minitorch, "inv_back", [(x, d) for x, d in pairs(rng, case) if abs(x) > 1e-9])


@probe("0.1", cases=20)
def relu_back_values(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for the ReLU's derivative, at its corner too."""
    d = float(rng.normal())
    corner = [(x, d) for x in (0.0, -0.0, 5e-324, -5e-324)]
    return ask(minitorch, "relu_back", pairs(rng, case) + corner)


# Task 0.3: lists. Results may be any iterable, arguments are lists, tuples and generators.


@probe("0.3", cases=24)
def map_values(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Map two functions over lists of several lengths; a mapped function serves more than once."""
    ls = numbers(rng, case)
    triple, square = minitorch.operators.map(lambda x: 3 * x), minitorch.operators.map(
        lambda x: x * x
    )
    return {
        f"list(map(lambda x: 3 * x)({ls}))": list(triple(ls)),
        f"list(map(lambda x: x * x)({tuple(ls)}))": list(square(tuple(ls))),
        "list(…) of the same map a second time": list(triple(iter(ls))),
        "the argument afterwards": ls,
    }


@probe("0.3", cases=24)
def zip_with_values(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Combine lists by a function that is not symmetric."""
    ls1, ls2 = numbers(rng, case), numbers(rng, case)
    combine = minitorch.operators.zipWith(lambda x, y: 2 * x - y)
    return {
        f"list(zipWith(lambda x, y: 2 * x - y)({ls1}, {ls2}))": list(combine(ls1, ls2)),
        f"list(zipWith(lambda x, y: 2 * x - y)({ls2}, {ls1}))": list(
            combine(tuple(ls2), iter(ls1))
        ),
        "the arguments afterwards": [ls1, ls2],
    }


@probe("0.3", cases=24)
def reduce_values(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Fold by functions that tell the order, the grouping and the start."""
    ls, start = numbers(rng, case), round(float(rng.normal()), 3)
    fold = minitorch.operators.reduce(lambda acc, x: acc / 2 - x, start)
    return {
        f"reduce(lambda acc, x: acc / 2 - x, {start})({ls})": fold(ls),
        f"reduce(lambda acc, x: x, {start})({ls})": minitorch.operators.reduce(
            lambda acc, x: x, start
        )(ls),
        "the same fold a second time, on a generator": fold(iter(ls)),
        f"reduce(…, {start})([])": fold([]),
        "the argument afterwards": ls,
    }


@probe("0.3", cases=24)
def neg_list_values(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Negate lists."""
    ls = numbers(rng, case)
    negated = minitorch.operators.negList
    return {
        f"list(negList({ls}))": list(negated(ls)),
        "list(negList(…)) of a generator": list(negated(iter(ls))),
        "the argument afterwards": ls,
    }


@probe("0.3", cases=24)
def add_lists_values(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Add lists."""
    ls1, ls2 = numbers(rng, case), numbers(rng, case)
    add = minitorch.operators.addLists
    return {
        f"list(addLists({ls1}, {ls2}))": list(add(ls1, ls2)),
        "list(addLists(…)) of two generators": list(add(iter(ls1), iter(ls2))),
        "the arguments afterwards": [ls1, ls2],
    }


@probe("0.3", cases=24)
def sum_values(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Add up lists."""
    ls = numbers(rng, case)
    total = minitorch.operators.sum
    return {f"sum({ls})": total(ls), "sum(…) of a generator": total(iter(ls)), "sum([])": total([])}


@probe("0.3", cases=24)
def prod_values(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Multiply up lists."""
    ls = numbers(rng, case)
    product = minitorch.operators.prod
    return {
        f"prod({ls})": product(ls),
        "prod(…) of a generator": product(iter(ls)),
        "prod([])": product([]),
    }


# Task 0.4: trees of modules. A tree is described by lists: [[], [[]]] has two children and a grandchild.


@probe("0.4", cases=32)
def named_parameters_values(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """List the parameters of a tree, of its first branch, and of the tree once it has changed."""
    shape = SHAPES[case] if case < len(SHAPES) else random_shape(rng)
    root = tree(minitorch, shape, rng)
    answers = {f"named_parameters() of the tree {shape}": named(root)}
    if shape:
        answers["named_parameters() of its first child"] = named(root.m0)
        root.m0 = tree(minitorch, random_shape(rng), rng)
    root.late = minitorch.Parameter(float(case))
    answers["… of the tree after a new first child and a late parameter"] = named(root)
    return answers


@probe("0.4", cases=32)
def parameters_values(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """List the parameters of a tree without names, and see whether they are the very objects."""
    shape = SHAPES[case] if case < len(SHAPES) else random_shape(rng)
    root = tree(minitorch, shape, rng)
    answers = {f"parameters() of the tree {shape}": [p.value for p in root.parameters()]}
    for number, parameter in enumerate(root.parameters()):
        parameter.update(float(number))
    answers["… after each was updated to its place in the list"] = [
        [p.value for p in module._parameters.values()] for module in everything(root)
    ]
    root.late = minitorch.Parameter(-1.0)
    answers["… and after a late parameter"] = [p.value for p in root.parameters()]
    return answers


@probe("0.4", cases=32)
def eval_values(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """End the training mode of one module of a tree, and then of its root."""
    return switched(minitorch, rng, case, "eval", training=True)


@probe("0.4", cases=32)
def train_values(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Begin the training mode of one module of a tree, and then of its root."""
    return switched(minitorch, rng, case, "train", training=False)


@probe("0.5", cases=3)
def how_sure_a_line_is(minitorch: ModuleType, rng: Generator) -> dict[str, float]:
    """Ask lines of any slope about points on both sides of them, before and after their parameters change."""
    script = import_module("project.run_manual")
    answers: dict[str, float] = {}
    for _ in range(10):
        w1, w2, bias, x1, x2 = (round(float(number), 2) for number in rng.uniform(-5, 5, 5))
        model = script.Linear(script.Weights(w1, w2, bias))
        asked = f"Linear(Weights({w1}, {w2}, {bias})).forward(({x1}, {x2}))"
        answers[asked] = model.forward((x1, x2))
        model.bias.update(bias + 1.0)
        answers[f"{asked} after bias.update({bias + 1.0})"] = model.forward((x1, x2))
    return answers


# Task 0.5: lines. The exam's points are spread evenly, so that the best line for Split is right about 80 % of them.


@exam("0.5", pass_at=0.97, questions=lambda rng: examine(rng, lambda x1, x2: x1 < 0.5))
def simple_line(load: Callable[[str], ModuleType], rng: Generator) -> Predict:
    """Classify by the line for Simple."""
    return classifier(load, "Simple")


@exam("0.5", pass_at=0.97, questions=lambda rng: examine(rng, lambda x1, x2: x1 + x2 < 0.5))
def diag_line(load: Callable[[str], ModuleType], rng: Generator) -> Predict:
    """Classify by the line for Diag."""
    return classifier(load, "Diag")


@exam("0.5", pass_at=0.75, questions=lambda rng: examine(rng, lambda x1, x2: not 0.2 <= x1 <= 0.8))
def split_line(load: Callable[[str], ModuleType], rng: Generator) -> Predict:
    """Classify by the line for Split."""
    return classifier(load, "Split")


# What the probes are made with


def ask(
    minitorch: ModuleType,
    name: str,
    calls: Iterable[Call],
    rightly: type[Exception] | tuple[()] = (),
) -> dict[str, Any]:
    """Make calls of one operator, and key each answer by its call.

    Args:
        minitorch: The library that is asked.
        name: The operator's name.
        calls: The arguments of each call.
        rightly: An exception that counts as an answer: its name does.

    Returns:
        ``{"add(1.0, 2.0)": 3.0, …}``.
    """
    answers = {}
    for call in calls:
        key = f"{name}({', '.join(repr(x) for x in call)})"
        try:
            answers[key] = getattr(minitorch.operators, name)(*call)
        except rightly as error:
            answers[key] = type(error).__name__
    return answers


def value(rng: Generator, case: int, corners: Sequence[float]) -> float:
    """Take the corner of this case, or a random number once there are no more."""
    return corners[case] if case < len(corners) else anything(rng)


def anything(rng: Generator) -> float:
    """Draw a number of either sign, from a thousandth to a hundred in size."""
    return round(float(rng.choice([-1.0, 1.0]) * 10 ** rng.uniform(-3, 2)), 6)


def ones(rng: Generator, case: int, corners: Sequence[float] = CORNERS) -> list[Call]:
    """Choose arguments of functions of one number: two corners, and numbers at random."""
    first = 2 * case % len(corners)
    chosen = [
        corners[first],
        corners[first - 1],
        anything(rng),
        anything(rng),
        float(rng.uniform(-9, 9)),
    ]
    return [(x,) for x in chosen]


def pairs(rng: Generator, case: int) -> list[Call]:
    """Choose arguments of functions of two numbers: a corner on either side, and numbers at random."""
    corner = CORNERS[case % len(CORNERS)]
    x, y = anything(rng), anything(rng)
    return [
        (corner, x),
        (x, corner),
        (x, y),
        (x, -x),
        (float(rng.integers(-5, 6)), float(rng.integers(-5, 6))),
    ]


def ties(rng: Generator, case: int) -> list[Call]:
    """Pair a number with itself and with its next neighbours."""
    x = value(rng, case, CORNERS)
    return [(x, x), (x, nextafter(x, inf)), (x, nextafter(x, -inf)), (nextafter(x, inf), x)]


def numbers(rng: Generator, case: int) -> list[float]:
    """Draw a list: empty in the first case, of one number in the second, of two to seven afterwards."""
    length = case if case < 2 else 2 + case % 6
    return [anything(rng) for _ in range(length)]


Shape = list["Shape"]

SHAPES: list[Shape] = [[], [[]], [[], []], [[[]]], [[[], []], []], [[], [[[]]]], [[[[[[]]]]]]]


def random_shape(rng: Generator, depth: int = 0) -> Shape:
    """Draw a tree of up to three branches a module and four levels."""
    branches = int(rng.integers(0, 4)) if depth < 3 else 0
    return [random_shape(rng, depth + 1) for _ in range(branches)]


def tree(minitorch: ModuleType, shape: Shape, rng: Generator) -> Any:
    """Build a tree of modules with children m0, m1, … and up to three parameters each, registered before or after."""
    root = minitorch.Module()
    names = ["weight", "bias", "scale"][: int(rng.integers(0, 4))]
    early = int(rng.integers(0, len(names) + 1))
    for name in names[:early]:
        setattr(root, name, minitorch.Parameter(anything(rng)))
    for number, below in enumerate(shape):
        setattr(root, f"m{number}", tree(minitorch, below, rng))
    for name in names[early:]:
        root.add_parameter(name, anything(rng))
    return root


def named(root: Any) -> list[tuple[str, float]]:
    """List a tree's parameters as names and values."""
    return [(name, parameter.value) for name, parameter in root.named_parameters()]


def everything(root: Any) -> list[Any]:
    """List a module and all below it, root first."""
    return [root] + [module for child in root.modules() for module in everything(child)]


def switched(
    minitorch: ModuleType, rng: Generator, case: int, method: str, training: bool
) -> dict[str, Any]:
    """Put a whole tree into one mode, and call a method on a module within and then on the root.

    Args:
        minitorch: The library that is asked.
        rng: Draws the tree and the module.
        case: Number of the case.
        method: "train" or "eval".
        training: The mode at the start.

    Returns:
        The modes of all modules after each call, root first.
    """
    shape = SHAPES[case] if case < len(SHAPES) else random_shape(rng)
    modules = everything(tree(minitorch, shape, rng))
    for module in modules:
        module.training = training
    chosen = int(rng.integers(0, len(modules)))
    getattr(modules[chosen], method)()
    answers = {f"modes after {method}() of module {chosen} of the tree {shape}": modes(modules)}
    getattr(modules[0], method)()
    answers[f"modes after {method}() of its root"] = modes(modules)
    return answers


def modes(modules: Sequence[Any]) -> list[bool]:
    """List which modules are in training mode."""
    return [module.training for module in modules]


def examine(
    rng: Generator, rule: Callable[[float, float], bool]
) -> tuple[Sequence[Point], Sequence[int]]:
    """Make 400 labelled points: one somewhere in each of 20 x 20 equal squares.

    Args:
        rng: Draws the places.
        rule: Says whether a point has label 1.

    Returns:
        The points, as pairs, and their labels.
    """
    places = (rng.random((400, 2)) + [[i, j] for i in range(20) for j in range(20)]) / 20
    points = [(float(x1), float(x2)) for x1, x2 in rng.permutation(places)]
    return points, [int(rule(*point)) for point in points]


def classifier(load: Callable[[str], ModuleType], dataset: str) -> Predict:
    """Set up a student's line, and answer 1 for each point on its side of label 1."""
    script = load("project/run_manual.py")
    model = script.Linear(script.weights(dataset))
    return lambda points: [int(model.forward((x1, x2)) > 0.5) for x1, x2 in points]
