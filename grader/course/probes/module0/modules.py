"""Task 0.4: trees of modules. A tree is described by lists: [[], [[]]] has two children and a grandchild."""

from collections.abc import Sequence
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
