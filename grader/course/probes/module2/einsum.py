"""Probes of Task 2.7: equations taken apart and checked, what they calculate, and their gradients."""

from importlib import import_module
from types import ModuleType
from typing import Any

import numpy as np
from numpy.random import Generator

from grader.running.probes import probe

from .calls import Calls, answers, refusal
from .gradients import gradients
from ..layouts import Shape, row_major
from ..stored import store
from .inputs import kernel_input

EVERYDAY = (
    "ij->ji",
    "ik,kj->ij",
    "kj,ik->ij",
    "i,j->ji",
    "ii->i",
    "ii->",
    "bik,bkj->bij",
    "bqd,bkd->bqk",
    "bi,ij,bj->b",
    "ij->",
    "ij->i",
    "iji->j",
    "jii->ij",
    "ii,ii->i",
    "i,i,i->i",
    "iii->i",
    "i,->i",
    "->",
    "ab,ca->bc",
    "ij,jk,kl->li",
)
"""Equations of every kind."""

NONE = (
    "ij,jk",
    "",
    "i->i->i",
    "i1->i",
    "i;j->i",
    "i,j>ij",
    "ij->ii",
    "ij->ik",
    "...i->i",
    "ij->i,j",
)
"""Texts that are not equations."""

MISFITS: tuple[tuple[str, tuple[Shape, ...]], ...] = (
    ("ik,kj->ij", ((2, 3), (4, 2))),
    ("ik,kj->ij", ((2, 1), (4, 2))),
    ("ik,kj->ij", ((2, 4), (1, 2))),
    ("ii->i", ((2, 3),)),
    ("ii->", ((1, 3),)),
    ("ik,kj->ij", ((2, 3),)),
    ("ik,kj->ij", ((2, 3), (3, 2), (2, 2))),
    ("ij->ji", ((2,),)),
    ("ij->ji", ((2, 3, 1),)),
    ("i,i,i->i", ((2,), (2,), (2,))),
    ("ii,i->i", ((2, 2), (2,))),
    ("iii->", ((2, 2, 2),)),
    ("ij,jk,kj->i", ((2, 3), (3, 4), (4, 3))),
    ("ij->i", ((2, 3),)),
    ("ij->", ((2, 3),)),
    ("ik,kj->i", ((2, 3), (3, 4))),
)
"""Equations and shapes that don't go together, or only where rules don't count."""


