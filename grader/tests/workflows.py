"""Workflows, and running a step's command as a runner does."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".github" / "workflows"
BIN = Path(sys.executable).parent

Step = dict[str, Any]


def load(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = YAML(typ="safe").load(path)
    return found


def steps(name: str, job: str | None = None) -> dict[str, Step]:
    """Give the steps of a workflow's only job, or of one, by their names; each has its job's environment, too."""
    jobs = load(FOLDER / name)["jobs"]
    (found,) = [jobs[job]] if job else jobs.values()
    around = found.get("env", {})
    return {s["name"]: {**s, "env": {**around, **s.get("env", {})}} for s in found["steps"]}


def ran(
    step: Step, folder: Path, context: dict[str, str], **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a step's command as a runner does, where expressions mean what ``context`` says."""

    def value(said: object) -> str:
        return re.sub(r"\$\{\{ (.+?) \}\}", lambda found: context[found[1]], str(said))

    assert "${{" not in step["run"]  # an expression in a script is an injection
    settings = {name: value(said) for name, said in step["env"].items()}
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("GITHUB_", "COVERAGE"))}
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        cwd=folder,
        env={**kept, **environment, **settings},
        capture_output=True,
        text=True,
    )


def lend_environment(folder: Path) -> None:
    """Put our grader where ``make setup`` would put one."""
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / ".venv" / "bin" / "grader").symlink_to(BIN / "grader")
