"""Records for the tests of all outputs: every status, every count, and text that means harm."""

from __future__ import annotations

from dataclasses import replace

from grader.model import (
    Basis,
    Failure,
    FollowThrough,
    Kind,
    Level,
    ModuleRecord,
    MutantCount,
    Outcome,
    Pace,
    Problem,
    ProbeCount,
    ProblemKind,
    Record,
    Remark,
    SandboxReport,
    SpeedCase,
    SpeedReport,
    Status,
    SubmissionInfo,
    TaskRecord,
    Term,
    TestCount,
    ThreadsCase,
)

SEED = "8c1f6d02-seed"
MARKUP = '<script>alert("x")</script> </style><img src=x onerror=alert(1)> {{ 7*7 }} &amp;'
RICH = "[red]not red[/red] [/] [link=file:///]x[/link] :smile:"
WORKFLOW = "::error::forged\n  ::warning::forged\n##[error]forged"
REORDERED = "admin\u202egnp.exe\u2066 zero\u200bwidth"
TERMINAL = "\x1b[2J\x1b]0;title\x07\x1b[31mred\x1b[0m\x00\x07\x9b31m"
CJK = "日本語の名前 – 학생"
LONG = "long " * 1000
SURROGATE = "half \udc80 a pair"
HOSTILE = (MARKUP, RICH, WORKFLOW, REORDERED, TERMINAL, CJK, LONG, SURROGATE)

SIGMOID = Failure(
    test="test_sigmoid_is_symmetric",
    outcome=Outcome.FAILED,
    message="AssertionError: sigmoid(-2.0) + sigmoid(2.0) is 1.2384, not 1\n"
    "tests/test_operators.py:88: in test_sigmoid_is_symmetric\n"
    "    assert close(sigmoid(-x) + sigmoid(x), 1.0)",
    sentence="The sigmoid of -x is 1 minus the sigmoid of x.",
    input="x = 2.0",
    got="sigmoid(-2.0) = 0.3576",
    expected="sigmoid(-2.0) = 0.1192",
    hint="For a negative x, exp(-x) is large. Look at which of the two formulas your branch takes, and at its sign.",
    command="cd module0 && pytest -m task0_1 -k test_sigmoid_is_symmetric",
    file="minitorch/operators.py",
    line=57,
)
INVERSE = Failure(
    test="inv_back_values",
    outcome=Outcome.ERROR,
    message="ZeroDivisionError: float division by zero",
    sentence="The derivative of 1/x is -1/x², times what comes from above.",
    input="inv_back(0.5, 3.0)",
    got="ZeroDivisionError",
    expected="-12.0",
    command="cd module0 && pytest -m task0_1",
    file="minitorch/operators.py",
    line=81,
)
UNWRITTEN = Failure(
    test="test_zip_with",
    outcome=Outcome.TODO,
    message="Task 0.3: implement zipWith in minitorch/operators.py",
    sentence="zipWith(add)([1, 2], [3, 4]) is [4, 6].",
    hint="It takes a function of two arguments, and returns a function of two lists.",
    command="cd module0 && pytest -m task0_3",
    file="minitorch/operators.py",
)
LOOP = Failure(
    test="test_stacked_training",
    outcome=Outcome.TIMEOUT,
    message="stopped after 60 s",
    sentence="named_parameters of a module holds those of its children, with a dot between the names.",
    command="cd module0 && pytest -m task0_4",
)

