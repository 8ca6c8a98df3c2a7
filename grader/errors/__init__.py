"""Every way the grader can decline, worded once; by room.

    GraderError               exit code 3                                            base
    ├── UsageError            called wrong: exit code 2                              base
    │   ├── NotARepository, UnknownTask, UnknownModule                               authoring
    │   ├── FolderInUse, BadManifest, PublishedFilesEdited                           publishing
    │   ├── NotAtTheTop, NoCommits, BadBranch, BranchInUse                           publishing
    │   ├── NoSuchPath, NoSuchRevision, NotAGitRepository, GitNotFound               submission
    │   ├── NothingToGrade                                                           submission
    │   ├── BadRoster, BadRemote, NotOnRoster                                        roster
    │   ├── BadMoment, NoRepositories, NowhereToLook                                 roster
    │   ├── RecordError, NoGradebook, NotGraded, DataGone, BadPolicy                 records
    │   ├── NeedsOption, NotForFormat, NotFromCanvas                                 records
    │   ├── BadEvent, BadArtifact, NotSet, TooLarge                                  github
    │   ├── NoCluster, OtherWorkers                                                  cluster
    │   ├── PackageMissing                                                           packages
    │   │   └── CopydetectMissing, NumbaMissing, PsutilMissing
    │   ├── NothingBefore, NoModuleFolder                                            carry
    │   ├── VerbMissing, NotOnWindows, NotWritable, SubmissionsAround                cli
    │   └── HookInTheWay, HooksElsewhere                                             cli
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
    │   └── DriverMissing, NewerGradebook
    ├── GithubRefused, NotAllPosted                                                  github
    ├── NoScheduler                                                                  cluster
    ├── NotCarried                                                                   carry
    ├── NotAllGraded                                                                 cli
    └── Stopped               by the user                                            base

An error says three things: what happened, where, and what to run next. Only ``grader/cli`` catches ``GraderError``.
``NotGradable`` and its subclasses (``MachineFault``) are no ``GraderError``: they say why one submission has no score.
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
from grader.errors.base import (
    CourseError,
    GraderError,
    NotGradable,
    Stopped,
    UsageError,
    nearest,
    some,
)
from grader.errors.carry import NoModuleFolder, NotCarried, NothingBefore
from grader.errors.cli import (
    HookInTheWay,
    HooksElsewhere,
    NotAllGraded,
    NotOnWindows,
    NotWritable,
    SubmissionsAround,
    VerbMissing,
)
from grader.errors.cluster import NoCluster, NoScheduler, OtherWorkers
from grader.errors.github import (
    BadArtifact,
    BadEvent,
    GithubRefused,
    NotAllPosted,
    NotSet,
    TooLarge,
)
from grader.errors.packages import CopydetectMissing, NumbaMissing, PackageMissing, PsutilMissing
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
    BadPolicy,
    DataGone,
    DriverMissing,
    GradebookError,
    NeedsOption,
    NewerGradebook,
    NoGradebook,
    NotForFormat,
    NotFromCanvas,
    NotGraded,
    RecordError,
)
from grader.errors.roster import (
    BadMoment,
    BadRemote,
    BadRoster,
    NoRepositories,
    NotOnRoster,
    NowhereToLook,
)
from grader.errors.sandbox import ConfinementFailed, NoSandbox, SandboxError, ServerFailed
from grader.errors.submission import (
    GitNotFound,
    MachineFault,
    NoSuchPath,
    NoSuchRevision,
    NotAGitRepository,
    NothingToGrade,
    Refused,
)

__all__ = [
    "BadArtifact",
    "BadBranch",
    "BadEvent",
    "BadManifest",
    "BadMoment",
    "BadPolicy",
    "BadRemote",
    "BadRoster",
    "BranchInUse",
    "ConfinementFailed",
    "CopydetectMissing",
    "CourseError",
    "DataGone",
    "DriverMissing",
    "FolderInUse",
    "GitFailed",
    "GitMissing",
    "GitNotFound",
    "GithubRefused",
    "GradebookError",
    "GraderError",
    "HookInTheWay",
    "HooksElsewhere",
    "LinkInCourse",
    "MachineFault",
    "MarkerError",
    "NeedsOption",
    "NewerGradebook",
    "NoCluster",
    "NoCommits",
    "NoGradebook",
    "NoModuleFolder",
    "NoRepositories",
    "NoSandbox",
    "NoScheduler",
    "NoSource",
    "NoSuchPath",
    "NoSuchRevision",
    "NotAGitRepository",
    "NotARepository",
    "NotAllGraded",
    "NotAllPosted",
    "NotAtTheTop",
    "NotCarried",
    "NotForFormat",
    "NotFromCanvas",
    "NotGradable",
    "NotGraded",
    "NotOnRoster",
    "NotOnWindows",
    "NotProved",
    "NotRendered",
    "NotSet",
    "NotWritable",
    "NothingBefore",
    "NothingToGrade",
    "NowhereToLook",
    "NumbaMissing",
    "OtherWorkers",
    "PackageMissing",
    "PsutilMissing",
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
