"""Numba and simulated CUDA in confined children: what a library of Modules 3 and 4 needs, and no more."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from grader.errors import ServerFailed
from grader.model import Level
from grader.sandbox import Limits, Sandbox
from grader.tests.sandboxes import opened

WARM = ("grader.running.compiled",)
PARALLEL = """
import json, os, sys, warnings
warnings.simplefilter("error")
assert "numba" in sys.modules
import numba, numpy as np
from grader.running import compiled
compiled.begin(hurried=False)

@numba.njit(parallel=True)
def doubled(a, out):
    for i in numba.prange(len(a)):
        out[i] = a[i] + a[i]

a = np.arange(100.0)
out = np.zeros(100)
doubled(a, out)
two = numba.get_num_threads()
numba.set_num_threads(4)
doubled(out, out)
results.send(json.dumps([out.tolist() == (4 * a).tolist(), two, numba.threading_layer()]).encode())
"""
BLOCK = """
import json, warnings
warnings.simplefilter("error")
import numpy as np
from numba import cuda, float64

@cuda.jit
def summed(out, a):
    shared = cuda.shared.array(32, float64)
    place = cuda.threadIdx.x
    shared[place] = a[place]
    cuda.syncthreads()
    width = 16
    while width > 0:
        if place < width:
            shared[place] += shared[place + width]
        cuda.syncthreads()
        width //= 2
    if place == 0:
        out[0] = shared[0]

out = np.zeros(1)
summed[1, 32](out, np.arange(32.0))
results.send(json.dumps(out.tolist()).encode())
"""
CACHED = """
import json, os, warnings
warnings.simplefilter("error")
import numba

open("kernel.py", "w").write("import numba\\n@numba.njit(cache=True)\\ndef twice(x):\\n    return x + x\\n")
import sys
sys.path.insert(0, os.getcwd())
import kernel
results.send(json.dumps([kernel.twice(2.0), kernel.twice.stats.cache_path.startswith(os.getcwd())]).encode())
"""


@pytest.fixture(scope="module", params=[Level.A, Level.B])
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    with opened(request.param) as sandbox:
        yield sandbox


def ran(sandbox: Sandbox, source: str) -> Any:
    stage = sandbox.stage({}, WARM)
    with sandbox.start(source.encode(), stage, Limits(wall=120, cpu=120)) as child:
        frame = child.next_frame()
        assert child.next_frame() is None
    assert frame is not None, child.ending
    return json.loads(frame)


def test_a_parallel_kernel_runs_without_a_warning(sandbox: Sandbox) -> None:
    """On two threads, on more if it asks for more; by the layer that survives a fork."""
    assert ran(sandbox, PARALLEL) == [True, 2, "workqueue"]


def test_a_block_of_threads_and_its_barriers(sandbox: Sandbox) -> None:
    """Numba's simulator serves, with shared memory."""
    assert ran(sandbox, BLOCK) == [float(sum(range(32)))]


def test_what_is_compiled_stays_with_the_child(sandbox: Sandbox) -> None:
    """Numba's cache on the disk lies in its private folder, which is removed."""
    assert ran(sandbox, CACHED) == [4.0, True]


def test_what_runs_cuda_kernels_is_known(sandbox: Sandbox) -> None:
    ran(sandbox, "results.send(b'1')")
    assert dict(sandbox.found) == {"cuda": "simulator"}


def test_a_module_that_can_not_be_warmed_up() -> None:
    """It is the grader's fault, not the student's; the server is replaced, and warmed anew."""
    with opened(Level.B) as sandbox:
        with pytest.raises(ServerFailed, match="No module named 'no_such_module'"):
            sandbox.start(b"", sandbox.stage({}, ["no_such_module"]))
        assert ran(sandbox, "results.send(b'7')") == 7
