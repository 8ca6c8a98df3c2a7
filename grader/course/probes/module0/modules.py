"""Task 0.4: trees of modules. A tree is described by lists: [[], [[]]] has two children and a grandchild."""

from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

from numpy.random import Generator

from grader.running.probes import probe

from .inputs import anything

Shape = list["Shape"]

SHAPES: list[Shape] = [[], [[]], [[], []], [[[]]], [[[], []], []], [[], [[[]]]], [[[[[[]]]]]]]


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
    answers["… of the tree after a new first child and a late parameter"] = sorted(named(root))
    answers["… and once more"] = sorted(named(root))
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


@probe("0.4", cases=16)
def attributes_values(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Assign parameters, modules and numbers to attributes, some of them twice, and ask for them again."""
    root, x = minitorch.Module(), anything(rng)
    parameters, children = (
        [make() for _ in range(2)] for make in (parameter_of(minitorch, rng), minitorch.Module)
    )
    for parameter, child in zip(parameters, children):
        root.w, root.child, root.size = parameter, child, x
        child.v = minitorch.Parameter(anything(rng))
    made = root.add_parameter("late", x)
    return {
        "root.w is the parameter assigned last": root.w is parameters[-1],
        "root.child is the module assigned last": root.child is children[-1],
        f"root.size after root.size = {x}": root.size,
        "root.child.v is what the child holds": root.child.v is children[-1]._parameters["v"],
        "sorted(root.named_parameters())": sorted(named(root)),
        "root.modules() holds root.child only": [child is root.child for child in root.modules()],
        f'root.add_parameter("late", {x}) gives back root.late': made is root.late,
        "root.late.value": root.late.value,
        "root.late.name": root.late.name,
    }


@probe("0.4", cases=8)
def called_values(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Call a module whose forward takes several arguments."""

    class Scaled(minitorch.Module):  # type: ignore[misc, name-defined]
        """A module with a forward."""

        def forward(self, x: float, y: float, scale: float = 1.0) -> float:
            """Compute w * scale * (x - y)."""
            value: float = self.w.value
            return value * scale * (x - y)

    x, y, scale, w = (anything(rng) for _ in range(4))
    module = Scaled()
    module.w = minitorch.Parameter(1.0)
    for parameter in module.parameters():
        parameter.update(w)
    return {
        f"Scaled()({x}, {y}), w = {w}": module(x, y),
        f"Scaled()({x}, y={y}, scale={scale}), w = {w}": module(x, y=y, scale=scale),
    }


@probe("0.4", cases=8)
def modules_apart_values(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask a new module what it holds after another one was filled and switched; keep lists, and ask again."""
    first = tree(minitorch, SHAPES[case % len(SHAPES)], rng)
    first.w = minitorch.Parameter(anything(rng))
    first.eval()
    second = minitorch.Module()
    answers: dict[str, Any] = {
        "parameters, children and training of a new Module": [
            len(second.named_parameters()),
            len(second.modules()),
            second.training,
        ]
    }
    second.eval()
    second.train()
    answers["modes of the first tree after second.train()"] = modes(everything(first))
    kept, names = first.parameters(), first.named_parameters()
    second.v = minitorch.Parameter(anything(rng))
    answers["parameters() of the second"] = [p.value for p in second.parameters()]
    answers["named_parameters() of the second"] = named(second)
    answers["parameters() of the first, kept since before"] = [p.value for p in kept]
    answers["named_parameters() of the first, kept"] = [(name, p.value) for name, p in names]
    answers["the first one's own parameters"] = [
        sorted(module._parameters) for module in everything(first)
    ]
    return answers


@probe("0.4", cases=8)
def parameters_and_what_they_hold(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Give a parameter values that can be told what a parameter tells."""

    class Tracked:
        """A value that notes what it is told."""

        def __init__(self) -> None:
            self.told: list[bool] = []
            self.name = ""

        def requires_grad_(self, x: bool) -> None:
            """Note it."""
            self.told.append(x)

    first, second, x = Tracked(), Tracked(), anything(rng)
    module = minitorch.Module()
    module.w, module.v = minitorch.Parameter(first, "w"), minitorch.Parameter(0.0)
    for parameter, value in zip(module.parameters(), (second, x)):
        parameter.update(value)
    return {
        "module.w.value is what it was updated to": module.w.value is second,
        f"module.v.value after update({x})": module.v.value,
        "what requires_grad_ of both was called with": [first.told, second.told],
        "the names of both": [first.name, second.name],
    }


def parameter_of(minitorch: ModuleType, rng: Generator) -> Callable[[], Any]:
    """Make what makes parameters of any value."""
    return lambda: minitorch.Parameter(anything(rng))


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
