"""The few calls of GitHub's REST API that the grader makes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urljoin, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from grader.errors import GithubRefused
from grader.model import Seconds

VERSION = "2022-11-28"
TIMEOUT: Seconds = 30.0  # for each call
PAGES = 30  # of a list that are read at most, 100 entries each
_LARGEST = 16 * 2**20  # bytes of an answer
_NEXT = re.compile(r'<([^<>]+)>;\s*rel="next"')


class _NoRedirects(HTTPRedirectHandler):
    """Follows none: the token would go along."""

    def redirect_request(self, *_: Any) -> None:
        """Refuse, so that the answer counts as an error."""


class Api:
    """Calls an API for one repository.

    Args:
        base: Where it is; in a run of Actions, what GITHUB_API_URL holds.
        repository: ``owner/name``.
        token: What to identify by.
    """

    def __init__(self, base: str, repository: str, token: str) -> None:
        self._base = f"{base.rstrip('/')}/repos/{repository}/"
        self._token = token
        self._opener = build_opener(_NoRedirects)

    def list(self, path: str) -> Iterator[dict[str, Any]]:
        """Go through a list, however many pages it has.

        Args:
            path: Where it is, below the repository, with its query.

        Yields:
            dict[str, Any]: Its entries.

        Raises:
            GithubRefused: A page can't be had, or is no list of objects.
        """
        url: str | None = urljoin(self._base, path)
        for _ in range(PAGES):
            if url is None:
                return
            entries, url = self._call("GET", url)
            if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
                raise GithubRefused("the answer is not a list", f"GET {path}")
            yield from entries

    def get(self, path: str) -> dict[str, Any]:
        """Look something up.

        Args:
            path: Where it is, below the repository, with its query.

        Returns:
            What is known of it.

        Raises:
            GithubRefused: It can't be had.
        """
        return _object(self._call("GET", urljoin(self._base, path))[0], f"GET {path}")

    def download(self, path: str, most: int) -> bytes:
        """Fetch a file that is kept somewhere else: the answer says where, for a minute, and the token stays here.

        Args:
            path: What stands for it, below the repository.
            most: Bytes to read of it.

        Returns:
            Its content, or as much of it as was asked for.

        Raises:
            GithubRefused: It can't be had.
        """
        call = f"GET {path}"
        place = self._elsewhere(urljoin(self._base, path), call)
        if urlsplit(place).scheme != urlsplit(self._base).scheme:  # no file, and no way less safe
            raise GithubRefused("it is nowhere that is as safe as GitHub itself", call)
        with _worded(call), self._opener.open(Request(place), timeout=TIMEOUT) as response:
            content: bytes = response.read(most)
            return content

    def send(self, method: str, path: str, content: dict[str, Any]) -> dict[str, Any]:
        """Make or change something.

        Args:
            method: POST or PATCH.
            path: Where, below the repository.
            content: What it holds.

        Returns:
            What it is now.

        Raises:
            GithubRefused: It can't be done.
        """
        answer, _ = self._call(method, urljoin(self._base, path), content)
        return _object(answer, f"{method} {path}")

    def _call(
        self, method: str, url: str, content: dict[str, Any] | None = None
    ) -> tuple[Any, str | None]:
        """Make a call; give the answer, and where the next page is."""
        # A link to the next page comes from outside: the token goes nowhere but to where the API is.
        if urlsplit(url)[:2] != urlsplit(self._base)[:2]:
            raise GithubRefused("the next page is somewhere else", f"{method} {url}")
        request = Request(url, method=method, headers=self._headers())
        if content is not None:
            request.data = json.dumps(content).encode()
            request.add_header("Content-Type", "application/json")
        with _worded(f"{method} {url}"):
            with self._opener.open(request, timeout=TIMEOUT) as response:
                body = response.read(_LARGEST + 1)
                link = _NEXT.search(response.headers.get("Link") or "")
            return json.loads(body), urljoin(url, link[1]) if link else None

    def _elsewhere(self, url: str, call: str) -> str:
        """Ask for what the API keeps elsewhere; give the one place that it names."""
        request = Request(url, headers=self._headers())
        with _worded(call):
            try:
                self._opener.open(request, timeout=TIMEOUT).close()
            except HTTPError as answer:
                if answer.code != 302:
                    raise
                with answer:
                    return urljoin(url, answer.headers.get("Location") or "")
        raise GithubRefused("the answer says no place", call)

    def _headers(self) -> dict[str, str]:
        return {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {self._token}",
            "User-Agent": "minitorch-grader",
            "X-GitHub-Api-Version": VERSION,
        }


@contextmanager
def _worded(call: str) -> Iterator[None]:
    """Word whatever goes wrong with a call."""
    try:
        yield
    except HTTPError as error:
        raise GithubRefused(_said(error), call) from None
    except (URLError, HTTPException, OSError) as error:
        raise GithubRefused(str(getattr(error, "reason", error)), call) from None
    except ValueError:
        raise GithubRefused("the answer is no JSON, or too long", call) from None


def _object(answer: Any, call: str) -> dict[str, Any]:
    if not isinstance(answer, dict):
        raise GithubRefused("the answer is not an object", call)
    return answer


def _said(error: HTTPError) -> str:
    """Give the status, and what the answer says of it."""
    try:
        answer = json.loads(error.read(_LARGEST))
    except (ValueError, OSError):
        answer = None
    message = answer.get("message") if isinstance(answer, dict) else None
    return f"status {error.code}" + (f", {message}" if isinstance(message, str) else "")
