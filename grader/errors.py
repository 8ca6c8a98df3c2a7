"""Every way the grader can decline, worded once.

    GraderError
    ├── UsageError            called wrong: exit code 2
    │   ├── UnknownTask
    │   ├── UnknownModule
    │   ├── NotARepository
    │   ├── NotAtTheTop, NoCommits, BadBranch, BranchInUse, FolderInUse
    │   ├── BadManifest, PublishedFilesEdited
    │   ├── NothingBefore, NoModuleFolder
    │   ├── RecordError
    │   ├── NoSuchPath
    │   ├── NoSuchRevision
    │   ├── NotAGitRepository
    │   ├── GitNotFound
    │   ├── NothingToGrade
    │   ├── NotWritable, SubmissionsAround
    │   ├── NoGradebook, NotGraded
    │   └── VerbMissing
    ├── Stopped, NotAllGraded
    ├── Refused               a submission, or a file of it; becomes a problem of the record
    ├── GradebookError        its database: exit code 3
    │   └── NewerGradebook
    ├── CourseError           the course itself is at fault: exit code 3
    │   ├── SourceError       a line of its files
    │   │   ├── TomlError
    │   │   └── MarkerError
    │   ├── NoSource, LinkInCourse, SolutionWouldLeak
    │   └── …                 see each room's own errors
    ├── GitMissing, GitFailed
    ├── NotCarried
    └── SandboxError          no safe way to run student code: exit code 3
        ├── NoSandbox
        ├── ServerFailed
        └── ConfinementFailed

An error says three things: what happened, where, and what to run next. Rooms add their own subclasses here, so that the
tree stays in one place. Only ``grader/cli`` catches ``GraderError``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches


class GraderError(Exception):
    """Base of all. ``str()`` gives three lines: what happened, where, what to run next."""

    exit_code = 3

    def __init__(self, what: str, where: str = "", next_step: str = "") -> None:
        super().__init__(what, where, next_step)
        self.what = what
        self.where = where
        self.next_step = next_step

    def __str__(self) -> str:
        lines = [self.what]
        if self.where:
            lines.append(f"  where: {self.where}")
        if self.next_step:
            lines.append(f"  next:  {self.next_step}")
        return "\n".join(lines)


class UsageError(GraderError):
    """The grader was called wrong."""

    exit_code = 2


class UnknownTask(UsageError):
    """A task id that no module has."""

    def __init__(self, task: str, known: Iterable[str]) -> None:
        super().__init__(
            f"No task {task}.{nearest(task, known)}",
            "the command line",
            "grader   (lists modules and tasks)",
        )


class UnknownModule(UsageError):
    """A module id that the course does not have."""

    def __init__(self, module: str, known: Iterable[str]) -> None:
        super().__init__(
            f"No module {module}.{nearest(module, known)}",
            "the command line",
            "grader   (lists modules and tasks)",
        )


class NotARepository(UsageError):
    """The current folder is not inside a course repository."""

    def __init__(self, folder: str) -> None:
        super().__init__(
            "This is not a course repository: no module0/module.toml here or above.",
            folder,
            "cd to the folder that holds module0/, and run it again",
        )


class RecordError(UsageError):
    """A file that should be a ``record.json`` and is none that this grader can read."""

    def __init__(self, why: str, where: str, path: str = "") -> None:
        super().__init__(
            f"This is not a record of a grading: {why}.",
            f"{where}, {path}" if path else where,
            "grader grade PATH … --out DIR   (writes records anew)",
        )


class NoSuchPath(UsageError):
    """A submission's path that does not exist."""

    def __init__(self, path: str, siblings: Iterable[str]) -> None:
        super().__init__(
            f"There is no {path}.{nearest(path.rstrip('/').rsplit('/')[-1], siblings)}",
            "the command line",
            "give a folder, a zip or tar archive, or REPOSITORY@REVISION",
        )


