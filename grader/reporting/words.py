"""The words that every report shares, so that no two outputs tell the same record differently."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from grader.model import (
    Basis,
    Failure,
    Level,
    Outcome,
    Problem,
    ProblemKind,
    Record,
    Status,
    TaskId,
    TaskRecord,
)
from grader.reporting import speeds, text

STATUS = {
    Status.PASSED: "passed",
    Status.UNREAD: "could not be read",
    Status.WRONG: "wrong",
    Status.TODO: "to do",
    Status.NOT_REACHED: "not reached",
    Status.GRADER_ERROR: "the grader broke",
}

MARK = {
    Status.PASSED: "✓",
    Status.UNREAD: "?",
    Status.WRONG: "✗",
    Status.TODO: "○",
    Status.NOT_REACHED: "…",
    Status.GRADER_ERROR: "!",
}

# What a status means where the record has nothing better to say.
MEANING = {
    Status.PASSED: "all of it works",
    Status.UNREAD: "a file of it was handed in, and could not be read; the report says what to do",
    Status.WRONG: "your code gives a wrong result",
    Status.TODO: "not written yet",
    Status.NOT_REACHED: "it depends on an earlier task that is not done",
    Status.GRADER_ERROR: "not your fault, and it costs no points: it has to be graded again",
}

OUTCOME = {
    Outcome.PASSED: "passed",
    Outcome.FAILED: "failed",
    Outcome.TODO: "not written yet",
    Outcome.ERROR: "raised an error",
    Outcome.TIMEOUT: "took too long and was stopped",
    Outcome.MEMORY: "used too much memory and was stopped",
    Outcome.CRASHED: "ended the whole process",
    Outcome.MISSING: "did not run",
}

BASIS = {
    Basis.VERIFIED: "Verified: by the tests, and by fresh questions that a reference answered too",
    Basis.TESTS: "From the visible tests; grading asks further questions",
}

UNGRADED = "could not be graded"
UNSANDBOXED = "UNSANDBOXED: trust this only for code you would run yourself"


@dataclass(frozen=True)
class NextStep:
    """The one thing to do now."""

    task: TaskRecord | None  # None: nothing is left, or nothing that a student can do
    text: str
    command: str = ""


def tasks(record: Record) -> Iterator[TaskRecord]:
    """Go through all tasks of a record in order."""
    for module in record.modules:
        yield from module.tasks


def first(record: Record, status: Status) -> TaskRecord | None:
    """Find the first task with a status."""
    return next((task for task in tasks(record) if task.status is status), None)


def broken(record: Record) -> list[TaskId]:
    """List the tasks that the grader broke on."""
    return [task.id for task in tasks(record) if task.status is Status.GRADER_ERROR]


def unread(record: Record) -> list[Problem]:
    """List what a student handed in that could not be read."""
    return [problem for problem in record.problems if problem.kind is ProblemKind.UNREAD]


def ungraded(record: Record) -> str:
    """Say why the last run could not grade a submission, by no fault of its student's; nothing where it could."""
    kinds = (p.message for p in record.problems if p.kind is ProblemKind.UNGRADED)
    return next(kinds, "")


def has_score(record: Record) -> bool:
    """Tell whether a submission was graded, in the last run or in an earlier one."""
    return bool(record.modules) or not ungraded(record)


def score(record: Record) -> str:
    """Write a submission's score; one that could not be graded has none."""
    return number(record.score) if has_score(record) else "–"


def points(record: Record) -> str:
    """Write what a submission's score is of."""
    return number(record.points) if has_score(record) else "–"


def cut(said: str) -> str:
    """Put a sentence on one line, long enough for a sentence."""
    return text.line(said, 400)


