"""What a product of matrices costs, counted: operations of tensors, cells that Python reads, and its multiplications.

A clock would judge the machine. Counts are the same on all of them.
"""

from collections import Counter
from collections.abc import Callable
from types import ModuleType
from typing import Any


class Costs:
    """A backend that counts its operations, and tensors and numbers that count how they are used.

    Args:
        minitorch: The library.

    Attributes:
        backend: ``SimpleBackend`` once more, but it counts.
        operations: How often each operation of the backend was called, by its name there.
        reads: How often a cell was read, by the name of its tensor and then by its index.
        parts: What was read of a tensor and is more than a cell: ``a[0]``.
        multiplications: How often numbers of ``lists`` were multiplied.
    """

    def __init__(self, minitorch: ModuleType) -> None:
        self.operations: Counter[str] = Counter()
        self.reads: dict[str, Counter[tuple[int, ...]]] = {}
        self.parts: list[str] = []
        self.multiplications = 0
        self.backend: Any = minitorch.TensorBackend(minitorch.SimpleOps)
        for name, operation in list(vars(self.backend).items()):
            if callable(operation):
                setattr(self.backend, name, self._counted(name, operation))

    def tensor(self, minitorch: ModuleType, name: str, made: Any) -> Any:
        """Make a tensor of another one's numbers that calculates with the backend, and counts who reads its cells."""
        reads, parts = self.reads.setdefault(name, Counter()), self.parts

        class Watched(minitorch.Tensor):
            def __getitem__(self, key: Any) -> Any:
                found = super().__getitem__(key)
                if isinstance(found, minitorch.Tensor):  # a view, as Task 2.6 makes them
                    parts.append(f"{name}[{key}]")
                    return found
                reads[tuple(int(number) for number in key)] += 1
                return float(found)

        return Watched(made._tensor, backend=self.backend)

    def lists(self, numbers: list[list[float]]) -> list[list[float]]:
        """Make lists of numbers that count when they are multiplied."""
        costs = self

        class Number(float):
            def __mul__(self, other: float) -> float:
                costs.multiplications += 1
                return float(self) * float(other)

            __rmul__ = __mul__

        return [[Number(number) for number in row] for row in numbers]

    def told(self) -> dict[str, int]:
        """Tell how many products and sums of tensors there were, and how many operations of any other kind."""
        products, sums = self.operations["mul_zip"], self.operations["add_reduce"]
        return {
            "products of tensors (*)": products,
            "sums of tensors": sums,
            "other operations of tensors": self.operations.total() - products - sums,
        }

    def _counted(self, name: str, operation: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any) -> Any:
            self.operations[name] += 1
            return operation(*arguments)

        return counted
