"""What ``pytest`` says at the top of the repository: every module has tests, settings and a library of its own."""

import re
from pathlib import Path
from shlex import quote

import pytest

_GRADERS = Path(__file__).parent / "grader" / "tests"


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Run nothing but the grader's tests from here; say what to run in place of anything else."""
    paths = [Path(argument.partition("::")[0]) for argument in config.args]
    if _only_asks(config) or all(path.resolve().is_relative_to(_GRADERS) for path in paths):
        return
    typed = " ".join(map(str, config.invocation_params.args))
    found = re.search(r"module(\d+)|task(\d+)_", typed)
    module = (found[1] or found[2]) if found else "0"
    marks = f" -m {quote(config.option.markexpr)}" if config.option.markexpr else ""
    raise pytest.UsageError(
        f"Each module runs its own tests: cd module{module} && pytest{marks}   or: grader check {module}"
        "   (the grader's own: pytest grader/tests)"
    )


def _only_asks(config: pytest.Config) -> bool:
    """Tell whether no tests are to be run: the command line asks for help, or for a list of what there is."""
    names = ("help", "version", "markers", "showfixtures", "show_fixtures_per_test")
    return any(getattr(config.option, name, False) for name in names)