def number(value: float) -> str:
    """Write points without needless zeros: ``4``, ``2.5``, ``0.67``."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def counted(count: int, noun: str) -> str:
    """Put a noun behind its count: ``1 test``, ``3 tests``."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def counts(task: TaskRecord) -> tuple[str, ...]:
    """Say what was counted for a task, a clause each; nothing where the grader broke, or nothing could be read."""
    found: list[str] = []
    if task.status is Status.GRADER_ERROR or (task.status is Status.UNREAD and not task.score):
        return ()
    if task.tests:
        found.append(f"{task.tests.passed:,} of {counted(task.tests.expected, 'test')} passed")
    if task.probes:
        found.append(f"{task.probes.agreed:,} of {counted(task.probes.cases, 'answer')} right")
    if task.mutants:
        wrong = counted(task.mutants.total, "wrong version")
        found.append(f"{task.mutants.caught:,} of {wrong} caught by your tests")
    if task.speed:
        found.append(speeds.counted(task.speed))
    return tuple(found)


def why(task: TaskRecord) -> str:
    """Say in one line why a task is where it is; nothing when it passed."""
    failure = first_failure(task) if task.status is not Status.PASSED else None
    said = task.note or (_headline(failure) if failure else "")
    if not said and task.status is not Status.PASSED:
        said = MEANING[task.status]
    if task.note and task.status is Status.GRADER_ERROR:
        said = f"{task.note} (not your fault, and it costs no points)"
    # A stub's message names its task, which stands beside it already.
    return cut(said).removeprefix(f"Task {task.id}: ")


def _headline(failure: Failure) -> str:
    """Give what a failure says in short: of what was compared, all; of anything else, the first line."""
    said = failure.message.strip() or failure.sentence
    return said if failure.asked else said.partition("\n")[0]


def first_failure(task: TaskRecord) -> Failure | None:
    """Pick the failure to read first: of a task to do what is unwritten, of any other what is wrong."""
    unwritten = task.status is Status.TODO
    fitting = (each for each in task.failures if (each.outcome is Outcome.TODO) is unwritten)
    return next(fitting, task.failures[0] if task.failures else None)


def failed(task: TaskRecord) -> int:
    """Count what failed of a task; the record describes only the first failures."""
    found = 0
    if task.tests:
        found += task.tests.expected - task.tests.passed
    if task.probes:
        found += task.probes.cases - task.probes.agreed
    if task.mutants:
        found += task.mutants.total - task.mutants.caught
    if task.speed:
        found += task.speed.total - task.speed.passed
    return max(found, len(task.failures)) if task.failures else 0


def more_failures(task: TaskRecord, shown: int = 1) -> str:
    """Say how many more failures there are than those shown; nothing where these are all."""
    rest = failed(task) - min(shown, len(task.failures))
    return f"and {counted(rest, 'more failure')}" if rest > 0 else ""


def listed_failures(task: TaskRecord) -> str:
    """Head the list of the failures after the first, and say how many it leaves out."""
    listed, out = len(task.failures) - 1, failed(task) - len(task.failures)
    said = counted(listed + out, "more failure")
    return f"{said} ({listed:,} shown)" if out else said


def message(failure: Failure) -> str:
    """Give a failure's message; nothing where all of it is told beside it already, or a stub only names itself."""
    told = f"{failure.asked}: got {failure.got}, expected {failure.expected}"
    return "" if failure.outcome is Outcome.TODO or failure.message == told else failure.message


def place(failure: Failure) -> str:
    """Name the student's file at fault, and the line if known."""
    return text.line(f"{failure.file}:{failure.line}" if failure.line else failure.file)


def command(failure: Failure) -> str:
    """Give the command to run next, on one line."""
    return text.line(failure.command, 1000)


def follow_through(task: TaskRecord) -> str:
    """Tell that earlier files were at fault, and which; nothing when they were not."""
    if not task.follow_through:
        return ""
    through = task.follow_through
    return (
        f"With your own {_listed([*map(text.line, through.files)])}: {text.line(through.before)};"
        f" with the reference's: {text.line(through.after)}, which counts."
        " What is left to fix is in the earlier task."
    )


