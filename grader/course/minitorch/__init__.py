"""A small PyTorch, built from nothing, one module at a time."""

from . import operators
from .datasets import Graph, circle, datasets, diag, make_pts, simple, spiral, split, xor
from .module import Module, Parameter
from .seeding import seed
from .testing import MathTest

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
]
