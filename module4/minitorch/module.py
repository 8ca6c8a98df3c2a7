"""Modules: the tree that a network is, with its parameters hanging from it."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any


class Module:
    """A part of a network: it owns parameters and smaller modules, and so on down.

    Assigning to an attribute is all it takes to build the tree: ``self.w = Parameter(…)`` registers a parameter and
    ``self.layer = Linear(…)`` a child. ``super().__init__()`` comes first in the ``__init__`` of every subclass.

    Attributes:
        _modules: The direct children, by attribute name, in the order in which the names were first assigned.
        _parameters: The module's own parameters, likewise; its children's are theirs.
        training: Whether the module is in training mode, or else in evaluation mode.
    """

    _modules: dict[str, Module]
    _parameters: dict[str, Parameter]
    training: bool

    def __init__(self) -> None:
        self.__dict__["_modules"] = {}
        self.__dict__["_parameters"] = {}
        self.training = True

    def modules(self) -> Sequence[Module]:
        """List the direct children."""
        return list(self._modules.values())

    def train(self) -> None:
        """Put this module and everything below it into training mode."""
        # TODO: Task 0.4
        raise NotImplementedError("Task 0.4: implement Module.train in minitorch/module.py")

    def eval(self) -> None:
        """Put this module and everything below it into evaluation mode."""
        # TODO: Task 0.4
        raise NotImplementedError("Task 0.4: implement Module.eval in minitorch/module.py")

    def named_parameters(self) -> Sequence[tuple[str, Parameter]]:
        """List every parameter of this module and of everything below it, with its name as seen from here.

        Returns:
            Pairs of name and parameter: first the module's own, then each child's in turn. A name is the path of
            attributes to walk, joined by dots: ``layer.w`` is the parameter ``w`` of the child ``layer``.
        """
        # TODO: Task 0.4
        raise NotImplementedError(
            "Task 0.4: implement Module.named_parameters in minitorch/module.py"
        )

    def parameters(self) -> Sequence[Parameter]:
        """List every parameter of this module and of everything below it, in the order of ``named_parameters``."""
        # TODO: Task 0.4
        raise NotImplementedError("Task 0.4: implement Module.parameters in minitorch/module.py")

    def add_parameter(self, k: str, v: Any) -> Parameter:
        """Make a parameter out of a value, and register it under a name.

        Args:
            k: The attribute's name.
            v: What the parameter holds.

        Returns:
            The new parameter.
        """
        parameter = Parameter(v, k)
        setattr(self, k, parameter)
        return parameter

    def __setattr__(self, key: str, val: Any) -> None:
        """Put parameters and modules into their dictionaries, and all else where attributes usually go.

        A name means one thing: the last that was assigned. A new parameter takes the place of the old one in the order.
        """
        home: dict[str, Any] = self.__dict__
        if isinstance(val, Parameter):
            home = self._parameters
        elif isinstance(val, Module):
            home = self._modules
        for other in (self._modules, self._parameters, self.__dict__):
            if other is not home:
                other.pop(key, None)
        if home is self.__dict__:
            super().__setattr__(key, val)
        else:
            home[key] = val

    def __getattr__(self, key: str) -> Any:
        """Look a name up in the two dictionaries; Python asks here once it found no ordinary attribute."""
        if "_parameters" not in self.__dict__:
            raise AttributeError(
                f"{type(self).__name__} is not set up yet: call super().__init__() first in its __init__"
            )
        if key in self._parameters:
            return self._parameters[key]
        if key in self._modules:
            return self._modules[key]
        raise AttributeError(f"{type(self).__name__} has no attribute '{key}'.{self._nearest(key)}")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run ``forward``, which each subclass brings."""
        return self.forward(*args, **kwargs)

    def __repr__(self) -> str:
        """Draw the tree, one child a line, indented by its depth."""
        children = "\n".join(f"({name}): {child!r}" for name, child in self._modules.items())
        inside = f"\n{textwrap.indent(children, '  ')}\n" if children else ""
        return f"{type(self).__name__}({inside})"

    def _nearest(self, key: str) -> str:
        names = [*self._parameters, *self._modules, *self.__dict__]
        found = get_close_matches(key, names, n=1)
        return f" Did you mean '{found[0]}'?" if found else ""


class Parameter:
    """A value that training may change. It sits in a module, and holds a number now and a tensor later.

    Args:
        x: What it holds.
        name: A name for people.

    Attributes:
        value: What it holds.
        name: A name for people, if it has one.
    """

    def __init__(self, x: Any, name: str | None = None) -> None:
        self.name = name
        self.update(x)

    def update(self, x: Any) -> None:
        """Replace the value. One that can track derivatives is told to, and one that can have a name gets this one."""
        self.value = x
        if hasattr(x, "requires_grad_"):
            x.requires_grad_(True)
        if self.name and hasattr(x, "name"):
            x.name = self.name

    def __repr__(self) -> str:
        return repr(self.value)

    def __str__(self) -> str:
        return str(self.value)