def sandbox(record: Record) -> str:
    """Say how the code was confined, which Python ran it, and what ran its CUDA kernels."""
    layers = ", ".join(record.sandbox.layers) or "nothing"
    said = [f"Run at sandbox level {record.sandbox.level}: {layers}.", python(record), cuda(record)]
    return " ".join(filter(None, said))


def python(record: Record) -> str:
    """Say which Python the code ran on; nothing where the record does not say it."""
    version = text.line(record.sandbox.python, 20)
    return f"Graded with Python {version}." if version else ""


def remarks(record: Record) -> tuple[str, ...]:
    """Word what Python, NumPy or Numba warned about, each with its place; it costs no points."""
    return tuple(
        text.line(
            f"module{module.id}/{each.file}:{each.line}: {each.message}"
            + (f" ({each.advice})" if each.advice else ""),
            600,
        )
        for module in record.modules
        for each in module.remarks
    )


def style_costs(record: Record) -> bool:
    """Tell whether the class takes points off for style, and took some here."""
    return any(term.why.startswith("style: ") for term in record.terms)


def cuda(record: Record) -> str:
    """Say what ran CUDA kernels; nothing when there were none."""
    if not record.sandbox.cuda:
        return ""
    simulated = record.sandbox.cuda == "simulator"
    return (
        f"CUDA kernels ran {'in the simulator' if simulated else f'on {cut(record.sandbox.cuda)}'}."
    )


def warning(record: Record) -> str:
    """Say that the confinement was too weak for grades; nothing when it was not."""
    if record.sandbox.level is Level.C:
        return cut(record.sandbox.warning) or UNSANDBOXED
    return cut(record.sandbox.warning)


def score_of(task: TaskRecord) -> str:
    """Write a task's score; a task that the grader broke on has none."""
    score = "–" if task.status is Status.GRADER_ERROR else number(task.score)
    return f"{score} / {number(task.points)}"


def next_step(record: Record) -> NextStep:
    """Find the one thing to do now: the first task that is wrong or to do, bonus tasks last.

    Args:
        record: Any record.

    Returns:
        A step without a task or a command where a student can do nothing.
    """
    if not has_score(record):
        return NextStep(
            None, "Nothing to fix: the machine kept this from being graded. Grade it again."
        )
    if problems := unread(record):
        return _reading(record, problems[0])
    if untaken := not_taken(record):
        how = "Hand in the folder that holds module0, or one module."
        return NextStep(None, f"Nothing could be graded: {cut(untaken)}. {how}")
    left = [task for task in tasks(record) if task.status in (Status.WRONG, Status.TODO)]
    if left:
        task = min(left, key=lambda each: each.bonus)  # min keeps the first among equals
        failure = first_failure(task)
        run = command(failure) if failure else ""
        return NextStep(
            task, _instruction(task, failure), run or f"grader check {text.line(task.id)}"
        )
    if again := broken(record):
        return NextStep(
            None,
            f"Nothing to fix: the grader broke on {_listed([*map(text.line, again)])}. Grade it again.",
        )
    waiting = first(record, Status.NOT_REACHED)
    if waiting:
        said = f"T{named(waiting)[1:]}, waits for an earlier task. Start there:"
        return NextStep(waiting, said, "grader check")
    if not record.modules:
        return NextStep(
            None,
            "No module was found, so nothing could be graded. Hand in the folder that holds module0, or one module.",
        )
    return NextStep(None, "Everything here passes.")


def to_look_at(record: Record) -> TaskRecord | None:
    """Find the task that keeps a submission from full marks: a student's to fix, or else the grader's."""
    return next_step(record).task or first(record, Status.GRADER_ERROR)