class NoSuchRevision(UsageError):
    """A branch, tag or commit that a submission's repository does not have."""

    def __init__(self, revision: str, repository: str, known: Iterable[str]) -> None:
        names = list(known)
        has = f" It has {', '.join(names[:5])}{', …' if len(names) > 5 else ''}." if names else ""
        super().__init__(
            f"No commit {revision}.{nearest(revision, names) or has}",
            repository,
            "give a branch, a tag or a commit that it holds; fetch first if it is a clone",
        )


class NotAGitRepository(UsageError):
    """A path given with a revision, where there is no repository that may be read."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(
            f"No git repository can be read here: {why}.",
            path,
            "give a plain clone (git clone --no-checkout makes one), or the folder without @REVISION",
        )


class GitNotFound(UsageError):
    """A revision was asked for, and git is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "To read a revision of a repository takes git, and it is not installed.",
            "the command search path",
            "install git, or give a folder or an archive",
        )


class NothingToGrade(UsageError):
    """A path that is no submission and holds none."""

    def __init__(self, path: str, looked_for: str, found: str) -> None:
        super().__init__(
            f"No submission here: looked for {looked_for}; found {found}.",
            path,
            "give a submission (a folder, a zip or tar archive, REPOSITORY@REVISION) or a folder of them",
        )


class Refused(GraderError):
    """A submission, or a file of it, that is not taken.

    The submission room turns it into a problem of the record: what a student hands in never ends a run.
    """

    def __init__(self, why: str) -> None:
        super().__init__(
            why, "the submission", "hand in plain files, without links, as the course lists them"
        )


class GradebookError(GraderError):
    """The gradebook's database can't be opened, read or written."""

    def __init__(self, what: str, url: str) -> None:
        super().__init__(
            what,
            url,
            "check that its folder exists and is writable, or give another --database URL",
        )


class NewerGradebook(GradebookError):
    """A gradebook written by a later version of the grader."""

    def __init__(self, url: str, found: int, known: int) -> None:
        super().__init__(
            f"This gradebook has schema {found}; this grader knows up to schema {known}.", url
        )
        self.next_step = "update the grader, or give another --database URL"


class NotOnWindows(UsageError):
    """The grader needs what Windows itself does not have."""

    def __init__(self) -> None:
        super().__init__(
            "The grader does not run on Windows itself.",
            "this Python",
            "run it inside WSL; or without it: cd module0 && pytest -m task0_1",
        )


class NotWritable(UsageError):
    """A place for results that can't be written to."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(
            f"Can't write there: {why}.", path, "name another place, or mend its permissions"
        )


class SubmissionsAround(UsageError):
    """The grader was started inside the folder that it is to grade."""

    def __init__(self, path: str) -> None:
        super().__init__(
            "The current folder lies inside a submission: its files must not be near the grader's own.",
            path,
            "cd to the course's repository, and run it again",
        )


class VerbMissing(UsageError):
    """A group of verbs was called without one of them."""

    def __init__(self, group: str, verbs: Iterable[str]) -> None:
        super().__init__(
            f"`{group}` does nothing by itself. Its verbs: {', '.join(verbs)}.",
            "the command line",
            f"{group} --help",
        )


class Stopped(GraderError):
    """Somebody pressed Ctrl-C."""

    def __init__(self) -> None:
        super().__init__(
            "Stopped.",
            "by you, with Ctrl-C",
            "run the same command again: what was done is kept",
        )


class NotAllGraded(GraderError):
    """The grader broke on some submissions; the others are graded."""

    def __init__(self, reasons: Mapping[str, str], out: str) -> None:
        told = [f"{id}: {reason}" for id, reason in reasons.items()]
        super().__init__(
            f"The grader itself broke on {len(reasons)} of the submissions; they have no score:\n    "
            + some(told, "\n    "),
            out,
            "run the same command again, and report it if it breaks again: what was done is kept",
        )


class NoGradebook(UsageError):
    """There is no gradebook where one was named."""

    def __init__(self, path: str) -> None:
        super().__init__(
            "There is no gradebook here.", path, "grader grade SUBMISSIONS --out OUT   (makes one)"
        )


class NotGraded(UsageError):
    """The gradebook has no such submission."""

    def __init__(self, submission: str, known: Iterable[str], out: str) -> None:
        super().__init__(
            f"No submission {submission}.{nearest(submission, known)}",
            out,
            f"grader gradebook show {out}",
        )


class NothingBefore(UsageError):
    """Work was to be carried into the first module."""

    def __init__(self, second: str) -> None:
        super().__init__(
            "Nothing comes before module 0, so there is nothing to carry into it.",
            "the command line",
            (
                f"grader carry {second}   (brings module 0's work into module {second})"
                if second
                else "grader check 0"
            ),
        )


class NoModuleFolder(UsageError):
    """A module's folder is gone from the student's repository."""

    def __init__(self, folder: str, root: str) -> None:
        super().__init__(
            f"There is no folder {folder} here.", root, f"git checkout -- {folder}   (gets it back)"
        )


class NotCarried(GraderError):
    """A file that work was to be carried into can't be written."""

    def __init__(self, path: str, why: str, module: str) -> None:
        super().__init__(
            f"Can't write the carried file: {why}. It is as it was; what was carried before it stays.",
            path,
            f"mend its permissions or make room, then: grader carry {module}",
        )


