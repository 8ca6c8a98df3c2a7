"""What the verbs of ``grader github`` share: where GitHub is, and who they are there."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from grader.errors import NotSet

if TYPE_CHECKING:
    from grader.github.api import Api

repository_option = click.option("--repository", help="owner/name; default: GITHUB_REPOSITORY.")
author_option = click.option(
    "--author", help="Who writes with the token; default: the bot of Actions."
)


def hub(repository: str | None) -> Api:
    """Open the API for a repository.

    Args:
        repository: ``owner/name``; None: the one that the workflow runs in.

    Returns:
        It, with the token of GITHUB_TOKEN.

    Raises:
        NotSet: The environment lacks what was not given.
    """
    from grader.github.api import Api

    return Api(
        os.environ.get("GITHUB_API_URL", "https://api.github.com"),
        repository or environment("GITHUB_REPOSITORY", "--repository OWNER/NAME"),
        environment("GITHUB_TOKEN", "it to the step: env: GITHUB_TOKEN: ${{ github.token }}"),
    )


def environment(name: str, option: str) -> str:
    """Give what a variable holds, or say with which option one does without it."""
    value = os.environ.get(name)
    if not value:
        raise NotSet(name, option)
    return value
