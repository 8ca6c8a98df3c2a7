"""A stand-in for GitHub's API on loopback: it keeps comments and artifacts, and checks each call as documented."""

from __future__ import annotations

import io
import json
import re
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

REPOSITORY = "school/minitorch"
TOKEN = "ghs_secret"
BOT = "github-actions[bot]"
PAGE = 2  # entries of a page, whatever is asked for: so there are several


def packed(content: bytes, name: str = "record.json") -> bytes:
    """Zip a file as actions/upload-artifact does."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr(name, content)
    return archive.getvalue()


class Storage(ThreadingHTTPServer):
    """Where artifacts lie: another host, which has no business with the token."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _StorageHandler)
        self.files: dict[str, bytes] = {}
        self.wrong: list[str] = []
        self.sent = 0  # bytes


class GitHub(ThreadingHTTPServer):
    """What the API knows, and which calls it got."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.storage = Storage()
        self.artifacts: list[dict[str, Any]] = []
        self.pulls: list[dict[str, Any]] = []
        self.comments: list[dict[str, Any]] = []
        self.calls: list[str] = []
        self.wrong: list[str] = []  # what the documentation does not allow
        # To every call, in place of the right one.
        self.answer: tuple[int, bytes, dict[str, str]] | None = None

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def pull(self, number: int, fork: str, branch: str, sha: str) -> None:
        """Open a pull request."""
        head = {
            "ref": branch,
            "sha": sha,
            "repo": {"full_name": fork},
            "label": f"{fork.split('/')[0]}:{branch}",
        }
        self.pulls.append({"number": number, "state": "open", "head": head})

    def artifact(
        self,
        run: int,
        content: bytes,
        name: str = "record",
        size: int | None = None,
        expired: bool = False,
    ) -> None:
        """Keep an artifact of a run, and say of its size what is asked for."""
        number = 500 + len(self.artifacts)
        self.storage.files[f"/{number}?sig=secret"] = content
        self.artifacts.append(
            {
                "id": number,
                "name": name,
                "size_in_bytes": len(content) if size is None else size,
                "expired": expired,
                "workflow_run": {"id": run},
            }
        )

    def comment(self, login: str, body: str, issue: int | None = None) -> None:
        """Write a comment as somebody; without a number, wherever one looks."""
        number = 100 + len(self.comments)
        url = f"https://github.example/comment/{number}"
        self.comments.append(
            {
                "id": number,
                "user": {"login": login},
                "body": body,
                "html_url": url,
                "issue": issue,
            }
        )


@contextmanager
def github() -> Iterator[GitHub]:
    """Run one; at the end, every call must have been as the documentation asks."""
    server = GitHub()
    with running(server.storage), running(server):
        yield server
    assert not server.wrong + server.storage.wrong, server.wrong + server.storage.wrong


@contextmanager
def running(server: ThreadingHTTPServer) -> Iterator[None]:
    """Let a server answer in a thread of its own."""
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _StorageHandler(BaseHTTPRequestHandler):
    server: Storage

    def do_GET(self) -> None:
        """Give a file to whoever knows its address."""
        if self.headers["Authorization"]:
            self.server.wrong.append("the token came to another host")
        content = self.server.files.get(self.path)
        self.send_response(404 if content is None else 200)
        self.end_headers()
        try:
            self.wfile.write(content or b"")
            self.server.sent += len(content or b"")
        except OSError:
            pass  # who asked has had enough

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class _Handler(BaseHTTPRequestHandler):
    server: GitHub

    def do_GET(self) -> None:
        """Give a page of pull requests or comments."""
        path, query = self._asked()
        if path == f"/repos/{REPOSITORY}/pulls":
            self._check(query.get("state") == ["open"], "state=open")
            label = query.get("head")
            found = [p for p in self.server.pulls if label in (None, [p["head"]["label"]])]
            self._page(path, query, found)
        elif issue := re.fullmatch(rf"/repos/{REPOSITORY}/issues/(\d+)/comments", path):
            self._check(int(query.get("per_page", ["30"])[0]) <= 100, "per_page of at most 100")
            there = [c for c in self.server.comments if c["issue"] in (None, int(issue[1]))]
            self._page(path, query, there)
        elif run := re.fullmatch(rf"/repos/{REPOSITORY}/actions/runs/(\d+)/artifacts", path):
            found = [a for a in self.server.artifacts if a["workflow_run"]["id"] == int(run[1])]
            found = [a for a in found if query.get("name") in (None, [a["name"]])]
            self._send(200, {"total_count": len(found), "artifacts": found})
        elif zipped := re.fullmatch(rf"/repos/{REPOSITORY}/actions/artifacts/(\d+)/zip", path):
            (artifact,) = [a for a in self.server.artifacts if a["id"] == int(zipped[1])]
            self._check(not artifact["expired"], "an artifact that is still there")
            place = f"http://127.0.0.1:{self.server.storage.server_address[1]}/{zipped[1]}"
            self._send(302, {}, {"Location": f"{place}?sig=secret"})
        else:
            self._send(404, {"message": "Not Found"})

    def do_POST(self) -> None:
        """Make a comment."""
        path, _ = self._asked()
        found = re.fullmatch(rf"/repos/{REPOSITORY}/issues/(\d+)/comments", path)
        if self._check(found is not None, path) and found:
            self.server.comment(BOT, self._body(), int(found[1]))
            self._send(201, self.server.comments[-1])

    def do_PATCH(self) -> None:
        """Change a comment."""
        path, _ = self._asked()
        found = re.fullmatch(rf"/repos/{REPOSITORY}/issues/comments/(\d+)", path)
        if self._check(found is not None, path) and found:
            (comment,) = [c for c in self.server.comments if c["id"] == int(found[1])]
            comment["body"] = self._body()
            self._send(200, comment)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def _asked(self) -> tuple[str, dict[str, list[str]]]:
        self.server.calls.append(f"{self.command} {self.path}")
        self._check(self.headers["Authorization"] == f"Bearer {TOKEN}", "the token as a bearer")
        self._check(self.headers["Accept"] == "application/vnd.github+json", "Accept")
        self._check(self.headers["X-GitHub-Api-Version"] == "2022-11-28", "the version")
        self._check(bool(self.headers["User-Agent"]), "a user agent, without which GitHub refuses")
        parts = urlsplit(self.path)
        return parts.path, parse_qs(parts.query)

    def _body(self) -> str:
        content = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._check(set(content) == {"body"} and isinstance(content["body"], str), "a body")
        self._check(len(content["body"]) <= 65_536, "a body of at most 65,536 characters")
        return str(content["body"])

    def _page(self, path: str, query: dict[str, list[str]], entries: list[dict[str, Any]]) -> None:
        number = int(query.get("page", ["1"])[0])
        links = {}
        if number * PAGE < len(entries):
            rest = "&".join(f"{k}={v[0]}" for k, v in query.items() if k != "page")
            links = {
                "Link": f'<{self.server.url}{path}?{rest}&page={number + 1}>; rel="next", <x>; rel="last"'
            }
        self._send(200, entries[(number - 1) * PAGE : number * PAGE], links)

    def _check(self, holds: bool, rule: str) -> bool:
        if not holds:
            self.server.wrong.append(f"{self.command} {self.path}: {rule}")
        return holds

    def _send(self, status: int, content: Any, headers: dict[str, str] | None = None) -> None:
        data, extra = json.dumps(content).encode(), headers or {}
        if self.server.answer:
            status, data, extra = self.server.answer
        self.send_response(status)
        for name, value in {**extra, "Content-Length": str(len(data))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)
