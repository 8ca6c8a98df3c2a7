"""Task 2.7: equations of letters, what they calculate, and their gradients."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from comparison import assert_close
from gradients import assert_slopes
from hypothesis import example, given, settings
from hypothesis import strategies as st
from strategies import SHARED, Layout, draw_layout
from tensors import Stored, assert_tensor, draw_stored, plain, tenths

import minitorch

einsums = import_module("minitorch.einsum")  # the file: minitorch.einsum is the function

few = settings(max_examples=25)

A = plain([[1, 2, 3], [4, 5, 6]])
B = plain([[10, 20], [30, 40], [50, 60]])
SQUARE = plain([[1, 2, 3], [4, 5, 6], [7, 8, 9]])
ROW = plain([10, 20, 30])

EVERYDAY: dict[str, tuple[Stored, ...]] = {
    "ij->ji": (A,),
    "ik,kj->ij": (A, B),
    "ij,j->i": (A, ROW),
    "i,i->": (ROW, ROW),
    "i,j->ji": (plain([1, 2]), ROW),
    "ij,ij->": (A, A),
    "j,ij->ij": (ROW, A),
    "bik,bkj->bij": (plain([[[1, 2]], [[3, 4]]]), plain([[[1, 0], [0, 2]], [[5, 6], [7, 8]]])),
    "bqd,bkd->bqk": (plain([[[1, 2]], [[3, 4]]]), plain([[[1, 0], [0, 2]], [[5, 6], [7, 8]]])),
    "bi,ij,bj->b": (A, SQUARE, plain([[1, 0, 2], [0, 3, 1]])),
    "ii->i": (SQUARE,),
    "ii->": (SQUARE,),
    "ii,i->i": (SQUARE, ROW),
    "bii->b": (plain([[[1, 2], [3, 4]], [[5, 6], [7, 8]]]),),
    "ij->": (A,),
    "ij->j": (A,),
    "iji->j": (plain([[[1, 2], [3, 4], [5, 6]], [[7, 8], [9, 10], [11, 12]]]),),
    "i,i,i->i": (ROW, ROW, ROW),
    "iii->i": (plain([[[1, 2], [3, 4]], [[5, 6], [7, 8]]]),),
    "i,->i": (ROW, plain(2.0)),
    "->": (plain(2.0),),
}


# Equations


@pytest.mark.task2_7
@pytest.mark.parametrize(
    ("text", "inputs", "output", "summed"),
    [
        ("ik,kj->ij", ["ik", "kj"], "ij", "k"),
        (" b i , i j -> b j ", ["bi", "ij"], "bj", "i"),
        ("bi,ij,bj->b", ["bi", "ij", "bj"], "b", "ij"),
        ("ij,jk,kj->i", ["ij", "jk", "kj"], "i", "jk"),
        ("ji->ij", ["ji"], "ij", ""),
        ("ij->", ["ij"], "", "ij"),
        ("zaA->A", ["zaA"], "A", "za"),
        ("ii->", ["ii"], "", "i"),
        (",i->i", ["", "i"], "i", ""),
        ("->", [""], "", ""),
    ],
)
def test_equations_taken_apart(text: str, inputs: list[str], output: str, summed: str) -> None:
    """parse gives the inputs and the output; what the output lacks is summed over, each letter once, in order."""
    got = einsums.parse(text)
    found = [list(got.inputs), got.output, got.summed]
    assert_close(found, [inputs, output, summed], f"inputs, output, summed of parse({text!r})")


@pytest.mark.task2_7
@pytest.mark.parametrize(
    "text",
    ["ij,jk", "", "i->i->i", "i1->i", "i.j->i", "i,j>ij", "ij->ii", "ij->ik", "...i->i", "ij->i,j"],
)
def test_equations_that_are_none(text: str) -> None:
    """A ValueError shows an equation without ->, or with two, with other signs, or with a wrong letter on the right."""
    with pytest.raises(ValueError) as caught:
        einsums.parse(text)
    assert repr(text)[1:-1] in str(caught.value), f"{text!r} is not shown in: {caught.value}"


@pytest.mark.task2_7
def test_sizes_of_letters() -> None:
    """check says how large each letter is."""
    got = einsums.check(einsums.parse("bi,ij,bj->b"), [(2, 3), (3, 4), (2, 4)])
    assert_close(sorted(got.items()), [("b", 2), ("i", 3), ("j", 4)], "the sizes of bi,ij,bj->b")
    assert_close(einsums.check(einsums.parse("->"), [()]), {}, "the sizes of ->")


@pytest.mark.task2_7
@pytest.mark.parametrize(
    ("text", "shapes", "shown"),
    [
        ("ik,kj->ij", [(2, 3), (4, 2)], "k34"),
        ("ik,kj->ij", [(2, 1), (4, 2)], "k14"),
        ("ik,kj->ij", [(2, 4), (1, 2)], "k41"),
        ("ii->i", [(2, 3)], "i23"),
        ("ii->i", [(1, 3)], "i13"),
        ("ik,kj->ij", [(2, 3)], ""),
        ("ik,kj->ij", [(2, 3), (3, 2), (2, 2)], ""),
        ("ij->ji", [(2,)], ""),
        ("ij->ji", [(2, 3, 1)], ""),
    ],
)
def test_sizes_that_do_not_fit(text: str, shapes: list[Any], shown: str) -> None:
    """An EinsumError shows the letter and its sizes; a size of 1 fits no other, as nothing broadcasts here."""
    for strict in (True, False):
        with pytest.raises(einsums.EinsumError) as caught:
            einsums.check(einsums.parse(text), shapes, strict)
        assert all(sign in str(caught.value) for sign in shown), f"{text}, {shapes}: {caught.value}"


@pytest.mark.task2_7
@pytest.mark.parametrize(
    ("text", "rule", "letter"),
    [
        ("i,i,i->i", 2, "i"),
        ("ii,i->i", 2, "i"),
        ("iii->", 2, "i"),
        ("ij,jk,kj->i", 2, "j"),
        ("ij->i", 3, "j"),
        ("ij->", 3, "i"),
        ("ik,kj->i", 3, "j"),
    ],
)
def test_rules(text: str, rule: int, letter: str) -> None:
    """An EinsumError says which rule is broken, and by which letter; if strict is False, nothing is wrong with it."""
    equation = einsums.parse(text)
    shapes = [(2,) * len(letters) for letters in equation.inputs]
    with pytest.raises(einsums.EinsumError) as caught:
        einsums.check(equation, shapes)
    assert f"rule {rule}" in str(caught.value), f"{text}: {caught.value}"
    assert letter in str(caught.value).replace("rule", ""), f"{text}: {caught.value}"
    assert letter in einsums.check(equation, shapes, strict=False)


@pytest.mark.task2_7
def test_what_keeps_the_rules() -> None:
    """A letter may stand twice on the left and also on the right; one that stands once on the left is on the right."""
    for text in ("bik,bkj->bij", "bi,ij,bj->b", "ii->i", "ii->", "i,j->ij", "ij->ji"):
        equation = einsums.parse(text)
        einsums.check(equation, [(2,) * len(letters) for letters in equation.inputs])


# Reading in an order


@pytest.mark.task2_7
@pytest.mark.parametrize(
    ("letters", "order", "shape", "strides"),
    [
        ("ij", "ij", [2, 3], [3, 1]),
        ("ij", "ji", [3, 2], [1, 3]),
        ("ij", "jbi", [3, 1, 2], [1, 0, 3]),
        ("ij", "ijk", [2, 3, 1], [3, 1, 0]),
    ],
)
def test_aligned_by_hand(letters: str, order: str, shape: list[int], strides: list[int]) -> None:
    """aligned gives a matrix a dimension for each letter of the order, of size 1 where it lacks the letter."""
    t = A.tensor()
    got = einsums.aligned(t, letters, order)
    call = f"aligned(t, {letters!r}, {order!r}), t of shape (2, 3)"
    steps = [step if size > 1 else 0 for size, step in zip(got.shape, got.stride())]
    assert_close([list(got.shape), steps], [shape, strides], f"shape and strides of {call}")
    assert np.shares_memory(got.storage(), t.storage()), f"{call} is a copy"


@pytest.mark.task2_7
def test_aligned_reads_a_diagonal() -> None:
    """A letter that stands twice is one dimension of the result, along which both strides are taken at once."""
    got = einsums.aligned(SQUARE.tensor(), "ii", "i")
    assert_tensor(got, [1, 5, 9], "aligned(t, 'ii', 'i')")
    assert_close(list(got.stride()), [4], "aligned(t, 'ii', 'i').stride()")
    turned = SQUARE.tensor().permute(1, 0)
    assert_tensor(einsums.aligned(turned, "ii", "bi"), [[1, 5, 9]], "aligned(t, 'ii', 'bi')")


# What equations calculate


@pytest.mark.task2_7
def test_equations_by_hand() -> None:
    """Rows meet columns; the trace is 15; each row times a number; and so on."""
    a, b, square, row = (each.tensor() for each in (A, B, SQUARE, ROW))
    results = {
        "ik,kj->ij": (einsums.einsum("ik,kj->ij", a, b), [[220, 280], [490, 640]]),
        "ij->ji": (einsums.einsum("ij->ji", a), [[1, 4], [2, 5], [3, 6]]),
        "ii->": (einsums.einsum("ii->", square), 15),
        "ii->i": (einsums.einsum("ii->i", square), [1, 5, 9]),
        "j,ij->ij": (einsums.einsum("j,ij->ij", row, a), [[10, 40, 90], [40, 100, 180]]),
        "i,i->": (einsums.einsum("i,i->", row, row), 1400),
        "ij->i": (einsums.einsum("ij->i", a, strict=False), [6, 15]),
    }
    for text, (got, expected) in results.items():
        assert_tensor(got, expected, f"einsum({text!r}, …)")


@pytest.mark.task2_7
@pytest.mark.parametrize("text", EVERYDAY)
def test_everyday_equations(text: str) -> None:
    """The result is NumPy's, and so are its dimensions, in the order of the letters on the right."""
    got = einsums.einsum(text, *(x.tensor() for x in EVERYDAY[text]), strict=False)
    expected = np.einsum(text, *(x.values for x in EVERYDAY[text]))
    assert_tensor(got, expected, f"einsum({text!r}, …)")


