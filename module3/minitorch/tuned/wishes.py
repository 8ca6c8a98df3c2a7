"""Wishes: what a loop tells the compiler about itself, where Numba has no option for it.

A wish is a call that does nothing. Compiled, it leaves a note at the function around it (LLVM, Numba's compiler, calls
that a function attribute), which holds for all loops there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic, overload


def wide_vectors() -> None:
    """Wish for the widest vectors that the processor has: eight numbers with AVX-512.

    The compiler shies away from them, since early processors slowed down for a while after each. Most loops wait for
    memory anyway; those that calculate for long gain a third.
    """


def free_choice() -> None:
    """Say that it doesn't matter in which order the largest of many numbers is found, as if all were ordered.

    Then a loop may keep eight candidates in a vector, and choose among them at its end. Without this, the next choice
    waits for the last, because NaN is neither more nor less than anything: there, another order finds another number.
    """


def _take_down(wish: Callable[[], None], *attributes: str) -> None:
    """Say what takes the place of a wish in compiled code."""

    @intrinsic
    def note(typing: Any) -> Any:
        def generate(context: Any, builder: ir.IRBuilder, signature: Any, values: Any) -> ir.Value:
            for (
                attribute
            ) in attributes:  # past llvmlite's own check, which knows only the common ones
                set.add(builder.function.attributes, attribute)
            return context.get_dummy_value()

        return types.void(), generate

    @overload(wish, inline="always")
    def compiled() -> Callable[[], None]:
        return lambda: note()


_take_down(wide_vectors, '"prefer-vector-width"="512"')
_take_down(free_choice, '"no-nans-fp-math"="true"', '"no-signed-zeros-fp-math"="true"')
