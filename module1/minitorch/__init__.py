"""A small PyTorch, built from nothing, one module at a time."""

from . import operators
from .datasets import Graph, circle, datasets, diag, make_pts, simple, spiral, split, xor
from .module import Module, Parameter
from .seeding import seed
from .testing import MathTest

from .autodiff import Context, Variable, backpropagate, central_difference, topological_sort
from .optim import SGD, Optimizer
from .scalar import Scalar, ScalarHistory, ScalarLike, derivative_check
from .scalar_functions import ScalarFunction
from .testing import MathTestVariable

__all__ = [
    "Graph",
    "MathTest",
    "Module",
    "Parameter",
    "circle",
    "datasets",
    "diag",
    "make_pts",
    "operators",
    "seed",
    "simple",
    "spiral",
    "split",
    "xor",
    "Context",
    "MathTestVariable",
    "Optimizer",
    "SGD",
    "Scalar",
    "ScalarFunction",
    "ScalarHistory",
    "ScalarLike",
    "Variable",
    "backpropagate",
    "central_difference",
    "derivative_check",
    "topological_sort",
]
