"""Which pull request a record belongs to. GitHub's own event or the roster says it, never what a run left behind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import msgspec

from grader import typed
from grader.errors import BadEvent
from grader.github.api import Api


@dataclass(frozen=True)
class Head:
    """Where a pull request comes from."""

    repository: str  # owner/name, which GitHub takes in upper case or lower
    branch: str  # none: whichever has the commit
    commit: str  # the branch's last one


class Repository(msgspec.Struct, frozen=True):
    """A repository, as an event names it."""

    full_name: str


class Run(msgspec.Struct, frozen=True):
    """A run of a workflow, as an event describes it."""

    id: int
    event: str  # what started it
    head_branch: str | None
    head_sha: str
    head_repository: Repository | None  # none: the fork was deleted

    @property
    def head(self) -> Head | None:
        """What it ran on; None where that is gone."""
        if self.head_repository is None or self.head_branch is None:
            return None
        return Head(self.head_repository.full_name, self.head_branch, self.head_sha)


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
        return typed.decode(path.read_bytes(), Finished).workflow_run
    except OSError as error:
        raise BadEvent(error.strerror or "it can't be read", str(path)) from None
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise BadEvent(str(error), str(path)) from None


def pull_request_of(head: Head, api: Api) -> PullRequest | None:
    """Find the open pull request whose last commit this is. The event itself does not name those of forks.

    Args:
        head: Where it must come from.
        api: The repository that the pull request is made to.

    Returns:
        It; None where there is none, or where it has got another commit since.

    Raises:
        GithubRefused: GitHub does not answer.
    """
    owner = head.repository.split("/")[0]
    query = urlencode({"state": "open", "head": f"{owner}:{head.branch}", "per_page": 100})
    return among(api.list(f"pulls?{query}"), head)


def open_pull_requests(api: Api) -> list[dict[str, Any]]:
    """List all that are open, as GitHub describes them; for a class, that is less to ask than each one's own."""
    return list(api.list("pulls?state=open&per_page=100"))


def among(pulls: Iterable[dict[str, Any]], head: Head) -> PullRequest | None:
    """Find the pull request that comes from somewhere.

    Args:
        pulls: Some, as GitHub describes them.
        head: Where it must come from.

    Returns:
        It; None where there is none, or where it has got another commit since.
    """
    for found in pulls:
        if _comes_from(head, found):
            number = found.get("number")
            return PullRequest(number, head.commit) if isinstance(number, int) else None
    return None


def _comes_from(head: Head, found: dict[str, Any]) -> bool:
    """Compare repository, branch and commit. A deleted fork has no repository."""
    known = found.get("head") or {}
    repository = (known.get("repo") or {}).get("full_name")
    return (
        isinstance(repository, str)
        and repository.casefold() == head.repository.casefold()
        and known.get("ref") == (head.branch or known.get("ref"))
        and known.get("sha") == head.commit
    )