def reason(record: Record) -> str:
    """Say in one line what keeps a submission from full marks; first, what could not be graded or read."""
    if fault := ungraded(record):
        said = f"{MARK[Status.GRADER_ERROR]} {UNGRADED}: {cut(fault)}"
    elif problems := unread(record):
        said = f"{MARK[Status.UNREAD]} {STATUS[Status.UNREAD]}: {cut(_shortly(problems[0]))}"
    elif untaken := not_taken(record):
        said = cut(untaken)
    elif task := to_look_at(record):
        said = f"{MARK[task.status]} {cut(task.id)} {STATUS[task.status]}: {why(task)}"
    elif not record.modules:
        said = "no module found"
    else:
        said = f"{MARK[Status.PASSED]} everything passes"
    return f"UNSANDBOXED {said}" if record.sandbox.level is Level.C else said


def tone(record: Record) -> Status | None:
    """Give the status whose colour a submission's reason has; none where nothing is to be done."""
    if ungraded(record):
        return Status.GRADER_ERROR
    if unread(record):
        return Status.UNREAD
    if not_taken(record) or not record.modules:
        return Status.TODO
    task = to_look_at(record)
    return task.status if task else None


def not_taken(record: Record) -> str:
    """Say why nothing of what was handed in could be taken; nothing where something was."""
    if whole := [problem for problem in unread(record) if not place_of(problem)]:
        return whole[0].message
    without = {problem.path for problem in record.problems}
    if any(f"module{module.id}" not in without for module in record.modules):
        return ""
    whole = [p for p in record.problems if p.kind is ProblemKind.NOTE and not place_of(p)]
    return whole[0].message if whole else ""


def place_of(problem: Problem) -> str:
    """Name what a problem is about; nothing where it is the whole submission."""
    return "" if problem.path == "." else problem.path


def full_marks(record: Record) -> bool:
    """Tell whether a submission earned all that there was to earn; where the grader broke, nobody knows."""
    return record.score >= record.points > 0 and not broken(record)


def class_summary(records: Sequence[Record]) -> str:
    """Say how a class did in one line."""
    full = sum(map(full_marks, records))
    again = sum(bool(broken(record)) for record in records)
    lost = sum(bool(unread(record)) for record in records)
    nothing = sum(bool(not_taken(record) and not unread(record)) for record in records)
    waiting = sum(bool(ungraded(record)) for record in records)
    said = f"{counted(len(records), 'submission')}, {full:,} with full marks"
    said += f", {lost:,} with files that {STATUS[Status.UNREAD]}" if lost else ""
    said += f", {nothing:,} with nothing to grade" if nothing else ""
    said += f", {waiting:,} that {UNGRADED}" if waiting else ""
    return said + (f", {again:,} to grade again: the grader broke" if again else "")


def _shortly(problem: Problem) -> str:
    """Say what could not be read by its name alone: what its folder is, the report says."""
    return replace(problem, path=problem.path.rpartition("/")[2]).said


def _reading(record: Record, problem: Problem) -> NextStep:
    """Say what to do so that a file can be read."""
    task = first(record, Status.UNREAD)
    said = cut(replace(problem, cure="").said)
    done = f"{problem.cure[:1].upper()}{problem.cure[1:]}." if problem.cure else ""
    command = f"grader check {text.line(task.id)}" if task else ""
    steps = [f"{said[:1].upper()}{said[1:]}" if not place_of(problem) else said, cut(done)]
    return NextStep(task, ". ".join(filter(None, steps)) + (" Then run:" if task else ""), command)


def _instruction(task: TaskRecord, failure: Failure | None) -> str:
    where = place(failure) if failure else ""
    verb = "Write" if task.status is Status.TODO else "Fix"
    return f"{verb} {named(task)}" + (f", in {where}" if where else "") + ". Then run:"


def named(task: TaskRecord) -> str:
    """Name a task within a sentence: ``task 0.1, Operators``."""
    return f"task {text.line(task.id)}, {text.line(task.title)}"


def _listed(names: list[str]) -> str:
    """Join names as a sentence does: ``a, b and c``."""
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
