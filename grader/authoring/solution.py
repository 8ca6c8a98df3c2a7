"""The reference solution, as a branch or a folder: the repository with every task solved, and without its source.

The branch is written with git's plumbing alone: work tree, index and checked-out branch stay as they are.
"""

from __future__ import annotations

from pathlib import Path

from grader.authoring.markers import SOURCE
from grader.authoring.render import RENDERED_FOLDERS, all_tasks, module_tree, rendered_files
from grader.authoring.repository import Entry, Repository, Sha, open_repository
from grader.errors import BadBranch, BranchInUse, FolderInUse
from grader.model import Course, RelPath
from grader.scratch import scratch_folder

_ABSENT = "0" * 40  # tells update-ref that the branch must be new


def write_solution(course: Course, branch: str) -> Sha:
    """Commit the solved course to a branch: HEAD's tree with the source as it is in the work tree.

    The commit carries HEAD's author and dates, so the same HEAD and source always make the same tree. The branch has a
    history of its own, as HEAD's would give the source away.

    Args:
        course: An authored course at the top of its git repository.
        branch: The branch's short name; made where it is absent.

    Returns:
        The branch's commit; the one that was there where nothing changed.

    Raises:
        BadBranch: Git does not take the name.
        BranchInUse: The branch is checked out somewhere.
        NoSource: The annotated source is not here.
        NoCommits: The repository has no commit yet.
    """
    repository = open_repository(course.root)
    reference = _reference(repository, branch)
    head = repository.head()
    tree = _write_tree(repository, _solved_entries(repository, course, head))
    tip = repository.ask("rev-parse", "--verify", "--quiet", f"{reference}^{{commit}}")
    if tip is not None and repository.run("rev-parse", f"{tip}^{{tree}}") == tree:
        return tip
    commit = _commit(repository, tree, head, tip)
    repository.run("update-ref", reference, commit, tip or _ABSENT)
    return commit


def write_folders(course: Course, folder: Path) -> list[Path]:
    """Write the solved module folders.

    Args:
        course: An authored course.
        folder: A new or empty folder.

    Returns:
        The written module folders.

    Raises:
        FolderInUse: The folder holds something.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderInUse(str(folder))
    trees = {
        module.name: module_tree(course, module, all_tasks(course)) for module in course.modules
    }
    for name, tree in trees.items():
        for path, content in tree.items():
            (folder / name / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / name / path).write_bytes(content)
    return [folder / name for name in trees]


def _reference(repository: Repository, branch: str) -> str:
    if repository.ask("check-ref-format", "--branch", branch) != branch:
        raise BadBranch(branch)
    reference = f"refs/heads/{branch}"
    if reference in repository.checked_out():
        raise BranchInUse(branch)
    return reference


def _solved_entries(repository: Repository, course: Course, head: Sha) -> dict[RelPath, Entry]:
    before = repository.entries(head)
    rendered_folders = tuple(
        f"{module.name}/{folder}/" for module in course.modules for folder in RENDERED_FOLDERS
    )
    entries = {
        path: entry
        for path, entry in before.items()
        if not path.startswith((f"{SOURCE}/", *rendered_folders))
    }
    for module in course.modules:
        for path, text in rendered_files(course, module, all_tasks(course)).items():
            full = f"{module.name}/{path}"
            mode = before[full].mode if full in before else "100644"
            blob = repository.run("hash-object", "-w", "--stdin", input=text.encode())
            entries[full] = Entry(mode, blob)
    return entries


def _write_tree(repository: Repository, entries: dict[RelPath, Entry]) -> Sha:
    lines = "".join(
        f"{entry.mode} {entry.blob}\t{path}\0" for path, entry in sorted(entries.items())
    )
    with scratch_folder() as scratch:
        env = {"GIT_INDEX_FILE": str(scratch / "index")}
        repository.run(
            "update-index",
            "-z",
            "--index-info",
            input=lines.encode(errors="surrogateescape"),
            env=env,
        )
        return repository.run("write-tree", env=env)


def _commit(repository: Repository, tree: Sha, head: Sha, parent: Sha | None) -> Sha:
    names = (
        "AUTHOR_NAME",
        "AUTHOR_EMAIL",
        "AUTHOR_DATE",
        "COMMITTER_NAME",
        "COMMITTER_EMAIL",
        "COMMITTER_DATE",
    )
    facts = repository.run(
        "show", "--no-patch", "--format=%an%n%ae%n%ad%n%cn%n%ce%n%cd", "--date=raw", head
    )
    env = {f"GIT_{name}": fact for name, fact in zip(names, facts.split("\n"), strict=True)}
    message = (
        f"course: the reference solution\n\nWritten by `grader course solution` from {head}.\n"
    )
    parents = ["-p", parent] if parent else []
    return repository.run("commit-tree", tree, *parents, input=message.encode(), env=env)
