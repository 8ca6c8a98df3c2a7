"""A git hook that checks finished work before it is pushed. ``grader doctor`` installs and removes it.

Before a push, and not before a commit: commits should be quick, and may hold half of a task.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from shlex import quote

from grader.authoring.repository import Repository, open_repository
from grader.errors import HookInTheWay, HooksElsewhere, NotWritable
from grader.model import Course

NAME = "pre-push"
MARK = "# Installed by `grader doctor --hook`. To remove it: grader doctor --no-hook"

# Plain sh, as Windows' git brings no other shell. Only a wrong task stops a push: exit code 1 of `grader check`.
_TEXT = """#!/bin/sh
{mark}
# It checks the finished tasks whose files differ from what the other side has. To push all the same:
# git push --no-verify
python={python}
if ! [ -x "$python" ]; then
    echo "Nothing was checked: there is no $python. To fix that: grader doctor --hook" >&2
    exit 0
fi
here=$(git rev-parse HEAD)
while read -r _ pushed branch theirs; do
    case $branch in refs/heads/*) ;; *) continue ;; esac
    [ "$pushed" = "$here" ] || continue # the files of another commit are not here
    case $theirs in
    *[!0]*) ;;
    *) # A new branch: compare with the last commit that the other side has.
        refs=$(git for-each-ref --format='%(objectname)' "refs/remotes/$1")
        theirs=$(git merge-base HEAD $refs 2>/dev/null || echo "$theirs")
        ;;
    esac
    "$python" -P -m grader check --changed "$theirs" --by-task </dev/null
    if [ $? -eq 1 ]; then
        echo "Nothing was pushed. To push all the same: git push --no-verify" >&2
        exit 1
    fi
done
exit 0
"""


def install(course: Course) -> Path:
    """Write the hook, or write it anew.

    Args:
        course: The course at hand, at the top of its git repository.

    Returns:
        Where it is.

    Raises:
        GitMissing: Git is not installed.
        NotAtTheTop: The course is in no repository, or not at its top.
        HooksElsewhere: Git takes its hooks from a folder that other repositories may share.
        HookInTheWay: There is another hook.
        NotWritable: The hook can't be written.
    """
    place = _place(open_repository(course.root))
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        scratch = place.with_name(f"{NAME}.writing")  # so that a push meanwhile meets no half of it
        scratch.write_bytes(_TEXT.format(mark=MARK, python=quote(sys.executable)).encode())
        scratch.chmod(0o755)
        scratch.replace(place)
    except OSError as error:
        raise NotWritable(str(place), error.strerror or str(error)) from error
    return place


def remove(course: Course) -> Path | None:
    """Remove the hook.

    Args:
        course: As for ``install``.

    Returns:
        Where it was; None where there was none.

    Raises:
        GitMissing: Git is not installed.
        NotAtTheTop: The course is in no repository, or not at its top.
        HooksElsewhere: Git takes its hooks from a folder that other repositories may share.
        HookInTheWay: There is another hook.
        NotWritable: The hook can't be removed.
    """
    place = _place(open_repository(course.root))
    if not place.exists():
        return None
    try:
        place.unlink()
    except OSError as error:
        raise NotWritable(str(place), error.strerror or str(error)) from error
    return place


def _place(repository: Repository) -> Path:
    """Find where the hook belongs, as ``core.hooksPath`` or another work tree says; refuse what is not ours."""
    asked = repository.run("rev-parse", "--git-path", "hooks", "--git-common-dir")
    hooks, git = (Path(os.path.normpath(repository.root / path)) for path in asked.split("\n"))
    own = (repository.root.resolve(), git.resolve())
    if not any(hooks.resolve().is_relative_to(folder) for folder in own):
        raise HooksElsewhere(str(hooks), str(git / "hooks"))
    place = hooks / NAME
    if os.path.lexists(place) and not _ours(place):
        raise HookInTheWay(str(place))
    return place


def _ours(place: Path) -> bool:
    return place.is_file() and not place.is_symlink() and MARK.encode() in place.read_bytes()
