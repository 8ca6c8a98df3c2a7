"""A backend of NumPy's operations, which has nothing to compile.

Exams of whole networks calculate with it, so that of a student's kernels only those have to be compiled that a backend
does not bring: the convolutions. (Networks on ``FastOps`` are what Task 3.5 is examined in.)
"""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

Array = NDArray[np.float64]

EPS = 1e-6  # as in ``operators``
MAPS: dict[str, Callable[[Array], Array]] = {
    "neg": np.negative,
    "sigmoid": lambda x: 0.5 + 0.5 * np.tanh(x / 2),
    "relu": lambda x: np.maximum(x, 0.0),
    "log": lambda x: np.log(x + EPS),
    "exp": np.exp,
    "id": np.copy,
    "inv": np.reciprocal,
}
ZIPS: dict[str, Callable[[Array, Array], Array]] = {
    "add": np.add,
    "mul": np.multiply,
    "lt": np.less,
    "eq": np.equal,
    "is_close": lambda x, y: np.abs(x - y) < 1e-2,
    "relu_back": lambda x, d: np.where(x > 0.0, d, 0.0),
    "log_back": lambda x, d: d / (x + EPS),
    "inv_back": lambda x, d: -d / (x * x),
}
REDUCES: dict[str, Callable[..., Array]] = {
    "add": np.add.reduce,
    "mul": np.multiply.reduce,
    "max": np.maximum.reduce,
}


def array_backend(minitorch: ModuleType) -> Any:
    """Make a backend for a library: its operators are known by their names."""

    def read(tensor: Any) -> Array:
        storage, shape, strides = tensor.tuple()
        return as_strided(storage, shape, strides * storage.itemsize)

    def made(like: Any, array: Array) -> Any:
        storage = np.ascontiguousarray(array, np.float64).ravel()
        return minitorch.Tensor.make(storage, array.shape, backend=like.backend)

    class ArrayOps(minitorch.TensorOps):  # type: ignore[misc, name-defined]
        """Calculating with arrays."""

        @staticmethod
        def map(fn: Callable[[float], float]) -> Callable[..., Any]:
            """Turn an operator of one number into an operation on tensors."""
            calculate = MAPS[fn.__name__]

            def mapped(a: Any, out: Any = None) -> Any:
                if out is None:
                    return made(a, calculate(read(a)))
                read(out)[...] = calculate(read(a))
                return out

            return mapped

        @staticmethod
        def zip(fn: Callable[[float, float], float]) -> Callable[[Any, Any], Any]:
            """Turn an operator of two numbers into an operation on tensors."""
            calculate = ZIPS[fn.__name__]
            return lambda a, b: made(a, calculate(read(a), read(b)))

        @staticmethod
        def reduce(
            fn: Callable[[float, float], float], start: float = 0.0
        ) -> Callable[[Any, int], Any]:
            """Turn an operator of two numbers into an operation along a dimension."""
            calculate = REDUCES[fn.__name__]
            return lambda a, dim: made(a, calculate(read(a), axis=dim, keepdims=True))

        @staticmethod
        def matrix_multiply(a: Any, b: Any) -> Any:
            """Multiply matrices."""
            return made(a, np.matmul(read(a), read(b)))

    return minitorch.TensorBackend(ArrayOps)
