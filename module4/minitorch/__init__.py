"""A small PyTorch, built from nothing, one module at a time.

It offers the names below, each from the file that has it. If a file can't be imported or lacks a name, everything else
still works: only code that uses that name gets an error, which says what is missing, and where.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from importlib import import_module
from types import ModuleType
from typing import Any, NoReturn

from . import missing

_OFFERED = [
    ("device", ""),  # before Numba is imported anywhere
    ("operators", "prod"),
    ("datasets", "Graph circle datasets diag make_pts simple spiral split xor"),
    ("module", "Module Parameter"),
    ("seeding", "seed"),
    ("testing", "MathTest"),
    ("autodiff", "Context Variable backpropagate central_difference topological_sort"),
    ("jacobian", ""),
    ("optim", "Optimizer SGD"),
    ("scalar", "Scalar ScalarHistory ScalarLike derivative_check"),
    ("scalar_functions", "ScalarFunction"),
    ("testing", "MathTestVariable"),
    ("tensor", "History Tensor"),
    ("tensor_data", "MAX_DIMS Index OutIndex Shape Storage Strides TensorData"),
    ("tensor_data", "IndexingError UserIndex UserShape UserStrides broadcast_index"),
    ("tensor_data", "index_to_position shape_broadcast strides_from_shape to_index"),
    ("tensor_functions", "Function grad_central_difference grad_check rand tensor zeros"),
    ("tensor_ops", "MapProto SimpleBackend SimpleOps TensorBackend TensorOps"),
    ("einsum", "EinsumError einsum"),
    ("views", "normalise"),
    ("cuda_ops", "CudaOps mm_practice sum_practice"),
    ("fast_ops", "FastOps"),
    ("cuda_conv", ""),
    ("fast_conv", "Conv1dFun Conv2dFun conv1d conv2d"),
    ("nn", "Max argmax avgpool2d dropout logsoftmax max maxpool2d softmax tile"),
    ("unfold", "Windows conv1d_by_unfold conv2d_by_unfold fold unfold unfold1d windows"),
]
_file_of = {name: file for file, names in _OFFERED for name in names.split()}
_files: dict[str, ModuleType] = {}


def _explain(file: ModuleType, name: str) -> NoReturn:
    """Say what a file lacks: Python asks here for what it has not found there."""
    raise AttributeError(missing.explain(file, name))


# First all files, then the names: where a name is also that of a file, as ``tensor`` is, the name counts.
for _file, _ in _OFFERED:
    with suppress(Exception, SystemExit):  # code that needs the file gets the error again, below
        _files[_file] = import_module(f".{_file}", __name__)
        vars(_files[_file]).setdefault("__getattr__", partial(_explain, _files[_file]))
for _name, _file in _file_of.items():
    globals().pop(_name, None)
    if _file in _files and _name in vars(_files[_file]):
        globals()[_name] = vars(_files[_file])[_name]

__all__ = ["operators", *(_name for _name in _file_of if _name in globals())]


def __getattr__(name: str) -> Any:
    """Say why a name is not here: its file lacks it, or can't be imported."""
    file = _file_of.get(name, name)
    if file in _files:
        raise ImportError(missing.explain(_files[file], name))
    if file not in dict(_OFFERED):
        if here := missing.called_here(name, _file_of):
            raise ImportError(f"there is no `{name}` in minitorch: {here}")
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        module = import_module(f".{file}", __name__)
    except SystemExit as error:
        raise ImportError(f"minitorch/{file}.py ends the program where it is imported") from error
    return module if name == file else getattr(module, name)