@st.composite
def equations(draw: st.DrawFn) -> tuple[str, tuple[Stored, ...]]:
    """Draw an equation of up to three operands, of up to four letters, and tensors that fit it, however they lie."""
    sizes = dict(zip("ijkl", draw(st.tuples(*[st.sampled_from((2, 3, 1))] * 4))))
    inputs = draw(st.lists(st.text("ijkl", max_size=3), min_size=1, max_size=3))
    left = sorted(set("".join(inputs)))
    right = draw(st.permutations(left))[: draw(st.integers(0, len(left)))]
    operands = []
    for letters in inputs:
        layout = draw_layout(draw, tuple(sizes[x] for x in letters), SHARED)
        operands.append(draw_stored(draw, layout, tenths))
    return f"{','.join(inputs)}->{''.join(right)}", tuple(operands)


@pytest.mark.task2_7
@few
@given(equations())
@example(("ji,ik->kj", (A, plain([[1, 2], [3, 4], [5, 6]]))))
@example(("ij->ji", (Stored((1.0, 2.0, 3.0), Layout((2, 3), (0, 1))),)))
def test_any_equation(drawn: tuple[str, tuple[Stored, ...]]) -> None:
    """Whatever the equation, and however the tensors lie in memory, the result is NumPy's."""
    text, operands = drawn
    got = einsums.einsum(text, *(x.tensor() for x in operands), strict=False)
    expected = np.einsum(text, *(x.values for x in operands))
    assert_tensor(got, expected, f"einsum({text!r}, {', '.join(map(repr, operands))})")


