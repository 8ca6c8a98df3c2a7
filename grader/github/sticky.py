"""The one comment of ours that a pull request has: found again, and written over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from grader.github.api import Api
from grader.github.events import PullRequest
from grader.reporting.comment import Said, said_in

BOT = "github-actions[bot]"  # who writes with the token of a run


@dataclass(frozen=True)
class Posted:
    """Where a comment is, and whether it is new."""

    url: str
    new: bool


def post(api: Api, pull: PullRequest, write: Callable[[Said | None], str], author: str) -> Posted:
    """Write the comment, or write it anew.

    Args:
        api: The repository that the pull request is made to.
        pull: The pull request.
        write: Makes the comment's text from what it said before, which is None the first time.
        author: Whose comments may be ours; a mark in anybody else's is a forgery.

    Returns:
        Where it is.

    Raises:
        GithubRefused: GitHub does not answer, or does not allow it.
    """
    earlier, before = _earlier(api, pull, author)
    body = {"body": write(before)}
    if earlier is None:
        answer = api.send("POST", f"issues/{pull.number}/comments", body)
    else:
        answer = api.send("PATCH", f"issues/comments/{earlier}", body)
    return Posted(str(answer.get("html_url", "")), earlier is None)


def _earlier(api: Api, pull: PullRequest, author: str) -> tuple[int | None, Said | None]:
    """Find the first comment of the author that has our mark: its number, and what it said."""
    for comment in api.list(f"issues/{pull.number}/comments?per_page=100"):
        if _login(comment) == author and (said := said_in(str(comment.get("body") or ""))):
            number = comment.get("id")
            if isinstance(number, int):
                return number, said
    return None, None


def _login(comment: dict[str, Any]) -> object:
    return (comment.get("user") or {}).get("login")
