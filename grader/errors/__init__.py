"""Every way the grader can decline, worded once; by room.

    GraderError               exit code 3                                            base
    ├── UsageError            called wrong: exit code 2                              base
    │   ├── NotARepository, UnknownTask, UnknownModule                               authoring
    │   ├── FolderInUse, BadManifest, PublishedFilesEdited                           publishing
    │   ├── NotAtTheTop, NoCommits, BadBranch, BranchInUse                           publishing
    │   ├── NoSuchPath, NoSuchRevision, NotAGitRepository, GitNotFound               submission
    │   ├── NothingToGrade                                                           submission
    │   ├── RecordError, NoGradebook, NotGraded                                      records
    │   ├── NeedsOption, NotForFormat, NotFromCanvas                                 records
    │   ├── BadEvent, NotSet, TooLarge                                               github
    │   ├── NothingBefore, NoModuleFolder                                            carry
    │   └── VerbMissing, NotOnWindows, NotWritable, SubmissionsAround                cli
    ├── CourseError           the course itself is at fault                          base
    │   ├── SourceError       a line of its files                                    authoring
    │   │   └── TomlError, MarkerError
    │   ├── NoSource, NotRendered, NotProved                                         authoring
    │   └── LinkInCourse, SolutionWouldLeak                                          publishing
    ├── GitMissing, GitFailed                                                        publishing
    ├── Refused               a submission, or a file of it: a problem of the record submission
    ├── SandboxError          no safe way to run student code                        sandbox
    │   └── NoSandbox, ServerFailed, ConfinementFailed
    ├── GradebookError        its database                                           records
    │   └── NewerGradebook
    ├── GithubRefused                                                                github
    ├── NotCarried                                                                   carry
    ├── NotAllGraded                                                                 cli
    └── Stopped               by the user                                            base

An error says three things: what happened, where, and what to run next. Only ``grader/cli`` catches ``GraderError``.
"""

from grader.errors.authoring import (
    MarkerError,
    NoSource,
    NotARepository,
    NotProved,
    NotRendered,
    SourceError,
    TomlError,
    UnknownModule,
    UnknownTask,
)
from grader.errors.base import CourseError, GraderError, Stopped, UsageError, nearest, some
from grader.errors.carry import NoModuleFolder, NotCarried, NothingBefore
from grader.errors.cli import (
    NotAllGraded,
    NotOnWindows,
    NotWritable,
    SubmissionsAround,
    VerbMissing,
)
from grader.errors.github import BadEvent, GithubRefused, NotSet, TooLarge
from grader.errors.publishing import (
    BadBranch,
    BadManifest,
    BranchInUse,
    FolderInUse,
    GitFailed,
    GitMissing,
    LinkInCourse,
    NoCommits,
    NotAtTheTop,
    PublishedFilesEdited,
    SolutionWouldLeak,
)
from grader.errors.records import (
    GradebookError,
    NeedsOption,
    NewerGradebook,
    NoGradebook,
    NotForFormat,
    NotFromCanvas,
    NotGraded,
    RecordError,
)
from grader.errors.sandbox import ConfinementFailed, NoSandbox, SandboxError, ServerFailed
from grader.errors.submission import (
    GitNotFound,
    NoSuchPath,
    NoSuchRevision,
    NotAGitRepository,
    NothingToGrade,
    Refused,
)

__all__ = [
    "BadBranch",
    "BadEvent",
    "BadManifest",
    "BranchInUse",
    "ConfinementFailed",
    "CourseError",
    "FolderInUse",
    "GitFailed",
    "GitMissing",
    "GitNotFound",
    "GithubRefused",
    "GradebookError",
    "GraderError",
    "LinkInCourse",
    "MarkerError",
    "NeedsOption",
    "NewerGradebook",
    "NoCommits",
    "NoGradebook",
    "NoModuleFolder",
    "NoSandbox",
    "NoSource",
    "NoSuchPath",
    "NoSuchRevision",
    "NotAGitRepository",
    "NotARepository",
    "NotAllGraded",
    "NotAtTheTop",
    "NotCarried",
    "NotForFormat",
    "NotFromCanvas",
    "NotGraded",
    "NotOnWindows",
    "NotProved",
    "NotRendered",
    "NotSet",
    "NotWritable",
    "NothingBefore",
    "NothingToGrade",
    "PublishedFilesEdited",
    "RecordError",
    "Refused",
    "SandboxError",
    "ServerFailed",
    "SolutionWouldLeak",
    "SourceError",
    "Stopped",
    "SubmissionsAround",
    "TomlError",
    "TooLarge",
    "UnknownModule",
    "UnknownTask",
    "UsageError",
    "VerbMissing",
    "nearest",
    "some",
]
