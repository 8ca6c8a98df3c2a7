"""A backend of NumPy's operations: networks that calculate with it are fast, and have nothing to compile.

Of a student's kernels, they use only those that a backend does not have: the convolutions.
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
    """Make a backend for a library, each of whose operations is NumPy's."""
    backend = minitorch.TensorBackend(minitorch.SimpleOps)

    def made(array: Array) -> Any:
        storage = np.ascontiguousarray(array, np.float64).ravel()
        return minitorch.Tensor.make(storage, array.shape, backend=backend)

    def map_of(calculate: Callable[[Array], Array]) -> Callable[..., Any]:
        def mapped(a: Any, out: Any = None) -> Any:
            if out is None:
                return made(calculate(_read(a)))
            _read(out)[...] = calculate(_read(a))
            return out

        return mapped

    def zip_of(calculate: Callable[[Array, Array], Array]) -> Callable[[Any, Any], Any]:
        return lambda a, b: made(calculate(_read(a), _read(b)))

    def reduce_of(calculate: Callable[..., Array]) -> Callable[[Any, int], Any]:
        return lambda a, dim: made(calculate(_read(a), axis=dim, keepdims=True))

    vars(backend).update({f"{name}_map": map_of(calculate) for name, calculate in MAPS.items()})
    vars(backend).update({f"{name}_zip": zip_of(calculate) for name, calculate in ZIPS.items()})
    vars(backend).update({f"{name}_reduce": reduce_of(f) for name, f in REDUCES.items()})
    backend.matrix_multiply = lambda a, b: made(np.matmul(_read(a), _read(b)))
    return backend


def _read(tensor: Any) -> Array:
    """View a tensor's storage as an array of its shape."""
    storage, shape, strides = tensor.tuple()
    return as_strided(storage, shape, strides * storage.itemsize)
