"""What leaves the repository: the students' repository, the branch of the solution, and git itself."""

from __future__ import annotations

from grader.errors.base import CourseError, GraderError, UsageError, some


class FolderInUse(UsageError):
    """A folder to write into holds something already."""

    def __init__(self, folder: str) -> None:
        super().__init__("The folder is not empty.", folder, "name a new or an empty folder")


class BadManifest(UsageError):
    """The list of what was published before can't be read."""

    def __init__(self, manifest: str) -> None:
        super().__init__(
            "The list of published files is damaged.",
            manifest,
            "restore it with git, or publish into a new folder",
        )


class PublishedFilesEdited(UsageError):
    """Publishing again would lose somebody's work."""

    def __init__(self, folder: str, paths: list[str]) -> None:
        super().__init__(
            f"{len(paths)} of the files to write were edited since they were published: {some(paths)}.",
            folder,
            "bring the edits into the course and undo them there, or publish into a new folder",
        )


class LinkInCourse(CourseError):
    """A tracked file that can't be published."""

    def __init__(self, path: str) -> None:
        super().__init__(
            "A symbolic link can't be published.",
            path,
            "replace it by a file, or take it out of git",
        )


class SolutionWouldLeak(CourseError):
    """Lines of the solution stand where students would see them."""

    def __init__(self, places: list[str]) -> None:
        super().__init__(
            f"Nothing was written: {len(places)} pieces of the solution would leave.",
            some(places, "\n         "),
            "reword these lines, or mark them as a solution in grader/course",
        )


class NotAtTheTop(UsageError):
    """The course's root is not the top of a git repository."""

    def __init__(self, root: str) -> None:
        super().__init__(
            "The course is not the top of a git repository.",
            root,
            "run `git init` there, and commit",
        )


class NoCommits(UsageError):
    """The repository has no commit to start from."""

    def __init__(self, root: str) -> None:
        super().__init__(
            "The repository has no commit yet.",
            root,
            'run `git add --all && git commit -m "The course"`',
        )


class BadBranch(UsageError):
    """A branch name that git does not take."""

    def __init__(self, branch: str) -> None:
        super().__init__(
            f"{branch!r} is not a name for a branch.", "the command line", "try --branch solution"
        )


class BranchInUse(UsageError):
    """The solution must not replace what somebody works on."""

    def __init__(self, branch: str) -> None:
        super().__init__(
            f"The branch {branch!r} is checked out.",
            "the command line",
            "name another, such as --branch solution",
        )


class GitMissing(GraderError):
    """A verb needs git, and there is none."""

    def __init__(self) -> None:
        super().__init__(
            "There is no git.", "the PATH", "install git (Debian, Ubuntu: apt-get install git)"
        )


class GitFailed(GraderError):
    """Git itself reported a failure."""

    def __init__(self, command: str, root: str, message: str) -> None:
        said = message.strip().splitlines()
        super().__init__(
            f"git {command} failed: {said[-1] if said else 'it said nothing'}",
            root,
            "fix the repository",
        )