@probe("2.7", cases=24)
def equations_taken_apart(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for the parts of an equation, with blanks anywhere, and how large its letters are."""
    file, (text, shapes) = import_module("minitorch.einsum"), equation(rng, case)
    parsed = file.parse(blanks(rng, text))
    found = {f"parse({text!r})": [list(parsed.inputs), parsed.output, parsed.summed]}
    sizes = file.check(parsed, shapes, strict=False)
    found[f"check(parse({text!r}), {shapes}, strict=False)"] = sorted(
        [letter, int(size)] for letter, size in sizes.items()
    )
    return found


@probe("2.7", cases=len(NONE) + len(MISFITS))
def what_is_refused(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for texts that are not equations, for sizes that don't fit, and for what breaks a rule."""
    file = import_module("minitorch.einsum")
    if case < len(NONE):
        text = NONE[case]
        return {f"parse({text!r})": refusal(ValueError, lambda: str(file.parse(text)))}
    text, shapes = MISFITS[case - len(NONE)]
    parsed, found = file.parse(text), {}
    for strict in (True, False):
        call = f"check(parse({text!r}), {shapes}, strict={strict})"
        try:
            found[call] = sorted(
                [letter, int(n)] for letter, n in file.check(parsed, shapes, strict).items()
            )
        except file.EinsumError as error:
            found[call] = (
                f"EinsumError, {[rule for rule in ('rule 2', 'rule 3') if rule in str(error)]}"
            )
    return found


@probe("2.7", cases=24)
def rules_that_hold_or_not(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask whether equations keep the rules of the strict notation."""
    file, (text, shapes) = import_module("minitorch.einsum"), equation(rng, case)
    parsed = file.parse(text)

    def ask() -> str:
        file.check(parsed, shapes)
        return "kept"

    return {f"check(parse({text!r}), {shapes})": refusal(file.EinsumError, ask)}


@probe("2.7", cases=24)
def tensors_aligned(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Read tensors in orders of letters, some of which they lack or have twice."""
    file, letters = import_module("minitorch.einsum"), "".join(rng.choice(list("ijk"), case % 4))
    sizes = dict(zip("ijkl", (int(n) for n in rng.integers(1, 4, 4))))
    order = "".join(rng.permutation(sorted({*letters, *rng.choice(list("kl"), 2)})))
    x = kernel_input(rng, tuple(sizes[letter] for letter in letters))
    call = f"aligned(x, {letters!r}, {order!r})"
    t = x.tensor(minitorch)
    got = file.aligned(t, letters, order)
    shared = bool(np.shares_memory(got.storage(), t.storage()))
    calls: Calls = {call: lambda x: file.aligned(x, letters, order)}
    return answers(minitorch, calls, x) | {f"does {call} share the storage, x = {x}": shared}


@probe("2.7", cases=56)
def results(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Calculate by equations of one to three operands, however these lie in memory."""
    text, shapes = equation(rng, case)
    operands = [kernel_input(rng, shape) for shape in shapes]
    named = ", ".join(map(str, operands))
    calls: Calls = {
        f"einsum({text!r}, {named}, strict=False)": lambda *tensors: minitorch.einsum(
            text, *tensors, strict=False
        )
    }
    return answers(minitorch, calls, *operands)


@probe("2.7", cases=6)
def results_of_nothing(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Calculate with letters of size 0."""
    text = ("ik,kj->ij", "i,i->", "ij->ji", "ij,j->i", "bik,bkj->bij", "ii->")[case]
    sizes = dict(zip("bijk", (2, *((0, 2, 3) if case % 2 else (2, 3, 0)))))
    inputs = text.partition("->")[0].split(",")
    operands = [store(rng, row_major(tuple(sizes[x] for x in part))) for part in inputs]
    call = f"einsum({text!r}, …), shapes {[each.shape for each in operands]}"
    return answers(minitorch, {call: lambda *t: minitorch.einsum(text, *t)}, *operands)


@probe("2.7", cases=44)
def gradients_of_equations(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Take the gradients of all operands, two of which may be one tensor."""
    text, shapes = equation(rng, case)
    operands = [kernel_input(rng, shape) for shape in shapes]
    named = ", ".join(map(str, operands))
    calls: Calls = {
        f"einsum({text!r}, {named}, strict=False)": lambda *tensors: minitorch.einsum(
            text, *tensors, strict=False
        )
    }
    x = kernel_input(rng, (2, 3))
    twice: Calls = {
        "einsum('ij,kj->ik', x, x.exp())": lambda x: minitorch.einsum("ij,kj->ik", x, x.exp())
    }
    return gradients(minitorch, rng, calls, *operands) | gradients(minitorch, rng, twice, x)


@probe("2.7", cases=8)
def constants_and_backends(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask which operands get a gradient, and whether the tensors' backend has calculated."""
    called: list[str] = []
    backend = minitorch.TensorBackend(minitorch.SimpleOps)
    for name in ("mul_zip", "add_reduce"):
        setattr(backend, name, noted(getattr(backend, name), name, called))
    wanted = (case % 2 == 0, case % 4 < 2)
    tensors = [
        kernel_input(rng, shape).tensor(minitorch, wants, backend)
        for shape, wants in zip(((2, 3), (3, 2)), wanted)
    ]
    result = minitorch.einsum("ik,kj->ij", *tensors)
    where = f"einsum('ik,kj->ij', x, y), where x, y want a gradient: {wanted}"
    found: dict[str, Any] = {
        f"what {where} asked of the backend": sorted(set(called)),
        f"has {where} a history, and the backend": [
            bool(result.requires_grad()),
            result.backend is backend,
        ],
    }
    called.clear()
    if any(wanted):
        result.backward(result.zeros() + 1.0)
        found[f"has the backend multiplied in backward of {where}"] = "mul_zip" in called
        found[f"which of x, y have a gradient after {where}"] = [
            t.grad is not None for t in tensors
        ]
    return found


# What the probes are made with


def equation(rng: Generator, case: int) -> tuple[str, list[Shape]]:
    """Take an everyday equation, or draw one, and shapes that fit it."""
    text = EVERYDAY[case] if case < len(EVERYDAY) else drawn(rng)
    sizes: dict[str, int] = {}
    for letter in text:
        sizes.setdefault(letter, int(rng.integers(1, 4)))
    inputs = text.partition("->")[0].split(",")
    return text, [tuple(sizes[letter] for letter in part) for part in inputs]


def drawn(rng: Generator) -> str:
    """Draw an equation of one to three operands with up to three letters each."""
    inputs = [
        "".join(rng.choice(list("ijkl"), rng.integers(0, 4))) for _ in range(rng.integers(1, 4))
    ]
    left = sorted(set("".join(inputs)))
    right = rng.permutation(left)[: int(rng.integers(0, len(left) + 1))] if left else []
    return f"{','.join(inputs)}->{''.join(right)}"


def blanks(rng: Generator, text: str) -> str:
    """Put blanks into an equation, anywhere but into its arrow."""
    return "->".join(
        "".join(sign + " " * int(rng.integers(0, 2)) for sign in f" {part}")
        for part in text.split("->")
    )


def noted(operation: Any, name: str, called: list[str]) -> Any:
    """Note each call of an operation."""

    def call(*arguments: Any) -> Any:
        called.append(name)
        return operation(*arguments)

    return call
