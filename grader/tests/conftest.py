"""Fixtures that several test files share, and an option: how old the kernel's Landlock shall be."""

import pytest

from grader.sandbox import landlock
from grader.tests.ctrl_c import ctrl_c
from grader.tests.toy import toy_course, toy_template

__all__ = ["ctrl_c", "toy_course", "toy_template"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Know ``--landlock-abi 5``: every sandbox then does without what later versions of Landlock refuse."""
    parser.addoption("--landlock-abi", type=int, help="use no later version of Landlock than this")


def pytest_configure(config: pytest.Config) -> None:
    """Have the one function that asks the kernel answer so."""
    wanted, found = config.getoption("--landlock-abi"), landlock.abi()
    if wanted is not None:
        landlock.abi = lambda: min(wanted, found)
