"""Grading on a Dask cluster."""

from __future__ import annotations

from grader.errors.base import GraderError, UsageError


class NoCluster(UsageError):
    """Dask is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "Dask is not installed, which reaches a cluster.",
            "--scheduler",
            "pip install 'minitorch-grader[cluster]', or leave --scheduler out",
        )


class NoScheduler(GraderError):
    """Nothing that can judge answers at an address."""

    def __init__(self, address: str, why: str) -> None:
        super().__init__(
            f"The cluster can't be used: {why}.",
            address,
            "dask scheduler; then, on each machine: dask worker ADDRESS --nworkers auto --nthreads 1",
        )


class OtherWorkers(UsageError):
    """A worker would judge otherwise than this machine does."""

    def __init__(self, worker: str, what: str, root: str) -> None:
        super().__init__(
            (
                f"The worker {worker} has another {what} than this machine."
                if what != "packages"
                else f"The worker {worker} has another Python or other packages than this machine."
            ),
            root,
            "bring the same commit to the same path on all machines, run make setup there, start the workers again",
        )
