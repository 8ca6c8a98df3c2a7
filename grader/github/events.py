"""Which pull request a finished run belongs to. Only GitHub's own event says it, never what the run left behind."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import msgspec

from grader.errors import BadEvent
from grader.github.api import Api


class Repository(msgspec.Struct, frozen=True):
    """A repository, as an event names it."""

    full_name: str


class Run(msgspec.Struct, frozen=True):
    """A run of a workflow, as an event describes it."""

    event: str  # what started it
    head_branch: str
    head_sha: str
    head_repository: Repository


class Finished(msgspec.Struct, frozen=True):
    """The event ``workflow_run``, as far as it is read."""

    workflow_run: Run


@dataclass(frozen=True)
class PullRequest:
    """A pull request that is open."""

    number: int
    commit: str  # the last one of its branch


def finished_run(path: Path) -> Run:
    """Read the event that a run of ``feedback.yml`` was started by.

    Args:
        path: What GITHUB_EVENT_PATH names.

    Returns:
        The run that has finished.

    Raises:
        BadEvent: It can't be read, or is another event.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=Finished).workflow_run
    except OSError as error:
        raise BadEvent(error.strerror or "it can't be read", str(path)) from None
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise BadEvent(str(error), str(path)) from None


def pull_request_of(run: Run, api: Api) -> PullRequest | None:
    """Find the pull request whose last commit a run was for. The event itself does not name those of forks.

    Args:
        run: The run.
        api: The repository that the pull request is made to.

    Returns:
        It; None where there is none, or where it has got another commit since.

    Raises:
        GithubRefused: GitHub does not answer.
    """
    owner = run.head_repository.full_name.split("/")[0]
    query = urlencode({"state": "open", "head": f"{owner}:{run.head_branch}", "per_page": 100})
    for found in api.list(f"pulls?{query}"):
        if _head(found) == (run.head_repository.full_name, run.head_branch, run.head_sha):
            number = found.get("number")
            return PullRequest(number, run.head_sha) if isinstance(number, int) else None
    return None


def _head(found: dict[str, Any]) -> tuple[object, object, object]:
    """Say where a pull request comes from: repository, branch and commit. A deleted fork has no repository."""
    head = found.get("head") or {}
    repository = head.get("repo") or {}
    return repository.get("full_name"), head.get("ref"), head.get("sha")