FUNDAMENTALS = ModuleRecord(
    "0",
    "Fundamentals",
    9.33,
    20.0,
    (
        TaskRecord(
            "0.1",
            "Operators",
            Kind.TESTS,
            Status.WRONG,
            2.67,
            4.0,
            tests=TestCount(14, 16),
            probes=ProbeCount(214, 320),
            note="2 tests fail, test_sigmoid_is_symmetric first",
            seconds=1.9,
            failures=(SIGMOID, INVERSE),
        ),
        TaskRecord(
            "0.2",
            "Testing and debugging",
            Kind.WRITTEN,
            Status.WRONG,
            2.67,
            4.0,
            tests=TestCount(6, 6),
            mutants=MutantCount(6, 9),
            note="your tests let 3 wrong versions pass, “sigmoid of 0 is 0” among them",
            seconds=4.25,
            failures=(
                Failure(
                    test="sigmoid of 0 is 0",
                    outcome=Outcome.FAILED,
                    message="All of your tests pass on this wrong version.",
                    hint="What is sigmoid(0)? No test of yours says so.",
                    command="grader check 0.2",
                    file="tests/test_properties.py",
                ),
            ),
        ),
        TaskRecord(
            "0.3",
            "Functional Python",
            Kind.TESTS,
            Status.TODO,
            0.0,
            4.0,
            tests=TestCount(0, 9),
            probes=ProbeCount(0, 96),
            seconds=0.4,
            failures=(UNWRITTEN,),
        ),
        TaskRecord(
            "0.4",
            "Modules",
            Kind.TESTS,
            Status.PASSED,
            4.0,
            4.0,
            tests=TestCount(11, 11),
            probes=ProbeCount(64, 64),
            seconds=1.25,
        ),
        TaskRecord(
            "0.5",
            "A classifier by hand",
            Kind.TRAINING,
            Status.NOT_REACHED,
            0.0,
            4.0,
            note="it needs task 0.3, which is not written yet",
        ),
    ),
    (Remark("minitorch/operators.py", 12, "SyntaxWarning: no such escape", "write r in front"),),
)
AUTODIFF = ModuleRecord(
    "1",
    "Autodiff",
    9.0,
    14.0,  # without 1.4, which the grader broke on
    (
        TaskRecord(
            "1.1",
            "Numerical derivatives",
            Kind.TESTS,
            Status.PASSED,
            3.0,
            3.0,
            tests=TestCount(4, 4),
            probes=ProbeCount(40, 40),
            follow_through=FollowThrough(("minitorch/operators.py",), "1/4", "1"),
            seconds=2.0,
        ),
        TaskRecord(
            "1.2", "Scalars", Kind.TESTS, Status.WRONG, 2.0, 4.0, failures=(LOOP,), seconds=60.0
        ),
        TaskRecord("1.3", "Chain rule", Kind.TESTS, Status.PASSED, 4.0, 4.0, tests=TestCount(1, 1)),
        TaskRecord(
            "1.4",
            "Backpropagation",
            Kind.TESTS,
            Status.GRADER_ERROR,
            0.0,
            6.0,
            note="the reference did not answer in time",
        ),
        TaskRecord("1.5", "Training", Kind.TRAINING, Status.NOT_REACHED, 0.0, 3.0),
        TaskRecord("1.6", "Forward mode", Kind.TESTS, Status.TODO, 0.0, 2.0, bonus=True),
    ),
)

LISTING = (
    "Parallel loop listing for  Function tensor_zip.<locals>._zip, minitorch/fast_ops.py (201)"
)
SPEED = SpeedReport(
    0.2,
    3,
    7,
    (
        SpeedCase("zip contiguous", Pace.FAST, 0.3, 1.34, 1.27, 1.41, 7),
        SpeedCase("zip broadcast", Pace.SLOW, 0.3, 0.034, 0.021, 0.09, 3),
        SpeedCase("zip transposed", Pace.UNSURE, 0.3, 0.31, 0.24, 0.35, 25),
        SpeedCase("reduce rows", Pace.BROKE, 0.4),
    ),
    (
        ThreadsCase("zip contiguous", True, False, 8, 4, 1, LISTING),
        ThreadsCase("reduce rows", False, False),
    ),
)
EFFICIENCY = ModuleRecord(
    "3",
    "Efficiency",
    4.43,
    5.0,
    (
        TaskRecord(
            "3.1",
            "Fast operations",
            Kind.PERFORMANCE,
            Status.WRONG,
            4.43,
            5.0,
            tests=TestCount(12, 12),
            probes=ProbeCount(40, 40),
            speed=SPEED,
            note="Slower than is asked for: zip broadcast.",
            failures=(
                Failure(
                    test="speed: zip broadcast",
                    outcome=Outcome.FAILED,
                    message="Right, but too slow: 0.03 times the reference's speed; at least 0.30 times is asked for.",
                    got="0.03 times the reference's speed",
                    expected="at least 0.30 times",
                    command="grader check 3.1",
                    file="minitorch/fast_ops.py",
                ),
            ),
            seconds=31.5,
        ),
    ),
)

LAYERS_A = (
    "bubblewrap: own user, pid, net and ipc namespaces",
    "Landlock ABI 7",
    "seccomp",
    "rlimits",
)

ALICE = Record(
    course="MiniTorch",
    basis=Basis.VERIFIED,
    submission=SubmissionInfo(
        "alice",
        "submissions/alice.zip",
        "4f0c2a9be1d3a7c15d0b9f6e8a2c4d6e8f0a1b2c",
        "2026-11-20T23:41:07Z",
    ),
    sandbox=SandboxReport(Level.A, LAYERS_A),
    seed=SEED,
    score=18.33,
    points=34.0,
    bonus=0.0,
    seconds=70.25,
    modules=(FUNDAMENTALS, AUTODIFF),
    problems=(
        Problem("module0/minitorch/module.py", "larger than 256 KiB; left out"),
        Problem("task 1.4", "The grader broke: the reference did not answer in time"),
    ),
    style=(
        "black would reformat minitorch/operators.py",
        "minitorch/module.py:12: F401 'typing' unused",
    ),
)


