"""What Module 2 hands out ready-made: making tensors, reading and writing them, and what their errors say.

Its tasks have tests of their own, in the module's folder.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.tests.authored import imported, needs_course
from grader.tests.documents import solve

pytestmark = needs_course


@pytest.fixture
def minitorch(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Import the reference library, and forget it again."""
    yield from imported("minitorch", monkeypatch)


def test_nested_lists_make_a_tensor(minitorch: Any) -> None:
    matrix = minitorch.tensor([[1, 2, 3], (4, 5, 6)])
    assert matrix.shape == (2, 3) and not matrix.requires_grad()
    assert matrix.to_numpy().tolist() == [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
    assert minitorch.tensor(2.5).shape == () and minitorch.tensor([]).shape == (0,)
    assert minitorch.tensor(np.ones((2, 1, 2)), requires_grad=True).requires_grad()


@pytest.mark.parametrize("lists", [[[1, 2], [3]], [1, [2]], [[1], 2], [[], [1]]], ids=str)
def test_ragged_lists_are_refused(minitorch: Any, lists: Any) -> None:
    with pytest.raises(minitorch.IndexingError, match="the lists are no rectangle"):
        minitorch.tensor(lists)


def test_random_tensors_follow_the_seed(minitorch: Any) -> None:
    draws = []
    for seed in (1, 1, 2):
        minitorch.seed(seed)
        draws.append(minitorch.rand((3, 2)).to_numpy().tolist())
    assert draws[0] == draws[1] != draws[2]
    assert all(0.0 <= x < 1.0 for row in draws[0] for x in row)


def test_elements_are_read_and_written(minitorch: Any) -> None:
    matrix = minitorch.zeros((2, 3))
    matrix[1, 2] = 5.0
    assert (matrix[1, 2], matrix[0, 0]) == (5.0, 0.0)
    assert matrix.permute(1, 0)[2, 1] == 5.0
    row = minitorch.tensor([7.0, 8.0])
    assert row[1] == 8.0 and type(row[1]) is float


INDICES = [
    ((1,), "has length 1, but shape (2, 3) takes 2"),
    ((0, 0, 0), "has length 3"),
    ((0, 3), "lies outside shape (2, 3)"),
    ((-1, 0), "is negative"),
    ((0, 0.5), "holds 0.5"),
]


@pytest.mark.parametrize(("index", "told"), INDICES, ids=str)
def test_a_wrong_index_is_told_with_the_shape(minitorch: Any, index: Any, told: str) -> None:
    with pytest.raises(minitorch.IndexingError) as error:
        minitorch.zeros((2, 3))._tensor.index(index)
    assert told in str(error.value)


@pytest.mark.parametrize("text", [None, "raise ValueError('broken')", ""])
def test_elements_are_read_and_written_without_views(tmp_path: Path, text: str | None) -> None:
    """Only what is no element needs Task 2.6: its file may be absent, broken or empty."""
    solve("module2", tmp_path)
    views = tmp_path / "module2/minitorch/views.py"
    views.unlink()
    if text is not None:
        views.write_text(text)
    ask = "from minitorch import tensor; t = tensor([[1, 2], [3, 4]]); t[1, 0] = 5; print(t[1, 0]); t[1]"
    done = subprocess.run(
        [sys.executable, "-c", ask], cwd=tmp_path / "module2", capture_output=True, text=True
    )
    assert done.stdout == "5.0\n" and "views" in done.stderr


def test_one_element_is_a_number(minitorch: Any) -> None:
    assert minitorch.tensor([[4.0]]).item() == 4.0
    with pytest.raises(minitorch.IndexingError, match=r"\(2, 2\)"):
        minitorch.zeros((2, 2)).item()


def test_tensors_show_two_decimals(minitorch: Any) -> None:
    assert repr(minitorch.tensor([[1, 2.345], [-3, 4]])) == "[[1.00 2.35]\n [-3.00 4.00]]"
    assert repr(minitorch.tensor(1.0)) == "1.00"
    assert "(0, 3)" in repr(minitorch.zeros((0, 3)))


def test_shapes_that_do_not_go_together_are_both_named(minitorch: Any) -> None:
    with pytest.raises(minitorch.IndexingError) as error:
        minitorch.zeros((2, 3)) + minitorch.zeros((4,))
    assert str(error.value) == "can't broadcast (2, 3) with (4,)"


def test_a_view_of_another_size_names_both(minitorch: Any) -> None:
    with pytest.raises(minitorch.IndexingError) as error:
        minitorch.zeros((2, 3)).view(4, 2)
    assert "(2, 3)" in str(error.value) and "(4, 2)" in str(error.value)


def test_only_one_element_goes_back_without_a_derivative(minitorch: Any) -> None:
    x = minitorch.tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(minitorch.IndexingError, match="grad_output"):
        (x * x).backward()
    (x * x).backward(minitorch.tensor([1.0, 10.0]))
    assert x.grad.to_numpy().tolist() == [2.0, 40.0]


@pytest.mark.parametrize("shape", [(), (1,), (1, 1)])
@pytest.mark.parametrize("derivative", [2.0, [2.0], [[2.0]]])
def test_one_element_takes_a_derivative_of_one_element_in_any_shape(
    minitorch: Any, shape: tuple[int, ...], derivative: Any
) -> None:
    x = minitorch.Tensor.make([3.0], shape)
    x.requires_grad_(True)
    given = minitorch.tensor(derivative)
    (x * x).backward(given)
    assert (x.grad.shape, x.grad.item()) == (shape, 12.0)
    assert given.item() == 2.0


def test_a_constant_says_that_it_collects_nothing(minitorch: Any) -> None:
    with pytest.raises(ValueError, match=r"of shape \(1,\) is a constant, and only leaves collect"):
        minitorch.tensor([1.0]).accumulate_derivative(minitorch.tensor([1.0]))
    with pytest.raises(ValueError, match=r"Scalar\(2.0\) is a constant, and only leaves collect"):
        minitorch.Scalar(2.0, history=None).accumulate_derivative(1.0)


@pytest.mark.parametrize("shape", [(2, 3), (1, 3), (2, 1), (3,), (1,), (1, 1)], ids=str)
def test_expand_undoes_broadcasting(minitorch: Any, shape: tuple[int, ...]) -> None:
    """Each element gets the sum over all the places it went to."""
    small = minitorch.zeros(shape)
    derivative = np.arange(6.0).reshape(2, 3)
    found = small.expand(minitorch.tensor(derivative))
    dims = tuple(d for d, size in enumerate((1,) * (2 - len(shape)) + shape) if size == 1)
    wanted = derivative.sum(axis=dims, keepdims=True).reshape(shape)
    assert found.shape == shape and np.allclose(found.to_numpy(), wanted)


def test_each_leaf_has_a_gradient_of_its_own(minitorch: Any) -> None:
    """After a sum, both leaves and the caller would otherwise share one storage."""
    a, b = (minitorch.tensor([1.0, 2.0], requires_grad=True) for _ in range(2))
    start = minitorch.tensor([3.0, 4.0])
    (a + b).backward(start)
    a.grad[0] = 9.0
    start[1] = 7.0
    assert b.grad.to_numpy().tolist() == [3.0, 4.0]
    assert a.grad.to_numpy().tolist() == [9.0, 4.0]


def test_numbers_that_need_no_derivative_leave_no_history(minitorch: Any) -> None:
    x = minitorch.tensor([1.0, 2.0])
    assert (x * 2.0 + x).history is None
    x.requires_grad_(True)
    assert (x * 2.0).requires_grad() and not x.detach().requires_grad()
    x.requires_grad_(False)
    assert x.is_constant()


def test_matrices_multiply_from_module_3_on(minitorch: Any) -> None:
    matrix = minitorch.tensor([[1.0, 2.0], [3.0, 4.0]])
    with pytest.raises(NotImplementedError, match="from Module 3 on"):
        minitorch.TensorOps.matrix_multiply(matrix, matrix)
    assert (matrix @ minitorch.tensor([[5.0], [6.0]])).to_numpy().tolist() == [[17.0], [39.0]]
    with pytest.raises(minitorch.IndexingError, match="rows of 2 numbers"):
        matrix @ minitorch.zeros((3, 1))


def test_descent_moves_tensors_too(minitorch: Any) -> None:
    parameter = minitorch.Parameter(minitorch.tensor([1.0, -2.0]), "w")
    optimizer = minitorch.SGD([parameter], lr=0.5)
    (parameter.value * parameter.value).sum().backward()
    optimizer.step()
    assert parameter.value.to_numpy().tolist() == [0.0, 0.0]
    assert parameter.value.is_leaf() and parameter.value.grad is None


def test_the_check_passes_what_is_right_and_names_what_is_wrong(minitorch: Any) -> None:
    class Double(minitorch.Function):  # type: ignore[misc]
        @staticmethod
        def forward(ctx: Any, t: Any) -> Any:
            return t.f.add_zip(t, t)

        @staticmethod
        def backward(ctx: Any, grad_output: Any) -> Any:
            return grad_output

    minitorch.grad_check(lambda a, b: a * b.exp(), minitorch.rand((2, 3)), minitorch.rand((3,)))
    with pytest.raises(AssertionError, match="argument 0"):
        minitorch.grad_check(Double.apply, minitorch.rand((2, 2)))


def test_the_catalogue_serves_tensors(minitorch: Any) -> None:
    one, two, reductions = minitorch.MathTestVariable._comp_testing()
    for name, base, own in one:
        assert own(minitorch.tensor([0.7]))[0] == pytest.approx(base(0.7)), name
    for name, base, own in two:
        found = own(minitorch.tensor([0.7]), minitorch.tensor([-1.1]))
        assert found[0] == pytest.approx(base(0.7, -1.1)), name
    for name, base, own in reductions:
        found = own(minitorch.tensor([0.5, -2.0, 3.25])).item()
        assert found == pytest.approx(base([0.5, -2.0, 3.25])), name


def test_a_storage_may_be_every_other_number_of_an_array(minitorch: Any) -> None:
    numbers = np.arange(24.0)[::2]
    data = minitorch.TensorData(numbers, (2, 3, 2))
    assert data.to_numpy().tolist() == numbers.reshape(2, 3, 2).tolist()
    turned = data.permute(1, 0, 2)
    assert turned.to_numpy().tolist() == numbers.reshape(2, 3, 2).transpose(1, 0, 2).tolist()
