"""Task 0.4: what is given in module.py stays as it was: how attributes become the tree, and what parameters hold.

You need not change any of it. If a test here fails, compare the function that it names with the one you were given.
"""

from typing import Any

import pytest
from comparison import assert_close

import minitorch


class Tracked:
    """A value that counts how often it is told that a derivative is wanted by it, as scalars and tensors are."""

    def __init__(self) -> None:
        self.told: list[bool] = []
        self.name = ""

    def requires_grad_(self, x: bool) -> None:
        """Note it."""
        self.told.append(x)


@pytest.mark.task0_4
def test_attributes_are_found_again() -> None:
    """What was assigned to an attribute is what the attribute gives: the very parameter, module or number."""
    module, child, w = minitorch.Module(), minitorch.Module(), minitorch.Parameter(1.0)
    module.w, module.child, module.size = w, child, 3
    assert_close([module.w is w, module.child is child], [True, True], "module.w, module.child")
    assert_close(module.size, 3, "module.size")
    for parameter in module.parameters():
        parameter.update(2.0)
    assert_close(module.w.value, 2.0, "module.w.value after an update of module.parameters()")


@pytest.mark.task0_4
def test_the_last_assignment_counts() -> None:
    """An attribute that is assigned anew holds the new parameter or module, and not the old one."""
    module = minitorch.Module()
    for number in (1.0, 2.0):
        module.w = minitorch.Parameter(number)
        module.child = minitorch.Module()
        module.child.v = minitorch.Parameter(10.0 * number)
    got = {name: parameter.value for name, parameter in module.named_parameters()}
    assert_close(sorted(got.items()), [("child.v", 20.0), ("w", 2.0)], "named_parameters()")
    assert_close(len(module.modules()), 1, "len(module.modules())")


@pytest.mark.task0_4
def test_modules_lists_the_children() -> None:
    """modules() lists the direct children, the objects themselves, and not the grandchildren, in any mode."""
    root, left, right, below = (
        minitorch.Module(),
        minitorch.Module(),
        minitorch.Module(),
        minitorch.Module(),
    )
    left.below = below
    root.left, root.right, root.w = left, right, minitorch.Parameter(1.0)
    root.eval()
    got = [any(child is one for child in root.modules()) for one in (left, right, below)]
    assert_close(got, [True, True, False], "left, right, left.below in root.modules()")
    assert_close(len(root.modules()), 2, "len(root.modules())")


@pytest.mark.task0_4
def test_add_parameter() -> None:
    """add_parameter makes a parameter, registers it under its name, and gives it back."""
    module, value = minitorch.Module(), Tracked()
    made = module.add_parameter("w", value)
    assert_close(type(made).__name__, "Parameter", 'type(module.add_parameter("w", value))')
    assert_close([made is module.w, made.value is value], [True, True], "module.w, module.w.value")
    assert_close([name for name, _ in module.named_parameters()], ["w"], "the names")
    assert_close([made.name, value.name], ["w", "w"], "the name of the parameter, of its value")


@pytest.mark.task0_4
def test_modules_are_apart() -> None:
    """A new module begins empty and in training mode, whatever other modules hold or do."""
    first = minitorch.Module()
    first.w, first.child = minitorch.Parameter(1.0), minitorch.Module()
    first.eval()
    second = minitorch.Module()
    got: list[Any] = [list(second.named_parameters()), list(second.modules()), second.training]
    assert_close(got, [[], [], True], "parameters, children and training of a new Module")
    second.eval()
    second.train()
    assert_close([first.training, first.child.training], [False, False], "the first one's modes")


@pytest.mark.task0_4
def test_lists_are_apart() -> None:
    """Each call of parameters and named_parameters gives a list of its own, which may be kept or changed."""
    root, other = minitorch.Module(), minitorch.Module()
    root.w, root.child, other.v = (
        minitorch.Parameter(1.0),
        minitorch.Module(),
        minitorch.Parameter(3.0),
    )
    root.child.w = minitorch.Parameter(2.0)
    parameters, named = root.parameters(), root.named_parameters()
    other.parameters(), other.named_parameters()
    assert_close([p.value for p in parameters], [1.0, 2.0], "root.parameters(), kept")
    assert_close([name for name, _ in named], ["w", "child.w"], "root.named_parameters(), kept")
    for _ in range(2):
        got = [name for name, _ in root.named_parameters()]
        assert_close(got, ["w", "child.w"], "root.named_parameters(), again")
        assert_close(list(root._parameters), ["w"], "root._parameters, which are its own only")


@pytest.mark.task0_4
def test_calling_a_module() -> None:
    """Calling a module runs its forward with all arguments, and gives what that returns."""
    module = scaled()
    assert_close(module(5.0, 2.0), 3.0, "module(5.0, 2.0), w = 1")
    for parameter in module.parameters():
        parameter.update(10.0)
    assert_close(module(5.0, 2.0), 30.0, "module(5.0, 2.0), w = 10")
    assert_close(module(5.0, y=2.0, scale=2.0), 60.0, "module(5.0, y=2.0, scale=2.0), w = 10")


@pytest.mark.task0_4
def test_parameters_prepare_what_they_hold() -> None:
    """A parameter tells each value that it gets that a derivative is wanted by it, and what it is called."""
    first, second = Tracked(), Tracked()
    module = minitorch.Module()
    module.add_parameter("w", first)
    for parameter in module.parameters():
        parameter.update(second)
    assert_close(module.w.value is second, True, "module.w.value after update(second)")
    assert_close([first.told, second.told], [[True], [True]], "what requires_grad_ was called with")
    assert_close([first.name, second.name], ["w", "w"], "the names of the values")


def scaled() -> Any:
    """Make a module that is called with several arguments."""

    class Scaled(minitorch.Module):
        """A module that is called with several arguments."""

        def __init__(self) -> None:
            super().__init__()
            self.w = minitorch.Parameter(1.0)

        def forward(self, x: float, y: float, scale: float = 1.0) -> float:
            """Compute w * scale * (x - y)."""
            return self.w.value * scale * (x - y)

    return Scaled()