def every(status: Status, name: str, failure: Failure | None = None, note: str = "") -> Record:
    """Make a record of Module 0 in which all tasks have one status."""
    share = 1.0 if status is Status.PASSED else 0.0
    tasks = tuple(
        replace(
            task,
            status=status,
            score=task.points * share,
            failures=(failure,) if failure else (),
            note=note,
            tests=TestCount(int(9 * share), 9),
            probes=None,
            mutants=None,
        )
        for task in FUNDAMENTALS.tasks
    )
    points = 0.0 if status is Status.GRADER_ERROR else 20.0
    module = replace(FUNDAMENTALS, score=20.0 * share, points=points, tasks=tasks)
    info = SubmissionInfo(name, f"submissions/{name}")
    return replace(
        ALICE,
        submission=info,
        score=20.0 * share,
        points=points,
        modules=(module,),
        problems=(),
        style=(),
        seconds=9.5,
    )


def hostile(said: str) -> Record:
    """Make a record in which every text that a student can reach holds ``said``."""
    failure = Failure(said, Outcome.FAILED, said, said, said, said, said, said, said, said, said, 3)
    record = every(Status.WRONG, said, failure, said)
    kernel = ThreadsCase(said, False, False, 8, 4, 0, said)
    speed = SpeedReport(0.2, 0, 3, (SpeedCase(said, Pace.SLOW, 0.3, 0.1, 0.1, 0.1, 7),), (kernel,))
    modules = tuple(
        replace(
            module,
            tasks=tuple(replace(task, speed=speed) for task in module.tasks),
            remarks=(Remark(said, 3, said, said),),
        )
        for module in record.modules
    )
    return replace(
        record,
        modules=modules,
        submission=SubmissionInfo(said, said, said, said, said),
        problems=(Problem(said, said),),
        style=(said,),
        terms=(Term(-0.5, said, said), Term(0.5, said)),
    )


REFERENCE = every(Status.PASSED, "reference")
SKELETON = every(Status.TODO, "skeleton", UNWRITTEN)
BROKEN = every(
    Status.WRONG,
    "syntax-error",
    Failure(
        "test_relu",
        Outcome.ERROR,
        "SyntaxError: expected ':' (operators.py, line 12)",
        command="cd module0 && pytest -m task0_1",
        file="minitorch/operators.py",
        line=12,
    ),
)
GRADER_BROKE = every(Status.GRADER_ERROR, "unlucky", note="no reference answered")
EMPTY = replace(
    ALICE,
    submission=SubmissionInfo("empty", "submissions/empty"),
    score=0.0,
    points=0.0,
    modules=(),
    problems=(Problem(".", "no module here: looked for module0 … module4, found 'essay.docx'"),),
    style=(),
)
SAVED_AS_UTF16 = Problem(
    "module0/minitorch/operators.py",
    "is UTF-16 text",
    ProblemKind.UNREAD,
    "save it as UTF-8",
    "0",
    "minitorch/operators.py",
)
UNREAD = replace(
    every(Status.UNREAD, "windows", note=SAVED_AS_UTF16.said), problems=(SAVED_AS_UTF16,)
)
UNGRADED = replace(
    EMPTY,
    submission=SubmissionInfo("locked", "submissions/locked", student="Lotte Lock"),
    problems=(Problem(".", "it can't be read here: Permission denied", ProblemKind.UNGRADED),),
)
WEAK = replace(
    REFERENCE,
    basis=Basis.TESTS,
    submission=SubmissionInfo("松本-小百合", "submissions/x"),
    sandbox=SandboxReport(Level.C, ("rlimits", "own session")),
)
ADJUSTED = replace(
    ALICE,
    submission=replace(ALICE.submission, student="Alice Liddell"),
    score=16.9,
    terms=(
        Term(-0.93, "1 day late", "0"),
        Term(-2.0, "2 findings of black and flake8", "1"),
        Term(1.5, "a fine question"),
    ),
)
MEASURED = replace(
    REFERENCE,
    submission=SubmissionInfo("measured", "submissions/measured"),
    score=24.43,
    points=25.0,
    modules=(*REFERENCE.modules, EFFICIENCY),
)
EVERY_TEXT = hostile("\n".join(HOSTILE))

CLASS = (ALICE, BROKEN, EMPTY, EVERY_TEXT, REFERENCE, SKELETON, GRADER_BROKE, WEAK)
ALL = (*CLASS, ADJUSTED, MEASURED, UNREAD, UNGRADED)
