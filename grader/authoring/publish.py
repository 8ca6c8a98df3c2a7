"""Write the students' repository: skeletons instead of solutions, and pristine copies for the grader to trust."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import msgspec

from grader import typed
from grader.authoring.leaks import leaks
from grader.authoring.load import SKELETON
from grader.authoring.markers import SOURCE
from grader.authoring.render import RENDERED_FOLDERS, rendered_files
from grader.authoring.repository import open_repository
from grader.errors import (
    BadManifest,
    FolderInUse,
    LinkInCourse,
    NoSource,
    PublishedFilesEdited,
    SolutionWouldLeak,
)
from grader.model import Course, RelPath

MANIFEST = ".published.json"

_WORKFLOWS = ("course", "regrade", "release")  # of the instructor's repository

FOR_AUTHORS = (
    f"{SOURCE}/",
    f"{SKELETON}/",
    ".ci/",
    "requirements.lock",
    *(f".github/workflows/{name}.yml" for name in _WORKFLOWS),
)


@dataclass(frozen=True)
class PublishedFile:
    """A file of the students' repository."""

    content: bytes
    executable: bool = False


def publish(course: Course, folder: Path) -> int:
    """Write the students' repository into a folder that is new, empty, or was published before.

    A ``.git`` inside it stays as it is, and so does what others added there.

    Args:
        course: An authored course at the top of its git repository; only tracked files leave it.
        folder: Where to write.

    Returns:
        How many files the students' repository has.

    Raises:
        FolderInUse: The folder holds files that no earlier run wrote, or lies inside the course.
        PublishedFilesEdited: Files of an earlier run were edited since.
        SolutionWouldLeak: A line of the solution stands in a file that would be published.
    """
    if folder.resolve().is_relative_to(course.root.resolve()):
        raise FolderInUse(str(folder))
    files = published_files(course)
    prove_tight(course, files)
    before = _manifest(folder)
    _refuse_edited(folder, files, before)
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / MANIFEST).exists():
        _write_manifest(folder, {})  # so that a run that is cut off can be run again
    for path in before:
        if path not in files and os.path.lexists(folder / path):
            _remove(folder, path)
    for path, file in files.items():
        _write(folder / path, file)
    _write_manifest(folder, files)
    return len(files)


def published_files(course: Course) -> dict[RelPath, PublishedFile]:
    """Collect the students' repository: the tracked files, the skeletons, and the grader's copies of those.

    Args:
        course: An authored course at the top of its git repository.

    Returns:
        The files by their paths, sorted.

    Raises:
        NoSource: This is a students' repository itself.
        LinkInCourse: A tracked file is a symbolic link.
    """
    if not course.authored:
        raise NoSource(str(course.root))
    rendered = {
        f"{module.name}/{path}": PublishedFile(text.encode())
        for module in course.modules
        for path, text in rendered_files(course, module).items()
    }
    only_rendered = tuple(
        f"{module.name}/{folder}/" for module in course.modules for folder in RENDERED_FOLDERS
    )
    files = {
        path: _tracked_file(course, path)
        for path in open_repository(course.root).tracked()
        if path not in rendered and not path.startswith((*FOR_AUTHORS, *only_rendered))
    }
    files.update(rendered)
    folders = tuple(f"{module.name}/" for module in course.modules)
    copies = {
        f"{SKELETON}/{path}": file for path, file in files.items() if path.startswith(folders)
    }
    return dict(sorted({**files, **copies}.items()))


def prove_tight(course: Course, files: Mapping[RelPath, PublishedFile]) -> None:
    """Raise ``SolutionWouldLeak`` when the files hold a line of the solution."""
    found = leaks(course, {path: file.content for path, file in files.items()})
    if found:
        raise SolutionWouldLeak([str(leak) for leak in found])


def _tracked_file(course: Course, path: RelPath) -> PublishedFile:
    place = course.root / path
    if place.is_symlink():
        raise LinkInCourse(path)
    return PublishedFile(place.read_bytes(), os.access(place, os.X_OK))


def _manifest(folder: Path) -> dict[RelPath, str]:
    """Read which files an earlier run wrote, and their digests; nothing where the folder is new or empty."""
    place = folder / MANIFEST
    if not place.exists():
        if folder.exists() and (
            not folder.is_dir() or {path.name for path in folder.iterdir()} - {".git"}
        ):
            raise FolderInUse(str(folder))
        return {}
    try:
        manifest = typed.decode(place.read_bytes(), _Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise BadManifest(str(place)) from None
    if not all(_is_inside(path) for path in manifest.files):
        raise BadManifest(str(place))
    return manifest.files


class _Manifest(msgspec.Struct, forbid_unknown_fields=True):
    """What ``.published.json`` holds: the digest of each published file."""

    files: dict[RelPath, str]


def _is_inside(path: RelPath) -> bool:
    parts = PurePosixPath(path).parts
    return bool(parts) and parts[0] not in ("/", ".git") and ".." not in parts


def _refuse_edited(
    folder: Path, files: Mapping[RelPath, PublishedFile], before: Mapping[RelPath, str]
) -> None:
    """Refuse to write over, or remove, what someone else has written since."""
    edited = []
    for path in sorted({*files, *before}):
        place = folder / path
        if not os.path.lexists(place):
            continue
        current = (
            _digest(place.read_bytes())
            if place.is_file() and not place.is_symlink()
            else "not a file"
        )
        if current != before.get(path) and (
            path not in files or current != _digest(files[path].content)
        ):
            edited.append(path)
    if edited:
        raise PublishedFilesEdited(str(folder), edited)


def _write(place: Path, file: PublishedFile) -> None:
    """Write a file unless it is right already; a run that is cut off leaves no half of it."""
    mode = 0o755 if file.executable else 0o644
    if place.is_file() and place.read_bytes() == file.content:
        place.chmod(mode)
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    scratch = place.with_name(f"{place.name}.writing")
    scratch.write_bytes(file.content)
    scratch.chmod(mode)
    scratch.replace(place)


def _remove(folder: Path, path: RelPath) -> None:
    """Remove a file, and the folders that it leaves empty."""
    place = folder / path
    place.unlink()
    for parent in place.parents:
        if parent == folder or any(parent.iterdir()):
            break
        parent.rmdir()


def _write_manifest(folder: Path, files: Mapping[RelPath, PublishedFile]) -> None:
    digests = {path: _digest(file.content) for path, file in files.items()}
    text = json.dumps({"files": digests}, indent=1, sort_keys=True) + "\n"
    _write(folder / MANIFEST, PublishedFile(text.encode()))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