@pytest.mark.task2_7
def test_sums_of_nothing() -> None:
    """A letter of size 0 that is summed over gives 0, as a sum of nothing does."""
    got = einsums.einsum("ik,kj->ij", minitorch.zeros((2, 0)), minitorch.zeros((0, 3)))
    assert_tensor(got, np.zeros((2, 3)), "einsum('ik,kj->ij', zeros((2, 0)), zeros((0, 3)))")


# Gradients


@pytest.mark.task2_7
def test_derivatives_of_a_product_by_hand() -> None:
    """Of ik,kj->ij, the derivative by the first is ij,kj->ik, and that by the second is ij,ik->kj."""
    a, b, d = A.tensor(True), B.tensor(True), plain([[1, 2], [3, 4]])
    einsums.einsum("ik,kj->ij", a, b).backward(d.tensor())
    assert_tensor(a.grad, d.values @ B.values.T, "a.grad after einsum('ik,kj->ij', a, b)")
    assert_tensor(b.grad, A.values.T @ d.values, "b.grad after einsum('ik,kj->ij', a, b)")


@pytest.mark.task2_7
def test_derivatives_of_a_diagonal_by_hand() -> None:
    """What is not on the diagonal has no part in the result, so its derivative is 0."""
    t = SQUARE.tensor(True)
    einsums.einsum("ii->i", t).backward(plain([1, 2, 3]).tensor())
    assert_tensor(t.grad, np.diag([1.0, 2.0, 3.0]), "t.grad after einsum('ii->i', t)")
    t.zero_grad_()
    einsums.einsum("ii->", t).backward(plain(5.0).tensor())
    assert_tensor(t.grad, 5 * np.eye(3), "t.grad after einsum('ii->', t)")


