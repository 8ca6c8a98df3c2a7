"""Pages from templates: each one self-contained file that asks nothing of the network.

Every value passes through ``clean`` and then through escaping. A page's policy forbids everything but its own style
and, where a page of a class asks for it, the one script that sorts and searches its tables: both by their hash.
"""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from grader.model import TaskId
from grader.reporting import text, words

_TEMPLATES = Path(__file__).parent / "templates"
_POLICY = "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'"
_TASK = re.compile(r"[0-9]{1,4}\.[0-9]{1,4}")


def render(template: str, script: bool = False, also: str = "", **values: object) -> str:
    """Make a page.

    Args:
        template: The name of a file among the templates; it extends ``base.html``.
        script: Whether tables of class ``sortable`` can be sorted and searched. Never on a page of one student.
        also: The name of a style sheet among the templates that follows the one of all pages.
        **values: What the template writes; anybody's text, but no ``Markup``.

    Returns:
        The whole page.
    """
    code = _asset("site.js") if script else None
    style = _asset("style.css") + (_asset(also) if also else "")
    policy = _policy(style, code)
    found = _environment().get_template(template)
    return found.render(policy=policy, style=style, script=code, **values)


def shown(id: str) -> str:
    """Make a submission's id fit to be read: on one line, never empty."""
    return text.line(id, 80) or "?"


def report_link(id: str, up: str = ".") -> str:
    """Give the path of a submission's report.

    Args:
        id: The submission's.
        up: The way from the page that links to the folder of the class.

    Returns:
        A path that is one whatever the id; nothing for an id that names another folder than its own.
    """
    if id in ("", ".", ".."):
        return ""
    return f"{up}/submissions/{quote(id, safe='', errors='replace')}/report.html"


def task_link(id: TaskId, up: str = "./tasks") -> str:
    """Give the path of a task's page.

    Args:
        id: The task's.
        up: The way from the page that links to the folder of the tasks' pages.

    Returns:
        A path; nothing for what is no task id, since it has no page.
    """
    return f"{up}/{id}.html" if _TASK.fullmatch(id) else ""


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    environment.globals.update(
        words=words,
        line=text.line,
        shown=shown,
        report_link=report_link,
        task_link=task_link,
        moment=_moment,
    )
    return environment


@cache
def _asset(name: str) -> Markup:
    """Read the style or the script: ours, so it is written as it is."""
    return Markup((_TEMPLATES / name).read_text(encoding="utf-8"))


@cache
def _policy(style: Markup, script: Markup | None) -> Markup:
    """Word a page's policy. It holds quotes, but nothing that could end the attribute it stands in."""
    allowed = f"{_POLICY}; style-src '{_digest(style)}'"
    return Markup(f"{allowed}; script-src '{_digest(script)}'" if script else allowed)


def _digest(content: str) -> str:
    digest = hashlib.sha256(content.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def _finalize(value: object) -> object:
    """Clean whatever a template writes; escaping comes after. Style, script and macros are ``Markup``: ours."""
    return text.clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _moment(said: str) -> str:
    """Write a time for people: ``2026-11-20 23:41 UTC``; as it is when it is no time."""
    try:
        return f"{datetime.fromisoformat(said).astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    except (ValueError, OverflowError):
        return text.line(said, 40)
