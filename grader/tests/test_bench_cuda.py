"""Measuring on a GPU, as far as it can be tested without one: what is said then, the clock, and what peers compute."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from numpy.typing import NDArray

from grader.bench import cuda
from grader.bench.__main__ import main
from grader.tests.authored import imported, needs_course

pytestmark = needs_course

Numbers = NDArray[np.float64]

CUPY = SimpleNamespace(
    asarray=np.asarray,
    negative=np.negative,
    exp=np.exp,
    sum=np.sum,
    amax=np.amax,
    matmul=np.matmul,
)
"""What is asked of CuPy, by NumPy."""


class Moved(np.ndarray[Any, np.dtype[np.float64]]):
    """A tensor of PyTorch's stand-in."""

    def to(self, place: str) -> Numbers:
        """Say that it lies on the GPU now."""
        assert place == "cuda"
        return np.asarray(self)


TORCH = SimpleNamespace(
    from_numpy=lambda numbers: numbers.view(Moved),
    neg=np.negative,
    relu=lambda a: np.maximum(a, 0.0),
    sigmoid=lambda a: 1.0 / (1.0 + np.exp(-a)),
    exp=np.exp,
    sum=lambda a, dim, keepdim: a.sum(dim, keepdims=keepdim),
    amax=lambda a, dim, keepdim: a.max(dim, keepdims=keepdim),
    matmul=np.matmul,
)
"""What is asked of PyTorch, by NumPy."""


@pytest.fixture
def minitorch(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Import the reference library, and forget it again."""
    yield from imported("minitorch", monkeypatch)


def test_without_a_gpu_the_bench_says_so_and_is_content(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_ENABLE_CUDASIM", "1")
    ran = CliRunner().invoke(main, ["--only", "cuda"])
    assert ran.exit_code == 0
    assert ran.stdout == (
        "\nThere is no CUDA device that Numba can use: nothing is measured on a GPU.\n"
    )


def test_without_peers_it_says_so(minitorch: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(minitorch.device, "simulated", False)
    monkeypatch.setattr(cuda, "optional", lambda name: None)
    assert cuda.obstacle() == (
        "Neither CuPy nor PyTorch can use the GPU, so there is nothing to compare with."
    )


def test_a_peer_that_finds_no_gpu_is_no_peer(
    minitorch: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    blind = SimpleNamespace(is_available=lambda: False)
    blind.cuda = blind
    monkeypatch.setattr(minitorch.device, "simulated", False)
    monkeypatch.setattr(cuda, "optional", lambda name: blind)
    assert str(cuda.obstacle()).startswith("Neither CuPy nor PyTorch")
    monkeypatch.setattr(blind, "is_available", lambda: True)
    assert cuda.obstacle() is None


def test_the_clock_waits_for_the_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr("numba.cuda.synchronize", lambda: told.append("done"))
    monkeypatch.setattr("time.perf_counter", lambda: float(len(told)))
    assert cuda.clock() == 1.0


def test_all_compute_the_same(minitorch: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cuda, "_cupy", lambda: CUPY)
    monkeypatch.setattr(cuda, "_torch", lambda: TORCH)
    for name, value in {"SIDE": 3, "PRODUCTS": (4,), "BATCH": (2, 3, 3)}.items():
        monkeypatch.setattr(cuda, name, value)
    names = []
    for contest in cuda.contests():
        names.append(contest.name)
        tensor: Any = contest.ours()
        assert minitorch.device.is_on_gpu(tensor._tensor._storage), contest.name
        assert contest.peers
        for peer, work in contest.peers.items():
            theirs: Any = work()
            np.testing.assert_allclose(tensor.to_numpy(), theirs, err_msg=f"{contest.name}, {peer}")
    assert {name.split(":")[0] for name in names} == {"map", "reduce", "matmul"}
