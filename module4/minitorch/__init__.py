"""A small PyTorch, built from nothing, one module at a time."""

from . import device  # before Numba is imported anywhere

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

from .tensor import History, Tensor
from .tensor_data import (
    MAX_DIMS,
    IndexingError,
    TensorData,
    broadcast_index,
    index_to_position,
    shape_broadcast,
    strides_from_shape,
    to_index,
)
from .tensor_functions import Function, grad_central_difference, grad_check, rand, tensor, zeros
from .tensor_ops import SimpleBackend, SimpleOps, TensorBackend, TensorOps

from .cuda_ops import CudaOps
from .fast_ops import FastOps

from . import cuda_conv
from .fast_conv import Conv1dFun, Conv2dFun, conv1d, conv2d
from .nn import Max, argmax, avgpool2d, dropout, logsoftmax, max, maxpool2d, softmax, tile

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
    "Function",
    "History",
    "IndexingError",
    "MAX_DIMS",
    "SimpleBackend",
    "SimpleOps",
    "Tensor",
    "TensorBackend",
    "TensorData",
    "TensorOps",
    "broadcast_index",
    "grad_central_difference",
    "grad_check",
    "index_to_position",
    "rand",
    "shape_broadcast",
    "strides_from_shape",
    "tensor",
    "to_index",
    "zeros",
    "CudaOps",
    "FastOps",
    "device",
    "Conv1dFun",
    "Conv2dFun",
    "Max",
    "argmax",
    "avgpool2d",
    "conv1d",
    "conv2d",
    "cuda_conv",
    "dropout",
    "logsoftmax",
    "max",
    "maxpool2d",
    "softmax",
    "tile",
]
