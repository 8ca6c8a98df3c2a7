"""What is said of a name that is missing: the file that lacks it, the task that asks for it, and what may be meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from types import ModuleType

NAMES = {
    "operators": {
        "0.1": "mul id add neg lt eq max is_close sigmoid relu log exp inv log_back inv_back relu_back",
        "0.3": "map zipWith reduce negList addLists sum prod",
        "given": "EPS",
    },
    "module": {
        "0.4": "Module",
        "given": "Parameter",
    },
    "autodiff": {
        "1.1": "central_difference",
        "1.4": "topological_sort backpropagate",
        "given": "variable_count Variable Context",
    },
    "scalar": {
        "1.2": "Scalar",
        "given": "ScalarLike ScalarHistory LEAF derivative_check",
    },
    "scalar_functions": {
        "1.2": "Mul Inv Neg Sigmoid ReLU Exp LT EQ",
        "given": "wrap_tuple ScalarFunction Add Log",
    },
    "jacobian": {
        "1.7": "vjp jacobian Dual as_dual jvp jacobian_forward compose layer_jacobians",
        "given": "Table",
    },
    "tensor_data": {
        "2.1": "index_to_position to_index TensorData",
        "2.2": "broadcast_index shape_broadcast",
        "given": (
            "MAX_DIMS Storage Index OutIndex Shape Strides UserIndex UserShape UserStrides "
            "IndexingError strides_from_shape"
        ),
    },
    "tensor_ops": {
        "2.3": "tensor_map tensor_zip tensor_reduce",
        "given": (
            "MapKernel ZipKernel ReduceKernel MapProto TensorOps TensorBackend SimpleOps SimpleBackend"
            " product_shape as_stack"
        ),
    },
    "tensor_functions": {
        "2.3": "Mul Sigmoid ReLU Log Exp LT EQ IsClose Sum Permute",
        "given": (
            "wrap_tuple Function Neg Inv Add All View Copy MatMul zeros rand tensor "
            "grad_central_difference grad_check"
        ),
    },
    "tensor": {
        "2.3": "Tensor",
        "given": "LARGE History TensorLike",
    },
    "views": {
        "2.6": "place_of Strided unsqueeze squeeze expand_as normalise",
        "given": "Part Key Place Way read index from_front diagonal assign unpack",
    },
    "einsum": {
        "2.7": "Equation parse check aligned contract derivative Einsum",
        "given": "EinsumError einsum unused identity unpack",
    },
    "fast_ops": {
        "3.1": "tensor_map tensor_zip tensor_reduce",
        "3.2": "_tensor_matrix_multiply",
        "given": (
            "Fn ANY_ORDER SMALL njit alone to_index index_to_position broadcast_index FastOps "
            "as_map as_zip as_reduce multiply tensor_matrix_multiply"
        ),
    },
    "cuda_ops": {
        "3.3": "tensor_map tensor_zip _sum_practice tensor_reduce",
        "3.4": "_mm_practice _tensor_matrix_multiply",
        "given": (
            "Fn FakeCUDAKernel THREADS_PER_BLOCK REDUCE_THREADS device_jit jit to_index "
            "index_to_position broadcast_index CudaOps blocks jit_sum_practice sum_practice "
            "jit_mm_practice mm_practice tensor_matrix_multiply"
        ),
    },
    "fast_conv": {
        "4.1": "_tensor_conv1d",
        "4.2": "_tensor_conv2d",
        "given": (
            "to_index index_to_position broadcast_index Kernels Convolve "
            "slide tensor_conv1d Conv1dFun conv1d tensor_conv2d Conv2dFun conv2d derivatives"
        ),
    },
    "nn": {
        "4.3": "tile avgpool2d",
        "4.4": "argmax Max softmax logsoftmax maxpool2d dropout",
        "given": "max_reduce max",
    },
    "cuda_conv": {
        "4.6": "_tensor_conv1d _tensor_conv2d",
        "given": "WIDTH STRETCH SIDE SQUARE tensor_conv1d tensor_conv2d Conv1dFun conv1d Conv2dFun conv2d",
    },
    "unfold": {
        "4.7": "Windows fold unfold unfold1d conv1d_by_unfold conv2d_by_unfold",
        "given": "LAYOUTS windows",
    },
}
"""The names of each file that you work on, by the task that asks for them; the others came with the module."""


OLDER: dict[str, str] = {
    # name there: what to use here
    "assert_close": "it is in tests/comparison.py here: `from comparison import assert_close`",
    "FunctionBase": "the base class is called `ScalarFunction` here",
    "History": "scalars have a `ScalarHistory` here, in scalar.py",
    "is_constant": "it is a method here: `x.is_constant()`",
    "unwrap_tuple": "`ctx.saved_values` is always a tuple here: `(a,) = ctx.saved_values`",
    "TensorFunctions": "the backend by default is called `SimpleBackend` here",
    "make_tensor_backend": "a backend is made by `TensorBackend(ops)` here",
    "make_tensor_functions": "a backend is made by `TensorBackend(ops)` here",
}
"""What there is instead of names that older guides use."""


def explain(file: ModuleType, name: str) -> str:
    """Say that a file of the library lacks a name, and what else it has that may be meant.

    Args:
        file: The file, imported.
        name: The name.

    Returns:
        A sentence: ``there is no `EQ` in minitorch/scalar_functions.py (did you mean `Equal`?): Task 1.2 asks for it``.
    """
    _, _, stem = file.__name__.rpartition(".")
    tasks = {each: task for task, names in NAMES.get(stem, {}).items() for each in names.split()}
    if name not in tasks:
        here = called_here(name, tasks)
        return f"there is no `{name}` in minitorch/{stem}.py" + (f": {here}" if here else "")
    asked = (
        "it came with the module" if tasks[name] == "given" else f"Task {tasks[name]} asks for it"
    )
    own = {_folded(each): each for each in vars(file) if each not in tasks and _is_own(file, each)}
    near = get_close_matches(_folded(name), own, n=1, cutoff=0.5)
    meant = f" (did you mean `{own[near[0]]}`?)" if near else ""
    return f"there is no `{name}` in minitorch/{stem}.py{meant}: {asked}"


def called_here(name: str, names: Iterable[str]) -> str:
    """Say what this course calls a name from an older guide, or one with other capitals or underscores.

    Args:
        name: The name.
        names: Names of this course that may be meant.

    Returns:
        A clause: ``it is called `EQ` here``; nothing where no other name is known.
    """
    if name in OLDER:
        return OLDER[name]
    meant = [each for each in names if _folded(each) == _folded(name)]
    return f"it is called `{meant[0]}` here" if meant else ""


def _is_own(file: ModuleType, name: str) -> bool:
    """Say whether a name was made in a file for others to use, not imported into it."""
    thing = getattr(file, name)
    made_in = getattr(thing, "__module__", file.__name__)
    return made_in == file.__name__ and not isinstance(thing, ModuleType) and name[0] != "_"


def _folded(name: str) -> str:
    """Leave out of a name what people write this way or that: capitals and underscores."""
    return name.casefold().replace("_", "")
