"""Run a tool of Python's under limits: ``python -I -m grader.style.limited TOOL …``. It reads text of anybody's."""

from __future__ import annotations

import resource
import runpy
import sys

CPU = 10  # seconds
MEMORY = 2 * 2**30  # bytes of address space
FILES = 8 * 2**20  # bytes of each file that it writes


def main() -> None:
    """Take limits upon this process, and become the tool."""
    for kind, most in (
        (resource.RLIMIT_CPU, CPU),
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        resource.setrlimit(
            kind, (most, most) if hard == resource.RLIM_INFINITY else (min(most, hard),) * 2
        )
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