class CourseError(GraderError):
    """The course, not a student, has something to mend."""


class SourceError(CourseError):
    """A line of the course's own files that has to be mended; line 0 means the file as a whole."""

    def __init__(self, file: str, line: int, what: str, next_step: str = "") -> None:
        super().__init__(
            what, f"{file}:{line}" if line else file, next_step or "mend the line, and run it again"
        )


class TomlError(SourceError):
    """A module.toml or mutants file that does not say what it must."""


class MarkerError(SourceError):
    """A solution or from marker that is malformed, unknown or misplaced."""


class NoSource(CourseError):
    """The verb needs the annotated source, which only the instructor's repository holds."""

    def __init__(self, root: str) -> None:
        super().__init__(
            "The course's source (grader/course) is not here: this is a students' repository.",
            root,
            "run it in the instructor's repository",
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
            "mend the repository",
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


class NotRendered(CourseError):
    """The module folders are not what the annotated source renders to."""

    def __init__(self, paths: list[str]) -> None:
        super().__init__(
            f"{len(paths)} rendered files are not current.",
            ", ".join(paths[:8]),
            "grader course render",
        )


class NotProved(CourseError):
    """Some claim about the course does not hold."""

    def __init__(self, count: int) -> None:
        super().__init__(
            f"The course is not proved: {count} claims do not hold.",
            "the lines marked BROKEN above",
            "mend the source, tests, probes or mutants, then   grader course verify",
        )


class SandboxError(GraderError):
    """Student code can't be run safely enough here."""


class NoSandbox(SandboxError):
    """No level that is strong enough passes its self-test on this machine."""

    def __init__(self, required: str, reasons: Iterable[str]) -> None:
        super().__init__(
            f"Student code can't be run safely here: sandbox level {required} is required.",
            "; ".join(reasons),
            "grader doctor   (shows each check; on Debian and Ubuntu: sudo apt-get install bubblewrap)",
        )


class ServerFailed(SandboxError):
    """The process that starts students' code did not come up, or does not answer."""

    def __init__(self, said: str) -> None:
        super().__init__(
            "The sandbox's server process failed.",
            said,
            "grader doctor   (shows what the sandbox can do here)",
        )


class ConfinementFailed(SandboxError):
    """A layer of the sandbox was refused by the system at the last moment; student code did not run."""

    def __init__(self, said: str) -> None:
        super().__init__(
            "A child could not be confined, so no student code was run in it.",
            said,
            "grader doctor   (shows what the sandbox can do here)",
        )


def some(items: list[str], separator: str = ", ", most: int = 10) -> str:
    """Join the first items, and say how many are left out."""
    rest = [f"and {len(items) - most} more"] if len(items) > most else []
    return separator.join([*items[:most], *rest])


def nearest(name: str, known: Iterable[str]) -> str:
    """Word a suggestion: `` Did you mean 1.4?``, or nothing when no name is near."""
    found = get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f" Did you mean {found[0]}?" if found else ""