@pytest.mark.task2_7
@pytest.mark.parametrize("text", EVERYDAY)
def test_gradients_of_everyday_equations(text: str) -> None:
    """The gradients of all operands are the slopes that small steps show."""
    assert_slopes(
        lambda *t: einsums.einsum(text, *t, strict=False),
        lambda *values: np.einsum(text, *values),
        f"einsum({text!r}, …)",
        *EVERYDAY[text],
    )


@pytest.mark.task2_7
@settings(max_examples=15)
@given(equations())
def test_gradients_of_any_equation(drawn: tuple[str, tuple[Stored, ...]]) -> None:
    """Whatever the equation, its gradients are the slopes that small steps show."""
    text, operands = drawn
    assert_slopes(
        lambda *t: einsums.einsum(text, *t, strict=False),
        lambda *values: np.einsum(text, *values),
        f"einsum({text!r}, …)",
        *operands,
    )


@pytest.mark.task2_7
def test_backward_gives_what_is_wanted() -> None:
    """Constants get no gradient; one tensor in two places gets both; and nothing else is changed by a walk."""
    a, constant, d = A.tensor(True), B.tensor(), plain([[1, 2], [3, 4]]).tensor()
    einsums.einsum("ik,kj->ij", a, constant).backward(d)
    assert constant.grad is None, "a constant has got a gradient"
    assert_tensor(d, [[1, 2], [3, 4]], "d after einsum('ik,kj->ij', a, b).backward(d)")
    a.zero_grad_()
    einsums.einsum("ij,ij->", a, a).backward()
    assert_tensor(a.grad, 2 * A.values, "a.grad after einsum('ij,ij->', a, a).backward()")


# How


@pytest.mark.task2_7
def test_the_backend_calculates() -> None:
    """Products and sums are those of the tensors' backend, forward and backward, and results have it, too."""
    calls: list[str] = []
    backend = minitorch.TensorBackend(minitorch.SimpleOps)
    for name in ("mul_zip", "add_reduce"):
        setattr(backend, name, noted(getattr(backend, name), name, calls))
    a, b = A.tensor(True), B.tensor(True)
    a._type_(backend)
    b._type_(backend)
    result = einsums.einsum("ik,kj->ij", a, b)
    assert result.backend is backend, "the result has another backend"
    assert set(calls) == {"mul_zip", "add_reduce"}, f"asked of the backend: {calls}"
    calls.clear()
    result.backward(plain([[1, 2], [3, 4]]).tensor())
    assert "mul_zip" in calls, "backward did not ask the backend"


# What the tests are made with


def noted(operation: Callable[..., Any], name: str, calls: list[str]) -> Callable[..., Any]:
    """Note each call of an operation."""

    def called(*arguments: Any) -> Any:
        calls.append(name)
        return operation(*arguments)

    return called
