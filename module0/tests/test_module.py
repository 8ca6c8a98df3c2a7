"""Task 0.4: walking the tree of modules and parameters."""

from __future__ import annotations

from typing import Any

import pytest
from comparison import assert_close
from hypothesis import given, settings
from hypothesis import strategies as st

import minitorch

Shape = list[Any]
"""A tree's branches and nothing else: [[], [[]]] is a root with two children and a grandchild."""

shapes: st.SearchStrategy[Shape] = st.recursive(
    st.just([]), lambda below: st.lists(below, max_size=3), max_leaves=6
)
few = settings(max_examples=15)


@pytest.mark.task0_4
@few
@given(shapes)
def test_named_parameters(shape: Shape) -> None:
    """named_parameters lists the whole tree: a module's own parameters first, then each child's under its name."""
    got = [(name, p.value) for name, p in tree(shape).named_parameters()]
    assert_close(got, names_of(shape), f"named_parameters() of the tree {shape}")


@pytest.mark.task0_4
@few
@given(shapes)
def test_parameters(shape: Shape) -> None:
    """parameters lists the same parameters in the same order, without names: the objects themselves, no copies."""
    root = tree(shape)
    got = list(root.parameters())
    expected = [value for _, value in names_of(shape)]
    assert_close([p.value for p in got], expected, f"parameters() of the tree {shape}")
    held = {id(p) for module in everything(root) for p in module._parameters.values()}
    assert_close({id(p) for p in got} == held, True, "parameters() are those that the modules hold")


@pytest.mark.task0_4
@few
@given(shapes)
def test_eval(shape: Shape) -> None:
    """eval ends the training mode of the module and of all below it, however deep."""
    root = tree(shape)
    root.eval()
    assert_close(modes(root), [False] * len(modes(root)), f"training after eval() of {shape}")


@pytest.mark.task0_4
@few
@given(shapes)
def test_train(shape: Shape) -> None:
    """train begins the training mode of the module and of all below it, however deep."""
    root = tree(shape)
    for module in everything(root):
        module.training = False
    root.train()
    assert_close(modes(root), [True] * len(modes(root)), f"training after train() of {shape}")


@pytest.mark.task0_4
def test_eval_and_train_reach_down_only() -> None:
    """eval and train of a child leave its parent and its sibling as they are."""
    root = tree([[], []])
    root.m0.eval()
    assert_close(modes(root), [True, False, True], "training of root, m0, m1 after root.m0.eval()")
    root.eval()
    root.m1.train()
    assert_close(modes(root), [False, False, True], "… and then root.eval(), root.m1.train()")


@pytest.mark.task0_4
def test_two_levels_by_hand() -> None:
    """A network with a bias and one layer has the parameters bias, layer.w1 and layer.w2."""
    network, layer = minitorch.Module(), minitorch.Module()
    network.layer = layer
    layer.w1, layer.w2 = minitorch.Parameter(1.0), minitorch.Parameter(2.0)
    network.bias = minitorch.Parameter(3.0)
    got = [(name, p.value) for name, p in network.named_parameters()]
    expected = [("bias", 3.0), ("layer.w1", 1.0), ("layer.w2", 2.0)]
    assert_close(got, expected, "named_parameters() of network")


@pytest.mark.task0_4
def test_a_module_alone() -> None:
    """A module without children has its own parameters, and one without parameters has none."""
    module = minitorch.Module()
    assert_close(list(module.named_parameters()), [], "named_parameters() of an empty Module")
    assert_close(list(module.parameters()), [], "parameters() of an empty Module")
    module.add_parameter("w", 4.0)
    assert_close([p.value for p in module.parameters()], [4.0], "parameters() of a Module with w")


@pytest.mark.task0_4
def test_the_tree_as_it_is_now() -> None:
    """The walk sees the tree of this moment: what was assigned anew, and what was added after an earlier walk."""
    root = tree([[]])
    root.named_parameters()
    root.p0 = minitorch.Parameter(7.0)
    root.m0 = minitorch.Module()
    root.m0.late = minitorch.Parameter(8.0)
    got = sorted((name, p.value) for name, p in root.named_parameters())
    assert_close(got, [("m0.late", 8.0), ("p0", 7.0), ("p1", 0.1)], "named_parameters() afterwards")


# What the tests are made with


def tree(shape: Shape, depth: int = 0) -> minitorch.Module:
    """Build a tree of modules: two parameters p0, p1 in each, children m0, m1, …"""
    root = minitorch.Module()
    for number, below in enumerate(shape):
        setattr(root, f"m{number}", tree(below, depth + 1))
    root.p0, root.p1 = minitorch.Parameter(float(depth)), minitorch.Parameter(depth + 0.1)
    return root


def names_of(shape: Shape, path: str = "", depth: int = 0) -> list[tuple[str, float]]:
    """Spell out what named_parameters of such a tree gives."""
    names = [(f"{path}p0", float(depth)), (f"{path}p1", depth + 0.1)]
    for number, below in enumerate(shape):
        names += names_of(below, f"{path}m{number}.", depth + 1)
    return names


def everything(root: minitorch.Module) -> list[minitorch.Module]:
    """List a module and all below it, root first."""
    return [root] + [module for child in root.modules() for module in everything(child)]


def modes(root: minitorch.Module) -> list[bool]:
    """List which of the tree's modules are in training mode."""
    return [module.training for module in everything(root)]
